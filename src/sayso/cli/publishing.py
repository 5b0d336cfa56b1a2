"""Command: publish.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import counted, show, show_run, table

if TYPE_CHECKING:
    from ..archive import Publishable


_MANNERS = {"as-it-is": "as it is", "redacted": "with faces closed", "not-at-all": "not at all"}


def register(app: typer.Typer) -> None:
    app.command()(publish)


def publish(
    collection: Annotated[str, typer.Argument(metavar="COLLECTION", help="Name or id of the collection.")],
    to: Annotated[
        Path | None, typer.Option(metavar="FILE.zip", help="A new file; without it the plan is shown.")
    ] = None,
    only_open: Annotated[
        bool, typer.Option("--only-open", metavar="", help="Only photos in which nobody has to be closed.")
    ] = False,
    language: Annotated[str, typer.Option(metavar="LANGUAGE", help="Language of the notes in it: en or fr.")] = "en",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write what the organisation may publish: faces open only of people who said yes to `show`, all others closed."""
    if to is not None and to.suffix.lower() != ".zip":
        raise UsageError(f"{to} is no zip.", "Give a new file whose name ends in .zip.")
    with opened(archive, as_ or whoami()) as house:
        if to is None:
            _show_plan(as_json, house.publishing.plan(collection))
            return
        made = house.publishing.write(collection, to, language=language, redacted=not only_open)
    text = (
        f"{counted(made.written, 'photo')} in {to}, {made.as_they_are} of them with nobody closed; "
        f"{counted(made.closed, 'place')} closed, {counted(made.withheld, 'photo')} held back."
    )
    show_run(as_json, made, text, made.skipped)


def _show_plan(as_json: bool, planned: Sequence[Publishable]) -> None:
    found = [
        {
            "photo": one.photo.id,
            "manner": one.manner,
            "open": len(one.open_faces),
            "closed": len(one.faces) - len(one.open_faces),
        }
        for one in planned
    ]
    rows = [(one["photo"], _MANNERS[str(one["manner"])], one["open"], one["closed"]) for one in found]
    listed = table(["#photo", "may be published", "#faces open", "#faces closed"], rows)
    show(as_json, found, listed if rows else "There is no photo in this collection.")
