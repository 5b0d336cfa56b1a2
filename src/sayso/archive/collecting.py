"""Front door, left wing: collections and their photos.

May know: everything below by its front name. Must not know: the CLI, the web.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from .. import consent, delivery, finding, lifecycle, measure, photos, policy
from ..engine import Progress
from ..errors import RefusedError, UsageError
from ..finding import widening_facts
from ..measure import ExposureReport
from ..photos import Listed
from ..policy import Action
from ..storage import Session
from ..values import Act, Box, Collection, Counts, Cues, Face, Reach, Report, Window
from .door import Door
from .facts import keep_exposure


@dataclass(frozen=True, slots=True)
class Widening:
    """What a reach beyond ``pointed`` rests on. ``assessment`` is the file itself, or what is in it; it is kept."""

    basis: str
    assessment: Path | bytes
    occasion: Window
    expires: datetime


class Collections:
    """``archive.collections``: one occasion, one basis, one reach each."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def new(
        self,
        name: str,
        *,
        packs: Sequence[str] = (),
        reach: Reach = Reach.POINTED,
        widening: Widening | None = None,
        retention_until: datetime | None = None,
        calibration: str | None = None,
        notice_version: int | None = None,
    ) -> Collection:
        """Create a collection. A wider reach is only asked for here; a second person opens it with ``approve``.

        notice_version: of the notice that its people read; the current one, if there is one, unless told otherwise.

        Raises UsageError, RefusedError (F3 and the packs' own) when the facts do not support the reach.
        """
        ground = self._door.ground
        if reach is not Reach.POINTED and widening is None:
            raise RefusedError.because(
                "F3",
                f"The reach '{reach}' needs a basis code, the assessment file, the occasion and an expiry date.",
                "Give --basis, --assessment, --occasion and --expires, or keep the reach 'pointed'.",
            )
        if retention_until is not None and retention_until <= ground.clock():
            raise UsageError("The photos would be kept until a day that is over.", "Choose a later day.")
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "collection.new")
            ground.load(packs)
            now = ground.clock()
            chosen = calibration or self._door.particulars.calibration
            self._door.sight.card.calibration(chosen)
            told = consent.notices.newest(session)
            if notice_version is not None:
                told = consent.notices.get(session, notice_version).version
            facts = widening if reach is not Reach.POINTED else None
            assessment = _read(facts.assessment) if facts else b""
            made = photos.new_collection(
                session,
                name=name,
                packs=tuple(packs) or self._door.particulars.packs,
                calibration=chosen,
                now=now,
                reach=reach,
                basis=facts.basis if facts else None,
                assessment_sha256=sha256(assessment).hexdigest() if facts else None,
                occasion=facts.occasion if facts else None,
                reach_expires=facts.expires if facts else None,
                proposed_by=actor.name,
                retention_until=retention_until,
                notice_version=told,
            )
            if facts is not None:
                decision = policy.decide(Action.WIDEN, widening_facts(made, reach, now), ground.packs_of(made))
                if not decision.allowed:
                    raise RefusedError.by(decision, "See `sayso law explain widen`.")
                # The law wants the assessment itself, not only its hash.
                ground.blobs.put(assessment, photos.assessment_key(made.assessment_sha256 or ""))
            noted = (
                ("basis", made.basis or "none"),
                ("approved", "no" if facts else "not needed"),
                ("notice", made.notice_version or 0),
            )
            ground.note(session, Act("collection.new", actor, collection_id=made.id, reach=reach, facts=noted))
        return made

    def approve(self, name: str) -> Collection:
        """Open the reach that somebody else asked for. Raises RefusedError for the person who asked."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "collection.approve")
            found = photos.get_collection(session, name)
            wished = replace(found, approved_by=actor.name)
            decision = policy.decide(
                Action.APPROVE, widening_facts(wished, found.reach, ground.clock()), ground.packs_of(found)
            )
            if not decision.allowed:
                raise RefusedError.by(decision, "Another operator runs `sayso collection approve`.")
            approved = photos.approve(session, found.id, actor.name)
            noted = (("proposed_by", approved.proposed_by or ""),)
            ground.note(
                session,
                Act("collection.approve", actor, collection_id=found.id, reach=approved.reach, facts=noted),
            )
        return approved

    def keep_chips(self, name: str, until: datetime) -> Collection:
        """Keep the aligned pixels of faces that a search measures, encrypted, so that the next one need not decode.

        Raises RefusedError when the reach is not open, or a law pack does not allow it for so long; UsageError.
        """
        return finding.chips.keep(self._door.ground, self._door.enter("collection.chips"), name, until)

    def destroy_chips(self, name: str) -> Collection:
        """Destroy a collection's face chips with their key, and keep none from here on. Raises UsageError."""
        return finding.chips.stop(self._door.ground, self._door.enter("collection.chips"), name)

    def list(self) -> Sequence[Collection]:
        """All collections."""
        with self._door.ground.database.read() as session:
            self._door.enter_with(session, "collection.list")
            return photos.list_collections(session)

    def get(self, name: str) -> Collection:
        """One collection by name or id. Raises UsageError."""
        with self._door.ground.database.read() as session:
            self._door.enter_with(session, "collection.show")
            return photos.get_collection(session, name)

    def assessment(self, name: str) -> bytes:
        """The impact assessment that a wider reach rests on, for whoever has to approve it. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "collection.show")
            found = photos.get_collection(session, name)
        if found.assessment_sha256 is None:
            raise UsageError("This collection has no assessment; it needs none.", "Look at its facts.")
        try:
            return ground.blobs.path(photos.assessment_key(found.assessment_sha256)).read_bytes()
        except OSError:
            raise UsageError("The assessment is not there any more.", "Restore it from a backup.") from None

    def delete(self, name: str) -> int:
        """Delete a collection with everything in it; how many photos it held."""
        actor = self._door.enter("collection.delete")
        return lifecycle.delete_collection(self._door.ground, self._door.sight, actor, name)

    def measure_exposure(self, name: str) -> ExposureReport:
        """What each reach and cue would measure in a collection, how much of people's photos it would reach, and what
        a late consent costs here. Counted from boxes and confirmed matches: nobody is measured.

        Nothing in the collection is changed; the ledger says that it was counted. Raises UsageError.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "measure.exposure")
            found = photos.get_collection(session, name)
            read = measure.read_exposure(session, ground, found)
        report = measure.measure_exposure(ground, self._door.sight, read)
        with ground.database.begin() as session:
            noted = (("people", report.people), ("photos", report.photos))
            keep_exposure(session, found.id, report.to_json(), ground.clock())
            ground.note(session, Act("measure.exposure", actor, collection_id=found.id, facts=noted))
        return report


class Photos:
    """``archive.photos``: add, list, look at, close by hand, delete."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def add(
        self,
        paths: Sequence[Path | str],
        collection: str,
        *,
        copy: bool = False,
        small_faces: bool = False,
        tags: Sequence[str] = (),
        progress: Callable[[Progress], None] | None = None,
    ) -> Report:
        """Add folders, files and zip archives: faces are located, never measured.

        May be interrupted and repeated: what is finished is not done again. Raises UsageError, RefusedError (F3).
        """
        ground = self._door.ground
        actor = self._door.enter("add")
        with ground.database.begin() as session:
            found = photos.get_collection(session, collection)

        def note(session: Session, counts: Counts) -> None:
            ground.note(session, Act("add", actor, collection_id=found.id, counts=counts))

        return photos.add(
            ground.database,
            ground.blobs,
            found.id,
            paths,
            copy=copy,
            small_faces=small_faces,
            tags=tuple(tags),
            engine=self._door.processes,
            clock=ground.clock,
            progress=progress,
            on_chunk=note,
        )

    def list(
        self, *, collection: str | None = None, cues: Cues | None = None, after: int = 0, limit: int | None = None
    ) -> Sequence[Listed]:
        """Photos with the number of faces in each, collection by collection.

        after, limit: of one collection, at most so many with ids above ``after``: the last id of one page begins the
        next.
        """
        with self._door.ground.database.read() as session:
            self._door.enter_with(session, "photo.list")
            chosen = (
                [photos.get_collection(session, collection)]
                if collection is not None
                else photos.list_collections(session)
            )
            return [
                found
                for one in chosen
                for found in photos.list_photos(session, one.id, cues or Cues(), limit=limit, after=after)
            ]

    def faces(self, photo_id: int) -> Sequence[Face]:
        """The faces of one photo, by number: boxes only. Raises UsageError."""
        with self._door.ground.database.read() as session:
            self._door.enter_with(session, "photo.show")
            return photos.faces_of(session, photos.get_photo(session, photo_id).id)

    def preview(self, photo_id: int) -> delivery.Preview:
        """The photo with every face closed and numbered, to point at. Each look is a ledger entry that those who were
        matched in the photo can read."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "photo.show")
            photo = photos.get_photo(session, photo_id)
            faces = photos.faces_of(session, photo_id)
            seen = finding.people_in(ground, session, photo_id)
            noted = (("photo", photo_id),)
            ground.note(session, Act("photo.show", actor, seen, photo.collection_id, facts=noted))
        return delivery.preview(
            photos.load(photo, ground.blobs),
            faces=faces,
            closer=self._door.sight.closer,
            unnumbered=[face.id for face in faces if face.do_not_measure],
        )

    def redact(self, photo_id: int, box: Box) -> Face:
        """Close a place by hand that no detector found. Raises UsageError for a box outside the photo."""
        actor = self._door.enter("photo.redact")
        return lifecycle.redact(self._door.ground, self._door.sight, actor, photo_id=photo_id, box=box)

    def hide(self, photo_id: int, face: int) -> lifecycle.Hidden:
        """Close a face in every album at once, on anybody's word, and never measure it again (R2)."""
        actor = self._door.enter("photo.hide")
        return lifecycle.hide(self._door.ground, self._door.sight, actor, photo_id=photo_id, number=face)

    def hidden(self) -> Sequence[lifecycle.Hidden]:
        """Every hidden face, for review; the oldest first."""
        with self._door.ground.database.read() as session:
            self._door.enter_with(session, "photo.hidden")
            return lifecycle.hidden(session)

    def unhide(self, photo_id: int, face: int) -> int:
        """Take a hiding back after a review; how many faces, near-duplicates included, are as before."""
        actor = self._door.enter("photo.unhide")
        return lifecycle.unhide(self._door.ground, self._door.sight, actor, photo_id=photo_id, number=face)

    def delete(self, photo_ids: Sequence[int]) -> int:
        """Delete photos with their faces, matches and renditions; how many."""
        if not photo_ids:
            raise UsageError("No photo was named.", "Give the ids that `sayso photo list` shows.")
        actor = self._door.enter("photo.delete")
        return lifecycle.delete_photos(self._door.ground, self._door.sight, actor, photo_ids)


def _read(assessment: Path | bytes) -> bytes:
    try:
        data = assessment if isinstance(assessment, bytes) else assessment.read_bytes()
    except OSError:
        raise UsageError(
            f"The assessment file {assessment!s} cannot be read.", "Give the path of the file itself."
        ) from None
    if not data.strip():
        raise UsageError("The assessment file is empty.", "Give the assessment itself; `sayso document` drafts one.")
    return data
