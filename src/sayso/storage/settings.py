"""Small facts about the archive itself, as text under a key.

May know: one table of its own. Must not know: what the facts are for.
"""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from .base import Base


class Setting(Base):
    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]


def read_setting(session: Session, key: str) -> str | None:
    """The text under ``key``, or None."""
    row = session.get(Setting, key)
    return row.value if row else None


def write_setting(session: Session, key: str, value: str) -> None:
    """Put ``value`` under ``key``, replacing what was there."""
    session.merge(Setting(key=key, value=value))
