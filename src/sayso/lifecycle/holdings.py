"""What is held about one person, as plain data: consents, templates by name, entries, requests; no photos.

May know: consents, decisions, the ledger. Must not know: pixels, vectors, other people, files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import consent, delivery, matches, vault
from ..consent import LiveConsent
from ..ground import Ground
from ..ledger import FILE_ENDING, Entry
from ..storage import Session
from ..values import Counts, Outcome, Purpose
from . import requests
from .exported import KIND
from .requests import Request


def held(session: Session, ground: Ground, subject_id: str, controller: str, contact: str) -> dict[str, Any]:
    """Everything but the photos, as plain data."""
    now = ground.clock()
    given = consent.records.given(session, subject_id, now)
    regulators = [one.name for one in ground.regulators_for(session, subject_id)]
    parties = consent.receipts.parties(controller, contact, regulators)
    records = consent.records.history(session, ground.keys, subject_id)
    subject = consent.subjects.value(ground.keys, consent.subjects.get(session, subject_id))
    enrolments = [one for one in consent.enrolments.marked(session, ground.keys) if one.subject_id == subject_id]
    return {
        "kind": KIND,
        "subject": {
            "id": subject.id,
            "label": subject.label,
            "packs": list(consent.packs.known(session, ground.keys, subject_id)),
        },
        "receipt": consent.receipts.consent_receipt(records, parties, now),
        "templates": [one for living in given for one in _templates(session, living)],
        "waiting": sum(len(waiting(session, ground, living)) for living in given),
        "enrolments": [
            {
                "witness": one.witness,
                "inviter": one.inviter,
                "at": one.at.isoformat(),
                "confirmed_at": one.confirmed_at.isoformat() if one.confirmed_at else None,
            }
            for one in enrolments
        ],
        "albums": [
            str(place)
            for living in given
            if living.consent.purpose is Purpose.FIND
            for place in delivery.folders_of(session, ground, living)
            if place is not None
        ],
        "requests": [plain_request(one) for one in requests.list_all(session, subject_id)],
        "entries": [_plain_entry(one) for one in ground.ledger.entries(session, subject=subject_id)],
        "verifier_key": str(ground.ledger.verifier_key),
    }


def _templates(session: Session, living: LiveConsent) -> list[dict[str, Any]]:
    """That there is a template and what for; a template itself is given to nobody (LAW L1, F12)."""
    awake = consent.enrolments.awake(session, living.consent.subject_id)
    return [
        {"purpose": living.consent.purpose.value, "model": model, "made_at": at.isoformat(), "awake": awake}
        for model, at in vault.made(session, living)
    ]


def waiting(session: Session, ground: Ground, living: LiveConsent) -> Sequence[matches.Decided]:
    """What may be this person, and waits for somebody to look."""
    owner = matches.owner_tag(ground.keys, living.consent.key_id)
    return matches.of_owner(session, owner, Outcome.REVIEW)


def plain_request(one: Request) -> dict[str, Any]:
    """A request as plain data."""
    return {
        "id": one.id,
        "kind": one.kind.value,
        "asked_at": one.asked_at.isoformat(),
        "due_at": one.due_at.isoformat(),
        "done_at": one.done_at.isoformat() if one.done_at else None,
    }


def _plain_entry(one: Entry) -> dict[str, Any]:
    """An entry in clear. Other people whom it is about are counted, not named."""
    return {
        "index": one.index,
        "at": one.at.isoformat(),
        "verb": one.verb,
        "actor": one.actor,
        "role": one.role.value,
        "route": one.route.value,
        "collection": one.collection,
        "purpose": one.purpose.value if one.purpose else None,
        "reach": one.reach.value if one.reach else None,
        "counts": _plain_counts(one.counts),
        "facts": dict(one.facts),
        "others": max(len(one.subjects_sealed) - 1, 0),
        "proof": f"ledger/{one.index:06}{FILE_ENDING}",
    }


def _plain_counts(counts: Counts | None) -> dict[str, int] | None:
    if counts is None:
        return None
    return {
        "photos": counts.photos,
        "seen": counts.seen,
        "measured": counts.measured,
        "kept": counts.kept,
        "discarded": counts.discarded,
        "exposure": counts.exposure,
    }
