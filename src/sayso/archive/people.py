"""Front door, right wing: people, from the notice to the withdrawal.

May know: everything below by its front name. Must not know: the CLI, the web.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from .. import consent, delivery, finding, lifecycle, photos
from ..engine import Progress
from ..errors import RefusedError
from ..finding import Enrolment, FindReport, Pointed
from ..lifecycle import Withdrawn
from ..values import Act, Cues, FrozenBy, Guardian, Notice, Purpose, Reach, Subject, Youth
from .door import Door, for_the_law
from .signing_in import require_proof


class Notices:
    """``archive.notices``: what people read before they say yes."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def publish(
        self,
        text: str,
        *,
        language: str = "en",
        version: int | None = None,
        for_children: bool = False,
        same_meaning: bool = False,
    ) -> Notice:
        """Publish a notice. A changed text is a new version, to which everybody must say yes anew; ``version`` adds a
        translation to an existing one, which asks nobody anything.

        for_children: the plain words in which a child is told what their guardian says yes to. The yes is the
        guardian's, and rests on the notice that they read: changed plain words hold for children enrolled from then on.
        same_meaning: only the wording changed; consents to the version before stand, and the ledger says who said so.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "notice.publish")
            notice = consent.notices.publish(
                session,
                text,
                language,
                ground.clock(),
                version=version,
                for_children=for_children,
                same_meaning=same_meaning,
            )
            noted: tuple[tuple[str, str | int], ...] = (
                ("version", notice.version),
                ("language", language),
                ("sha256", notice.sha256),
            )
            if notice.same_meaning:
                noted += (("same_meaning", "yes"),)
            ground.note(session, Act("notice.publish", actor, facts=noted))
        return notice

    def current(self, *, for_children: bool = False) -> Sequence[Notice]:
        """The current notice in each of its languages, for whoever writes the next; none while there is none."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "notice.publish")
            return consent.notices.in_every_language(session, for_children=for_children)

    def waiting(self) -> Sequence[Subject]:
        """Who said yes to a notice that has changed since, and has to be invited again; until then nothing is done
        for them. Each of them can read that somebody looked."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "notice.waiting")
            old = consent.records.waiting(session, ground.clock())
            found = [consent.subjects.value(ground.keys, consent.subjects.get(session, one)) for one in old]
            ground.note(session, Act("notice.waiting", actor, tuple(old)))
        return found

    def ease(self, text: str) -> consent.ease.Ease:
        """How easily a text reads that somebody is about to publish."""
        self._door.enter("notice.publish")
        return consent.ease.ease(text)


class People:
    """``archive.people``: invite, enrol, confirm, find, point, verify, withdraw."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def invite(
        self,
        label: str,
        *,
        purposes: Sequence[Purpose],
        collections: Sequence[str],
        guardian: Guardian | None = None,
        packs: Sequence[str] = (),
    ) -> str:
        """Invite somebody; returns the token, which is shown once, works once, and expires after two weeks.

        guardian: who may say yes for a child; then the token is for them. packs: law packs of where the person lives,
        if it is elsewhere; they hold for this person beside the archive's and the collections' own (F9).

        The ledger tells that an invite was made, not for whom: declining looks like not answering (R3).
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "invite")
            ground.load(packs)
            chosen = [photos.get_collection(session, name).id for name in collections]
            now = ground.clock()
            token = consent.invites.create(
                session,
                ground.keys,
                label=label,
                purposes=purposes,
                collections=chosen,
                invited_by=actor.name,
                now=now,
                expires=now + consent.invites.HOLDS,
                guardian=guardian,
                packs=tuple(dict.fromkeys(packs)),
            )
            ground.note(session, Act("invite", actor, facts=(("purposes", " ".join(purposes)),)))
        return token

    def enrol(
        self,
        token: str,
        *,
        purposes: Sequence[Purpose],
        captures: Sequence[Path | bytes] = (),
        witness: str | None = None,
        witness_password: Callable[[], str] | None = None,
        capture_later: bool = False,
        youth: Youth | None = None,
        notice_version: int | None = None,
        language: str = "en",
        packs: Sequence[str] = (),
    ) -> Enrolment:
        """Say yes with an invite's token. Without captures nothing is ever measured: the person points instead.

        capture_later: the yes is to a template too; ``live`` or ``witness`` makes it, and until then there is none.
        witness: an open account's name, not the inviter's. witness_password: gives that account's password, if it has
        one; without it the name is taken as given.
        youth: for somebody under age; without it, whoever says yes declares to be of full age. notice_version: the one
        that was shown; any but the current one is refused (F1). packs: law packs of where the person lives, as they
        say themselves, beside those that the invite names.
        """
        door = self._door
        actor = door.enter("enrol")
        if captures:
            self._prove_witness(witness, witness_password)
        lifecycle.expire(door.ground, door.sight, door.route)
        return finding.enrol(
            door.ground,
            door.sight,
            actor,
            token,
            purposes=purposes,
            captures=captures,
            witness=witness,
            archive=for_the_law(door),
            calibration=door.particulars.calibration,
            capture_later=capture_later,
            notice_version=notice_version,
            language=language,
            youth=youth,
            packs=packs,
        )

    def witness(
        self,
        subject: str,
        *,
        captures: Sequence[Path | bytes],
        witness: str,
        witness_password: Callable[[], str] | None = None,
    ) -> str:
        """Take a witnessed capture of somebody who said yes before; returns the code by which they confirm it.

        The witness is as for ``enrol``. The yes must name a template: ``enrol(…, capture_later=True)``.
        """
        door = self._door
        with door.ground.database.read() as session:
            actor, subject_id = door.enter_for(session, "witness", subject)
        self._prove_witness(witness, witness_password)
        lifecycle.expire(door.ground, door.sight, door.route)
        return finding.witness(
            door.ground,
            door.sight,
            actor,
            subject_id=subject_id,
            captures=captures,
            witness=witness,
            archive=for_the_law(door),
            calibration=door.particulars.calibration,
        )

    def confirm(self, code: str) -> str:
        """The invited contact confirms an enrolment; returns the subject's id."""
        return finding.confirm(self._door.ground, self._door.enter("confirm"), code)

    def list(self, *, start: int = 0, limit: int | None = None) -> Sequence[Subject]:
        """Everybody with a living record, the oldest first; each of them can read that somebody looked.

        start, limit: leave out so many, then at most so many.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "people.list")
            found = consent.subjects.list_all(session, ground.keys, start=start, limit=limit)
            ground.note(session, Act("people.list", actor, tuple(one.id for one in found)))
            return found

    def find(
        self,
        *,
        subject: str | None = None,
        collection: str | None = None,
        cues: Cues | None = None,
        reach: Reach | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Sequence[FindReport]:
        """Find the photos of one consenting person, or of all, in one collection, or in each in turn. What turns out to
        be in doubt leaves the albums in which it was.

        Raises RefusedError when nothing that was asked for may be searched.
        """
        door = self._door
        with door.ground.database.begin() as session:
            if subject is None:
                actor, subject_id = door.enter_with(session, "find"), None
            else:
                actor, subject_id = door.enter_for(session, "find", subject)
            chosen = (
                [photos.get_collection(session, collection)]
                if collection is not None
                else photos.list_collections(session)
            )
        reports, refusals = [], []
        for one in chosen:
            try:
                reports.append(
                    finding.find(
                        door.ground,
                        door.sight,
                        door.threads,
                        actor,
                        one,
                        subject_id=subject_id,
                        cues=cues,
                        asked_reach=reach,
                        progress=progress,
                    )
                )
            except RefusedError as refusal:
                refusals.append(refusal)
        lifecycle.settle_in_time(door.ground, door.sight, actor)
        if not reports and refusals:
            raise refusals[0]
        return reports

    def point(self, subject: str, *, photo_id: int, face: int) -> Pointed:
        """Take a person's word that one numbered face is theirs."""
        door = self._door
        with door.ground.database.read() as session:
            actor, subject_id = door.enter_for(session, "point", subject)
        done = finding.point(door.ground, door.sight, actor, subject_id=subject_id, photo_id=photo_id, number=face)
        lifecycle.settle_in_time(door.ground, door.sight, actor)
        return done

    def verify(
        self,
        subject: str,
        *,
        captures: Sequence[Path | bytes],
        witness: str,
        witness_password: Callable[[], str] | None = None,
    ) -> bool:
        """Whether witnessed captures show this subject, by their own template. The witness is as for ``enrol``."""
        door = self._door
        with door.ground.database.read() as session:
            actor, subject_id = door.enter_for(session, "verify", subject)
        self._prove_witness(witness, witness_password)
        return finding.verify(
            door.ground,
            door.sight,
            actor,
            subject_id=subject_id,
            captures=captures,
            witness=witness,
            calibration=door.particulars.calibration,
        )

    def photos(self, subject: str, *, collection: str | None = None) -> Sequence[delivery.Planned]:
        """The photos found for a person, and whose faces an album would open; by capture time.

        Each look is a ledger entry that the person can read. Raises RefusedError (F1, F6), UsageError.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor, subject_id = self._door.enter_for(session, "photos", subject)
            chosen = {photos.get_collection(session, collection).id} if collection is not None else None
            planned = delivery.plan(session, ground.keys, subject_id=subject_id, now=ground.clock(), collections=chosen)
            ground.note(session, Act("photos", actor, (subject_id,), facts=(("photos", len(planned)),)))
        return planned

    def album(
        self, subject: str, folder: Path, *, language: str = "en", progress: Callable[[int, int], None] | None = None
    ) -> delivery.AlbumReport:
        """Write a person's album: their own face open, everybody else's closed but for those who share."""
        door = self._door
        with door.ground.database.read() as session:
            actor, subject_id = door.enter_for(session, "album", subject)
        title = "Vos photos" if language == "fr" else "Your photos"
        return delivery.issue(
            door.ground,
            door.sight,
            actor,
            subject_id=subject_id,
            folder=folder,
            facts=delivery.AlbumFacts(title, language, door.particulars.contact),
            progress=progress,
        )

    def disown(self, subject: str, *, photo_id: int, face: int) -> None:
        """A person says that a numbered face is not theirs: no album of theirs holds it from now on, and their exports
        are deleted."""
        door = self._door
        with door.ground.database.read() as session:
            actor, subject_id = door.enter_for(session, "disown", subject)
        lifecycle.disown(door.ground, door.sight, actor, subject_id=subject_id, photo_id=photo_id, number=face)

    def rename(self, subject: str, label: str) -> None:
        """Correct the name or address under which a person was invited."""
        door = self._door
        with door.ground.database.read() as session:
            actor, subject_id = door.enter_for(session, "rename", subject)
        lifecycle.rename(door.ground, actor, subject_id=subject_id, label=label)

    def withdraw(self, subject: str, *, purposes: Collection[Purpose] | None = None) -> Withdrawn:
        """End a person's consent at once and destroy what rested on it. The receipt can be checked by anybody."""
        door = self._door
        with door.ground.database.read() as session:
            actor, subject_id = door.enter_for(session, "withdraw", subject)
        door.sittings.sweep(subject_id)
        return lifecycle.withdraw(door.ground, door.sight, actor, subject_id=subject_id, purposes=purposes)

    def freeze(self, subject: str, *, by: FrozenBy) -> int:
        """Stop everything about a person at once (F6); how many albums and exports were out of reach."""
        door = self._door
        with door.ground.database.read() as session:
            actor, subject_id = door.enter_for(session, "freeze", subject)
        return lifecycle.freeze(door.ground, door.sight, actor, subject_id=subject_id, by=by)

    def unfreeze(self, subject: str) -> bool:
        """Ask for the end of a freeze, or lift it as a second person; False while a second person has yet to agree."""
        door = self._door
        with door.ground.database.read() as session:
            actor, subject_id = door.enter_for(session, "unfreeze", subject)
        return lifecycle.unfreeze(door.ground, actor, subject_id=subject_id)

    def _prove_witness(self, witness: str | None, password: Callable[[], str] | None) -> None:
        if witness is not None:
            ground, route, needed = self._door.ground, self._door.route, self._door.served
            require_proof(ground.database, witness, password, route=route, clock=ground.clock, needed=needed)
