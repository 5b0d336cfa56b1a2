"""What every act across rooms stands on: database, files, keys, ledger, clock and packs, handed on together.

May know: floors 1 and 2 by their front names. Must not know: what an act does with them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from . import consent, policy
from .clock import Clock
from .consent import LiveConsent
from .errors import RefusedError
from .keys import KeyStore
from .ledger import Ledger
from .policy import Facts, Pack, load_pack
from .storage import Database, FolderBlobs, Session, read_setting
from .values import Act, Collection
from .vision import (
    DEFAULT_MODEL,
    Aligner,
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

#: Acts that may take long between the gate and the ledger, and must not outlive the archive's end.
_NOT_AFTER_THE_END = frozenset(
    {"add", "invite", "enrol", "confirm", "find.begin", "find", "point", "review.confirm", "verify", "album"}
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


@dataclass(frozen=True)
class Ground:
    """One open archive's parts. ``packs`` are the operator's own; a collection adds the packs of its place."""

    database: Database
    blobs: FolderBlobs
    keys: KeyStore
    ledger: Ledger
    clock: Clock
    packs: tuple[str, ...]

    def packs_of(self, collection: Collection | None = None) -> tuple[Pack, ...]:
        """The packs that apply, cumulated: the operator's and, if given, the collection's."""
        names = dict.fromkeys((*self.packs, *(collection.packs if collection else ())))
        return tuple(load_pack(name) for name in names)

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


@dataclass
class Sight:
    """The models, each loaded when it is first needed and kept until ``close``; needed again, it is loaded again.

    own: the operator's own recogniser, if the archive measures with one.
    """

    threads: int = 1
    own: OwnModel | None = None

    def use(self, own: OwnModel | None) -> None:
        """Measure with another recogniser from now on: an operator's own, or the one that comes with Sayso."""
        self.close()
        self.own = own

    def close(self) -> None:
        """Let go of every model: some hundred megabytes, which would otherwise wait for the next garbage collection."""
        for name in ("closer", "recognizer", "aligner", "locator", "store"):
            vars(self).pop(name, None)

    @cached_property
    def store(self) -> ModelStore:
        """The models' files, and which recogniser they are for."""
        return replace(prepare(), own=self.own)

    @cached_property
    def locator(self) -> Locator:
        return Locator(self.store, threads=self.threads)

    @cached_property
    def aligner(self) -> Aligner:
        return Aligner(self.store, threads=self.threads)

    @property
    def card(self) -> ModelCard:
        """The card of the recogniser in use; reading it loads no model."""
        return self.own.card if self.own else next(card for card in cards() if card.id == DEFAULT_MODEL)

    @cached_property
    def recognizer(self) -> Recognizer:
        return load_recognizer(self.store, threads=self.threads)

    @cached_property
    def closer(self) -> Closer:
        return RememberingCloser(self.locator)
