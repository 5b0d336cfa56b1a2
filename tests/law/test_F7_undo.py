"""F7: whoever decided a doubt by a slip takes it back; nobody else does, and what it opened is closed everywhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sayso.archive import Doubt
from sayso.errors import RefusedError, UnknownError, UsageError
from sayso.values import FrozenBy, Outcome, Purpose, Role
from tests.house import COVERED, OPEN, OPERATOR, SECOND, WITNESS, House, boxes, child, closed_share

WANDA, FINCH = "wanda@example.org", "finch@example.org"

_KILLED = """
import importlib, os, sys
import sayso

def die(*_, **__):
    os._exit(9)

importlib.import_module("sayso.delivery.issue")._write = die
with sayso.open(sys.argv[1], name="anna") as archive:
    archive.review.undo(int(sys.argv[2]))
"""


@pytest.fixture
def doubted(found: House) -> House:
    """Somebody without a template, for whom the second operator pointed; she lets others see her."""
    found.enrol(WANDA, None, purposes=[Purpose.FIND, Purpose.SHARE])
    with found.open(SECOND) as archive:
        for photo, number in found.faces("P12").items():
            archive.people.point(WANDA, photo_id=photo, face=number)
    return found


def doubts(house: House) -> list[Doubt]:
    with house.open() as archive:
        return list(archive.review.list(WANDA))


def decide(house: House, *, yes: bool, name: str = OPERATOR) -> Doubt:
    """What was decided: the first that waits."""
    doubt = doubts(house)[0]
    with house.open(name) as archive:
        (archive.review.confirm if yes else archive.review.deny)(doubt.id)
    return doubt


def hers(house: House) -> set[int]:
    with house.open() as archive:
        return {one.photo.id for one in archive.people.photos(WANDA)}


@pytest.mark.parametrize("yes", [True, False])
def test_F7_a_slip_is_taken_back_and_the_doubt_is_as_it_was(doubted: House, yes: bool) -> None:
    before = doubts(doubted)
    decided = decide(doubted, yes=yes)
    assert len(doubts(doubted)) == len(before) - 1
    with doubted.open() as archive:
        archive.review.undo(decided.id)
    assert doubts(doubted) == before
    assert hers(doubted) == set()
    assert decide(doubted, yes=True).id == decided.id
    assert hers(doubted) == {decided.photo.id}


def test_F10_the_person_reads_that_it_was_taken_back(doubted: House) -> None:
    decided = decide(doubted, yes=True)
    subject = doubted.subject(WANDA)
    with doubted.open() as archive:
        archive.review.undo(decided.id)
        entry = archive.acting(subject, Role.SUBJECT).ledger.list(subject=subject)[-1]
    assert (entry.verb, entry.actor) == ("review.undo", OPERATOR)
    facts = {"photo": decided.photo.id, "was": "matched", "outcome": "review", "decided_by": "operator"}
    assert dict(entry.facts) == facts


@pytest.mark.parametrize("name", [SECOND, WITNESS])
def test_F7_nobody_else_takes_it_back(doubted: House, name: str) -> None:
    decided = decide(doubted, yes=True)
    with doubted.open(name) as archive, pytest.raises(UnknownError, match="no decision of yours"):
        archive.review.undo(decided.id)
    assert hers(doubted) == {decided.photo.id}


def test_F7_a_reviewer_takes_their_own_back_and_a_subject_nothing(doubted: House) -> None:
    decided = decide(doubted, yes=True, name=WITNESS)
    with doubted.open() as archive, pytest.raises(RefusedError, match="F10"):
        archive.acting(doubted.subject(WANDA), Role.SUBJECT).review.undo(decided.id)
    with doubted.open(WITNESS) as archive:
        archive.review.undo(decided.id)
        with pytest.raises(UnknownError, match="no decision of yours"):
            archive.review.undo(decided.id)
    assert hers(doubted) == set()


def test_F7_after_an_hour_it_stands(doubted: House) -> None:
    first, second = decide(doubted, yes=True), decide(doubted, yes=False)
    doubted.clock.move(timedelta(minutes=59))
    with doubted.open() as archive:
        archive.review.undo(first.id)
        doubted.clock.move(timedelta(minutes=2))
        with pytest.raises(UsageError, match="more than an hour ago"):
            archive.review.undo(second.id)


def test_F7_what_a_person_said_or_a_measurement_found_is_not_taken_back_for_them(doubted: House) -> None:
    said = doubts(doubted)[0]
    (measured,) = doubted.rows("SELECT id FROM matches WHERE outcome = 'matched' ORDER BY id LIMIT 1")
    with doubted.open() as archive:
        archive.review.confirm(said.id, said_by_subject=True)
        for one in (said.id, *measured, doubts(doubted)[0].id, 0):
            with pytest.raises(UnknownError):
                archive.review.undo(one)
    assert hers(doubted) == {said.photo.id}


def test_F7_what_the_person_said_since_stands(doubted: House) -> None:
    decided = decide(doubted, yes=True)
    with doubted.open() as archive:
        archive.people.disown(WANDA, photo_id=decided.photo.id, face=decided.face.number)
        with pytest.raises(UnknownError, match="no decision of yours"):
            archive.review.undo(decided.id)
    assert decided.id not in [one.id for one in doubts(doubted)]


def test_F7_nothing_of_a_frozen_person_is_taken_back(doubted: House) -> None:
    decided = decide(doubted, yes=True)
    with doubted.open() as archive:
        archive.people.freeze(WANDA, by=FrozenBy.SUBJECT)
        with pytest.raises(UnknownError, match="no decision of yours"):
            archive.review.undo(decided.id)


def test_F7_what_it_opened_is_closed_in_every_album_and_export(doubted: House, tmp_path: Path) -> None:
    """Her own pages, a folder that was handed out, and what somebody else was given with that face open."""
    doubted.enrol(FINCH, "P06")
    with doubted.open() as archive:
        archive.people.find(subject=FINCH)
        beside = [one.photo.id for one in archive.people.photos(FINCH)]
    doubt = next(one for one in doubts(doubted) if one.photo.id in beside)
    name = Path(doubt.photo.path)
    subject = doubted.subject(WANDA)
    with doubted.open() as archive:
        archive.review.confirm(doubt.id)
        archive.people.album(WANDA, tmp_path / "wandas")
        archive.people.album(FINCH, tmp_path / "finchs")
        archive.papers.export(FINCH, tmp_path / "export")
        own = archive.acting(subject, Role.SUBJECT).mine
        assert own.refresh(subject).photos == 1

        def seen() -> float:
            shown = sorted(tmp_path.glob("finchs/photos/*"))[beside.index(doubt.photo.id)]
            return closed_share(name, shown, boxes(name.stem)["P12"])

        assert seen() < OPEN
        archive.review.undo(doubt.id)
        assert seen() > COVERED
        assert not list(tmp_path.glob("wandas/photos/*"))
        assert not (tmp_path / "export").exists()
        album = own.album(subject)
        assert (album.photos, album.behind, album.waiting) == ((), 0, len(doubts(doubted)))
        assert own.refresh(subject).photos == 0


def test_F7_a_killed_undo_is_completed_when_the_archive_opens(doubted: House, tmp_path: Path) -> None:
    decided = decide(doubted, yes=True)
    with doubted.open() as archive:
        archive.people.album(WANDA, tmp_path / "album")
    done = child("-c", _KILLED, str(doubted.archive), str(decided.id), environment=doubted.environment())
    assert done.returncode == 9, done.stderr
    assert list(tmp_path.glob("album/photos/*"))
    doubted.open().close()
    assert not list(tmp_path.glob("album/photos/*"))
    assert decided.id in [one.id for one in doubts(doubted)]


def test_F7_the_command_undoes_what_the_command_decided(doubted: House) -> None:
    doubt = str(doubts(doubted)[0].id)
    assert doubted.json("review", "confirm", doubt) == {"outcome": Outcome.MATCHED}
    refused = doubted.cli("review", "undo", doubt, as_=SECOND)
    assert refused.returncode == 2
    assert "no decision of yours" in refused.stderr
    assert doubted.json("review", "undo", doubt) == {"outcome": Outcome.REVIEW}
    assert doubt in {str(one.id) for one in doubts(doubted)}
