"""Freeze: everything about a person stops at once, on the word of the child, a guardian or a safeguarding contact.

May know: subjects, keyed tags, albums, approvals. Must not know: pixels, vectors, why somebody asked.
Nothing is destroyed but the copies that were handed out; two persons lift the freeze.
"""

from __future__ import annotations

from contextlib import suppress

from .. import consent, delivery, matches
from ..access import approvals
from ..delivery import AlbumsBusyError
from ..errors import UsageError
from ..ground import Ground, Sight
from ..storage import Session
from ..values import Act, Actor, FrozenBy, Purpose
from . import exported
from .standing import waiting

_UNFREEZE = "unfreeze"


def freeze(ground: Ground, sight: Sight, actor: Actor, *, subject_id: str, by: FrozenBy) -> int:
    """Stop everything about a subject; how many albums were out of reach: moved, or not to be written any more.

    Effective with the first transaction: nothing is found, shown or handed out any more. Then the person's own albums
    are deleted, and their face closes in everybody else's. Freezing twice does no harm and completes what a killed
    process left. Raises UsageError for an unknown subject, UnfinishedError when an album has to wait.
    """
    with ground.database.begin() as session:
        consent.subjects.freeze(session, subject_id, ground.clock())
        # An unfreezing that was asked for before does not outlive a new freeze.
        approvals.take_back(session, _UNFREEZE, subject_id)
        ground.note(session, Act("freeze", actor, (subject_id,), facts=(("by", by.value),)))
    try:
        return _close_albums(ground, sight, actor, subject_id)
    except AlbumsBusyError:
        raise waiting("Frozen: nothing is found, shown or handed out any more") from None


def unfreeze(ground: Ground, actor: Actor, *, subject_id: str) -> bool:
    """Ask for the end of a freeze, or, as a second person, lift it. False while a second person has yet to agree.

    Raises UsageError when nothing is frozen, RefusedError (F6) for the person who asked.
    """
    with ground.database.begin() as session:
        if not consent.subjects.is_frozen(session, subject_id):
            raise UsageError("Nothing about this person is frozen.", "There is nothing to lift.")
        asked = next(
            (one for one in approvals.waiting(session) if (one.verb, one.what) == (_UNFREEZE, subject_id)), None
        )
        if asked is None:
            approvals.ask(session, _UNFREEZE, subject_id, actor.name, ground.clock())
            ground.note(session, Act("unfreeze.asked", actor, (subject_id,)))
            return False
        approvals.approve(session, asked.id, actor.name, ground.clock(), rule="F6")
        consent.subjects.unfreeze(session, subject_id)
        ground.note(session, Act("unfreeze", actor, (subject_id,), facts=(("asked_by", asked.asked_by),)))
    return True


def complete_freezes(ground: Ground, sight: Sight, actor: Actor) -> None:
    """Close the albums that a killed process left open after a freeze; while albums are being written, next time."""
    with ground.database.begin() as session:
        left = [one for one in consent.subjects.frozen(session) if _shown(session, ground, one)]
    if not left:
        return
    with suppress(AlbumsBusyError), delivery.alone(ground, 0):
        for subject_id in left:
            _close_albums(ground, sight, actor, subject_id)


def _close_albums(ground: Ground, sight: Sight, actor: Actor, subject_id: str) -> int:
    with ground.database.begin() as session:
        owners = _owners(session, ground, subject_id)
        folders = [
            folder
            for one in consent.records.given(session, subject_id)
            if one.consent.purpose is Purpose.FIND
            for folder in delivery.folders_of(session, ground, one)
        ]
        exports = [
            folder
            for one in consent.records.given(session, subject_id)
            for folder in exported.folders_of(session, ground, one)
        ]
        others = delivery.albums_showing(session, owners)
    # The files first: until they are gone, the note says where they are.
    missing, kept = delivery.delete_files(ground, [folder for folder in folders if folder])
    unreached = folders.count(None) + len(missing) + len(kept) + delivery.reissue(ground, sight, others)
    here = [folder for folder in exports if folder and exported.is_there(folder, subject_id)]
    unreached += len(exports) - len(here) + exported.delete_exports(ground, here, subject_id)
    with ground.database.begin() as session:
        delivery.forget_albums(session, owners)
        exported.forget(session, owners)
        if unreached:
            ground.note(
                session, Act("freeze.albums", actor, (subject_id,), facts=(("albums_out_of_reach", unreached),))
            )
    return unreached


def _shown(session: Session, ground: Ground, subject_id: str) -> bool:
    owners = _owners(session, ground, subject_id)
    return delivery.any_album(session, owners) or exported.any_export(session, owners)


def _owners(session: Session, ground: Ground, subject_id: str) -> list[str]:
    return [matches.owner_tag(ground.keys, one.consent.key_id) for one in consent.records.given(session, subject_id)]
