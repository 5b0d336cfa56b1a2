"""L1 and L8: captures made knowingly, another way that reaches the same photos, and no trait inferred from anybody."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sayso
from sayso.errors import RefusedError
from sayso.values import Outcome, Purpose
from tests.house import COLLECTION, ENROLLED, NOON, SECOND, WREN, House, captures_of, shoot

SOURCE = Path(sayso.__file__).parent

_TRAITS = re.compile(
    r"\b(emotion|emotions|mood|smil(e|ing)|ethnicity|ethnic|race|gender|male|female|religion|attractive\w*|"
    r"estimated_age|age_estimate|predict_age|skin_tone|beauty)\b",
    re.IGNORECASE,
)

#: Where a word of these is said to name what is refused, not to compute it.
_REFUSALS = re.compile(r"(no|never|without|refuse|refused|forbid|not)\b", re.IGNORECASE)


def test_L1_pointing_without_a_template_reaches_the_same_photos(house: House, tmp_path: Path) -> None:
    """The person points at each of their faces and another operator, or they, confirm: nothing was ever measured."""
    house.enrol("measured@example.org", ENROLLED[WREN])
    house.enrol(WREN, None)
    faces = house.faces(ENROLLED[WREN])
    with house.open() as archive:
        for photo, face in faces.items():
            pointed = archive.people.point(WREN, photo_id=photo, face=face)
            assert (pointed.outcome, pointed.counts.measured) == (Outcome.REVIEW, 0)
        assert archive.people.photos(WREN) == []
    with house.open(SECOND) as archive:
        for doubt in archive.review.list(WREN):
            archive.review.confirm(doubt.id)
    with house.open() as archive:
        theirs = {one.photo.id for one in archive.people.photos(WREN)}
        assert archive.status().counts.measured == 0
        archive.people.find(subject="measured@example.org", collection=COLLECTION)
        measured = {one.photo.id for one in archive.people.photos("measured@example.org")}
        report = archive.people.album(WREN, tmp_path / "album")
    assert theirs == house.shows(ENROLLED[WREN])
    assert measured <= theirs
    assert report.written == len(theirs)


def test_L1_enrolling_needs_no_capture_and_makes_no_template(house: House) -> None:
    house.enrol(WREN, None)
    with house.open() as archive:
        assert archive.status().templates == 0
        with pytest.raises(RefusedError):
            archive.people.find(subject=WREN, collection=COLLECTION)


def test_L1_nobody_is_enrolled_with_a_photo_out_of_the_archive(house: House, tmp_path: Path) -> None:
    portraits = tmp_path / "portraits"
    for number in range(3):
        shoot(captures_of("P10")[number], portraits / f"{number}.jpg", NOON)
    house.collection("Portraits", add=portraits)
    (tmp_path / "elsewhere").mkdir()
    copies = [Path(shutil.copy(path, tmp_path / "elsewhere" / f"selfie {path.name}")) for path in portraits.iterdir()]
    with house.open() as archive:
        token = archive.people.invite(WREN, purposes=[Purpose.FIND], collections=[COLLECTION])
        for captures in (sorted(portraits.iterdir()), copies, [*captures_of("P10"), copies[0]]):
            with pytest.raises(RefusedError) as refused:
                archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures, witness="dora")
            assert {reason.rule for reason in refused.value.reasons} == {"L1"}
        assert archive.status().templates == 0
        archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P10"), witness="dora")


def test_L1_templates_leave_through_no_command(found: House) -> None:
    """Nothing that the program writes for anybody holds the sealed template, let alone an open one."""
    sealed = [row[0] for row in found.rows("SELECT sealed FROM templates")]
    assert len(sealed) == 2
    done = found.cli("status", "--json")
    with found.open() as archive:
        bodies = b"".join(entry.body for entry in archive.ledger.list())
    for one in sealed:
        assert one not in bodies
        assert one.hex() not in done.stdout


def test_L8_no_line_of_code_speaks_of_a_trait() -> None:
    spoken = []
    for path in sorted(SOURCE.rglob("*.py")):
        if "demo" in path.parts:
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if _TRAITS.search(line) and not _REFUSALS.search(line):
                spoken.append(f"{path.relative_to(SOURCE)}:{number}: {line.strip()}")
    assert spoken == []


def test_L8_models_give_boxes_landmarks_and_vectors_and_nothing_else() -> None:
    from sayso.vision import cards

    assert {card.job for card in cards()} == {"locate", "align", "measure"}


def test_L8_no_command_has_an_option_for_a_trait() -> None:
    """The help of every command, as a person reads it."""
    script = (
        "import click, typer; from sayso.cli.app import app; root = typer.main.get_command(app)\n"
        "def walk(command, names):\n"
        "    print(' '.join(names), [p.name for p in command.params], command.help)\n"
        "    for name in getattr(command, 'commands', {}): walk(command.commands[name], [*names, name])\n"
        "walk(root, ['sayso'])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") > 30
    said = [line for line in done.stdout.splitlines() if _TRAITS.search(line) and not _REFUSALS.search(line)]
    assert said == []
