"""Commands: disown, rename.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from typing import Annotated

import typer

from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import show

SubjectOption = Annotated[str, typer.Option(metavar="SUBJECT", help="Whose: an id or a label.")]


def register(app: typer.Typer) -> None:
    app.command()(disown)
    app.command()(rename)


def disown(
    subject: SubjectOption,
    photo: Annotated[int, typer.Option(metavar="ID", help="The photo's id.")],
    face: Annotated[int, typer.Option(metavar="NUMBER", help="The face's number on `sayso photo show ID --to FILE`.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write down a person's word that a face is not theirs. It leaves their albums at once and never comes back."""
    with opened(archive, as_ or whoami()) as house:
        house.people.disown(subject, photo_id=photo, face=face)
    show(as_json, {"photo": photo, "face": face}, f"Noted: face {face} of photo {photo} is not theirs.")


def rename(
    subject: SubjectOption,
    label: Annotated[str, typer.Option(metavar="LABEL", help="The right name or address.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Correct the name or address under which a person was invited."""
    with opened(archive, as_ or whoami()) as house:
        house.people.rename(subject, label)
    show(as_json, {"renamed": True}, "The label is corrected.")
