"""Saying no: the durable refusal first, then what it leaves to be destroyed, then the traces of the invitation.

May know: the consent tables and tombstones. Must not know: templates, matches, renditions; the caller destroys the
keys that ``begin`` names, in the order of LAW F4.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from ..keys import KeyStore
from ..storage import Session
from ..values import Purpose
from . import children, subjects, tombstones
from .ending import end
from .tables import EXPIRED, GIVEN, WITHDRAWN, AskingRow, ConsentPurposeRow, EnrolmentRow, InviteRow


def begin(
    session: Session,
    keys: KeyStore,
    subject_id: str,
    now: datetime,
    purposes: Collection[Purpose] | None = None,
    *,
    ran_out: bool = False,
) -> tuple[str, ...]:
    """Refuse from now on, and return the ids of the data keys that must be destroyed next.

    purposes: only these; None means everything. When no purpose is left the whole record is withdrawn and the contact
    gets a tombstone too. ran_out: nobody said no, the time is up; then the contact gets none.
    May be called again at any time: the same ids come back. Raises UsageError for an unknown id.
    """
    subject = subjects.get(session, subject_id)
    rows = session.scalars(
        select(ConsentPurposeRow).where(ConsentPurposeRow.subject_id == subject_id).order_by(ConsentPurposeRow.id)
    ).all()
    asked = [row for row in rows if purposes is None or Purpose(row.purpose) in purposes]
    end(session, asked, EXPIRED if ran_out else WITHDRAWN, now)
    tags = [tombstones.record_tag(keys, row.key_id) for row in asked if row.state != GIVEN]
    if subject.withdrawn_at is None and all(row.state != GIVEN for row in rows):
        subject.withdrawn_at = now
    if subject.withdrawn_at is not None and subject.contact_tag is not None and not ran_out:
        tags.append(subject.contact_tag)
    tombstones.lay(session, keys, tags, now)
    return tuple(row.key_id for row in asked if row.state != GIVEN)


def finish(session: Session, subject_id: str, *, ran_out: bool = False) -> None:
    """Remove invites, enrolments, label, packs, tag and childhood of a withdrawn subject; the sealed proof stays.

    Does nothing while the subject still says yes to another purpose. Invites sent after the withdrawal stay; when the
    time just ran out, so do those that were sent before and are not used yet: they ask for a new yes.
    Raises UsageError for an unknown id.
    """
    subject = subjects.get(session, subject_id)
    if subject.withdrawn_at is None:
        return
    session.execute(delete(EnrolmentRow).where(EnrolmentRow.subject_id == subject_id))
    invites = delete(InviteRow).where(
        InviteRow.contact_tag == subject.contact_tag, InviteRow.created_at <= subject.withdrawn_at
    )
    session.execute(invites.where(InviteRow.used_at.is_not(None)) if ran_out else invites)
    if not ran_out:
        asked = delete(AskingRow).where(AskingRow.contact_tag == subject.contact_tag)
        session.execute(asked.where(AskingRow.asked_at <= subject.withdrawn_at))
    children.forget(session, subject_id)
    subject.sealed_label = None
    subject.sealed_packs = None
    subject.contact_tag = None
    session.flush()
