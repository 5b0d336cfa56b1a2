"""How often pointing missed, captures were mixed or live ones failed, per owner and day: budgets that keep the matcher
from becoming an oracle, and the judge from being tried until it errs.

May know: keyed tags and days. Must not know: which face was pointed at, or who was captured.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from ..storage import Base


class PointMissRow(Base):
    __tablename__ = "point_misses"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    misses: Mapped[int] = mapped_column(default=0)


class CaptureFailureRow(Base):
    """Rows of past days go with the next attempt by anybody. Before that, those of a person's own template go when they
    withdraw; those of an invite or of an account tell of nobody's template and stay."""

    __tablename__ = "capture_failures"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)


class LiveAttemptRow(Base):
    """Live captures of a day: how many were begun, and how many were judged to be no live person, or somebody else."""

    __tablename__ = "live_attempts"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    begun: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
