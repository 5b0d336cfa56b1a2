"""Commands: ledger list, verify, proof.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import UsageError
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import show, table

ledger = typer.Typer(help="What was done, by whom; and proof that nobody changed it.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(ledger, name="ledger")


@ledger.command("list")
def list_(
    subject: Annotated[str | None, typer.Option(help="Only entries about this person.")] = None,
    start: Annotated[int, typer.Option(help="First entry.")] = 0,
    limit: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """List entries: who did what, in which role, when, at which reach, with which counts."""
    with opened(archive, as_ or whoami()) as house:
        entries = house.ledger.list(subject=subject, start=start, limit=limit)
    rows = [
        (
            one.index,
            f"{one.at:%Y-%m-%d %H:%M:%S}",
            one.actor,
            one.role,
            one.verb,
            one.reach or "",
            one.counts.measured if one.counts else "",
            one.counts.exposure if one.counts else "",
            " ".join(f"{key}={value}" for key, value in one.facts),
        )
        for one in entries
    ]
    columns = ["#", "when (UTC)", "who", "role", "what", "reach", "#measured", "#exposure", "facts"]
    show(as_json, entries, table(columns, rows))


@ledger.command("verify")
def verify(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Check every entry, every hash and every signature; fails with the first entry that was tampered with."""
    with opened(archive, as_ or whoami()) as house:
        verified = house.ledger.verify()
        key = house.ledger.verifier_key
    text = f"The ledger holds {verified.size} entries and verifies.\nRoot {verified.root_hex}\nKey  {key}"
    show(as_json, {"verified": verified, "key": key}, text)


@ledger.command("proof")
def proof(
    index: Annotated[int, typer.Argument(metavar="INDEX")],
    to: Annotated[Path | None, typer.Option(help="Write a .tlog-proof file instead of printing it.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print the proof that an entry is in the ledger; anybody can check it without this program's word."""
    with opened(archive, as_ or whoami()) as house:
        made = house.ledger.proof(index)
    text = made.to_text()
    if to is not None:
        try:
            to.write_text(text, "utf-8")
        except OSError as error:
            raise UsageError(f"{to} cannot be written: {error.strerror}.", "Choose another file.") from None
    show(as_json, {"index": index, "proof": text, "entry": made.body.decode()}, f"Written to {to}." if to else text)
