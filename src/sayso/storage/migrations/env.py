"""Alembic's entry point: migrations run on the connection that ``Database.migrate`` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from sayso.storage.base import Base


def _plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write the column type underneath a room's own one: a migration must not change when the room does."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_plain_type,
    transactional_ddl=False,
)
with context.begin_transaction():
    context.run_migrations()
