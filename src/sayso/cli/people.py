"""Commands: notice publish, invite, enrol, confirm, find, point, album, verify, withdraw.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from ..values import Cues, Guardian, Outcome, Purpose, Reach, Youth
from .copies import out_of_reach
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, place, whoami, window
from .output import counted, notes, progress, show, show_run, table
from .proving import witness_proof

if TYPE_CHECKING:
    from ..finding import FindReport

_PURPOSES = "find, share, show, verify, erase or test"

SubjectArgument = Annotated[
    str, typer.Argument(metavar="SUBJECT", help="The person's id, or the label on their invite.")
]

PackOption = Annotated[
    list[str] | None,
    typer.Option("--pack", metavar="PACK", help="Law pack of where the person lives, beside yours; repeat to add."),
]

notice = typer.Typer(help="What people read before they say yes.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(notice, name="notice")
    for command in (invite, enrol, confirm, find, point, album, verify, withdraw):
        app.command()(command)


@notice.command("publish")
def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The notice as UTF-8 text.")],
    language: Annotated[str, typer.Option(metavar="LANGUAGE", help="Its language: en, fr-CA, …")] = "en",
    for_children: Annotated[
        bool,
        typer.Option("--for-children", metavar="", help="In plain words, for children whose guardian says yes."),
    ] = False,
    version: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Add a translation to this version of the notice."),
    ] = None,
    same_meaning: Annotated[
        bool,
        typer.Option(
            "--same-meaning", metavar="", help="Only the wording changed: consents stand, and the ledger says so."
        ),
    ] = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Publish a notice. A changed text is a new version: who said yes before has to say yes again, to that one.

    Until they do, nothing is found or handed out for them; `sayso notice waiting` lists them.
    """
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"The notice {file} is no UTF-8 text.", "Save it as UTF-8 text.") from None
    except OSError as error:
        raise UsageError(f"The notice {file} cannot be read: {error.strerror}.", "Check the path.") from None
    with opened(archive, as_ or whoami()) as house:
        made = house.notices.publish(
            text, language=language, version=version, for_children=for_children, same_meaning=same_meaning
        )
        reads = house.notices.ease(text)
    if reads.level.value == "hard":
        notes.print(
            f"This notice is hard to read (LIX {reads.lix}, {reads.words_a_sentence} words a sentence). Shorter "
            "sentences and shorter words let more people know what they say yes to.",
            markup=False,
        )
    show(as_json, made, f"Notice {made.version} ({made.language}) published, sha256 {made.sha256[:16]}….")


@notice.command("waiting")
def waiting(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """List who said yes to a notice that has changed since. Invite them again: `sayso invite`."""
    with opened(archive, as_ or whoami()) as house:
        found = house.notices.waiting()
    rows = [(one.id, one.label) for one in found]
    show(as_json, found, table(["id", "label"], rows) if rows else "Nobody has to be asked again.")


def invite(
    label: Annotated[
        str, typer.Argument(metavar="LABEL", help="What you call the person: a name, an address, a bib number.")
    ],
    purpose: Annotated[
        list[Purpose],
        typer.Option("--purpose", metavar="PURPOSE", help=f"What you ask for: {_PURPOSES}; repeat for more."),
    ],
    collection: Annotated[
        list[str], typer.Option("--collection", "-c", metavar="NAME", help="Whose photos; repeat for more.")
    ],
    child: Annotated[
        bool, typer.Option("--child", metavar="", help="The person is under age; needs --guardian.")
    ] = False,
    guardian: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who may say yes for the child; the token is for them.")
    ] = None,
    relation: Annotated[str, typer.Option(metavar="WORD", help="What the guardian is to the child.")] = "parent",
    pack: PackOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Invite one person. Prints a token that works once, for two weeks; hand it to that person alone."""
    if child != (guardian is not None):
        raise UsageError(
            "A child is invited through a guardian.", "Give both --child and --guardian, or neither for an adult."
        )
    named = Guardian(guardian, relation) if guardian is not None else None
    with opened(archive, as_ or whoami()) as house:
        token = house.people.invite(label, purposes=purpose, collections=collection, guardian=named, packs=pack or [])
    show(as_json, {"token": token}, token)


def enrol(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="What `sayso invite` printed.")],
    agree: Annotated[
        list[Purpose],
        typer.Option("--agree", metavar="PURPOSE", help=f"What the person says yes to: {_PURPOSES}; repeat for more."),
    ],
    capture: Annotated[
        list[Path] | None,
        typer.Option("--capture", metavar="FILE", help="A picture made to enrol; repeat, three are best."),
    ] = None,
    witness: Annotated[
        str | None, typer.Option(metavar="NAME", help="Account of who saw whose face it is; not the inviter's.")
    ] = None,
    language: Annotated[str, typer.Option(metavar="LANGUAGE", help="Language of the notice that was read.")] = "en",
    birth: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Month of birth, if under age. Without it: of full age.")
    ] = None,
    guardian_agrees: Annotated[
        bool,
        typer.Option(
            "--guardian-agrees", metavar="", help="The guardian whom the invite names says yes for the child."
        ),
    ] = False,
    child_told: Annotated[
        bool,
        typer.Option("--child-told", metavar="", help="The child was told in the words of the notice for children."),
    ] = False,
    pack: PackOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write down a person's yes. Captures become a template and are forgotten.

    Without captures nothing is ever measured of the person: they point at their face instead (`sayso point`).
    """
    if birth is None and (guardian_agrees or child_told):
        raise UsageError("Whose guardian agrees?", "Give the child's month of birth: --birth YYYY-MM.")
    youth = Youth(birth, guardian_agrees, child_told) if birth is not None else None
    with opened(archive, as_ or whoami()) as house:
        done = house.people.enrol(
            token,
            purposes=agree,
            captures=capture or [],
            witness=witness,
            witness_password=witness_proof(witness or ""),
            youth=youth,
            language=language,
            packs=pack or [],
        )
    text = f"{done.subject.label} said yes to {', '.join(agree)}. Subject {done.subject.id}."
    if done.confirm_code:
        text += (
            "\nThe template sleeps until the invited contact confirms. Send them this code, and nobody else:\n"
            f"  sayso confirm {done.confirm_code}"
        )
    show(as_json, done, text)


def confirm(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code that the invited contact received.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Confirm, as the invited contact, that the enrolment is yours; until then the template is not used."""
    with opened(archive, as_ or whoami()) as house:
        subject_id = house.people.confirm(code)
    show(as_json, {"subject": subject_id}, f"Confirmed. Subject {subject_id} can be found from now on.")


def find(
    subject: Annotated[
        str | None, typer.Option(metavar="SUBJECT", help="Only this person; otherwise all who said yes.")
    ] = None,
    collection: Annotated[
        str | None, typer.Option("--collection", "-c", metavar="NAME", help="Only this collection.")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Cue: taken at or after; camera time.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Cue: taken at or before; camera time.")
    ] = None,
    near: Annotated[str | None, typer.Option(metavar="LAT,LON", help="Cue: taken near this place; degrees.")] = None,
    radius: Annotated[float, typer.Option(metavar="KM", help="Kilometres around --near.")] = 1.0,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="WORD", help="Cue: with this tag; repeat for more.")
    ] = None,
    reach: Annotated[
        Reach | None, typer.Option(metavar="REACH", help="Narrow the reach for this run: pointed or narrowed.")
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Find the photos of people who said yes, within each collection's reach.

    Cues narrow the photos without measuring faces. Stop it at any time: what is finished is kept, and photos that
    were searched before are not measured again.
    """
    cues = Cues(window(start, end), place(near), radius, tuple(tag or ()))
    with opened(archive, as_ or whoami()) as house, progress(as_json, "Searching") as tell:
        reports = house.people.find(subject=subject, collection=collection, cues=cues, reach=reach, progress=tell)
        searched = {one.collection for one in reports}
        rest = (
            [] if collection is not None else [one.name for one in house.collections.list() if one.name not in searched]
        )
    lines = [_searched(one) for one in reports]
    lines += [f"'{name}' was not searched; `sayso find -c '{name}'` says why." for name in rest]
    skipped = [each for one in reports for each in one.skipped]
    show_run(as_json, reports, "\n".join(lines) or "There are no collections yet.", skipped)


def _searched(one: FindReport) -> str:
    counts = one.counts
    text = (
        f"'{one.collection}' ({one.reach}): {counted(one.subjects, 'person', 'people')} looked for in "
        f"{counted(counts.photos, 'photo')}, {one.seconds:.1f} s.\n"
        f"  {counted(counts.seen, 'face')} seen, {counts.measured} measured: {counts.kept} matched, "
        f"{one.review} for review.\n"
        f"  Exposure: {counted(counts.exposure, 'face')} measured that belong to nobody who consented."
    )
    if one.left_pointed:
        text += f"\n  {counted(one.left_pointed, 'photo')} left alone: out of reach, people can only point."
    if one.done_before:
        text += f"\n  {counted(one.done_before, 'photo')} searched before, not measured again."
    if one.other_model:
        text += (
            f"\n  {counted(one.other_model, 'person', 'people')} skipped: their template is of another model; "
            "`sayso models people` says who needs a new capture."
        )
    return text


def point(
    subject: Annotated[str, typer.Option(metavar="SUBJECT", help="Who points: an id or a label.")],
    photo: Annotated[int, typer.Option(metavar="ID", help="The photo's id.")],
    face: Annotated[
        int,
        typer.Option(
            metavar="NUMBER",
            help="The face's number on the preview (`sayso photo show ID --to FILE`).",
        ),
    ],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take a person's word: that one is me. Measures that one face; without a template, none at all."""
    with opened(archive, as_ or whoami()) as house:
        pointed = house.people.point(subject, photo_id=photo, face=face)
    text = {
        Outcome.MATCHED: "Yes: the photo is yours.",
        Outcome.REVIEW: "Noted. Somebody looks at it before the photo is yours.",
        Outcome.REJECTED: "This face was not taken for yours.",
    }[pointed.outcome]
    if pointed.outcome is Outcome.REJECTED:
        text += f" {counted(pointed.misses_left, 'more miss', 'more misses')} possible today."
    show(as_json, pointed, text)


def album(
    subject: SubjectArgument,
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="An empty or new folder, or an album to replace.")],
    language: Annotated[str, typer.Option(metavar="LANGUAGE", help="Language of its page: en or fr.")] = "en",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write a person's album: their own face open, everyone else closed but for those who share."""
    with opened(archive, as_ or whoami()) as house:
        report = house.people.album(subject, to, language=language)
    text = f"{counted(report.written, 'photo')} in {to / 'index.html'}; {counted(report.closed, 'other face')} closed."
    show_run(as_json, report, text, report.skipped)


def verify(
    subject: SubjectArgument,
    capture: Annotated[
        list[Path],
        typer.Option("--capture", metavar="FILE", help="A picture made just now, before the witness; repeat for more."),
    ],
    witness: Annotated[str, typer.Option(metavar="NAME", help="Account of who saw the captures being made.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Check that the person before the witness is the subject, against their own template and nobody else's.

    The exit code is 0 for yes and 1 for no.
    """
    with opened(archive, as_ or whoami()) as house:
        same = house.people.verify(subject, captures=capture, witness=witness, witness_password=witness_proof(witness))
    show(as_json, {"same": same}, "Yes, this is them." if same else "No, this could not be confirmed.")
    if not same:
        raise typer.Exit(1)


def withdraw(
    subject: SubjectArgument,
    purpose: Annotated[
        list[Purpose] | None,
        typer.Option("--purpose", metavar="PURPOSE", help=f"Only this: {_PURPOSES}; otherwise everything."),
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the proof for the person to this file.")
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write down a person's no. Effective at once: what rested on their yes cannot be read by anybody any more."""
    with opened(archive, as_ or whoami()) as house:
        done = house.people.withdraw(subject, purposes=purpose)
    if receipt is not None:
        try:
            receipt.write_text(done.proof, "utf-8")
        except OSError as error:
            raise UsageError(
                f"Withdrawn, but {receipt} cannot be written: {error.strerror}.",
                f"Get the proof again with `sayso ledger proof {done.ledger_index}`.",
            ) from None
    what = ", ".join(done.purposes) or "nothing, for nothing of it was agreed to"
    text = f"Withdrawn: {what}. Ledger entry {done.ledger_index}."
    text += out_of_reach(done.albums_out_of_reach)
    show(as_json, done, text)
