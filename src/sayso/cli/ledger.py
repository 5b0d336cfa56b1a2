"""Commands: ledger list, verify, proof, publish, witness, cosign, accept-restore.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from string import hexdigits
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import counted, minute, show, table

if TYPE_CHECKING:
    from ..ledger import Entry

WitnessArgument = Annotated[str, typer.Argument(metavar="NAME", help="The witness' name, as in its verifier key.")]

#: Length of a SHA-256 in hex digits.
_HASH = 64

ledger = typer.Typer(help="What was done, by whom; and proof that nobody changed it.", no_args_is_help=True)


witness = typer.Typer(help="Outsiders who sign that they have seen a checkpoint.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    ledger.add_typer(witness, name="witness")
    app.add_typer(ledger, name="ledger")


@ledger.command("list")
def list_(
    subject: Annotated[str | None, typer.Option(metavar="SUBJECT", help="Only entries about this person.")] = None,
    start: Annotated[int, typer.Option(metavar="INDEX", min=0, help="Begin with this entry.")] = 0,
    limit: Annotated[int | None, typer.Option(metavar="COUNT", min=1, help="At most so many entries.")] = None,
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
    lines = [f"The ledger holds {counted(verified.size, 'entry', 'entries')} and none was altered."]
    lines += [f"Root {verified.root_hex}", f"Key  {key}"]
    lines.extend(
        f"Entry {one.index} tells of a restore: the checkpoint over {counted(one.lost_size, 'entry', 'entries')}, "
        f"root {one.lost_root}, was lost."
        for one in verified.restored
    )
    if verified.witnesses:
        signed = sum(one.size == verified.size for one in verified.witnesses)
        lines.append(f"{signed} of {len(verified.witnesses)} known witnesses signed the newest checkpoint.")
        lines.extend(
            f"  {one.witness}: " + (f"{one.size} entries, on {one.at:%Y-%m-%d %H:%M} UTC" if one.at else "none yet")
            for one in verified.witnesses
        )
    else:
        lines.append("No outside witness is known, so nobody else vouches for it: `sayso ledger witness add`.")
    show(as_json, {"verified": verified, "key": key}, "\n".join(lines))


@ledger.command("proof")
def proof(
    index: Annotated[int, typer.Argument(metavar="INDEX", help="The entry's number in `sayso ledger list`.")],
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


@ledger.command("publish")
def publish(
    to: Annotated[Path, typer.Option(metavar="DIR", help="A folder that a web server can serve as it is.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write the newest checkpoint as static files, with proof that it grew out of the one published before."""
    with opened(archive, as_ or whoami()) as house:
        done = house.ledger.publish(to)
    text = f"Published a checkpoint over {done.size} entries in {to}."
    if done.restored is not None:
        text += f"\nIt did not grow out of the one before ({done.since} entries): entry {done.restored} tells why."
    elif done.since is not None and done.since < done.size:
        text += f"\nconsistency/{done.since}-{done.size} proves that it grew out of the one before."
    show(as_json, done, text)


@ledger.command("cosign")
def cosign(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A checkpoint of this ledger with witnesses' signature lines.")
    ],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Keep what known witnesses have signed under a checkpoint of this ledger."""
    try:
        note = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{file} cannot be read.", "Give the file that the witness sent.") from None
    with opened(archive, as_ or whoami()) as house:
        kept = house.ledger.cosign(note)
    show(as_json, kept, "\n".join(f"{one.witness} signed the checkpoint over {one.size} entries." for one in kept))


@ledger.command("accept-restore")
def accept_restore(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Say that an older copy was put back on purpose. Takes two operators, each running this command."""
    with opened(archive, as_ or whoami()) as house:
        done = house.ledger.accept_restore()
    lost = f"the loss of the checkpoint over {done.lost_size} entries, root {done.lost_root}"
    if done.ledger_index is None:
        text = (
            f"{done.asked_by} asks to accept {lost}.\nA second operator runs `sayso ledger accept-restore --as NAME`."
        )
    else:
        text = f"Accepted: {lost}. Entry {done.ledger_index} tells of it for good."
    show(as_json, done, text)


@witness.command("add")
def witness_add(
    name: WitnessArgument,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The witness' verifier key: NAME+8 hex digits+base64.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let a witness' cosignatures count."""
    with opened(archive, as_ or whoami()) as house:
        house.ledger.add_witness(name, key)
    show(as_json, {"witness": name, "key": key}, f"What {name} signs counts from now on.")


@witness.command("remove")
def witness_remove(
    name: WitnessArgument, archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False
) -> None:
    """Let a witness' cosignatures count no longer."""
    with opened(archive, as_ or whoami()) as house:
        house.ledger.remove_witness(name)
    show(as_json, {"removed": name}, f"What {name} signs no longer counts.")


@witness.command("list")
def witness_list(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """List the witnesses whose cosignatures count, by their keys."""
    with opened(archive, as_ or whoami()) as house:
        keys = house.ledger.witnesses()
    show(as_json, keys, "\n".join(keys) if keys else "No witness is known.")


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
