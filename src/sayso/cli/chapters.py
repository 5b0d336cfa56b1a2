"""The order in which the page of help lists the commands: the way of a collection, then what one looks up.

May know: Typer, the commands' names. Must not know: what they do.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

CHAPTERS: dict[str, tuple[str, ...]] = {
    "Begin": ("init", "account", "collection", "add", "photo", "serve"),
    "Ask people": ("notice", "invite", "enrol", "confirm"),
    "Find and deliver": ("find", "point", "review", "verify", "album", "publish"),
    "Protect and end": ("disown", "freeze", "unfreeze", "withdraw", "tend", "cease"),
    "Answer people and regulators": ("receipt", "export", "request", "rename", "document", "breach"),
    "Look up and check": ("status", "ledger", "law", "keys", "measure", "models", "demo"),
}


class Chapters(TyperGroup):
    """The commands of ``sayso`` in their chapters; one that is in none comes first, under no heading of its own."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command's name, chapter by chapter."""
        ordered = [name for names in CHAPTERS.values() for name in names]
        present = super().list_commands(ctx)
        return [name for name in present if name not in ordered] + [name for name in ordered if name in present]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, told in which chapter it stands."""
        command: Any = super().get_command(ctx, cmd_name)
        for chapter, names in CHAPTERS.items():
            if command is not None and cmd_name in names:
                command.rich_help_panel = chapter
        return command
