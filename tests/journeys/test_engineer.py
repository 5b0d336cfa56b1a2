"""An engineer's journey: the same archive from a program of their own, in scripts that may run twice or at once."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import sayso
from sayso.engine import Progress
from sayso.errors import ArchiveError, ImageError, KeyStoreError, RefusedError, SaysoError, UnknownError, UsageError
from sayso.values import Cues, Outcome, Purpose, Reach
from tests.house import COLLECTION, DEMO, NOON, ROBIN, WREN, House, child, shoot


def test_the_package_shows_a_small_door(enrolled: House) -> None:
    assert sayso.__all__ == ["Archive", "__version__", "create", "open"]
    with sayso.open(str(enrolled.archive), name="anna") as archive:
        assert isinstance(archive, sayso.Archive)
    with pytest.raises(AttributeError):
        _ = sayso.templates


def test_every_error_is_one_tree_and_tells_the_next_step(enrolled: House, tmp_path: Path) -> None:
    with enrolled.open() as archive:
        caught: list[SaysoError] = []
        for call in (
            lambda: archive.photos.faces(10**30),
            lambda: archive.collections.get("nope"),
            lambda: archive.people.find(subject=""),
            lambda: archive.photos.add([], COLLECTION),
            lambda: archive.people.find(reach=Reach.POINTED),
            lambda: archive.people.confirm("nope"),
            lambda: sayso.open(tmp_path, name="anna"),
            lambda: sayso.create(enrolled.archive, packs=["EU"], controller="x", contact="x", operator="x"),
        ):
            with pytest.raises(SaysoError) as error:
                call()
            caught.append(error.value)
    assert [type(one) for one in caught[:5]] == [UsageError, UnknownError, UnknownError, UsageError, RefusedError]
    assert isinstance(caught[6], ArchiveError)
    for one in caught:
        assert one.next_step
        assert one.exit_code in (1, 2, 3)
        assert str(one) == f"{one.what} {one.next_step}"
    for kind in (ImageError, KeyStoreError, ArchiveError, RefusedError, UsageError):
        assert issubclass(kind, SaysoError)


def test_a_nightly_script_may_run_twice(house: House, tmp_path: Path) -> None:
    incoming = tmp_path / "incoming"
    shutil.copytree(house.photos, incoming)

    def night() -> tuple[int, int, int]:
        told: list[Progress] = []
        with house.open() as archive:
            report = archive.photos.add([incoming], COLLECTION, progress=told.append)
            found = archive.people.find(collection=COLLECTION)[0]
        assert (told[-1].done, told[-1].total) == (len(list(incoming.iterdir())),) * 2
        return report.added, found.counts.measured, found.matched

    house.enrol(WREN, "P10")
    added, measured, matched = night()
    assert (added, matched) == (0, 3)
    assert measured > matched
    assert night() == (0, 0, 0)
    # A photo that comes later is the only one that is looked at.
    shoot(DEMO / "event" / "g02.jpg", incoming / "late.jpg", NOON)
    added, measured, _ = night()
    assert (added, measured) == (1, 4)


def test_several_programs_at_once_wait_for_each_other(enrolled: House) -> None:
    def work(number: int) -> int:
        done = enrolled.cli("collection", "new", f"Day {number}", "--json")
        assert done.returncode == 0, done.stderr
        return int(json.loads(done.stdout)["id"])

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(work, range(8)))
    assert len(set(made)) == 8
    with enrolled.open() as archive:
        assert len(archive.collections.list()) == 9
        assert archive.ledger.verify().size == archive.status().ledger_size


def test_nothing_that_a_program_gets_holds_a_vector_or_a_score_of_a_comparison(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        report = archive.people.find(subject=WREN)[0]
        shown: list[Any] = [
            report,
            archive.people.list(),
            archive.review.list(),
            archive.ledger.list(),
            archive.status(),
            archive.people.album(WREN, tmp_path / "album"),
            archive.photos.list(cues=Cues(tags=())),
            archive.people.withdraw(ROBIN),
        ]
    text = repr(shown)
    assert "array(" not in text
    assert "distance" not in text
    assert not _long_numbers(shown)


def test_an_archive_moves_with_its_keys_and_opens_without_none(found: House, tmp_path: Path) -> None:
    there = found.copy(tmp_path / "elsewhere")
    script = (
        "import sayso, sys\nfrom sayso.values import Outcome\n"
        "with sayso.open(sys.argv[1], name='anna') as archive:\n"
        "    print(archive.status().matched, len(archive.people.list()), archive.ledger.verify().size)\n"
    )
    here = child("-c", script, str(found.archive), environment=found.environment())
    moved = child("-c", script, str(there.archive), environment=there.environment())
    assert here.returncode == moved.returncode == 0, moved.stderr
    assert here.stdout == moved.stdout
    shutil.rmtree(there.keys)
    locked = child("-c", script, str(there.archive), environment=there.environment())
    assert locked.returncode == 1
    assert "KeyStoreError" in locked.stderr


def test_a_programs_own_review_changes_what_is_found(found: House) -> None:
    with found.open() as archive:
        before = archive.status().matched
        guest = found.enrol("guest", None)
        listed = archive.photos.list(collection=COLLECTION)
        taken = found.shows("P10") | found.shows("P26")
        photo = next(one for one in listed if one.faces and one.photo.id not in taken)
        pointed = archive.people.point(guest, photo_id=photo.photo.id, face=1)
        assert pointed.outcome is Outcome.REVIEW
        doubt = next(one for one in archive.review.list(guest))
        assert doubt.operator_may_decide
        assert archive.review.confirm(doubt.id, said_by_subject=True) is Outcome.MATCHED
        assert archive.status().matched == before + 1
        archive.people.withdraw(guest, purposes=[Purpose.FIND])
        assert archive.status().matched == before


def _long_numbers(value: Any) -> list[Any]:
    """Sequences of more than eight fractions, wherever they are: what a vector would look like."""
    if isinstance(value, list | tuple):
        own = [value] if len(value) > 8 and all(isinstance(one, float) for one in value) else []
        return own + [found for one in value for found in _long_numbers(one)]
    if hasattr(value, "__dataclass_fields__"):
        return _long_numbers([getattr(value, name) for name in value.__dataclass_fields__])
    return []
