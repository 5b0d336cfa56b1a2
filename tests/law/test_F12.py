"""F12: no command, value or entry answers whether two pictures show the same person."""

from __future__ import annotations

import dataclasses
import enum
import functools
import inspect
import itertools
import json
import re
import shutil
import sys
import types
import typing
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import sayso.archive
from sayso import policy
from sayso.archive import Archive
from sayso.errors import CaptureError, RefusedError
from sayso.finding import attempts
from sayso.finding.attempts import FAILURES_A_DAY, FAILURES_A_DAY_BY_ACCOUNT
from sayso.policy import load_pack
from sayso.values import Outcome, Purpose
from tests.house import COLLECTION, ENROLLED, NOON, PEOPLE, WITNESS, WREN, House, captures_of, shoot

BASIS = "synthetic-people"

#: Names that a vector or a score would bear, whole or as a part of a name between underscores.
_TELLING = {
    "score",
    "scores",
    "distance",
    "distances",
    "similarity",
    "cosine",
    "vector",
    "vectors",
    "template",
    "embedding",
    "descriptor",
    "probability",
    "confidence",
    "likelihood",
    "rank",
}

#: What these names may mean all the same: how surely something is a face, whether there is a template, and a rate over
#: at least twenty persons.
_HARMLESS = {
    *("Face.score", "Enrolment.with_template", "Identification.rank_one", "Judged.rank_one"),
    # Whether there is one, whether one was agreed to, and when it was made.
    *("MyAlbum.template", "Given.template_agreed", "Given.template_at"),
}


def test_F12_a_folder_of_two_persons_is_refused_with_exit_3(house: House, tmp_path: Path) -> None:
    for person in ("P01", "P02"):
        shutil.copytree(PEOPLE / person, tmp_path / "two" / person)
    calibrate = ("calibrate", tmp_path / "two", "--name", "ours", "--fpir", "0.5", "--review-fpir", "0.5")
    for words in (("accuracy", tmp_path / "two"), calibrate):
        done = house.cli("measure", *words, "--basis", BASIS, "--json")
        assert (done.returncode, done.stdout) == (3, "")
        assert "F12" in {reason["rule"] for reason in json.loads(done.stderr)["reasons"]}
    with house.open() as archive:
        assert archive.status().counts.measured == 0


def test_F12_a_person_is_verified_against_their_own_template_only(house: House) -> None:
    house.enrol(WREN, "P10", purposes=[Purpose.VERIFY])
    house.enrol("robin@example.org", "P26", purposes=[Purpose.VERIFY])
    with house.open() as archive:
        assert archive.people.verify(WREN, captures=captures_of("P10"), witness="dora") is True
        # The other person's captures are theirs, and still not the subject's.
        assert archive.people.verify(WREN, captures=captures_of("P26"), witness="dora") is False
        entries = [entry for entry in archive.ledger.list(subject=WREN) if entry.verb == "verify"]
        assert len(entries) == 2
        with pytest.raises(RefusedError) as refused:
            archive.people.verify(WREN, captures=captures_of("P10"), witness="anna")
        assert {reason.rule for reason in refused.value.reasons} == {"F12"}
    answers = [house.json("verify", WREN, "--capture", captures_of("P10")[0], "--witness", "dora")]
    assert answers == [{"same": True}]


def _mixed() -> list[Path]:
    """Captures of two people, the odd one last."""
    return [*captures_of("P10", 1), *captures_of("P26", 1)]


def _all_mixed_then_refused(archive: Archive, attempt: Callable[[], object], verb: str) -> None:
    for _ in range(FAILURES_A_DAY):
        with pytest.raises(CaptureError) as mixed:
            attempt()
        assert not re.search(r"\d", str(mixed.value))
    with pytest.raises(RefusedError) as refused:
        attempt()
    assert {reason.rule for reason in refused.value.reasons} == {"F12"}
    entries = [entry for entry in archive.ledger.list() if entry.verb == verb]
    assert len(entries) == FAILURES_A_DAY
    measured = FAILURES_A_DAY * len(_mixed())
    assert (archive.status().counts.measured, archive.status().counts.exposure) == (measured, measured)


def test_F12_mixed_captures_to_enrol_are_logged_and_few_a_day(house: House) -> None:
    with house.open() as archive:
        token = archive.people.invite(WREN, purposes=[Purpose.FIND], collections=[COLLECTION])
        other = archive.people.invite("robin@example.org", purposes=[Purpose.FIND], collections=[COLLECTION])

        def enrol(token: str, captures: list[Path]) -> None:
            archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures, witness=WITNESS)

        _all_mixed_then_refused(archive, lambda: enrol(token, _mixed()), "enrol.failed")
        with pytest.raises(RefusedError, match="F12"):
            enrol(token, captures_of("P10"))
        enrol(other, captures_of("P26"))  # each invite has a budget of its own, beside the account's
        house.clock.move(timedelta(days=1))
        enrol(token, captures_of("P10"))
    assert house.rows("SELECT count(*) FROM capture_failures") == [(0,)]


def test_F12_new_invites_do_not_refill_the_budget_of_an_account(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "FAILURES_A_DAY_BY_ACCOUNT", 3)

    def enrol(archive: Archive, label: str, captures: list[Path]) -> None:
        token = archive.people.invite(label, purposes=[Purpose.FIND], collections=[COLLECTION])
        archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures, witness=WITNESS)

    with house.open() as archive:
        # What is not mixed takes nothing away.
        enrol(archive, "robin@example.org", captures_of("P26"))
        for number in range(3):
            with pytest.raises(CaptureError, match="more than one person"):
                enrol(archive, f"{number}@example.org", _mixed())
        for captures in (_mixed(), captures_of("P10")):
            with pytest.raises(RefusedError) as refused:
                enrol(archive, WREN, captures)
            assert {reason.rule for reason in refused.value.reasons} == {"F12"}
        house.clock.move(timedelta(days=1))
        enrol(archive, WREN, captures_of("P10"))
    assert house.rows("SELECT count(*) FROM capture_failures") == [(0,)]
    assert FAILURES_A_DAY < FAILURES_A_DAY_BY_ACCOUNT < 50


def test_F12_mixed_captures_to_verify_are_logged_and_few_a_day(house: House) -> None:
    house.enrol(WREN, "P10", purposes=[Purpose.VERIFY])
    with house.open() as archive:
        _all_mixed_then_refused(
            archive, lambda: archive.people.verify(WREN, captures=_mixed(), witness="dora"), "verify.failed"
        )
        told = [entry.verb for entry in archive.ledger.list(subject=WREN)]
        assert told.count("verify.failed") == FAILURES_A_DAY
        before = {owner for (owner,) in house.rows("SELECT owner FROM capture_failures")}
        archive.people.withdraw(WREN)
    # The person's goes, that of the account which held the camera stays for the day.
    after = {owner for (owner,) in house.rows("SELECT owner FROM capture_failures")}
    assert (len(before), len(after), after < before) == (2, 1, True)


def test_F12_a_poor_capture_is_not_measured_and_not_counted(house: House, tmp_path: Path) -> None:
    blank = tmp_path / "blank.jpg"
    Image.new("RGB", (400, 400)).save(blank)
    with house.open() as archive:
        token = archive.people.invite(WREN, purposes=[Purpose.FIND], collections=[COLLECTION])
        for _ in range(FAILURES_A_DAY + 1):
            with pytest.raises(CaptureError, match="No face"):
                archive.people.enrol(token, purposes=[Purpose.FIND], captures=[blank], witness=WITNESS)
        archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P10"), witness=WITNESS)


def test_F12_a_photo_of_the_archive_is_no_capture_to_verify(house: House, tmp_path: Path) -> None:
    portraits = tmp_path / "portraits"
    shoot(captures_of("P10")[0], portraits / "0.jpg", NOON)
    house.collection("Portraits", add=portraits)
    house.enrol(WREN, "P10", purposes=[Purpose.VERIFY])
    with house.open() as archive:
        for path in (portraits / "0.jpg", Path(shutil.copy(portraits / "0.jpg", tmp_path / "copy.jpg"))):
            with pytest.raises(RefusedError) as refused:
                archive.people.verify(WREN, captures=[path], witness="dora")
            assert {reason.rule for reason in refused.value.reasons} == {"F12"}
        assert archive.status().counts.measured == 0


def _misses(archive: Archive, faces: dict[int, int]) -> list[tuple[int, int]]:
    """Faces of others in the photos that show the person: each is a miss."""
    return [
        (photo, face.number)
        for photo, own in faces.items()
        for face in archive.photos.faces(photo)
        if face.number != own
    ]


def test_F12_misses_are_budgeted_logged_and_counted_as_exposure(enrolled: House) -> None:
    budget = policy.point_misses([load_pack("EU")])
    faces = enrolled.faces(ENROLLED[WREN])
    with enrolled.open() as archive:
        missing = _misses(archive, faces)
        assert len(missing) > budget
        before = archive.status().counts
        for number, (photo, face) in enumerate(missing[:budget], 1):
            pointed = archive.people.point(WREN, photo_id=photo, face=face)
            assert (pointed.outcome, pointed.misses_left) == (Outcome.REJECTED, budget - number)
        counts = archive.status().counts
        assert (counts.measured - before.measured, counts.exposure - before.exposure) == (budget, budget)
        assert [entry.verb for entry in archive.ledger.list(subject=WREN)].count("point") == budget
        photo, own = next(iter(faces.items()))
        for where, face in (missing[budget], (photo, own)):
            with pytest.raises(RefusedError) as refused:
                archive.people.point(WREN, photo_id=where, face=face)
            assert {reason.rule for reason in refused.value.reasons} == {"F12"}
        assert archive.status().counts == counts
        # Nobody is locked out for good, and without measuring there is always the other way.
        enrolled.clock.move(timedelta(days=1))
        assert archive.people.point(WREN, photo_id=photo, face=own).outcome is Outcome.MATCHED


def test_F12_a_miss_tells_no_score(enrolled: House) -> None:
    faces = enrolled.faces(ENROLLED[WREN])
    with enrolled.open() as archive:
        photo, face = _misses(archive, faces)[0]
    done = enrolled.json("point", "--subject", WREN, "--photo", str(photo), "--face", str(face))
    assert done["outcome"] == "rejected"
    assert set(done) == {"outcome", "counts", "misses_left"}
    assert all(isinstance(value, int) for value in done["counts"].values())


def _public_types() -> set[type]:
    """Every dataclass that a call of the front door takes or gives back, and what is inside of them."""
    found: set[type] = set()
    for part in (getattr(sayso.archive, name) for name in sayso.archive.__all__):
        for call in [part, *_calls(part)]:
            if inspect.isfunction(call):
                for hint in typing.get_type_hints(call).values():
                    _collect(hint, found)
            else:
                _collect(call, found)
    return found


def _calls(part: Any) -> list[Any]:
    """The public methods and properties of a class, and of the namespaces that it holds."""
    calls: list[Any] = []
    for name, one in vars(part).items() if inspect.isclass(part) else ():
        if isinstance(one, functools.cached_property):
            calls += _calls(typing.get_type_hints(one.func)["return"])
        elif not name.startswith("_"):
            calls.append(one.fget if isinstance(one, property) else one)
    return [one for one in calls if inspect.isfunction(one)]


def _collect(hint: Any, found: set[type]) -> None:
    for inner in typing.get_args(hint):
        _collect(inner, found)
    if isinstance(hint, types.UnionType) or not inspect.isclass(hint) or hint in found:
        return
    if dataclasses.is_dataclass(hint):
        found.add(hint)
        for each in typing.get_type_hints(hint).values():
            _collect(each, found)


def test_F12_no_public_type_bears_a_vector_or_a_score() -> None:
    found = _public_types()
    names = {one.__name__ for one in found}
    assert {"FindReport", "Pointed", "Doubt", "Planned", "Entry", "Enrolment", "AccuracyReport", "Withdrawn"} <= names
    telling = []
    for one in found:
        hints = typing.get_type_hints(one)
        for field in dataclasses.fields(one):
            name = f"{one.__name__}.{field.name}"
            if _TELLING & set(field.name.split("_")) and name not in _HARMLESS:
                telling.append(name)
            if "ndarray" in str(hints[field.name]) or "FloatArray" in str(hints[field.name]):
                telling.append(name)
            assert hints[field.name] is not np.ndarray
    assert telling == []


def _leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return list(itertools.chain(*(_leaves(part, f"{path}.{key}") for key, part in value.items())))
    if isinstance(value, list):
        return list(itertools.chain(*(_leaves(part, path) for part in value)))
    return [(path, value)]


#: Numbers with a fraction that commands print, and what they are.
_FRACTIONS = re.compile(r"\.(seconds|x|y|width|height|score|latitude|longitude|radius_km)$")


def test_F12_no_command_prints_a_vector_or_a_score(found: House, tmp_path: Path) -> None:
    faces = found.faces(ENROLLED[WREN])
    photo, face = next(iter(faces.items()))
    commands: list[list[str | Path]] = [
        ["status"],
        ["find", "-c", COLLECTION],
        ["point", "--subject", WREN, "--photo", str(photo), "--face", str(face)],
        ["review", "list"],
        ["photo", "list"],
        ["photo", "show", str(photo)],
        ["album", WREN, "--to", tmp_path / "album"],
        ["collection", "list"],
        ["ledger", "list"],
        ["ledger", "list", "--subject", WREN],
        ["ledger", "proof", "3"],
        ["law", "check"],
        ["account", "list"],
        ["invite", "new@example.org", "--purpose", "find", "-c", COLLECTION],
        ["withdraw", WREN],
    ]
    for words in commands:
        printed = found.json(*words)
        for path, value in _leaves(printed):
            names = set(re.split(r"[._]", path))
            assert not (_TELLING - {"score"} - {"template"}) & names, (words, path)
            if isinstance(value, float):
                assert _FRACTIONS.search(path), (words, path, value)
            assert not (path.endswith(".score") and words[:2] != ["photo", "show"]), (words, path)


def test_F12_enrolment_answers_with_no_comparison_either(house: House) -> None:
    token = house.json("invite", WREN, "--purpose", "find", "-c", COLLECTION)["token"]
    captures = itertools.chain(*(("--capture", str(path)) for path in captures_of("P10")))
    printed = house.json("enrol", token, "--agree", "find", *captures, "--witness", WITNESS)
    assert [path for path, value in _leaves(printed) if isinstance(value, float)] == []
    # That the captures are mixed is told, without telling which of them differ, or how much.
    token = house.json("invite", "other@example.org", "--purpose", "find", "-c", COLLECTION)["token"]
    mixed: list[str | Path] = ["--capture", captures_of("P10")[0], "--capture", captures_of("P26")[0]]
    done = house.cli("enrol", token, "--agree", "find", *mixed, "--witness", WITNESS)
    assert done.returncode == 1
    assert "more than one person" in done.stderr
    assert "0.jpg" not in done.stderr
    assert not re.search(r"0\.\d\d", done.stderr)


def test_F12_outcomes_are_words_and_nothing_between() -> None:
    assert issubclass(Outcome, enum.Enum)
    assert {one.value for one in Outcome} == {"matched", "review", "rejected"}


def test_F12_a_point_that_was_cut_off_leaves_its_bound_in_the_ledger(
    enrolled: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        """Stands for the end of the process: nothing catches it."""

    def kill(*_: Any) -> None:
        raise KilledError

    photo, own = next(iter(enrolled.faces(ENROLLED[WREN]).items()))
    with enrolled.open() as archive:
        monkeypatch.setattr(sys.modules["sayso.finding.point"], "_compare", kill)
        with pytest.raises(KilledError):
            archive.people.point(WREN, photo_id=photo, face=own)
        last = archive.ledger.list(subject=WREN)[-1]
    assert last.verb == "point.begin"
    assert dict(last.facts) == {"photo": photo, "faces_planned": 1}


@pytest.mark.parametrize("what", ["accuracy", "calibrate", "redaction"])
def test_F12_a_measurement_that_was_cut_off_leaves_its_bound_in_the_ledger(
    house: House, tmp_path: Path, what: str
) -> None:
    class KilledError(BaseException):
        """Stands for the end of the process: nothing catches it."""

    def kill(*_: Any) -> None:
        raise KilledError

    folder = tmp_path / "people"
    for person in sorted(PEOPLE.iterdir())[:20]:
        (folder / person.name).mkdir(parents=True)
        for number in range(2):
            shutil.copy(person / f"{number}.jpg", folder / person.name)
    with house.open() as archive:
        measure: dict[str, Callable[..., object]] = {
            "accuracy": archive.law.measure_accuracy,
            "calibrate": functools.partial(archive.law.calibrate, name="ours", matched_fpir=0.5, review_fpir=0.5),
            "redaction": archive.closing.measure_redaction,
        }
        with pytest.raises(KilledError):
            measure[what](folder, basis=BASIS, progress=kill)
        last = archive.ledger.list()[-1]
    assert last.verb == f"measure.{what}.begin"
    assert dict(last.facts) == {"basis": BASIS, "pictures_planned": 40}
