"""Words that make no sense: one or two sentences with the next step, the right exit code, and nothing changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MakeHouse
from tests.house import COLLECTION, SECOND, WREN, House

from .conftest import Run

_LONG = "x" * 5000

#: Words, exit code, what is said. ``{assessment}`` becomes the path of a file that is there.
BAD: list[tuple[tuple[str | int, ...], int, str]] = [
    (("photo", "list", "--from", "yesterday"), 2, "Write it like 2026-06-14"),
    (("photo", "list", "--from", "2026-06-14T10:00+02:00"), 2, "without a zone"),
    (("photo", "list", "--from", "2026-07-01", "--to", "2026-06-01"), 2, "ends before it begins"),
    (("find", "--near", "48.8"), 2, "latitude,longitude"),
    (("find", "--near", "91,0"), 2, "not on the earth"),
    (("find", "--near", "nan,nan"), 2, "not on the earth"),
    (("photo", "list", "--near", "1,1", "--radius", "-1"), 2, "no distance"),
    (("photo", "list", "--near", "1,1", "--radius", "nan"), 2, "no distance"),
    (("photo", "list", "--collection", "9" * 5000), 2, "There is no collection"),
    (("photo", "list", "--collection", ""), 2, f"The archive holds '{COLLECTION}'"),
    (("photo", "show", 999), 2, "There is no photo 999"),
    (("photo", "show", 0), 2, "There is no photo 0"),
    (("photo", "show", 2**63), 2, "larger than any id"),
    (("photo", "delete", 10**40), 2, "larger than any id"),
    (("point", "--subject", WREN, "--photo", 10**40, "--face", 1), 2, "larger than any id"),
    (("ledger", "proof", 10**40), 2, "larger than any id"),
    (("review", "confirm", 10**40), 2, "Nothing waits"),
    (("photo", "show", "-1"), 2, "No such option"),
    (("photo", "redact", 1, "--box", "1,2,3"), 2, "x,y,width,height"),
    (("photo", "redact", 1, "--box", "nan,1,2,3"), 2, "is no box"),
    (("photo", "redact", 1, "--box", "1,1,0,5"), 2, "has no area"),
    (("photo", "redact", 1, "--box", "5000,5000,10,10"), 2, "The photo is 1280 × 853 pixels"),
    (("photo", "redact", 1, "--box", "1,1,1e300,10"), 2, "not lie inside the photo"),
    (("photo", "delete", 1, 999), 2, "There is no photo 999"),
    (("point", "--subject", "nobody", "--photo", 1, "--face", 1), 2, "Nobody with that id or label"),
    (("point", "--subject", WREN, "--photo", 1, "--face", 99), 2, "no face number 99"),
    (("review", "confirm", 77), 2, "Nothing waits for review under 77"),
    (("ledger", "proof", 9999), 2, "no entry 9999"),
    (("ledger", "list", "--limit", 0), 2, "greater than or equal to 1"),
    (("ledger", "list", "--subject", "nobody"), 2, "Nobody with that id or label"),
    (("album", "nobody", "--to", "somewhere"), 2, "Nobody with that id or label"),
    (("album", WREN, "--to", "somewhere", "--language", "de"), 2, "Choose one of: en, fr"),
    (("account", "new", "zed", "--role", "boss"), 2, "'boss' is not one of"),
    (("account", "new", "zed", "--role", "subject"), 2, "A subject needs no account"),
    (("account", "new", "ANNA", "--role", "operator"), 2, "is taken"),
    (("account", "new", " ", "--role", "operator"), 2, "1 to 200 printable characters"),
    (("account", "new", _LONG, "--role", "operator"), 2, "1 to 200 printable characters"),
    (("account", "disable", "nobody"), 2, "no account of that name"),
    (("account", "disable", "anna", "--as", "zed"), 3, "'zed' has no account here"),
    (("find", "--collection", "nope"), 2, "There is no collection 'nope'"),
    (("find", "--reach", "wide"), 2, "'wide' is not one of"),
    (("find", "--reach", "narrowed"), 3, "needs a cue"),
    (("find", "--reach", "pointed"), 3, "sayso point"),
    (("law", "explain", "fly"), 2, "Choose one of init, add"),
    (("law", "explain", "enrol", "--language", "de"), 2, "Choose one of: en, fr"),
    (
        ("law", "declare", "biometric-bank", "--on", "2026-01-01"),
        2,
        "No law pack of this archive, its collections or its people asks",
    ),
    (("law", "declare", "biometric-bank", "--on", "soon"), 2, "no date"),
    (("collection", "new", ""), 2, "no name for a collection"),
    (("collection", "new", _LONG), 2, "no name for a collection"),
    (("collection", "new", "7"), 2, "looks like an id"),
    (("collection", "new", COLLECTION.upper()), 2, "already a collection"),
    (("collection", "new", "w", "--reach", "swept"), 3, "basis code, the assessment file"),
    (("collection", "new", "w", "--basis", "x"), 2, "Give all four"),
    (("collection", "new", "w", "--pack", "XX"), 2, "There is no law pack 'XX'"),
    (("collection", "new", "w", "--retention", "2020-01-01"), 2, "Choose a later day"),
    (("collection", "new", "w", "--calibration", "none"), 2, "has no calibration 'none'"),
    (("collection", "approve", COLLECTION, "--as", SECOND), 2, "already approved"),
    (("collection", "approve", COLLECTION), 3, "A second person"),
    (("collection", "delete", "nope"), 2, "There is no collection 'nope'"),
    (("invite", "", "--purpose", "find", "-c", COLLECTION), 2, "A person needs a label"),
    (("invite", _LONG, "--purpose", "find", "-c", COLLECTION), 2, "at most 200"),
    (("invite", "x", "--purpose", "find", "-c", "nope"), 2, "There is no collection 'nope'"),
    (("invite", "x", "--purpose", "spy", "-c", COLLECTION), 2, "'spy' is not one of"),
    (("withdraw", "nobody"), 2, "Nobody with that id or label"),
    (("models", "prepare", "--from", "nowhere"), 2, "There is no folder nowhere"),
    (("measure", "accuracy", "nowhere", "--basis", "x"), 2, "one folder for each person"),
]


@pytest.mark.parametrize(("words", "code", "said"), BAD, ids=lambda value: str(value)[:60])
def test_senseless_words_are_answered_and_change_nothing(
    enrolled_once: House, sayso: Run, words: tuple[str | int, ...], code: int, said: str
) -> None:
    before = _state(enrolled_once)
    answer = sayso(*words)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.said
    assert "→" in answer.err
    assert len(answer.err) < 900
    assert _state(enrolled_once) == before


@pytest.fixture(scope="module")
def _one_house(_base_enrolled: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    return _base_enrolled.copy(tmp_path_factory.mktemp("bad words"))


@pytest.fixture
def enrolled_once(_one_house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> House:
    """An archive that these tests share, because none of them may change it."""
    for name, value in _one_house.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return _one_house


def _state(house: House) -> tuple[int, int, list[str]]:
    with house.open() as archive:
        status = archive.status()
        names = [one.name for one in archive.collections.list()]
    return status.ledger_size, status.faces, names


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("init",), "Add --pack with CA, CA-QC, EU"),
        (("init", "--pack", "XX"), "There is no law pack 'XX'"),
        (("init", "--pack", "EU", "--calibration", "none"), "has no calibration 'none'"),
        (("init", "--pack", "EU", "--master-key", "drawer"), "Choose one of file, environment, keyring"),
        (("init", "--pack", "EU", "--as", "  "), "1 to 200 printable characters"),
    ],
)
def test_a_failed_init_leaves_nothing_behind(
    new_house: MakeHouse, sayso: Run, words: tuple[str, ...], said: str
) -> None:
    house = new_house()
    answer = sayso(*words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.said
    assert not [path for path in house.root.rglob("*") if path.is_file()]
    assert sayso("init", "--pack", "EU").code == 0


@pytest.mark.usefixtures("empty_house")
def test_init_refuses_a_folder_in_use(sayso: Run, tmp_path: Path) -> None:
    again = sayso("init", "--pack", "EU")
    assert again.code == 2
    assert "There is an archive in" in again.said
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    full = sayso("init", "--pack", "EU", "--archive", tmp_path / "full")
    assert full.code == 2
    assert "is not empty" in full.said
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


@pytest.mark.usefixtures("enrolled")
def test_a_purpose_that_nobody_agreed_to_is_refused(sayso: Run) -> None:
    verify = sayso("verify", WREN, "--capture", "any.jpg", "--witness", "clara")
    assert verify.code == 3
    assert "does not name `verify`" in verify.said
    nothing = sayso("withdraw", WREN, "--purpose", "share")
    assert nothing.code == 0
    assert "nothing, for nothing of it was agreed to" in nothing.said
    assert sayso("find", "--subject", WREN).code == 0


def test_a_wider_reach_needs_facts_that_hold(empty_house: House, sayso: Run) -> None:
    def widen(basis: str, assessment: Path, start: str, end: str, expires: str) -> tuple[int, str]:
        answer = sayso(
            *("collection", "new", "w", "--reach", "swept", "--basis", basis, "--assessment", assessment),
            *("--occasion", start, end, "--expires", expires),
        )
        return answer.code, answer.said

    real, code = empty_house.assessment, "synthetic-people"
    wrong = [
        (widen("because we want to", real, "2026-06-14", "2026-06-15", "2027-06-01"), 3, "Name a basis code"),
        (widen(code, real.parent / "none.pdf", "2026-06-14", "2026-06-15", "2027-06-01"), 2, "cannot be read"),
        (widen(code, real, "2026-06-15", "2026-06-14", "2027-06-01"), 2, "ends before it begins"),
        (widen(code, real, "2026-06-14", "2026-06-15", "2020-01-01"), 3, "it lies ahead"),
    ]
    for (exit_code, said), expected, words in wrong:
        assert exit_code == expected, said
        assert words in said
    with empty_house.open() as archive:
        assert list(archive.collections.list()) == []
