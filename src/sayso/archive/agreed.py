"""Front door, the person's own record: what they said yes to, until when, what became of it, and what they asked for.

May know: consents, requests, templates by their count. Must not know: templates themselves, photos.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .. import consent, lifecycle, photos, vault
from ..lifecycle import Request
from ..policy import Regulator
from ..storage import Session
from ..values import Act, Purpose, Role
from .door import Door


@dataclass(frozen=True, slots=True)
class Given:
    """A purpose that the person says yes to. ``renew``: the notice has changed, and nothing is done until they say yes
    again. ``template_agreed``: the yes is to a template too; ``template_at``: when one was made, if there is one."""

    purpose: Purpose
    collections: tuple[str, ...]
    given_at: datetime
    expires_at: datetime
    by_guardian: bool
    renew: bool
    template_agreed: bool
    template_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ended:
    """A purpose that ended: ``state`` is ``withdrawn`` or ``expired``."""

    purpose: Purpose
    given_at: datetime
    ended_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """Everything that a person said. ``label`` is how the archive calls them; ``confirmed`` is False while a witnessed
    template sleeps."""

    subject_id: str
    label: str = field(repr=False)
    frozen_at: datetime | None
    confirmed: bool
    given: tuple[Given, ...]
    ended: tuple[Ended, ...]
    requests: tuple[Request, ...]
    regulators: tuple[Regulator, ...]


class Consents:
    """``archive.consents``: how a person's yes stands."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def of(self, subject: str) -> Agreed:
        """Everything that a person said and asked for; staff who look leave an entry that the person can read.

        Raises UsageError, KeyDestroyedError when the proof period is over.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor, subject_id = self._door.enter_for(session, "receipt", subject)
            if actor.role is not Role.SUBJECT:
                ground.note(session, Act("receipt", actor, (subject_id,)))
            row = consent.subjects.get(session, subject_id)
            recorded = consent.records.of_subject(session, subject_id)
            return Agreed(
                subject_id=subject_id,
                label=consent.subjects.value(ground.keys, row).label,
                frozen_at=row.frozen_at,
                confirmed=consent.enrolments.awake(session, subject_id),
                given=self._given(session, subject_id),
                ended=tuple(
                    Ended(one.consent.purpose, one.consent.given_at, one.ended_at, one.state)
                    for one in recorded
                    if one.ended_at is not None
                ),
                requests=tuple(lifecycle.requests.list_all(session, subject_id)),
                regulators=ground.regulators_for(session, subject_id),
            )

    def _given(self, session: Session, subject_id: str) -> tuple[Given, ...]:
        ground, now = self._door.ground, self._door.ground.clock()
        names = {one.id: one.name for one in photos.list_collections(session)}
        since = consent.notices.in_force_since(session)
        templated = {
            name
            for record in consent.records.history(session, ground.keys, subject_id)
            for name in record["template_purposes"]
            if record["states"].get(name) == "given"
        }
        found = []
        for living in consent.records.given(session, subject_id, now):
            one = living.consent
            made = vault.made(session, living)
            found.append(
                Given(
                    purpose=one.purpose,
                    collections=tuple(names[number] for number in one.collections if number in names),
                    given_at=one.given_at,
                    expires_at=one.expires_at,
                    by_guardian=one.by_guardian,
                    renew=one.notice_version < since,
                    template_agreed=one.purpose.value in templated,
                    template_at=max((at for _, at in made), default=None),
                )
            )
        return tuple(found)
