"""Commands: collection new, list, show, approve, delete.

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
from .output import show, table

collection = typer.Typer(help="Photos of one occasion, with one basis and one reach.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(collection, name="collection")


@collection.command("new")
def new(
    name: str,
    reach: Annotated[Reach, typer.Option(help="Whose faces may be measured.")] = Reach.POINTED,
    basis: Annotated[str | None, typer.Option(help="Basis code of a law pack; opens a wider reach.")] = None,
    assessment: Annotated[Path | None, typer.Option(help="The impact assessment itself, as a file.")] = None,
    occasion: Annotated[
        tuple[str, str] | None, typer.Option(metavar="FROM TO", help="Capture times that belong to it.")
    ] = None,
    expires: Annotated[str | None, typer.Option(help="Day on which the wider reach ends.")] = None,
    retention: Annotated[str | None, typer.Option(help="Day until which the photos are kept.")] = None,
    pack: Annotated[list[str] | None, typer.Option("--pack", help="Law pack of the place; adds to yours.")] = None,
    calibration: Annotated[str | None, typer.Option(help="The set whose thresholds decide.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Create a collection. Its reach is `pointed` unless you give what the law asks for, and a second person agrees."""
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
        )
    text = f"Collection '{made.name}' made, {made.reach}."
    if made.reach is not Reach.POINTED:
        text += f"\nIts reach opens when a second person runs `sayso collection approve {made.name} --as NAME`."
    show(as_json, made, text)


@collection.command("approve")
def approve(
    name: str, archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False
) -> None:
    """Open the wider reach that somebody else asked for."""
    with opened(archive, as_ or whoami()) as house:
        done = house.collections.approve(name)
    show(
        as_json,
        done,
        f"'{done.name}' is {done.reach} now, asked by {done.proposed_by}, approved by {done.approved_by}.",
    )


@collection.command("list")
def list_(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """List collections."""
    with opened(archive, as_ or whoami()) as house:
        found = house.collections.list()
    rows = [(one.id, one.name, one.reach, one.basis or "", "open" if _is_open(one) else "waits") for one in found]
    show(as_json, found, table(["#id", "name", "reach", "basis", ""], rows))


@collection.command("show")
def show_(name: str, archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Show a collection's facts."""
    with opened(archive, as_ or whoami()) as house:
        one = house.collections.get(name)
    occasion = f"{one.occasion.start:%Y-%m-%d %H:%M} – {one.occasion.end:%Y-%m-%d %H:%M}" if one.occasion else "not set"
    rows = [
        ("name", one.name),
        ("reach", f"{one.reach} ({'open' if _is_open(one) else 'waits for a second person'})"),
        ("basis", one.basis or "none needed"),
        ("assessment", one.assessment_sha256 or "none"),
        ("occasion", occasion),
        ("reach expires", one.reach_expires.date() if one.reach_expires else "never widened"),
        ("asked / approved", f"{one.proposed_by or ''} / {one.approved_by or ''}"),
        ("kept until", one.retention_until.date() if one.retention_until else "not set"),
        ("thresholds of", one.calibration),
        ("law packs besides yours", " ".join(one.packs)),
    ]
    show(as_json, one, table(["", ""], rows))


@collection.command("delete")
def delete(
    name: str, archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False
) -> None:
    """Delete a collection with its photos, faces, matches and renditions. Files left in your folders stay there."""
    with opened(archive, as_ or whoami()) as house:
        gone = house.collections.delete(name)
    show(as_json, {"deleted": name, "photos": gone}, f"Deleted '{name}' with {gone} photos.")


def _is_open(one: Collection) -> bool:
    return one.reach is Reach.POINTED or one.approved_by is not None
