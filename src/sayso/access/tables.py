"""The access room's tables: who has an account and how they prove it, and which acts a second person approved.

May know: names of the people who run the archive, roles, and the random ids under which subjects come in. Must not
know: who a subject is, what they agreed to.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..storage import Base, BigId, Utc


class AccountRow(Base):
    """An account is never deleted, so that a name in the ledger means the same person for ever."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("role IN ('operator', 'reviewer', 'overseer')", name="role"),)

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(Utc)
    created_by: Mapped[str] = mapped_column(String(200))
    disabled_at: Mapped[datetime | None] = mapped_column(Utc)
    password_hash: Mapped[str | None] = mapped_column(String(200))


class ApiTokenRow(Base):
    """``token_sha256`` is all that is kept of the token itself."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(ForeignKey("accounts.name"), index=True)
    note: Mapped[str] = mapped_column(String(200))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)


class ApprovalRow(Base):
    """``approved_by`` differs from ``asked_by``: both are kept normalised, and the database checks it too."""

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name="second_person"),
        Index("ix_approvals_verb_what", "verb", "what"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    verb: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(400))
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(Utc)
    approved_by: Mapped[str | None] = mapped_column(String(200))
    approved_at: Mapped[datetime | None] = mapped_column(Utc)


class VisitRow(Base):
    """Somebody who is signed in: staff by their account's name, a subject by their id."""

    __tablename__ = "visits"
    __table_args__ = (CheckConstraint("role IN ('operator', 'reviewer', 'overseer', 'subject')", name="role"),)

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    role: Mapped[str] = mapped_column(String(16))
    opened_at: Mapped[datetime] = mapped_column(Utc)
    seen_at: Mapped[datetime] = mapped_column(Utc)


class EntryLinkRow(Base):
    """A link that was sent to a subject and lets them in once."""

    __tablename__ = "entry_links"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(16), index=True)
    made_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)


class PasskeyRow(Base):
    """A subject's passkey (WebAuthn): what it takes to check a signature, and nothing that could make one."""

    __tablename__ = "passkeys"

    credential_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str] = mapped_column(String(16), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Utc)
