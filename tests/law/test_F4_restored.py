"""F4: old copies that are put back give nothing, and whoever withdrew does not come back with them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from sayso.archive import Archive
from sayso.errors import KeyDestroyedError, KeyStoreError, LedgerError, RefusedError, UsageError
from tests.house import COLLECTION, OPERATOR, ROBIN, WREN, House
from tests.traces import in_files


@dataclass
class Withdrawn:
    """An archive in which one of two people withdrew, the person's id, and copies from before."""

    house: House
    subject: str
    before: Path

    def put_back(self, part: str) -> None:
        """Replace a folder (``archive``, ``keys``, ``state``) by its copy from before."""
        shutil.rmtree(self.house.root / part)
        shutil.copytree(self.before / part, self.house.root / part)


@pytest.fixture
def withdrawn(found: House, tmp_path: Path) -> Withdrawn:
    subject = found.subject(WREN)
    before = found.copy(tmp_path / "before").root
    with found.open() as archive:
        archive.people.withdraw(subject)
    return Withdrawn(found, subject, before)


def _gone(archive: Archive, subject: str) -> None:
    """Nothing can be done for the person, by name or by id; the other one is there."""
    assert [one.label for one in archive.people.list()] == [ROBIN]
    assert archive.status().templates == 1
    with pytest.raises(UsageError):
        archive.people.find(subject=WREN, collection=COLLECTION)
    for act in _acts(archive, subject):
        with pytest.raises((RefusedError, UsageError)) as refused:
            act()
        if isinstance(refused.value, RefusedError):
            assert refused.value.reasons[0].rule == "F1"


def _acts(archive: Archive, subject: str) -> list[Callable[[], object]]:
    return [
        lambda: archive.people.find(subject=subject, collection=COLLECTION),
        lambda: archive.people.point(subject, photo_id=1, face=1),
        lambda: archive.people.album(subject, Path("album")),
        lambda: archive.people.verify(subject, captures=[], witness="dora"),
    ]


def test_F4_nothing_is_done_for_whoever_withdrew(withdrawn: Withdrawn) -> None:
    with withdrawn.house.open() as archive:
        _gone(archive, withdrawn.subject)
        assert [entry.verb for entry in archive.ledger.list()].count("withdraw") == 1


def test_F4_not_even_sealed_bytes_are_left(found: House) -> None:
    """Neither in the database nor in its log: nobody has to trust the cipher for ever."""
    subject = found.subject(WREN)
    query = "SELECT t.sealed FROM templates t JOIN consent_purposes p ON p.id = t.consent_purpose_id"
    ((template,),) = found.rows(f"{query} WHERE p.subject_id = '{subject}'")
    ((label,),) = found.rows(f"SELECT sealed_label FROM subjects WHERE id = '{subject}'")
    needles = {"template": template[40:80], "label": label[12:]}
    assert {hit.split()[0] for hit in in_files(needles, [found.root])} == {"template", "label"}
    with found.open() as archive:
        archive.people.withdraw(subject)
        assert in_files(needles, [found.root]) == []


def test_F4_an_old_database_does_not_bring_the_person_back(withdrawn: Withdrawn, tmp_path: Path) -> None:
    withdrawn.put_back("archive")
    with withdrawn.house.open() as archive:
        _gone(archive, withdrawn.subject)
        entries = [entry for entry in archive.ledger.list() if entry.verb == "withdraw"]
        assert [entry.actor for entry in entries] == ["sayso"]
        with pytest.raises(LedgerError, match=r"older copy was put back|rewritten"):
            archive.ledger.verify()
        archive.people.album(ROBIN, tmp_path / "robin")
    (matched,) = withdrawn.house.matches()
    assert matched >= 3


def test_F4_an_old_database_put_back_twice_does_no_more(withdrawn: Withdrawn) -> None:
    for _ in range(2):
        withdrawn.put_back("archive")
        with withdrawn.house.open() as archive:
            _gone(archive, withdrawn.subject)


@pytest.mark.parametrize("parts", [("keys",), ("keys", "archive")])
def test_F4_an_old_key_store_opens_nothing(withdrawn: Withdrawn, parts: tuple[str, ...]) -> None:
    for part in parts:
        withdrawn.put_back(part)
    with pytest.raises(KeyStoreError, match="from before a key was destroyed"):
        withdrawn.house.open()
    done = withdrawn.house.cli("find", "--collection", COLLECTION)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_F4_an_old_seal_does_not_fit_the_keys_of_today(withdrawn: Withdrawn) -> None:
    withdrawn.put_back("state")
    with pytest.raises(KeyStoreError):
        withdrawn.house.open()


def test_F4_no_key_of_today_opens_the_old_template(withdrawn: Withdrawn) -> None:
    opened = 0
    with (
        closing(sqlite3.connect(withdrawn.before / "archive" / "sayso.db")) as raw,
        withdrawn.house.open_keys() as keys,
    ):
        rows = raw.execute(
            "SELECT p.key_id, t.sealed, t.model_id FROM templates t "
            "JOIN consent_purposes p ON p.id = t.consent_purpose_id"
        ).fetchall()
        assert len(rows) == 2
        for key_id, sealed, model in rows:
            context = b"template " + model.encode()
            try:
                keys.unseal(key_id, sealed, context)
                opened += 1
            except KeyDestroyedError:
                for other in keys.ids():
                    with pytest.raises(KeyStoreError):
                        keys.unseal(other, sealed, context)
    assert opened == 1, "the template of the person who stayed opens"


def test_F4_a_new_yes_is_a_new_beginning(withdrawn: Withdrawn) -> None:
    house = withdrawn.house
    again = house.enrol(WREN, "P10")
    assert again != withdrawn.subject
    with house.open() as archive:
        assert {one.label for one in archive.people.list()} == {WREN, ROBIN}
        assert archive.people.find(subject=WREN, collection=COLLECTION)[0].matched >= 2
    # The tombstone of the earlier record stays: an old database still does not bring that one back.
    withdrawn.put_back("archive")
    with house.open() as archive:
        assert [one.label for one in archive.people.list()] == [ROBIN]


def test_F4_withdrawing_takes_no_more_steps_than_consenting(found: House) -> None:
    done = found.json("withdraw", WREN)
    assert done["purposes"] == ["find"]
    assert done["proof"].startswith("c2sp.org/tlog-proof@v1")
    assert found.cli("find", "--subject", done["subject_id"], "-c", COLLECTION).returncode == 3


def test_F4_two_processes_withdraw_the_same_person_at_once(found: House) -> None:
    subject = found.subject(WREN)
    processes = [found.start("withdraw", subject, "--json") for _ in range(2)]
    ends = [process.communicate(timeout=120) for process in processes]
    codes = sorted(process.returncode for process in processes)
    assert codes[0] == 0
    assert all("Traceback" not in errors for _, errors in ends)
    with found.open() as archive:
        _gone(archive, subject)
        entries = [entry for entry in archive.ledger.list() if entry.verb == "withdraw"]
        assert [entry.actor for entry in entries] == [OPERATOR]
        archive.ledger.verify()
