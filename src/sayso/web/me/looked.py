"""Who looked: every entry about the person in plain words, each with a proof that they check without trusting us.

May know: the front door as the person uses it. Must not know: entries about anybody else.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...values import Counts, Role
from ..limits import limits_of
from ..pages import page
from ..sessions import Mine, archive_of
from ..speaking import Speech, speech_of
from .consent import attached

router = APIRouter()

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as its reader is told it."""

    index: int
    at: datetime
    what: str
    who: str
    verb: str
    facts: Mapping[str, str | int]
    counts: Counts | None
    others: int


@router.get("/me/looked")
def looked(request: Request, me: Mine, before: int | None = None) -> Response:
    """The newest entries first, fifty at a time."""
    say = speech_of(request)
    entries = [one for one in me.archive.ledger.list(subject=me.id) if before is None or one.index < before]
    shown = [
        Told(
            one.index,
            one.at,
            _what(say, one.verb),
            _who(say, one.actor, one.role, me.id),
            one.verb,
            dict(one.facts),
            one.counts,
            max(len(one.subjects_sealed) - 1, 0),
        )
        for one in reversed(entries[-_AT_ONCE:])
    ]
    older = shown[-1].index if len(entries) > len(shown) else None
    key = archive_of(request).ledger.verifier_key
    return page(request, "me/looked.html", entries=shown, older=older, key=key)


@router.get("/me/looked/{index}.tlog-proof")
def proof(me: Mine, index: int) -> Response:
    """The proof that one entry is in the ledger."""
    return attached(me.archive.ledger.proof(index).to_text().encode(), f"{index:06}.tlog-proof", "text/plain")


@router.get("/me/looked.zip")
def every_proof(request: Request, me: Mine) -> Response:
    """Every proof, the key to check them with, and how."""
    limits_of(request).count(request, "proofs", "30/hour", whom=me.id)
    say, whole = speech_of(request), io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as parcel:
        parcel.writestr("key.txt", archive_of(request).ledger.verifier_key + "\n")
        parcel.writestr("README.txt", say("yes.looked.readme"))
        for one in me.archive.ledger.proofs(me.id):
            parcel.writestr(f"{one.index:06}.tlog-proof", one.to_text())
    return attached(whole.getvalue(), "sayso-proofs.zip", "application/zip")


def _what(say: Speech, verb: str) -> str:
    try:
        return say(f"looked.{verb}")
    except KeyError:
        return say("yes.looked.other", verb=verb)


def _who(say: Speech, actor: str, role: Role, me: str) -> str:
    if role is Role.SUBJECT:
        return say("yes.looked.you" if actor == me else "yes.looked.somebody")
    if actor == "sayso":
        return say("yes.looked.itself")
    return say(f"yes.looked.role.{role.value}", actor=actor)
