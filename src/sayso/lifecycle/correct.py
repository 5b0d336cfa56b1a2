"""Put right what is wrong about a person: a photo that is not of them, a slip at the desk, a name that is not theirs
(GDPR, Article 16).

May know: subjects, keyed tags, albums. Must not know: pixels, vectors.
"""

from __future__ import annotations

from datetime import datetime

from .. import consent, delivery, finding, matches, photos
from ..access import visits
from ..consent import LiveConsent
from ..errors import UsageError
from ..ground import Ground, Sight
from ..matches import owner_tag
from ..storage import Session
from ..values import Act, Actor, Outcome, Purpose, Role
from . import exported
from .remove import remember, take_along


def disown(ground: Ground, sight: Sight, actor: Actor, *, subject_id: str, photo_id: int, number: int) -> None:
    """A person says that a face is not theirs: it is never matched with them again, and leaves every album.

    The person's exports are deleted: they can be made again. Also while their consent waits for a new yes.

    A process that is killed after the decision writes the albums anew when the archive is opened next.
    Raises RefusedError (F1, F6, F8), UsageError for an unknown photo or number,
    UnfinishedError when an album has to wait.
    """
    with ground.database.begin() as session:
        photo = photos.get_photo(session, photo_id)
        face = photos.get_face(session, photo_id, number)
        now = ground.clock()
        held = _held(session, subject_id, photo.collection_id, now)
        owner = owner_tag(ground.keys, held.consent.key_id)
        matches.record(
            session,
            owner=owner,
            photo_id=photo_id,
            face_id=face.id,
            outcome=Outcome.REJECTED,
            now=now,
            confirmed=True,
        )
        remember(session, albums=delivery.albums_with(session, [photo_id]), exports=[owner])
        noted = (("photo", photo_id), ("face", number))
        ground.note(session, Act("disown", actor, (subject_id,), photo.collection_id, Purpose.FIND, facts=noted))
    take_along(ground, sight, actor, "The decision stands")


def undo(ground: Ground, sight: Sight, actor: Actor, *, doubt_id: int) -> None:
    """Take back what this account decided about a doubt: it waits again, and what was opened by it is closed in every
    album. Exports that show the photo are deleted: they can be made again.

    A process that is killed after the decision writes the albums anew when the archive is opened next.
    Raises UsageError when there is no decision of this account's within the last hour, UnfinishedError when an album
    has to wait.
    """
    with ground.database.begin() as session:
        photo_id = matches.get(session, doubt_id).photo_id
        exports = exported.owners_with(session, [photo_id])
        was_open = finding.reopen(ground, session, actor, doubt_id)
        if was_open:
            remember(session, albums=delivery.albums_with(session, [photo_id]), exports=exports)
    if was_open:
        take_along(ground, sight, actor, "The decision is taken back")


def _held(session: Session, subject_id: str, collection_id: int, now: datetime) -> LiveConsent:
    """The consent under which the photo is held. It may wait for a new yes: what is wrong is put right all the same."""
    if not consent.subjects.is_frozen(session, subject_id):
        for one in consent.records.given(session, subject_id, now):
            if one.consent.purpose is Purpose.FIND and collection_id in one.consent.collections:
                return one
    return consent.records.live(session, subject_id, Purpose.FIND, now, collection_id=collection_id)


def rename(ground: Ground, actor: Actor, *, subject_id: str, label: str) -> None:
    """Correct the name or address under which a person was invited; the ledger tells that, not what it is.

    A person themselves may change how it is spelt. To another name or address a yes, and letters, of somebody else
    could come: an operator makes sure that it is theirs; then whoever is signed in as this person is signed out.
    Raises UsageError when the label is none, or somebody else's, and when a person asks for another one.
    """
    with ground.database.begin() as session:
        same = consent.subjects.is_known_as(session, ground.keys, subject_id, label)
        if actor.role is Role.SUBJECT and not same:
            raise UsageError(
                "Only how your name or address is spelt can be changed here.",
                "For another one ask for a correction: whoever runs this makes sure that it is yours.",
            )
        if not same:
            visits.forget(session, subject_id)
        consent.subjects.rename(session, ground.keys, subject_id, label)
        ground.note(session, Act("rename", actor, (subject_id,)))
