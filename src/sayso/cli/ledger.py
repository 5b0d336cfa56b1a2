"""Commands: ledger list, verify, proof.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from string import hexdigits
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from .opening import opened
from .options import DEFAULT_ARCHIVE, LARGEST, ArchiveOption, AsOption, JsonOption, whoami
from .output import counted, minute, show, table

if TYPE_CHECKING:
    from ..ledger import Entry

#: Length of a SHA-256 in hex digits.
_HASH = 64

ledger = typer.Typer(help="What was done, by whom; and proof that nobody changed it.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(ledger, name="ledger")


@ledger.command("list")
def list_(
    subject: Annotated[str | None, typer.Option(metavar="SUBJECT", help="Only entries about this person.")] = None,
    start: Annotated[int, typer.Option(metavar="INDEX", min=0, max=LARGEST, help="Begin with this entry.")] = 0,
    limit: Annotated[
        int | None, typer.Option(metavar="COUNT", min=1, max=LARGEST, help="At most so many entries.")
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """List what was done: when, by whom, in which role, at which reach, and how many faces it concerned.

    Subjects are named nowhere; --subject shows the entries about one person. --json has every field.
    """
    with opened(archive, as_ or whoami()) as house:
        entries = house.ledger.list(subject=subject, start=start, limit=limit)
    rows = [(one.index, minute(one.at), f"{one.actor} ({one.role})", one.verb, _details(one)) for one in entries]
    listed = table(["#no", "when (UTC)", "who", "what", "details"], rows)
    for column in listed.columns[:4]:
        column.no_wrap = True
    show(as_json, entries, listed if rows else "There are no such entries.")


@ledger.command("verify")
def verify(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Check every entry, every hash and every signature; fails with the first entry that was tampered with."""
    with opened(archive, as_ or whoami()) as house:
        verified = house.ledger.verify()
        key = house.ledger.verifier_key
    text = f"The ledger holds {counted(verified.size, 'entry', 'entries')} and none was altered.\n"
    text += f"Root {verified.root_hex}\nKey  {key}"
    show(as_json, {"verified": verified, "key": key}, text)


@ledger.command("proof")
def proof(
    index: Annotated[
        int, typer.Argument(metavar="INDEX", min=0, max=LARGEST, help="The entry's number in `sayso ledger list`.")
    ],
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a .tlog-proof file instead of printing it.")
    ] = None,
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


def _details(one: Entry) -> str:
    """Reach, counts and facts in one line; long hashes are cut, ``--json`` has them whole."""
    parts = [f"collection {one.collection}"] if one.collection is not None else []
    if one.reach is not None:
        parts.append(f"reach {one.reach}")
    if one.counts is not None:
        counts = one.counts
        parts.append(f"{counted(counts.photos, 'photo')}, {counts.seen} seen, {counts.measured} measured")
        if counts.measured:
            parts.append(f"{counts.kept} kept, exposure {counts.exposure}")
    parts += [f"{key.replace('_', ' ')}: {_cut(str(value))}" for key, value in one.facts]
    return "; ".join(parts)


def _cut(value: str) -> str:
    return f"{value[:12]}…" if len(value) == _HASH and all(sign in hexdigits for sign in value) else value
