"""Commands: collection new, list, show, approve, chips, delete.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import UsageError
from ..values import Collection, Reach
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, until, whoami, window
from .output import counted, fields, minute, show, table

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The collection's name, or its id.")]

collection = typer.Typer(help="Photos of one occasion, with one legal basis and one reach.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(collection, name="collection")


@collection.command("new")
def new(
    name: NameArgument,
    reach: Annotated[
        Reach, typer.Option(metavar="REACH", help="Whose faces may be measured: pointed, narrowed or swept.")
    ] = Reach.POINTED,
    basis: Annotated[
        str | None, typer.Option(metavar="CODE", help="Basis code of a law pack that opens the wider reach.")
    ] = None,
    assessment: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The impact assessment itself; its hash is kept.")
    ] = None,
    occasion: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="FROM TO", help="When it took place, in camera time: 2026-06-14 2026-06-15."),
    ] = None,
    expires: Annotated[str | None, typer.Option(metavar="DAY", help="Day on which the wider reach ends.")] = None,
    retention: Annotated[str | None, typer.Option(metavar="DAY", help="Day until which the photos are kept.")] = None,
    pack: Annotated[
        list[str] | None, typer.Option("--pack", metavar="PACK", help="Law pack of the place; adds to yours.")
    ] = None,
    calibration: Annotated[
        str | None, typer.Option(metavar="SET", help="The set whose thresholds decide; otherwise the archive's.")
    ] = None,
    notice: Annotated[
        int | None, typer.Option(metavar="VERSION", help="Notice that its people read; otherwise the current one.")
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Create a collection. Its reach is `pointed`, unless the law's conditions are met and a second person agrees.

    A wider reach needs --basis, --assessment, --occasion and --expires; `sayso law explain widen` says why.
    """
    widening = None
    if basis or assessment or occasion or expires:
        if not (basis and assessment and occasion and expires):
            raise UsageError(
                "A wider reach needs all of --basis, --assessment, --occasion and --expires.",
                "Give all four, or none of them for a pointed collection.",
            )
        # Not needed for a page of help, and slow to load.
        from ..archive import Widening

        span = window(*occasion)
        assert span is not None
        widening = Widening(basis, assessment, span, until(expires))
    with opened(archive, as_ or whoami()) as house:
        made = house.collections.new(
            name,
            packs=pack or [],
            reach=reach,
            widening=widening,
            retention_until=until(retention) if retention else None,
            calibration=calibration,
            notice_version=notice,
        )
    text = f"Collection '{made.name}' is made; its reach is {made.reach}."
    if made.reach is not Reach.POINTED:
        text += f"\nThat opens when a second person runs `sayso collection approve '{made.name}' --as NAME`."
    show(as_json, made, text)


@collection.command("approve")
def approve(
    name: NameArgument, archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False
) -> None:
    """Open the wider reach that somebody else asked for."""
    with opened(archive, as_ or whoami()) as house:
        done = house.collections.approve(name)
    show(
        as_json,
        done,
        f"'{done.name}' is {done.reach} now: asked by {done.proposed_by}, approved by {done.approved_by}.",
    )


@collection.command("list")
def list_(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """List the collections with their reach and its basis."""
    with opened(archive, as_ or whoami()) as house:
        found = house.collections.list()
    rows = [(one.id, one.name, one.reach, _state(one), one.basis or "none needed") for one in found]
    listed = table(["#id", "name", "reach", "state", "basis"], rows)
    show(as_json, found, listed if rows else "There are no collections yet. Make one: `sayso collection new NAME`.")


@collection.command("show")
def show_(
    name: NameArgument, archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False
) -> None:
    """Show what a collection's reach rests on, and how long its photos are kept."""
    with opened(archive, as_ or whoami()) as house:
        one = house.collections.get(name)
    occasion = f"{minute(one.occasion.start)} to {minute(one.occasion.end)}, camera time" if one.occasion else "not set"
    rows = [
        ("name", one.name),
        ("reach", f"{one.reach} ({_state(one)})"),
        ("basis", one.basis or "none needed"),
        ("assessment", one.assessment_sha256 or "none"),
        ("occasion", occasion),
        ("reach ends", one.reach_expires.date() if one.reach_expires else "never"),
        ("asked by", one.proposed_by or "nobody"),
        ("approved by", one.approved_by or "nobody"),
        ("face chips kept until", one.chips_until.date() if one.chips_until else "none are kept"),
        ("photos kept until", one.retention_until.date() if one.retention_until else "not set"),
        ("notice", f"version {one.notice_version}" if one.notice_version else "none when it was made"),
        ("thresholds of set", one.calibration),
        ("law packs", ", ".join(one.packs)),
    ]
    show(as_json, one, fields(rows))


@collection.command("chips")
def chips(
    name: NameArgument,
    until_day: Annotated[
        str | None,
        typer.Option("--until", metavar="DAY", help="Keep them until this day, at most as long as the reach."),
    ] = None,
    destroy: Annotated[bool, typer.Option("--destroy", metavar="", help="Destroy them now and keep none.")] = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Keep the aligned pixels of measured faces, encrypted, so that the next search is faster. Off unless you say so.

    It is one more copy of every face that a search measures; `sayso law explain keep-chips` says when it is allowed.
    """
    if (until_day is None) == (not destroy):
        raise UsageError(
            "Say either until when face chips are kept, or that they go.", "Give --until DAY or --destroy."
        )
    with opened(archive, as_ or whoami()) as house:
        if until_day is not None:
            one = house.collections.keep_chips(name, until(until_day))
            text = f"The next searches of '{one.name}' keep face chips, encrypted, until {until_day}."
        else:
            one = house.collections.destroy_chips(name)
            text = f"The face chips of '{one.name}' are destroyed; none are kept."
    show(as_json, one, text)


@collection.command("delete")
def delete(
    name: NameArgument, archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False
) -> None:
    """Delete a collection with its photos, faces, matches and renditions. Files in your own folders stay there."""
    with opened(archive, as_ or whoami()) as house:
        gone = house.collections.delete(name)
    show(as_json, {"deleted": name, "photos": gone}, f"Deleted '{name}' with {counted(gone, 'photo')}.")


def _state(one: Collection) -> str:
    return "open" if one.reach is Reach.POINTED or one.approved_by is not None else "waits for a second person"
