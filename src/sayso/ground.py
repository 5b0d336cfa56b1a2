"""What every act across rooms stands on: database, files, keys, ledger, clock and packs, handed on together.

May know: floors 1 and 2 by their front names. Must not know: what an act does with them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from . import consent, photos, policy
from .clock import Clock
from .consent import LiveConsent
from .errors import RefusedError
from .keys import KeyStore
from .ledger import Ledger, Together
from .policy import Facts, Pack, Regulator, load_pack
from .storage import Database, FolderBlobs, Session, read_setting, write_setting
from .values import Act, Collection
from .vision import (
    DEFAULT_MODEL,
    Aligner,
    Calibration,
    Closer,
    Locator,
    ModelCard,
    ModelStore,
    OwnModel,
    Recognizer,
    RememberingCloser,
    cards,
    load_recognizer,
    prepare,
)

#: Where the settings say that the archive has ceased, and when.
CEASED = "ceased_at"

_OWN_PACKS = "law_packs"

#: Acts that may take long between the gate and the ledger, and must not outlive the archive's end.
_NOT_AFTER_THE_END = frozenset(
    {"add", "invite", "enrol", "witness", "live", "live.verify", "confirm"}
    | {"find.begin", "find", "point", "review.confirm", "verify", "album", "models.add", "models.use"}
    | {"publish.begin", "publish"}
)


def refuse_if_ceased(session: Session) -> None:
    """Raises RefusedError (F5) once the archive has ceased."""
    at = read_setting(session, CEASED)
    if at is not None:
        raise RefusedError.because(
            "F5",
            f"This archive ceased on {at[:10]}: nothing is found, kept or delivered here any more.",
            "The ledger can still be read and verified.",
        )


def own_packs(session: Session) -> dict[str, str]:
    """Texts of the law packs that the operator added, by id."""
    texts: dict[str, str] = json.loads(read_setting(session, _OWN_PACKS) or "{}")
    return texts


def keep_pack(session: Session, id: str, text: str) -> str:
    """Keep a law pack of the operator's for good, because people's records may come to name it; its SHA-256."""
    write_setting(session, _OWN_PACKS, json.dumps(own_packs(session) | {id: text}))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Ground:
    """One open archive's parts. ``packs`` are the operator's; a collection adds those of its place, and a person
    those that they brought along. ``own_packs``: texts of packs that do not ship, by id."""

    database: Database
    blobs: FolderBlobs
    keys: KeyStore
    ledger: Ledger
    clock: Clock
    packs: tuple[str, ...]
    own_packs: dict[str, str] = field(default_factory=dict)

    def load(self, names: Iterable[str]) -> tuple[Pack, ...]:
        """Packs by name, each once. Raises UsageError for an unknown one."""
        return tuple(load_pack(name, self.own_packs) for name in dict.fromkeys(names))

    def packs_of(self, *collections: Collection) -> tuple[Pack, ...]:
        """The packs that apply to everybody, cumulated: the operator's, and those of the place."""
        return self.load((*self.packs, *(name for one in collections for name in one.packs)))

    def packs_for(self, session: Session, subject_id: str, *collections: Collection) -> tuple[Pack, ...]:
        """The packs that apply to one person in these collections: as ``packs_of``, and those they brought (F9)."""
        brought = consent.packs.known(session, self.keys, subject_id)
        return self.load((*self.packs, *(name for one in collections for name in one.packs), *brought))

    def packs_around(self, session: Session, subject_id: str) -> tuple[Pack, ...]:
        """The packs that apply to one person, wherever they have said yes."""
        given = consent.records.given(session, subject_id)
        reached = {number for one in given for number in one.consent.collections}
        there = (one for one in photos.list_collections(session) if one.id in reached)
        return self.packs_for(session, subject_id, *there)

    def regulators_for(self, session: Session, subject_id: str) -> tuple[Regulator, ...]:
        """Where a person may complain (R5): under every pack that applies to them, or under which they ever said yes.

        Raises KeyDestroyedError when the proof period is over.
        """
        records = consent.records.history(session, self.keys, subject_id)
        known = policy.available(self.own_packs)
        said = (name for one in records for name in one["jurisdiction"].split(", ") if name in known)
        every = (*self.packs_around(session, subject_id), *self.load(said))
        return tuple(dict.fromkeys(one for pack in every for one in pack.regulators))

    def learn_packs(self, session: Session) -> None:
        """Read the archive's own packs, some of which another process may have added meanwhile."""
        self.own_packs.update(own_packs(session))

    def person_facts(self, session: Session, living: LiveConsent, collection: Collection | None = None) -> Facts:
        """What is known of the person behind a consent that was just found to live, for the law to decide on."""
        given, now = living.consent, self.clock()
        child = consent.children.known(session, self.keys, given.subject_id)
        ends = collection.retention_until if collection is not None else None
        return Facts(
            now=now,
            consent_state="given",
            purpose=given.purpose,
            purposes_agreed=frozenset(
                one.consent.purpose for one in consent.records.given(session, given.subject_id, now)
            ),
            confirmed=consent.enrolments.awake(session, given.subject_id),
            frozen=consent.subjects.is_frozen(session, given.subject_id),
            # Whoever says yes without naming a month of birth declares to be of full age; the notice says so.
            age=child.age(now) if child is not None else policy.full_age(),
            guardian_consented=given.by_guardian,
            child_told=child is not None and child.told is not None,
            collection=collection.id if collection is not None else None,
            collections=given.collections,
            purpose_ended=min(given.expires_at, ends or given.expires_at),
            last_contact=given.given_at,
        )

    def note(self, session: Session, act: Act) -> int:
        """Append an act to the ledger in the same transaction; its index.

        Raises RefusedError (F5) for an act that keeps or uses something of a person when the archive has ceased
        meanwhile: the caller's transaction is then undone, however long ago it passed the gate.
        """
        if act.verb in _NOT_AFTER_THE_END:
            refuse_if_ceased(session)
        return self.ledger.append(session, act, self.clock())

    def note_look(self, act: Act) -> None:
        """Append an act that changes nothing else, and return when the entry stands: before anything is shown.

        Those of many who look at the same moment are one transaction. Raises as ``note``, and ArchiveError.
        """
        self._looks.write(act)

    @cached_property
    def _looks(self) -> Together:
        return Together(self.database.begin, self.note)


@dataclass
class Sight:
    """The models, each loaded when it is first needed and kept until ``close``; needed again, it is loaded again.

    own: the operator's own recogniser, if the archive measures with one. measured: thresholds that the one that comes
    with Sayso was given here; an own one has them on its card.
    """

    threads: int = 1
    own: OwnModel | None = None
    measured: tuple[Calibration, ...] = ()

    def use(self, own: OwnModel | None, measured: tuple[Calibration, ...]) -> None:
        """Measure with another recogniser, or with other thresholds, from now on."""
        self.close()
        self.own, self.measured = own, measured

    def close(self) -> None:
        """Let go of every model: some hundred megabytes, which would otherwise wait for the next garbage collection."""
        for name in ("closer", "recognizer", "aligner", "locator", "store"):
            vars(self).pop(name, None)

    @cached_property
    def store(self) -> ModelStore:
        """The models' files, and which recogniser they are for."""
        return replace(prepare(), own=self.own, measured=self.measured)

    @cached_property
    def locator(self) -> Locator:
        return Locator(self.store, threads=self.threads)

    @cached_property
    def aligner(self) -> Aligner:
        return Aligner(self.store, threads=self.threads)

    @property
    def card(self) -> ModelCard:
        """The card of the recogniser in use; reading it loads no model."""
        if self.own:
            return self.own.card
        return next(card for card in cards() if card.id == DEFAULT_MODEL).calibrated(self.measured)

    @cached_property
    def recognizer(self) -> Recognizer:
        return load_recognizer(self.store, threads=self.threads)

    @cached_property
    def closer(self) -> Closer:
        return RememberingCloser(self.locator)
