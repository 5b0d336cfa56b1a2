"""Whose faces an album opens: the owner's matched ones, those of people who share, nobody else's (LAW L9)."""

from __future__ import annotations

from sayso import consent, matches
from sayso.archive import Archive
from sayso.delivery import Planned, plan
from sayso.values import Outcome, Purpose

from ..house import COLLECTION, ROBIN, WREN, House


def planned(archive: Archive, house: House, label: str) -> list[Planned]:
    ground = archive._door.ground
    with ground.database.begin() as session:
        subject = consent.subjects.resolve(session, ground.keys, label)
        return plan(session, ground.keys, subject_id=subject.id, now=house.clock())


def owner(archive: Archive, house: House, label: str) -> str:
    ground = archive._door.ground
    with ground.database.begin() as session:
        subject = consent.subjects.resolve(session, ground.keys, label)
        living = consent.records.live(session, subject.id, Purpose.FIND, house.clock())
    return matches.owner_tag(ground.keys, living.consent.key_id)


def together(archive: Archive, house: House) -> Planned:
    """A photo of the one with the other in it, made so by pointing if chance did not."""
    mine, theirs = planned(archive, house, WREN), {one.photo.id for one in planned(archive, house, ROBIN)}
    shared = [one for one in mine if one.photo.id in theirs]
    if shared:
        return shared[0]
    ground = archive._door.ground
    with ground.database.begin() as session:
        photo = mine[0].photo
        free = next(face for face in archive.photos.faces(photo.id) if face.box != mine[0].own)
        matches.record(
            session,
            owner=owner(archive, house, ROBIN),
            photo_id=photo.id,
            face_id=free.id,
            outcome=Outcome.MATCHED,
            now=house.clock(),
            confirmed=True,
        )
    return next(one for one in planned(archive, house, WREN) if one.photo.id == photo.id)


def test_L9_without_share_only_the_own_face_is_open(found: House) -> None:
    with found.open() as archive:
        one = together(archive, found)
        assert one.open_faces == (one.own,)
        assert len(one.faces) > 1


def test_L9_share_opens_a_face_in_others_albums_and_ends_with_it(found: House) -> None:
    with found.open() as archive:
        photo = together(archive, found).photo.id
        token = archive.people.invite(ROBIN, purposes=[Purpose.SHARE], collections=[COLLECTION])
        archive.people.enrol(token, purposes=[Purpose.SHARE])
        shared = next(one for one in planned(archive, found, WREN) if one.photo.id == photo)
        assert len(shared.open_faces) == 2
        archive.people.withdraw(ROBIN, purposes=[Purpose.SHARE])
        after = next(one for one in planned(archive, found, WREN) if one.photo.id == photo)
        assert after.open_faces == (after.own,)


def test_L9_a_doubtful_face_stays_closed(found: House) -> None:
    with found.open() as archive:
        before = planned(archive, found, WREN)
        ground, own = archive._door.ground, owner(archive, found, WREN)
        face = next(face for face in archive.photos.faces(before[0].photo.id) if face.box == before[0].own)
        with ground.database.begin() as session:
            matches.record(
                session,
                owner=own,
                photo_id=before[0].photo.id,
                face_id=face.id,
                outcome=Outcome.REVIEW,
                now=found.clock(),
            )
        assert before[0].photo.id not in {one.photo.id for one in planned(archive, found, WREN)}


def test_R2_a_face_that_is_to_be_left_alone_stays_closed(found: House) -> None:
    with found.open() as archive:
        first = planned(archive, found, WREN)[0]
        face = next(face for face in archive.photos.faces(first.photo.id) if face.box == first.own)
        archive.photos.hide(first.photo.id, face.number)
        after = next(one for one in planned(archive, found, WREN) if one.photo.id == first.photo.id)
        assert after.open_faces == ()
        assert after.faces == first.faces
