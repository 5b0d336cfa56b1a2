"""What every document rests on: the archive's live settings and counts, read in one transaction.

May know: collections, packs, notices, the ledger's counts, model cards. Must not know: persons, vectors, pixels.
Nothing here is invented: a number that nobody measured is None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from .. import consent, photos, policy
from ..errors import UnknownError
from ..finding import models, widening_facts
from ..finding.enrol import VALIDITY
from ..ground import Ground
from ..policy import Action, Basis, Pack, Regulator, Retention
from ..storage import Session
from ..values import Collection, Counts, Reach
from ..vision import ModelCard, cards
from . import breaches
from .breaches import Breach


@dataclass(frozen=True, slots=True)
class Own:
    """What an archive was told about itself. ``accuracy`` is the last report of `measure accuracy` as plain data,
    with ``measured_at``; None when nobody has measured. ``exposure`` is by collection what `measure exposure` last
    counted."""

    controller: str
    contact: str
    declarations: Mapping[str, date] = field(default_factory=dict)
    policy_published_at: datetime | None = None
    policy_sha256: Mapping[str, str] = field(default_factory=dict)
    accuracy: Mapping[str, Any] | None = None
    exposure: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Holding:
    """One collection as the documents tell it.

    reach: what holds now; ``pointed`` while a wider one waits for its approval or has run out. ``counts`` adds up
    every run in the collection that the ledger knows of.
    """

    collection: Collection
    reach: Reach
    packs: tuple[Pack, ...]
    bases: tuple[Basis, ...]
    photos: int
    faces: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class State:
    """The whole picture. ``elsewhere`` counts the runs that belong to no collection that is still there."""

    own: Own
    now: datetime
    packs: tuple[Pack, ...]
    holdings: tuple[Holding, ...]
    counts: Counts
    elsewhere: Counts
    subjects: int
    age_of_consent: int
    proof_years: int
    retention: Retention
    valid_days: int
    notice_languages: tuple[str, ...]
    models: tuple[ModelCard, ...]
    breaches: tuple[Breach, ...]
    verifier_key: str

    @property
    def regulators(self) -> tuple[Regulator, ...]:
        """Whom to turn to, from the packs of the operator and of every collection, each once."""
        places = (*self.packs, *(pack for holding in self.holdings for pack in holding.packs))
        return tuple(dict.fromkeys(regulator for pack in places for regulator in pack.regulators))

    def only(self, name: str) -> State:
        """The same with one collection. Raises UsageError when it is unknown."""
        wanted = name.strip().casefold()
        chosen = [one for one in self.holdings if wanted in (one.collection.name.casefold(), str(one.collection.id))]
        if not chosen:
            known = ", ".join(f"'{one.collection.name}'" for one in self.holdings) or "none yet"
            raise UnknownError(f"There is no collection '{name}'.", f"There are: {known}.")
        return replace(self, holdings=tuple(chosen))


def read_state(session: Session, ground: Ground, own: Own) -> State:
    """Read everything that documents rest on, as it is now."""
    now = ground.clock()
    counted: dict[int | None, Counts] = {}
    for entry in ground.ledger.entries(session):
        if entry.counts is not None:
            counted[entry.collection] = counted.get(entry.collection, Counts()) + entry.counts
    collections = photos.list_collections(session)
    held = tuple(_holding(session, ground, one, counted.pop(one.id, Counts()), now) for one in collections)
    elsewhere = sum(counted.values(), Counts())
    packs = ground.packs_of()
    return State(
        own=own,
        now=now,
        packs=packs,
        holdings=held,
        counts=sum((one.counts for one in held), elsewhere),
        elsewhere=elsewhere,
        subjects=len(consent.subjects.list_all(session, ground.keys)),
        age_of_consent=policy.age_of_consent(packs),
        proof_years=policy.proof_period(packs),
        retention=policy.retention_limit(packs),
        valid_days=VALIDITY.days,
        notice_languages=tuple(sorted(consent.notices.languages(session))),
        models=(*cards(), *models.own_cards(session)),
        breaches=tuple(breaches.list_all(session, ground.keys)),
        verifier_key=str(ground.ledger.verifier_key),
    )


def _holding(session: Session, ground: Ground, collection: Collection, counts: Counts, now: datetime) -> Holding:
    packs = ground.packs_of(collection)
    opened = collection.reach is Reach.POINTED or (
        policy.decide(Action.APPROVE, widening_facts(collection, collection.reach, now), packs).allowed
    )
    held = photos.totals(session, collection.id)
    bases = _bases(collection.basis, packs)
    reach = collection.reach if opened else Reach.POINTED
    return Holding(collection, reach, packs, bases, held.photos, held.faces, counts)


def _bases(code: str | None, packs: Sequence[Pack]) -> tuple[Basis, ...]:
    """What each pack says about a basis code."""
    return tuple(basis for pack in packs for basis in pack.bases if basis.code == code)
