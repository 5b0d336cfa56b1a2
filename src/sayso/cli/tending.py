"""Commands: tend, freeze, unfreeze.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..values import FrozenBy
from .copies import out_of_reach
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import notes, show

if TYPE_CHECKING:
    from ..lifecycle import Tended

SubjectArgument = Annotated[
    str, typer.Argument(metavar="SUBJECT", help="The person's id, or the label on their invite.")
]


def register(app: typer.Typer) -> None:
    for command in (tend, freeze, unfreeze):
        app.command()(command)


def tend(
    clock_is_right: Annotated[
        bool, typer.Option("--clock-is-right", metavar="", help="The clock had been ahead, and is right now.")
    ] = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """End whatever has run out: consents, collections, invites, proofs, photos whose files are gone. Run it daily."""
    with opened(archive, as_ or whoami()) as house:
        done = house.tend(clock_is_right=clock_is_right)
    invited = [{"label": one.label, "token": one.token} for one in done.invited_anew]
    for warning in done.warnings:
        notes.print(warning, markup=False)
    show(as_json, _plain(done) | {"invited_anew": invited}, _told(done))


def freeze(
    subject: SubjectArgument,
    by: Annotated[
        FrozenBy,
        typer.Option(metavar="WHO", help="On whose word: subject, child, guardian, other-guardian or safeguarding."),
    ],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Stop everything about a person at once. No reason is needed; two persons lift it."""
    with opened(archive, as_ or whoami()) as house:
        unreached = house.people.freeze(subject, by=by)
    text = "Frozen. Nothing is found, shown or handed out; albums with this person were closed."
    text += out_of_reach(unreached)
    show(as_json, {"frozen": True, "albums_out_of_reach": unreached}, text)


def unfreeze(
    subject: SubjectArgument,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Lift a freeze. Takes two persons, each running this command."""
    with opened(archive, as_ or whoami()) as house:
        lifted = house.people.unfreeze(subject)
    text = "Lifted." if lifted else "Asked for. A second operator lifts it with the same command, --as their own name."
    show(as_json, {"lifted": lifted}, text)


def _plain(done: Tended) -> dict[str, object]:
    return {name: getattr(done, name) for name in done.__dataclass_fields__}


def _told(done: Tended) -> str:
    counted = {
        "withdrawals completed": done.withdrawals_completed,
        "consents run out": done.consents_expired,
        "guardianships ended": done.came_of_age,
        "enrolments undone, because nobody confirmed": done.enrolments_undone,
        "invites deleted": done.invites_deleted,
        "requests to be invited deleted": done.askings_deleted,
        "proofs deleted": done.proofs_deleted,
        "exports deleted that nobody took": done.exports_deleted,
        "photos deleted, because their files are gone": done.photos_deleted,
        "photos missing; they go a week after they were first missed": done.photos_missing,
    }
    lines = [f"{number} {what}." for what, number in counted.items() if number]
    lines += [f"Collection '{name}' deleted: its time was up." for name in done.collections_deleted]
    lines += [f"Collection '{name}' is pointed again: its wider reach ran out." for name in done.reaches_expired]
    lines += [f"The face chips of '{name}' ran out and are destroyed." for name in done.chips_destroyed]
    lines += [
        f"Nothing known can be seen in {name}; nothing there counts as gone." for name in done.folders_unreachable
    ]
    for one in done.invited_anew:
        lines.append(f"{one.label} came of age. Hand them this invite, and nobody else: {one.token}")
    return "\n".join(lines) or "Nothing had run out."
