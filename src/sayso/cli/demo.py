"""Command: demo. The whole idea on people who do not exist.

May know: the front door, error rates. Must not know: vectors, the archive's inside.
"""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo() -> None:
    """Show the whole idea on made-up people."""
