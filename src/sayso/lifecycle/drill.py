"""The end, rehearsed: what ceasing would destroy, and how far asking for it has come. Nothing is changed.

May know: counts, approvals, whether the archive has ceased. Must not know: who anybody in the photos is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from .. import consent, ledger, matches, photos, vault
from ..access import accounts, approvals
from ..delivery import IssuedAlbumRow
from ..ground import CEASED, Ground
from ..storage import Session, read_setting
from ..values import Outcome, Role
from . import exported

_VERB = "cease"


@dataclass(frozen=True, slots=True)
class Drill:
    """What there is to destroy: ``keys`` open everything that serves a purpose; ``chips`` are collections that keep
    aligned pixels. ``photos`` stay, with nobody's name to them.

    operators: open accounts that can ask or approve. asked_by, asked_at: who asked for the end, while nobody approved.
    ceased_at, report: since when it is over, and the signed entry that says so; it lacks while the end is under way.
    """

    people: int
    keys: int
    templates: int
    matched: int
    albums: int
    exports: int
    chips: int
    photos: int
    operators: int
    asked_by: str | None
    asked_at: datetime | None
    ceased_at: datetime | None
    report: str


def drill(session: Session, ground: Ground) -> Drill:
    """Count it now."""
    began = read_setting(session, CEASED)
    asked = next((one for one in approvals.waiting(session) if one.verb == _VERB), None)
    staff = accounts.list_all(session)
    return Drill(
        people=len(consent.subjects.living_ids(session)),
        keys=len(ground.keys.ids("data-")),
        templates=vault.count(session),
        matched=matches.count(session, Outcome.MATCHED),
        albums=session.scalar(select(func.count()).select_from(IssuedAlbumRow)) or 0,
        exports=exported.count(session),
        chips=sum(one.chips_key is not None for one in photos.list_collections(session)),
        photos=photos.totals(session).photos,
        operators=sum(one.role is Role.OPERATOR and one.disabled_at is None for one in staff),
        asked_by=asked.asked_by if asked else None,
        asked_at=asked.asked_at if asked else None,
        ceased_at=datetime.fromisoformat(began) if began else None,
        report=_report(session, ground) if began else "",
    )


def _report(session: Session, ground: Ground) -> str:
    """The proof of the entry that tells of the end; empty while the end is under way."""
    told = ledger.browse(session, limit=1, verb=_VERB).entries
    return ground.ledger.proof(session, told[0].index).to_text() if told and told[0].entry else ""
