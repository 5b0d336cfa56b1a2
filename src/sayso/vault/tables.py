"""The table of templates, and the triggers that refuse one without a living consent.

May know: the consent room's table by name. Must not know: what a template looks like inside.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, ForeignKey, LargeBinary, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from ..storage import Base, BigId, Utc


class TemplateRow(Base):
    __tablename__ = "templates"
    __table_args__ = (UniqueConstraint("consent_purpose_id", "model_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consent_purpose_id: Mapped[int] = mapped_column(BigId, ForeignKey("consent_purposes.id"))
    model_id: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Utc)


_REFUSE = """
CREATE TRIGGER templates_need_consent_{when} BEFORE {event} ON templates
WHEN NOT EXISTS (
    SELECT 1 FROM consent_purposes
    WHERE id = NEW.consent_purpose_id AND state = 'given' AND purpose IN ('find', 'verify', 'erase', 'test')
)
BEGIN SELECT RAISE(ABORT, 'F1: no template without a live consent whose purpose needs one'); END
"""

#: Rule F1 inside the database: they hold for raw SQL too, and without the foreign-key pragma.
TRIGGERS: tuple[str, ...] = (
    _REFUSE.format(when="insert", event="INSERT").strip(),
    _REFUSE.format(when="update", event="UPDATE").strip(),
)

for _trigger in TRIGGERS:
    event.listen(TemplateRow.__table__, "after_create", DDL(_trigger).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
