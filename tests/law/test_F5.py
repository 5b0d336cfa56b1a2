"""F5: cease takes two persons, stops everything for good, destroys every data key, and proves it."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from sayso.access.verbs import VERBS
from sayso.errors import KeyDestroyedError, RefusedError
from sayso.ledger import InclusionProof, verify_proof
from sayso.values import Right, Role
from tests.house import COLLECTION, OPERATOR, ROBIN, SECOND, WREN, House, captures_of, child

from .killed import KILLED

#: What stays possible: reading and checking what was done, answering people and regulators, ending and deleting.
READING = {
    "tend",
    "photo.list",
    "photo.delete",
    "photo.hide",
    "photo.hidden",
    "collection.list",
    "collection.show",
    "collection.delete",
    "receipt",
    "export",
    "request.new",
    "request.list",
    "request.done",
    "breach.new",
    "breach.list",
    "breach.notice",
    "breach.told",
    "document",
    "keys.check",
    "withdraw",
    "ledger.list",
    "ledger.verify",
    "ledger.proof",
    "ledger.publish",
    "ledger.cosign",
    "status",
    "law.explain",
    "job.list",
    "job.stop",
    "job.run",
    "cease",
    "account.list",
    "cease.drill",
    "consent.count",
    "enrol.witnessed",
    "law.check",
    "ledger.witness.list",
    "measure.read",
    "models.list",
}


def _cease(house: House) -> str:
    with house.open() as archive:
        assert archive.cease().at is None
    with house.open(SECOND) as archive:
        return archive.cease().report


def test_F5_one_person_alone_ends_nothing(found: House) -> None:
    with found.open() as archive:
        asked = archive.cease()
    assert (asked.at, asked.keys_destroyed, asked.report) == (None, 0, "")
    for name in (OPERATOR, f" {OPERATOR.upper()} "):
        with found.open(name) as archive, pytest.raises(RefusedError) as refused:
            archive.cease()
        assert refused.value.reasons[0].rule == "F5"
    with found.open() as archive:
        assert not archive.status().ceased
        assert archive.people.find(collection=COLLECTION)
    assert len(found.key_ids("data-")) == 2


def test_F5_an_overseer_cannot_be_the_second_person(found: House) -> None:
    with found.open() as archive:
        archive.accounts.new("olga", Role.OVERSEER)
        archive.cease()
    with found.open("olga") as archive, pytest.raises(RefusedError):
        archive.cease()
    assert len(found.key_ids("data-")) == 2


def test_F5_two_persons_end_it_and_the_report_is_checked_without_the_server(found: House) -> None:
    report = _cease(found)
    assert found.key_ids("data-") == []
    assert found.rows("SELECT count(*) FROM templates") == [(0,)]
    with found.open() as archive:
        key = archive.ledger.verifier_key
        archive.ledger.verify()
        assert archive.status().ceased
    body = InclusionProof.from_text(report).body
    verify_proof(report, body, key)
    assert b'"verb":"cease"' in body
    assert b'"keys_destroyed":2' in body


def test_F5_every_verb_that_finds_keeps_or_delivers_is_refused(found: House) -> None:
    _cease(found)
    with found.open() as archive:
        for verb in sorted(VERBS.keys() - READING):
            with pytest.raises(RefusedError) as refused:
                archive._door.enter(verb)
            assert [reason.rule for reason in refused.value.reasons] == ["F5"], verb


@pytest.mark.parametrize(
    "words",
    [
        ["find"],
        ["add", str(captures_of("P10")[0]), "-c", COLLECTION],
        ["invite", "x@example.org", "--purpose", "find", "-c", COLLECTION],
        ["enrol", "token", "--agree", "find"],
        ["confirm", "code"],
        ["point", "--subject", WREN, "--photo", "1", "--face", "1"],
        ["review", "list"],
        ["album", WREN, "--to", "no-album"],
        ["collection", "new", "Another"],
        ["photo", "show", "1"],
    ],
    ids=lambda words: words[0],
)
def test_F5_every_command_answers_with_a_clear_refusal(
    ceased: House, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ceased.environment().items():
        monkeypatch.setenv(name, value)
    done = ceased.cli(*words)
    assert (done.returncode, done.stdout) == (3, "")
    assert "ceased on" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def ceased(_base_found: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    with pytest.MonkeyPatch.context() as patch:
        house = _base_found.copy(tmp_path_factory.mktemp("ceased") / "house")
        for name, value in house.environment().items():
            patch.setenv(name, value)
        _cease(house)
    return house


def test_F5_asked_again_it_gives_the_same_report(found: House) -> None:
    report = _cease(found)
    with found.open() as archive:
        again = archive.cease()
        assert InclusionProof.from_text(again.report).body == InclusionProof.from_text(report).body
        assert [entry.verb for entry in archive.ledger.list()].count("cease") == 1


def test_F5_an_old_database_that_is_put_back_has_ceased_as_well(found: House, tmp_path: Path) -> None:
    before = found.copy(tmp_path / "before")
    _cease(found)
    shutil.rmtree(found.archive)
    shutil.copytree(before.archive, found.archive)
    with found.open() as archive:
        with pytest.raises(RefusedError, match="ceased on"):
            archive.people.find(collection=COLLECTION)
        assert archive.status().ceased
    assert found.rows("SELECT count(*) FROM templates") == [(0,)]
    with found.open_keys() as keys:
        for key_id, sealed, model in before.rows(
            "SELECT p.key_id, t.sealed, t.model_id FROM templates t "
            "JOIN consent_purposes p ON p.id = t.consent_purpose_id"
        ):
            with pytest.raises(KeyDestroyedError):
                keys.unseal(key_id, sealed, b"template " + model.encode())


_KILLED = """
import sys
import sayso
from tests.law.killed import arm

with sayso.open(sys.argv[1], name="ben") as archive:
    arm(sys.argv[2])
    archive.cease()
"""


@pytest.mark.parametrize(
    "step",
    [
        "before destroying the keys",
        "after destroying the keys",
        "before scrubbing",
        "after scrubbing",
        "after the ledger's entry",
        "before the proof",
    ],
)
def test_F5_killed_at_this_step_it_completes(found: House, step: str) -> None:
    with found.open() as archive:
        archive.cease()
    done = child("-c", _KILLED, str(found.archive), step, environment=found.environment())
    assert done.returncode == KILLED, done.stderr
    with found.open() as archive:
        with pytest.raises(RefusedError, match="ceased on"):
            archive.people.find(collection=COLLECTION)
        (entry,) = [entry for entry in archive.ledger.list() if entry.verb == "cease"]
        counts = {"keys_destroyed": 2, "templates_deleted": 2, "albums_out_of_reach": 0}
        assert dict(entry.facts) == counts
        assert archive.status().templates == 0
        archive.ledger.verify()
    assert found.key_ids("data-") == []


def test_F5_nothing_that_was_delivered_or_matched_is_left(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        archive.people.album(WREN, tmp_path / "album")
        archive.people.album(ROBIN, tmp_path / "moved")
        archive.papers.export(WREN, tmp_path / "export")
    (tmp_path / "moved" / "album.json").unlink()
    report = _cease(found)
    for name in ("album", "export"):
        assert [path for path in (tmp_path / name).rglob("*") if path.is_file()] == []
    gone = "templates matches searched issued_albums issued_faces album_news point_misses exports"
    for name in gone.split():
        assert found.rows(f"SELECT count(*) FROM {name}") == [(0,)], name
    assert {state for (state,) in found.rows("SELECT state FROM consent_purposes")} == {"expired"}
    assert found.rows("SELECT count(*) FROM subjects WHERE sealed_label IS NOT NULL") == [(0,)]
    assert list((tmp_path / "moved").rglob("*.jpg"))
    assert b'"albums_out_of_reach":1' in InclusionProof.from_text(report).body


def test_F5_no_document_says_that_face_chips_are_kept(found: House) -> None:
    with found.open() as archive:
        archive.collections.keep_chips(COLLECTION, found.clock() + timedelta(days=30))
    _cease(found)
    with found.open() as archive:
        assert archive.collections.get(COLLECTION).chips_until is None
    assert found.rows("SELECT chips_key FROM collections") == [(None,)]
    assert found.key_ids("chips-") == []


def test_F5_people_keep_their_rights_and_proofs_run_out(found: House, tmp_path: Path) -> None:
    subject = found.subject(WREN)
    _cease(found)
    with found.open() as archive:
        receipt = archive.papers.receipt(subject)
        assert '"event_state": "expired"' in json.dumps(receipt.data)
        archive.requests.new(subject, Right.ACCESS)
        archive.papers.export(subject, tmp_path / "export")
        assert archive.requests.list()[0].done_at is not None
        assert archive.photos.delete([archive.photos.list()[0].photo.id]) == 1
    found.clock.move(timedelta(days=4 * 366))
    with found.open() as archive:
        assert archive.tend().proofs_deleted == 2
    assert found.key_ids("record-") == []
