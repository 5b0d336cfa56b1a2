"""Calls about people: list, invite, say yes without a capture, confirm, rename, freeze, withdraw.

May know: the front door. Must not know: the archive's inside. Must not take: a capture, which is made live, or before a
witness.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StrictBool

from ... import values
from ...values import FrozenBy, Purpose
from .answers import Answer, Asked, Id, Limit, Page, Start, SubjectId, SubjectInPath, Text
from .caller import Caller
from .finding import Done

router = APIRouter(tags=["people"])
Purposes = Annotated[list[Purpose], Field(min_length=1, max_length=len(Purpose))]


class Subject(Answer):
    """A person with a consent record: the random id, and what the operator called them."""

    id: str
    label: str


class Guardian(Asked):
    """Who says yes for a child, and what they are to it."""

    label: Text
    relation: Text = "parent"


class NewInvite(Asked):
    """Whom to invite, for what, and in which collections. `packs`: of where the person lives, beside yours."""

    label: Text
    purposes: Purposes
    collections: Annotated[list[Id], Field(min_length=1, max_length=100)]
    guardian: Guardian | None = None
    packs: list[Text] = Field(default_factory=list, max_length=20)


class Invite(Answer):
    """The token works once, for two weeks. It is told this once: hand it to that person alone."""

    token: str


class Youth(Asked):
    """Of somebody under age: the month of birth, and what the guardian and the child were told."""

    birth: Annotated[str, Field(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$")]
    guardian_agrees: StrictBool = False
    child_told: StrictBool = False


class Yes(Asked):
    """A person's yes, given with an invite's token. Nothing is measured of them: they point at their face instead."""

    token: Text
    purposes: Purposes
    language: Annotated[str, Field(pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    youth: Youth | None = None
    packs: list[Text] = Field(default_factory=list, max_length=20)


class Consent(Answer):
    """A yes for one purpose."""

    purpose: Purpose
    collections: list[int]
    notice_version: int
    given_at: datetime
    expires_at: datetime
    by_guardian: bool


class Enrolled(Answer):
    """Who said yes, and to what; the number of the ledger's entry."""

    subject: Subject
    consents: list[Consent]
    ledger_index: int


class Code(Asked):
    """What the invited contact received."""

    code: Text


class Confirmed(Answer):
    """Who can be found from now on."""

    subject: SubjectId


class Label(Asked):
    """The right name or address."""

    label: Text


class Word(Asked):
    """On whose word."""

    by: FrozenBy


class Frozen(Answer):
    """How many albums could not be closed, because their holders had moved them."""

    albums_out_of_reach: int


class Lifted(Answer):
    """False while a second person has yet to agree."""

    lifted: bool


class No(Asked):
    """What to withdraw; everything, if no purpose is named."""

    purposes: Purposes | None = None


class Withdrawn(Answer):
    """What was withdrawn. `proof` can be checked by anybody (`sayso-verify`)."""

    subject_id: str
    purposes: list[Purpose]
    at: datetime
    ledger_index: int
    proof: str
    albums_out_of_reach: int


@router.get("/people", operation_id="people.list")
def list_(archive: Caller, start: Start = 0, limit: Limit = 200) -> Page[Subject]:
    """Everybody with a living record, the oldest first; each of them can read that somebody looked. `next` is given
    back as `start`."""
    found = archive.people.list(start=start, limit=limit)
    items = [Subject.of(one) for one in found]
    return Page(items=items, next=start + limit if len(items) == limit else None)


@router.post("/invites", operation_id="invite", status_code=201)
def invite(archive: Caller, asked: NewInvite) -> Invite:
    """Invite one person."""
    guardian = values.Guardian(asked.guardian.label, asked.guardian.relation) if asked.guardian else None
    token = archive.people.invite(
        asked.label,
        purposes=asked.purposes,
        collections=[str(one) for one in asked.collections],
        guardian=guardian,
        packs=asked.packs,
    )
    return Invite(token=token)


@router.post("/enrol", operation_id="enrol", status_code=201)
def enrol(archive: Caller, asked: Yes) -> Enrolled:
    """Write down a person's yes, without a capture."""
    youth = asked.youth
    done = archive.people.enrol(
        asked.token,
        purposes=asked.purposes,
        language=asked.language,
        youth=values.Youth(youth.birth, youth.guardian_agrees, youth.child_told) if youth else None,
        packs=asked.packs,
    )
    return Enrolled.of(done)


@router.post("/confirm", operation_id="confirm")
def confirm(archive: Caller, asked: Code) -> Confirmed:
    """Confirm, as the invited contact, that the enrolment is yours; until then the template is not used."""
    return Confirmed(subject=archive.people.confirm(asked.code))


@router.post("/people/{subject}/rename", operation_id="rename")
def rename(archive: Caller, subject: SubjectInPath, asked: Label) -> Done:
    """Correct the name or address under which a person was invited."""
    archive.people.rename(subject, asked.label)
    return Done()


@router.post("/people/{subject}/freeze", operation_id="freeze")
def freeze(archive: Caller, subject: SubjectInPath, asked: Word) -> Frozen:
    """Stop everything about a person at once. No reason is needed; two persons lift it."""
    return Frozen(albums_out_of_reach=archive.people.freeze(subject, by=asked.by))


@router.post("/people/{subject}/unfreeze", operation_id="unfreeze")
def unfreeze(archive: Caller, subject: SubjectInPath) -> Lifted:
    """Ask for the end of a freeze, or lift it as a second person."""
    return Lifted(lifted=archive.people.unfreeze(subject))


@router.post("/people/{subject}/withdraw", operation_id="withdraw")
def withdraw(archive: Caller, subject: SubjectInPath, asked: No) -> Withdrawn:
    """Write down a person's no. Effective at once: what rested on their yes cannot be read by anybody any more."""
    return Withdrawn.of(archive.people.withdraw(subject, purposes=asked.purposes))
