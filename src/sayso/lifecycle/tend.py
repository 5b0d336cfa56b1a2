"""Tend the clocks: whatever has run out ends now. Safe to run at any time, from cron, twice, or two at once.

May know: dates, consents, collections, absences; every act that ends something is somebody else's, called from here.
Must not know: pixels, vectors. Must not do: undo or repeat anything because a clock was moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from filelock import FileLock, Timeout

from .. import consent, finding, photos, policy, vault
from ..access import visits
from ..delivery import AlbumsBusyError
from ..engine import jobs
from ..errors import ArchiveError
from ..ground import Ground, Sight
from ..storage import Session, read_setting, write_setting
from ..values import TEMPLATE_PURPOSES, Act, Actor, Purpose, Reach, Role, Route
from . import exported
from .cease import complete_cease
from .due import proof_ends
from .freeze import complete_freezes
from .hide import complete_hides
from .remove import delete_collection, delete_photos
from .standing import UnfinishedError
from .withdraw import Ending, complete_interrupted, run_out

_TENDED = "tended_at"
_DAY = timedelta(days=1)

# Purposes that look into photos: without a collection they have no end left to serve.
_IN_PHOTOS = frozenset({Purpose.FIND, Purpose.SHARE, Purpose.SHOW, Purpose.ERASE})


@dataclass(frozen=True, slots=True)
class InvitedAnew:
    """Somebody who came of age, and the token by which they may now say yes themselves; it is shown this once."""

    label: str
    token: str = field(repr=False)


@dataclass(slots=True)
class Tended:
    """What was done. Numbers count subjects, photos, invites; names are those of collections and folders."""

    withdrawals_completed: int = 0
    collections_deleted: list[str] = field(default_factory=list)
    consents_expired: int = 0
    came_of_age: int = 0
    invited_anew: list[InvitedAnew] = field(default_factory=list)
    enrolments_undone: int = 0
    invites_deleted: int = 0
    askings_deleted: int = 0
    exports_deleted: int = 0
    proofs_deleted: int = 0
    photos_deleted: int = 0
    photos_missing: int = 0
    folders_unreachable: list[str] = field(default_factory=list)
    reaches_expired: list[str] = field(default_factory=list)
    chips_destroyed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def tend(ground: Ground, sight: Sight, route: Route, *, clock_is_right: bool = False) -> Tended:
    """End what has run out; each act is a ledger entry by ``sayso``. Does nothing while another one is at it.

    A day after the last entry there is one that says so, so that a signed checkpoint is never older than the last run.
    clock_is_right: somebody looked at the clock; what was noted while it was ahead is counted from now on.
    """
    done = Tended()
    try:
        with FileLock(ground.keys.folder / "tend.lock", timeout=0, mode=0o600):
            _Tending(ground, sight, Actor("sayso", Role.OPERATOR, route), done).run(clock_is_right)
    except Timeout:
        done.warnings.append("Another `sayso tend` is at work; this one did nothing.")
    return done


def expire(ground: Ground, sight: Sight, route: Route) -> int:
    """End the consents that ran out, and nothing else, so that nobody says yes anew on top of one; how many people."""
    with ground.database.begin() as session:
        soonest = consent.records.next_expiry(session)
    if soonest is None or soonest > ground.clock():
        return 0
    return _Tending(ground, sight, Actor("sayso", Role.OPERATOR, route), Tended()).end_consents()


def tended_at(session: Session) -> datetime | None:
    """When the clocks were last tended."""
    text = read_setting(session, _TENDED)
    return datetime.fromisoformat(text) if text else None


class _Tending:
    """One run. Collections go first, because a purpose may end with the last of them."""

    def __init__(self, ground: Ground, sight: Sight, keeper: Actor, done: Tended) -> None:
        self._ground, self._sight, self._keeper, self._done = ground, sight, keeper, done
        self._now = ground.clock()

    def run(self, clock_is_right: bool) -> None:
        behind = self._watch_the_clock(clock_is_right)
        # As at an opening: a server may keep the archive open for months.
        complete_cease(self._ground, self._keeper)
        self._done.withdrawals_completed = complete_interrupted(self._ground, self._sight, self._keeper)
        complete_freezes(self._ground, self._sight, self._keeper)
        complete_hides(self._ground, self._sight, self._keeper)
        self._end_collections()
        self._end_chips()
        self._end_guardianships()
        self._done.consents_expired = self.end_consents()
        self._undo_enrolments()
        self._delete_invites()
        self._delete_proofs()
        with suppress(AlbumsBusyError):
            self._done.exports_deleted = exported.sweep(self._ground, self._now)
        self._sweep()
        if not behind:
            self._miss_photos()
        self._check_in()

    def _watch_the_clock(self, is_right: bool) -> bool:
        """Whether the clock is behind an earlier run: then no file counts as away for any time."""
        with self._ground.database.begin() as session:
            before = tended_at(session)
            behind = before is not None and before > self._now and not is_right
            if behind:
                self._done.warnings.append(
                    f"The clock says {self._now:%Y-%m-%d %H:%M}, but it was {before:%Y-%m-%d %H:%M} before. What has "
                    "ended stays ended, and no missing photo is deleted. Set the clock right; if it is right now, run "
                    "`sayso tend --clock-is-right`."
                )
            if is_right:
                photos.wait_anew(session, self._now)
            kept = self._now if is_right or before is None else max(before, self._now)
            write_setting(session, _TENDED, kept.isoformat())
        return behind

    def _check_in(self) -> None:
        with self._ground.database.begin() as session:
            last = self._ground.ledger.last(session)
            if last is not None and self._now - last.at >= _DAY:
                self._ground.note(session, Act("tend", self._keeper))

    def _end_collections(self) -> None:
        with self._ground.database.begin() as session:
            every = photos.list_collections(session)
        for one in every:
            if one.retention_until is not None and one.retention_until <= self._now:
                # What has to wait is noted, and holds up nothing else.
                with suppress(UnfinishedError):
                    delete_collection(self._ground, self._sight, self._keeper, one.name)
                self._done.collections_deleted.append(one.name)
            elif one.reach is not Reach.POINTED and one.reach_expires is not None and one.reach_expires <= self._now:
                with self._ground.database.begin() as session:
                    photos.end_reach(session, one.id)
                    noted = (("reach", one.reach.value),)
                    self._ground.note(
                        session, Act("reach.end", self._keeper, collection_id=one.id, reach=Reach.POINTED, facts=noted)
                    )
                self._done.reaches_expired.append(one.name)

    def _end_chips(self) -> None:
        finding.chips.sweep(self._ground)
        with self._ground.database.begin() as session:
            due = finding.chips.due(session, self._ground)
        for one in due:
            try:
                finding.chips.end(self._ground, self._keeper, one)
            except ArchiveError as error:
                # Their key is gone; the files go with the next run.
                self._done.warnings.append(str(error))
                continue
            self._done.chips_destroyed.append(one.name)

    def _end_guardianships(self) -> None:
        with self._ground.database.begin() as session:
            grown = [
                subject_id
                for subject_id, child in consent.children.everyone(session, self._ground.keys)
                if child.age(self._now) >= policy.full_age(self._ground.packs_around(session, subject_id))
            ]
        for subject_id in grown:
            self._end_guardianship(subject_id)

    def _end_guardianship(self, subject_id: str) -> None:
        with self._ground.database.begin() as session:
            subject = consent.subjects.value(self._ground.keys, consent.subjects.get(session, subject_id))
            there = {one.id for one in photos.list_collections(session)}
            given = consent.records.given(session, subject_id)
            reached = sorted({number for one in given for number in one.consent.collections} & there)
            invited_by = consent.records.inviter(session, subject_id)
            packs = consent.packs.known(session, self._ground.keys, subject_id)
            purposes = consent.children.end_guardianship(session, subject_id)
        if purposes:
            self._run_out(subject_id, purposes, Ending.COME_OF_AGE)
        with self._ground.database.begin() as session:
            consent.children.forget(session, subject_id)
            self._done.came_of_age += 1
            if purposes and reached:
                token = consent.invites.create(
                    session,
                    self._ground.keys,
                    label=subject.label,
                    purposes=purposes,
                    collections=reached,
                    invited_by=invited_by,
                    now=self._now,
                    expires=self._now + consent.invites.HOLDS,
                    packs=packs,
                )
                self._ground.note(session, Act("invite", self._keeper, facts=(("purposes", " ".join(purposes)),)))
                self._done.invited_anew.append(InvitedAnew(subject.label, token))

    def end_consents(self) -> int:
        with self._ground.database.begin() as session:
            due = {
                subject_id: purposes
                for subject_id in consent.subjects.living_ids(session)
                if (purposes := self._over(session, subject_id))
            }
        return sum(self._run_out(subject_id, purposes, Ending.EXPIRE) for subject_id, purposes in due.items())

    def _over(self, session: Session, subject_id: str) -> list[Purpose]:
        """Purposes that ran out, lost their last collection, or whose template a pack lets nobody keep any longer."""
        collections = {one.id: one for one in photos.list_collections(session)}
        over = []
        for living in consent.records.given(session, subject_id):
            given = living.consent
            there = (collections[one] for one in given.collections if one in collections)
            packs = self._ground.packs_for(session, subject_id, *there)
            ends = given.expires_at
            if given.purpose in TEMPLATE_PURPOSES:
                ends = min(ends, policy.retention_limit(packs).ends(given.expires_at, given.given_at))
            homeless = given.purpose in _IN_PHOTOS and given.collections and not collections.keys() & given.collections
            if ends <= self._now or homeless:
                over.append(given.purpose)
        return over

    def _undo_enrolments(self) -> None:
        with self._ground.database.begin() as session:
            late = consent.enrolments.unconfirmed(session, self._now)
        for one in late:
            if one.alone:
                with self._ground.database.begin() as session:
                    purposes = [
                        each.consent.purpose
                        for each in consent.records.given(session, one.subject_id)
                        if each.consent.given_at == one.at or not one.other_confirmed
                    ]
                self._run_out(one.subject_id, purposes, Ending.EXPIRE)
            with self._ground.database.begin() as session:
                kept_for = [each.consent.id for each in consent.records.given(session, one.subject_id)]
                vault.forget(session, kept_for, made_at=one.at)
                consent.enrolments.undo(session, one.id)
                self._ground.note(session, Act("enrolment.undo", self._keeper, (one.subject_id,)))
            self._done.enrolments_undone += 1
        if late:
            self._ground.database.scrub()

    def _delete_invites(self) -> None:
        with self._ground.database.begin() as session:
            swept = consent.invites.sweep(session, self._now)
            if swept:
                self._ground.note(session, Act("invite.delete", self._keeper, facts=(("invites", swept),)))
            askings = consent.posters.sweep(session, self._now)
        if swept or askings:
            self._ground.database.scrub()
        self._done.invites_deleted, self._done.askings_deleted = swept, askings

    def _delete_proofs(self) -> None:
        with self._ground.database.begin() as session:
            over = [one for one, at in proof_ends(session, self._ground).items() if at <= self._now]
        if not over:
            return
        # The key first: when this is interrupted, the rows are found again and deleted next time.
        self._ground.keys.destroy(consent.subjects.record_key(one) for one in over)
        with self._ground.database.begin() as session:
            gone = consent.erasing.erase(session, over)
            self._ground.note(session, Act("proof.delete", self._keeper, facts=(("subjects", gone),)))
        self._ground.database.scrub()
        self._done.proofs_deleted = gone

    def _sweep(self) -> None:
        with self._ground.database.begin() as session:
            visits.sweep(session, self._now)
            jobs.sweep(session, self._now)

    def _miss_photos(self) -> None:
        missing = photos.look_for_files(self._ground.database, self._now)
        if missing.due:
            with suppress(UnfinishedError):
                delete_photos(self._ground, self._sight, self._keeper, missing.due)
        self._done.photos_deleted = len(missing.due)
        self._done.photos_missing = missing.waiting
        self._done.folders_unreachable.extend(missing.unreachable)

    def _run_out(self, subject_id: str, purposes: Sequence[Purpose], ending: Ending) -> bool:
        ended = run_out(
            self._ground, self._sight, self._keeper, subject_id=subject_id, purposes=purposes, ending=ending
        )
        return ended is not None
