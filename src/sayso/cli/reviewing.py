"""Commands: review list, confirm, deny, undo.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..values import Outcome
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import show, table

if TYPE_CHECKING:
    from ..archive import Doubt

review = typer.Typer(help="Doubtful matches, decided by people.", no_args_is_help=True)

DoubtArgument = Annotated[int, typer.Argument(metavar="ID", help="The number that `sayso review list` shows.")]
SaidOption = Annotated[
    bool, typer.Option("--said-by-subject", metavar="", help="The person decided; you write it down.")
]


def register(app: typer.Typer) -> None:
    app.add_typer(review, name="review")


@review.command("list")
def list_(
    subject: Annotated[str | None, typer.Option(metavar="SUBJECT", help="Only about this person.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """List doubtful matches. Compare with the reference, a face that the person confirmed; without one they decide."""
    name = as_ or whoami()
    with opened(archive, name) as house:
        doubts = house.review.list(subject)
    rows = [
        (
            one.id,
            one.subject.label,
            f"photo {one.photo.id}, face {one.face.number}",
            f"photo {one.reference.photo_id}, face {one.reference.number}" if one.reference else "none yet",
            _who_decides(one, name),
        )
        for one in doubts
    ]
    listed = table(["#id", "person", "doubtful", "reference", "who decides"], rows)
    show(as_json, doubts, listed if rows else "Nothing waits for review.")


@review.command("confirm")
def confirm(
    doubt_id: DoubtArgument,
    said_by_subject: SaidOption = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Yes, this is that person."""
    with opened(archive, as_ or whoami()) as house:
        outcome = house.review.confirm(doubt_id, said_by_subject=said_by_subject)
    text = "Confirmed: the photo is theirs."
    if outcome is Outcome.REVIEW:
        text = "Noted, but somebody else has confirmed that this face is theirs: it stays in review and closed."
    show(as_json, {"outcome": outcome}, text)


def _who_decides(doubt: Doubt, name: str) -> str:
    if doubt.may_be_confirmed_by(name):
        return "you or the person"
    return "another operator or the person" if doubt.operator_may_decide else "the person"


@review.command("deny")
def deny(
    doubt_id: DoubtArgument,
    said_by_subject: SaidOption = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """No, this is somebody else."""
    with opened(archive, as_ or whoami()) as house:
        outcome = house.review.deny(doubt_id, said_by_subject=said_by_subject)
    show(as_json, {"outcome": outcome}, "Denied: the photo is not theirs.")


@review.command("undo")
def undo(
    doubt_id: DoubtArgument,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take back what you decided within the last hour. The face is in doubt again, and closed in every album."""
    with opened(archive, as_ or whoami()) as house:
        house.review.undo(doubt_id)
    show(as_json, {"outcome": Outcome.REVIEW}, "Taken back: the face waits for review again.")
