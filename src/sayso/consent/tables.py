"""The consent room's tables: what was said yes to, by which subject, on which notice, and what became of it.

May know: columns and constraints. Must not know: keys, pixels, vectors. No column holds a subject's name, label
or contact in clear: such columns are sealed (``sealed_…``) or keyed (``…_tag``); tokens are kept as SHA-256 only.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ..storage import Base, BigId, Utc

GIVEN = "given"
WITHDRAWN = "withdrawn"
EXPIRED = "expired"

_STATES = f"state IN ('{GIVEN}', '{WITHDRAWN}', '{EXPIRED}')"


class NoticeRow(Base):
    __tablename__ = "notices"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(Utc)
    for_children: Mapped[bool] = mapped_column(default=False)
    same_meaning: Mapped[bool] = mapped_column(default=False)


class InviteRow(Base):
    """What is sealed here (under the archive's key) goes the moment the invite is used."""

    __tablename__ = "invites"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_label: Mapped[bytes | None]
    sealed_guardian: Mapped[bytes | None]
    sealed_packs: Mapped[bytes | None]
    contact_tag: Mapped[str] = mapped_column(String(64), index=True)
    purposes: Mapped[list[str]] = mapped_column(JSON)
    collections: Mapped[list[int]] = mapped_column(JSON)
    invited_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    used_at: Mapped[datetime | None] = mapped_column(Utc)


class PosterRow(Base):
    """A poster that hangs somewhere for all to see; its code is no secret."""

    __tablename__ = "posters"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    purposes: Mapped[list[str]] = mapped_column(JSON)
    collections: Mapped[list[int]] = mapped_column(JSON)
    packs: Mapped[list[str]] = mapped_column(JSON)
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)


class AskingRow(Base):
    """Somebody who read a poster asks to be invited. The row goes the moment they are answered."""

    __tablename__ = "askings"
    __table_args__ = (UniqueConstraint("poster_id", "contact_tag"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    poster_id: Mapped[int] = mapped_column(ForeignKey("posters.id"), index=True)
    contact_tag: Mapped[str] = mapped_column(String(64))
    sealed_contact: Mapped[bytes]
    asked_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)


class SubjectRow(Base):
    """One living record per contact. ``withdrawn_at`` is when the last purpose ended, by a no or by its time: what
    stays then is the random id, for the proof, and nothing else, until the proof period is over."""

    __tablename__ = "subjects"
    __table_args__ = (
        Index(
            "uq_subjects_living_contact",
            "contact_tag",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    sealed_label: Mapped[bytes | None]
    sealed_packs: Mapped[bytes | None]
    contact_tag: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Utc)
    frozen_at: Mapped[datetime | None] = mapped_column(Utc)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Utc)


class ConsentRow(Base):
    """One act of saying yes, with its sealed proof (under the subject's record key)."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint(_STATES, name="state"),
        ForeignKeyConstraint(["notice_version", "language"], ["notices.version", "notices.language"]),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[str] = mapped_column(String(32), unique=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"), index=True)
    notice_version: Mapped[int]
    language: Mapped[str] = mapped_column(String(35))
    given_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    state: Mapped[str] = mapped_column(String(9))
    invited_by: Mapped[str] = mapped_column(String(200))
    by_guardian: Mapped[bool] = mapped_column(default=False)
    sealed_proof: Mapped[bytes]


class ConsentEventRow(Base):
    """What happened to a record, per purpose; rows are only ever added."""

    __tablename__ = "consent_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("consents.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Utc)
    type: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(9))


class ConsentPurposeRow(Base):
    """One purpose that a subject said yes to, and its data key. ``consent_id`` is the latest record that gives it;
    ``expires_at`` is when the last record that still gives it runs out."""

    __tablename__ = "consent_purposes"
    __table_args__ = (
        CheckConstraint(_STATES, name="state"),
        Index(
            "uq_consent_purposes_given",
            "subject_id",
            "purpose",
            unique=True,
            sqlite_where=text(f"state = '{GIVEN}'"),
            postgresql_where=text(f"state = '{GIVEN}'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("consents.id"))
    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(9))
    key_id: Mapped[str] = mapped_column(String(80), unique=True)
    given_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)


class ConsentCollectionRow(Base):
    """A collection that a purpose reaches, and the record that says so (its expiry and notice hold here)."""

    __tablename__ = "consent_collections"

    purpose_id: Mapped[int] = mapped_column(ForeignKey("consent_purposes.id"), primary_key=True)
    collection_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, index=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("consents.id"))


class ChildRow(Base):
    """What must be known of somebody under age, sealed under their record key; gone on the day they come of age."""

    __tablename__ = "children"

    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"), primary_key=True)
    sealed_facts: Mapped[bytes]


class EnrolmentRow(Base):
    """A witnessed enrolment. Every row is marked for the overseer; its subject sleeps until ``confirmed_at``."""

    __tablename__ = "enrolments"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subjects.id"), index=True)
    witness_tag: Mapped[str] = mapped_column(String(64), index=True)
    sealed_witness: Mapped[bytes]
    inviter: Mapped[str] = mapped_column(String(200))
    enrolled_by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Utc)
    confirm_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(Utc)


class TombstoneRow(Base):
    """A keyed hash of a contact or of a consent record that may not come back."""

    __tablename__ = "tombstones"

    tag: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc)
