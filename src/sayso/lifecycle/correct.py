"""Put right what is wrong about a person: a photo that is not of them, a name that is not theirs (GDPR, Article 16).

May know: subjects, keyed tags, albums. Must not know: pixels, vectors.
"""

from __future__ import annotations

from .. import consent, delivery, matches, photos
from ..ground import Ground, Sight
from ..matches import owner_tag
from ..values import Act, Actor, Outcome, Purpose
from .remove import remember, take_along


def disown(ground: Ground, sight: Sight, actor: Actor, *, subject_id: str, photo_id: int, number: int) -> None:
    """A person says that a face is not theirs: it is never matched with them again, and leaves every album.

    A process that is killed after the decision writes the albums anew when the archive is opened next.
    Raises RefusedError (F1, F6, F8), UsageError for an unknown photo or number.
    """
    with ground.database.begin() as session:
        photo = photos.get_photo(session, photo_id)
        face = photos.get_face(session, photo_id, number)
        now = ground.clock()
        living = consent.records.live(session, subject_id, Purpose.FIND, now, collection_id=photo.collection_id)
        matches.record(
            session,
            owner=owner_tag(ground.keys, living.consent.key_id),
            photo_id=photo_id,
            face_id=face.id,
            outcome=Outcome.REJECTED,
            now=now,
            confirmed=True,
        )
        remember(session, albums=delivery.albums_with(session, [photo_id]))
        noted = (("photo", photo_id), ("face", number))
        ground.note(session, Act("disown", actor, (subject_id,), photo.collection_id, Purpose.FIND, facts=noted))
    take_along(ground, sight)


def rename(ground: Ground, actor: Actor, *, subject_id: str, label: str) -> None:
    """Correct the name or address under which a person was invited; the ledger tells that, not what it is.

    Raises UsageError when the label is none, or somebody else's.
    """
    with ground.database.begin() as session:
        consent.subjects.rename(session, ground.keys, subject_id, label)
        ground.note(session, Act("rename", actor, (subject_id,)))
