"""F8: only consenting people are in the gallery, for one purpose, in the collections that they were invited to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sayso import consent
from sayso.errors import RefusedError
from sayso.values import Purpose
from tests.house import COLLECTION, ENROLLED, ROBIN, WREN, House

OTHER = "Winter ball"


def _gallery(house: House, collection: str = COLLECTION, purpose: Purpose = Purpose.FIND) -> set[str]:
    """Labels of those whose templates a search of the collection may open."""
    with house.open() as archive:
        ground = archive._door.ground
        names = {one.id: one.label for one in archive.people.list()}
        wanted = archive.collections.get(collection).id
        with ground.database.begin() as session:
            found = consent.records.gallery(session, purpose, wanted, ground.clock())
    return {names[one.consent.subject_id] for one in found}


def _searched(house: House, collection: str = COLLECTION) -> int:
    """How many people a search of the collection compares with; 0 when it is refused."""
    with house.open() as archive:
        try:
            return archive.people.find(collection=collection)[0].subjects
        except RefusedError:
            return 0


def test_F8_the_gallery_follows_each_consent_event(house: House) -> None:
    assert (_gallery(house), _searched(house)) == (set(), 0)
    house.enrol(WREN, ENROLLED[WREN])
    assert (_gallery(house), _searched(house)) == ({WREN}, 1)
    # Invited and not enrolled; enrolled and not confirmed; another purpose; no template: none of them is compared.
    with house.open() as archive:
        archive.people.invite("never@example.org", purposes=[Purpose.FIND], collections=[COLLECTION])
    house.enrol(ROBIN, ENROLLED[ROBIN], confirm=False)
    house.enrol("verify@example.org", "P06", purposes=[Purpose.VERIFY])
    house.enrol("points@example.org", None)
    assert _searched(house) == 1
    assert _gallery(house, purpose=Purpose.VERIFY) == {"verify@example.org"}
    with house.open() as archive:
        archive.people.withdraw(WREN)
    assert _gallery(house) == {ROBIN, "points@example.org"}
    assert _searched(house) == 0
    house.enrol(WREN, ENROLLED[WREN])
    assert _searched(house) == 1
    house.clock.move(timedelta(days=366))
    assert (_gallery(house), _searched(house)) == (set(), 0)


def test_F8_nobody_is_searched_in_a_collection_that_they_were_not_invited_to(enrolled: House) -> None:
    enrolled.collection(OTHER, add=enrolled.photos)
    assert (_gallery(enrolled, OTHER), _searched(enrolled, OTHER)) == (set(), 0)
    faces = enrolled.faces(ENROLLED[WREN])
    with enrolled.open() as archive:
        there = {one.photo.id for one in archive.photos.list(collection=OTHER)}
        with pytest.raises(RefusedError) as refused:
            archive.people.find(subject=WREN, collection=OTHER)
        assert refused.value.reasons[0].rule in ("F1", "F8")
        photo = min(there & faces.keys())
        with pytest.raises(RefusedError):
            archive.people.point(WREN, photo_id=photo, face=faces[photo])
        # A search of everything reads only the collection of the invite.
        reports = archive.people.find()
        assert [one.collection for one in reports] == [COLLECTION]
        assert {one.photo.id for one in archive.people.photos(WREN)}.isdisjoint(there)


def test_F8_a_second_invite_opens_the_second_collection_only_to_that_person(enrolled: House) -> None:
    enrolled.collection(OTHER, add=enrolled.photos)
    enrolled.enrol(WREN, ENROLLED[WREN], collections=[OTHER])
    assert _gallery(enrolled, OTHER) == {WREN}
    assert _gallery(enrolled) == {WREN, ROBIN}
    assert _searched(enrolled, OTHER) == 1


def test_F8_each_search_is_one_entry_for_one_collection_and_one_purpose(enrolled: House) -> None:
    enrolled.collection(OTHER, add=enrolled.photos)
    enrolled.enrol(WREN, ENROLLED[WREN], collections=[OTHER])
    with enrolled.open() as archive:
        archive.people.find()
        entries = [entry for entry in archive.ledger.list() if entry.verb == "find"]
    assert len({entry.collection for entry in entries}) == len(entries) == 2
    assert {entry.purpose for entry in entries} == {Purpose.FIND}


def test_F8_bystanders_are_probes_that_are_counted_and_nothing_of_them_is_kept(enrolled: House) -> None:
    with enrolled.open() as archive:
        counts = archive.people.find(collection=COLLECTION)[0].counts
        assert counts.measured > counts.kept > 0
        assert counts.exposure == counts.measured - counts.kept == archive.status().counts.exposure
        assert archive.status().templates == 2
    decided = enrolled.rows("SELECT count(*) FROM matches")[0][0]
    assert decided <= counts.kept + enrolled.rows("SELECT count(*) FROM matches WHERE outcome = 'review'")[0][0]
