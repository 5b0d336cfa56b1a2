"""F7: a face that two people could claim is a doubt for both, whoever is searched for first."""

from __future__ import annotations

import pytest

from sayso import consent, matches, photos
from sayso.finding.candidates import Searcher, plan
from sayso.values import Cues, Outcome, Purpose, Reach
from tests.house import COLLECTION, ENROLLED, WREN, House

TWIN = "twin@example.org"


@pytest.fixture
def twins(house: House) -> House:
    """Two people are enrolled who look the same: both with captures of one demo person."""
    for label in (WREN, TWIN):
        house.enrol(label, ENROLLED[WREN])
    return house


def find(house: House, *labels: str | None) -> None:
    with house.open() as archive:
        for label in labels:
            archive.people.find(subject=label, collection=COLLECTION)


def doubts(house: House, label: str) -> set[tuple[int, int]]:
    """Photo and number of each face that waits for a decision about this person."""
    with house.open() as archive:
        return {(one.photo.id, one.face.number) for one in archive.review.list(label)}


def shown(house: House, label: str) -> set[int]:
    with house.open() as archive:
        return {one.photo.id for one in archive.people.photos(label, collection=COLLECTION)}


@pytest.mark.parametrize("order", [(None,), (WREN, TWIN), (TWIN, WREN)])
def test_F7_who_looks_like_another_is_a_doubt_in_any_order(twins: House, order: tuple[str | None, ...]) -> None:
    find(twins, *order)
    faces = set(twins.faces(ENROLLED[WREN]).items())
    assert len(faces) == 3
    assert faces <= doubts(twins, WREN) & doubts(twins, TWIN)
    assert not shown(twins, WREN) & dict(faces).keys()
    assert not shown(twins, TWIN) & dict(faces).keys()


def test_F7_a_face_that_its_owner_confirmed_is_neither_disputed_nor_measured_again(twins: House) -> None:
    find(twins, WREN)
    faces = twins.faces(ENROLLED[WREN])
    assert faces.keys() <= shown(twins, WREN)
    with twins.open() as archive:
        # A person's own word, as the page of the person writes it.
        ground = archive._door.ground
        owner = owner_of(twins, WREN)
        with ground.database.begin() as session:
            for one in matches.of_owner(session, owner, Outcome.MATCHED):
                matches.record(
                    session,
                    owner=owner,
                    photo_id=one.photo_id,
                    face_id=one.face_id,
                    outcome=Outcome.MATCHED,
                    now=twins.clock(),
                    confirmed=True,
                )
        everything = sum(len(archive.photos.faces(one.photo.id)) for one in archive.photos.list())
        (report,) = archive.people.find(subject=TWIN, collection=COLLECTION)
    assert report.counts.measured <= everything - len(faces)
    assert faces.keys() <= shown(twins, WREN)
    assert not set(faces.items()) & doubts(twins, TWIN)


def test_F7_a_third_claim_on_a_disputed_face_opens_nothing(twins: House) -> None:
    find(twins, WREN, TWIN)
    twins.enrol("third@example.org", ENROLLED[WREN])
    find(twins, "third@example.org")
    faces = twins.faces(ENROLLED[WREN])
    assert not shown(twins, "third@example.org") & faces.keys()
    assert set(faces.items()) <= doubts(twins, "third@example.org")


def test_F8_a_face_that_the_only_searcher_denied_is_not_measured_for_them_again(enrolled: House) -> None:
    with enrolled.open() as archive:
        ground = archive._door.ground
        owner = owner_of(enrolled, WREN)
        with ground.database.begin() as session:
            collection = photos.get_collection(session, archive.collections.list()[0].id)

            def faces(*searchers: str) -> set[int]:
                work = plan(
                    session,
                    ground,
                    collection,
                    [Searcher(one, "a new template") for one in searchers],
                    reach=Reach.SWEPT,
                    cues=Cues(),
                    people_consented=2,
                )
                return {face.id for one in work.photos for face in one.faces}

            before = faces(owner)
            denied = min(before)
            matches.record(
                session,
                owner=owner,
                photo_id=photos.face(session, denied).photo_id,
                face_id=denied,
                outcome=Outcome.REJECTED,
                now=enrolled.clock(),
                confirmed=True,
            )
            assert faces(owner) == before - {denied}
            assert faces(owner, "somebody else") == before


def owner_of(house: House, label: str) -> str:
    with house.open() as archive:
        ground = archive._door.ground
        with ground.database.begin() as session:
            subject = consent.subjects.resolve(session, ground.keys, label)
            living = consent.records.live(session, subject.id, Purpose.FIND, house.clock())
            return matches.owner_tag(ground.keys, living.consent.key_id)
