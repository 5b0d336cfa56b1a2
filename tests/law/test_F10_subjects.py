"""F10: whoever comes in as a subject acts on, and reads about, nobody but themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sayso.access import OF_NOBODY, VERBS
from sayso.archive import Archive, Right, Site
from sayso.errors import RefusedError
from sayso.values import FrozenBy, Purpose, Role

from ..house import ROBIN, WITNESS, WREN, House

Act = Callable[[Archive, str, Path], object]

SITE = Site("localhost", "http://localhost:8000", "The Photo Club", "Photos")

#: Every verb that a subject may do to somebody, as the front door offers it.
ACTS: dict[str, Act] = {
    "photos": lambda archive, whom, _: archive.people.photos(whom),
    "find": lambda archive, whom, _: archive.people.find(subject=whom),
    "point": lambda archive, whom, _: archive.people.point(whom, photo_id=1, face=1),
    "verify": lambda archive, whom, _: archive.people.verify(whom, captures=[], witness="x"),
    "witness": lambda archive, whom, _: archive.people.witness(whom, captures=[], witness="x"),
    "live": lambda archive, whom, _: archive.live.begin(whom),
    "album": lambda archive, whom, folder: archive.people.album(whom, folder / "album"),
    "disown": lambda archive, whom, _: archive.people.disown(whom, photo_id=1, face=1),
    "rename": lambda archive, whom, _: archive.people.rename(whom, "somebody"),
    "receipt": lambda archive, whom, _: archive.papers.receipt(whom),
    "export": lambda archive, whom, folder: archive.papers.export(whom, folder / "export"),
    "request.new": lambda archive, whom, _: archive.requests.new(whom, Right.ACCESS),
    "ledger.list": lambda archive, whom, _: archive.ledger.list(subject=whom),
    "freeze": lambda archive, whom, _: archive.people.freeze(whom, by=FrozenBy.SUBJECT),
    "withdraw": lambda archive, whom, _: archive.people.withdraw(whom),
    "passkey.new": lambda archive, whom, _: archive.passkeys.begin_registration(whom, SITE),
    "passkey.list": lambda archive, whom, _: archive.passkeys.list(whom),
    "passkey.remove": lambda archive, whom, _: archive.passkeys.remove(whom, "none"),
}


def as_subject(archive: Archive, subject_id: str) -> Archive:
    """The archive as a subject sees it who showed who they are."""
    return Archive(replace(archive._door, name=subject_id, role=Role.SUBJECT))


def test_every_verb_that_a_subject_may_do_is_tried_here_or_is_about_nobody() -> None:
    allowed = {verb for verb, roles in VERBS.items() if Role.SUBJECT in roles}
    assert allowed == ACTS.keys() | OF_NOBODY | {"ledger.proof", "job.list", "job.stop"}


def test_F10_a_subject_is_refused_whatever_is_about_somebody_else(found: House, tmp_path: Path) -> None:
    wren, robin = found.subject(WREN), found.subject(ROBIN)
    with found.open() as archive:
        theirs = as_subject(archive, wren)
        size = archive.status().ledger_size
        for verb, act in ACTS.items():
            # By id, by label, by a name that nobody has: the answer is one and the same.
            told = set()
            for whom in (robin, ROBIN, "nobody@example.org", ""):
                with pytest.raises(RefusedError, match="nobody but themselves") as refused:
                    act(theirs, whom, tmp_path)
                assert [reason.rule for reason in refused.value.reasons] == ["F10"], verb
                told.add(str(refused.value))
            assert len(told) == 1
        for unnamed in (theirs.people.find, theirs.ledger.list):
            with pytest.raises(RefusedError, match="nobody but themselves"):
                unnamed()
        for staffs in (theirs.people.list, theirs.review.list, theirs.requests.list, theirs.notices.waiting):
            with pytest.raises(RefusedError, match="role subject may not"):
                staffs()
        assert archive.status().ledger_size == size
        assert len(archive.people.photos(ROBIN)) == len(found.shows("P26"))


def test_F10_a_subject_reads_takes_and_ends_what_is_their_own(found: House, tmp_path: Path) -> None:
    wren, robin = found.subject(WREN), found.subject(ROBIN)
    with found.open() as archive:
        theirs = as_subject(archive, wren)
        assert {one.photo.id for one in theirs.people.photos(wren)} == found.shows("P10")
        own, others = theirs.ledger.list(subject=wren)[0], archive.ledger.list(subject=robin)
        assert theirs.ledger.proof(own.index).index == own.index
        not_mine = next(
            one.index for one in others if one.index not in {e.index for e in archive.ledger.list(subject=wren)}
        )
        with pytest.raises(RefusedError, match="nobody but themselves"):
            theirs.ledger.proof(not_mine)
        assert theirs.people.album(wren, tmp_path / "album").written
        assert theirs.papers.export(wren, tmp_path / "export").photos
        assert theirs.people.withdraw(wren).purposes == (Purpose.FIND,)
        assert [one.label for one in archive.people.list()] == [ROBIN]


def test_F10_a_look_at_the_requests_is_an_entry_that_the_people_can_read(enrolled: House) -> None:
    with enrolled.open() as archive:
        archive.requests.new(WREN, Right.ACCESS)
        archive.requests.list()
        assert "request.list" in {one.verb for one in archive.ledger.list(subject=WREN)}
        assert "request.list" not in {one.verb for one in archive.ledger.list(subject=ROBIN)}


def test_F10_no_password_is_asked_for_before_the_gate(found: House) -> None:
    def ask() -> str:
        raise AssertionError("asked")

    subject = found.subject(WREN)
    with found.open() as archive:
        archive.accounts.set_password(WITNESS, "a long enough password")
        with pytest.raises(RefusedError, match="nobody but themselves"):
            as_subject(archive, subject).people.verify(ROBIN, captures=[], witness=WITNESS, witness_password=ask)
        with pytest.raises(AssertionError, match="asked"):
            archive.people.verify(WREN, captures=[], witness=WITNESS, witness_password=ask)


def test_F10_a_person_gets_proofs_of_what_is_about_them_only(found: House) -> None:
    subject = found.subject(WREN)
    with found.open() as archive:
        own = {one.index for one in archive.ledger.list(subject=subject)}
        other = next(one.index for one in archive.ledger.list() if one.index not in own)
        here = as_subject(archive, subject)
        assert here.ledger.proof(min(own)).index == min(own)
        with pytest.raises(RefusedError, match="nobody but themselves"):
            here.ledger.proof(other)
        with pytest.raises(RefusedError, match="nobody but themselves"):
            here.ledger.proof(10**6)


def test_F10_a_person_sees_and_stops_their_own_jobs_only(found: House) -> None:
    subject, other = found.subject(WREN), found.subject(ROBIN)
    with found.open() as archive:
        here = as_subject(archive, subject)
        own, others = here.jobs.new("album", subject=subject), archive.jobs.new("album", subject=other)
        assert [one.id for one in here.jobs.list()] == [own.id]
        for do in (here.jobs.get, here.jobs.stop):
            with pytest.raises(RefusedError, match="somebody else's"):
                do(others.id)
        for whom in (other, ROBIN, "nobody@example.org"):
            with pytest.raises(RefusedError, match="nobody but themselves"):
                here.jobs.new("album", subject=whom)
        here.jobs.stop(own.id)
        assert {one.id: one.state for one in here.jobs.list()} == {own.id: "stopped"}
        # What a person asked for about themselves is nobody else's to follow.
        assert {one.id: one.state for one in archive.jobs.list()} == {others.id: "waiting"}
        with pytest.raises(RefusedError, match="somebody else's"):
            archive.jobs.get(own.id)
