"""Commands: keys check, rotate-master.

May know: the front door. Must not know: the archive's inside, keys.
"""

from __future__ import annotations

from typing import Annotated

import typer

from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import show

keys = typer.Typer(help="The keys that lock the archive, outside of it.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(keys, name="keys")


@keys.command("check")
def check(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Check that every key opens and that nobody else may read them; fails when something is wrong."""
    with opened(archive, as_ or whoami()) as house:
        state = house.keys.check()
    lines = [f"{state.keys} keys, locked with the master key from {state.master}.", *state.findings]
    show(as_json, state, "\n".join(lines if state.findings else [*lines, "All of them open."]))
    if state.findings:
        raise typer.Exit(1)


@keys.command("rotate-master")
def rotate_master(
    to: Annotated[
        str,
        typer.Option(
            metavar="SOURCE", help="Where the new one lies: file, environment (SAYSO_NEW_MASTER_KEY), keyring, pkcs11."
        ),
    ] = "file",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Lock all keys with a new master key and destroy the old one. Templates are not encrypted anew."""
    with opened(archive, as_ or whoami()) as house:
        source = house.keys.rotate_master(to)
    text = f"The master key is now the one from {source}; the old one opens nothing any more."
    if to == "environment":
        text += "\nNext: set SAYSO_MASTER_KEY to the value of SAYSO_NEW_MASTER_KEY, everywhere the archive is opened."
    show(as_json, {"master": source}, text)
