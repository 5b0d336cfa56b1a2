"""Bring the albums of people's own pages up to date: search for whom it may be, then write what changed.

May know: consents, searches, albums. Must not know: pixels, vectors, how anybody is told.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from .. import consent, delivery, finding, matches, photos
from ..consent import LiveConsent
from ..delivery import AlbumFacts
from ..engine import Engine, Progress, Tracker
from ..errors import RefusedError, SaysoError
from ..finding import Forecast
from ..ground import Ground, Sight
from ..storage import Session
from ..values import Actor, Collection, Cues, Outcome, Purpose, Reach
from .remove import settle_in_time


@dataclass(frozen=True, slots=True)
class Refreshed:
    """An album that was brought up to date. ``new`` photos were not in it before; ``behind`` were found and still are
    not in it, because they cannot be read or may not be delivered."""

    photos: int
    new: int
    behind: int


def refresh(
    ground: Ground,
    sight: Sight,
    engine: Engine,
    actor: Actor,
    *,
    subject_id: str,
    facts: AlbumFacts,
    cues: Cues | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Refreshed:
    """Search every collection that a person's consent reaches and that may be searched, then write their album.

    Where nothing may be searched, they point; what they pointed at is in the album all the same. cues: search what is
    ``narrowed``, and that alone, by these. Raises RefusedError (F1, F6) when nothing may be done for them, or nothing
    may be searched by their cues; ArchiveError.
    """
    with ground.database.begin() as session:
        there = reached(session, ground, subject_id, narrowed_only=bool(cues))
    refusals = []
    for collection in there:
        try:
            finding.find(ground, sight, engine, actor, collection, subject_id=subject_id, cues=cues, progress=progress)
        except RefusedError as refusal:
            refusals.append(refusal)
    if cues and len(refusals) == len(there):
        raise refusals[0] if refusals else _nothing_narrowed()
    settle_in_time(ground, sight, actor)
    return _write(ground, sight, actor, subject_id, facts, progress)


def refresh_collection(
    ground: Ground,
    sight: Sight,
    engine: Engine,
    actor: Actor,
    collection: Collection,
    *,
    facts: AlbumFacts,
    progress: Callable[[Progress], None] | None = None,
) -> int:
    """Search a collection for everybody who said yes, and write the albums of those of whom there are new photos; how
    many people that is. That they are to be told is noted.

    Nobody waits for anybody else: an album that cannot be written now is written when its owner looks.
    """
    with suppress(RefusedError):
        finding.find(ground, sight, engine, actor, collection, progress=progress)
    settle_in_time(ground, sight, actor)
    with ground.database.begin() as session:
        gallery = consent.records.gallery(session, Purpose.FIND, collection.id, ground.clock())
        due = [one.consent.subject_id for one in gallery if behind(session, ground, one)]
    told = 0
    for subject_id in due:
        with suppress(SaysoError):
            done = _write(ground, sight, actor, subject_id, facts, None)
            if done.new:
                told += 1
                with ground.database.begin() as session:
                    living = consent.records.live(session, subject_id, Purpose.FIND, ground.clock())
                    delivery.add_news(session, matches.owner_tag(ground.keys, living.consent.key_id), done.new)
    return told


def reached(session: Session, ground: Ground, subject_id: str, *, narrowed_only: bool = False) -> list[Collection]:
    """The collections in which a person lets themselves be found; or those of them that are searched by cues alone.

    Raises RefusedError (F1, F6) when nothing may be done for them.
    """
    living = consent.records.live(session, subject_id, Purpose.FIND, ground.clock())
    found = [one for one in photos.list_collections(session) if one.id in living.consent.collections]
    return [one for one in found if one.reach is Reach.NARROWED] if narrowed_only else found


def forecast(ground: Ground, sight: Sight, *, subject_id: str, cues: Cues) -> list[Forecast]:
    """What ``refresh`` with these cues would measure, for each collection that they open. Raises RefusedError as it
    would."""
    found, refusals = [], []
    with ground.database.read() as session:
        for one in reached(session, ground, subject_id, narrowed_only=True):
            try:
                found.append(finding.forecast(ground, sight, session, one, subject_id=subject_id, cues=cues))
            except RefusedError as refusal:
                refusals.append(refusal)
    if not found:
        raise refusals[0] if refusals else _nothing_narrowed()
    return found


def behind(session: Session, ground: Ground, living: LiveConsent) -> int:
    """How many photos were found for a person but are not in the album of their own pages, or are not theirs any more
    but in it still."""
    owner = matches.owner_tag(ground.keys, living.consent.key_id)
    found = [one.photo_id for one in matches.of_owner(session, owner, Outcome.MATCHED)]
    reached = set(living.consent.collections)
    theirs = {one.id for one in photos.get_photos(session, found) if one.collection_id in reached}
    return len(theirs ^ in_album(session, ground, living))


def in_album(session: Session, ground: Ground, living: LiveConsent) -> set[int]:
    """Ids of the photos in the album of a person's own pages."""
    return {one.photo_id for one in delivery.held(delivery.own_folder(session, ground, living))}


def _write(
    ground: Ground,
    sight: Sight,
    actor: Actor,
    subject_id: str,
    facts: AlbumFacts,
    progress: Callable[[Progress], None] | None,
) -> Refreshed:
    with delivery.alone(ground):
        with ground.database.begin() as session:
            living = consent.records.live(session, subject_id, Purpose.FIND, ground.clock())
            folder = delivery.own_folder(session, ground, living)
            before = in_album(session, ground, living)
        report = delivery.issue(
            ground,
            sight,
            actor,
            subject_id=subject_id,
            folder=folder or delivery.new_own(ground),
            facts=facts,
            progress=_told(ground, progress),
        )
        with ground.database.begin() as session:
            after, left = in_album(session, ground, living), behind(session, ground, living)
    return Refreshed(report.written, len(after - before), left)


def _nothing_narrowed() -> RefusedError:
    return RefusedError.because(
        "F3",
        "None of the photos that your yes reaches is searched by time, place or tag.",
        "Look at your photos: what may be searched is searched by itself. In the others you point at yourself.",
    )


def _told(ground: Ground, progress: Callable[[Progress], None] | None) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    tracker = Tracker(ground.clock)

    def tell(_done: int, total: int) -> None:
        tracker.expect(total)
        progress(tracker.advance())

    return tell
