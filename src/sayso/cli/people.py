"""Commands: notice publish, invite, enrol, confirm, find, point, album, verify, withdraw.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import UsageError
from ..values import Cues, Guardian, Outcome, Purpose, Reach, Youth
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, place, whoami, window
from .output import EXIT_SKIPPED, progress, report_skipped, show, table

notice = typer.Typer(help="What people read before they say yes.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(notice, name="notice")
    for command in (invite, enrol, confirm, find, point, album, verify, withdraw):
        app.command()(command)


@notice.command("publish")
def publish(
    file: Annotated[Path, typer.Argument(help="The notice as UTF-8 text.")],
    language: Annotated[str, typer.Option(help="Its language: en, fr, …")] = "en",
    for_children: Annotated[
        bool, typer.Option("--for-children", help="In plain words, for children whose guardian says yes.")
    ] = False,
    version: Annotated[int | None, typer.Option(help="Add a translation to this version.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Publish a notice. A changed text is a new version; who says yes later says yes to that one."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"The notice {file} cannot be read as text.", "Save it as UTF-8 text.") from None
    with opened(archive, as_ or whoami()) as house:
        made = house.notices.publish(text, language=language, version=version, for_children=for_children)
    show(as_json, made, f"Notice {made.version} ({made.language}) published, sha256 {made.sha256[:16]}….")


def invite(
    label: Annotated[str, typer.Argument(help="What you call the person: a name, an address, a bib.")],
    purpose: Annotated[list[Purpose], typer.Option("--purpose", help="What you ask for; repeat for more.")],
    collection: Annotated[list[str], typer.Option("--collection", "-c", help="Which photos; repeat for more.")],
    child: Annotated[bool, typer.Option("--child", help="The person is under age; needs --guardian.")] = False,
    guardian: Annotated[str | None, typer.Option(help="Who may say yes for the child; the token is for them.")] = None,
    relation: Annotated[str, typer.Option(help="What the guardian is to the child.")] = "parent",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Invite one person. Prints a token that works once and expires after two weeks; hand it to them alone."""
    if child != (guardian is not None):
        raise UsageError(
            "A child is invited through a guardian.", "Give both --child and --guardian, or neither for an adult."
        )
    named = Guardian(guardian, relation) if guardian is not None else None
    with opened(archive, as_ or whoami()) as house:
        token = house.people.invite(label, purposes=purpose, collections=collection, guardian=named)
    show(as_json, {"token": token}, token)


def enrol(
    token: Annotated[str, typer.Argument(help="The invite's token.")],
    agree: Annotated[list[Purpose], typer.Option("--agree", help="What the person says yes to; repeat for more.")],
    capture: Annotated[
        list[Path] | None,
        typer.Option("--capture", help="A picture made to enrol; three are best. None: point instead."),
    ] = None,
    witness: Annotated[str | None, typer.Option(help="Who saw whose face it is; not the inviter.")] = None,
    language: Annotated[str, typer.Option(help="Language of the notice that was read.")] = "en",
    birth: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Month of birth, if under age. Without it: of full age.")
    ] = None,
    guardian_agrees: Annotated[
        bool, typer.Option("--guardian-agrees", help="The guardian whom the invite names says yes for the child.")
    ] = False,
    child_told: Annotated[
        bool, typer.Option("--child-told", help="The child was told in the plain words of the notice for children.")
    ] = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say yes. Captures are checked, turned into a template and forgotten; without any, nothing is ever measured."""
    if birth is None and (guardian_agrees or child_told):
        raise UsageError("Whose guardian agrees?", "Give the child's month of birth: --birth YYYY-MM.")
    youth = Youth(birth, guardian_agrees, child_told) if birth is not None else None
    with opened(archive, as_ or whoami()) as house:
        done = house.people.enrol(
            token, purposes=agree, captures=capture or [], witness=witness, youth=youth, language=language
        )
    text = f"{done.subject.label} said yes to {', '.join(agree)}. Subject {done.subject.id}."
    if done.confirm_code:
        text += (
            "\nThe template sleeps until the invited contact confirms. Send them this code, and nobody else:\n"
            f"  sayso confirm {done.confirm_code}"
        )
    show(as_json, done, text)


def confirm(
    code: Annotated[str, typer.Argument(help="The code that the invited contact received.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """The invited contact confirms that the enrolment is theirs: the template wakes."""
    with opened(archive, as_ or whoami()) as house:
        subject_id = house.people.confirm(code)
    show(as_json, {"subject": subject_id}, f"Confirmed. Subject {subject_id} can be found from now on.")


def find(
    subject: Annotated[str | None, typer.Option(help="Only this person; otherwise all who said yes.")] = None,
    collection: Annotated[str | None, typer.Option("--collection", "-c", help="Only this collection.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="Cue: taken at or after; camera time.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Cue: taken at or before; camera time.")] = None,
    near: Annotated[str | None, typer.Option(help="Cue: LAT,LON in degrees.")] = None,
    radius: Annotated[float, typer.Option(help="Kilometres around --near.")] = 1.0,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="Cue: photos with this tag.")] = None,
    reach: Annotated[Reach | None, typer.Option(help="Narrow the collection's reach for this run.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Find the photos of people who said yes, within the collection's reach.

    Finished work is kept if you stop; photos searched before are not measured again.
    """
    cues = Cues(window(start, end), place(near), radius, tuple(tag or ()))
    with opened(archive, as_ or whoami()) as house, progress(as_json, "Searching") as tell:
        reports = house.people.find(subject=subject, collection=collection, cues=cues, reach=reach, progress=tell)
    columns = ["collection", "reach", "#people", "#photos", "#seen", "#measured", "#kept", "#exposure", "#review", "#s"]
    rows = [
        (
            one.collection,
            one.reach,
            one.subjects,
            one.counts.photos,
            one.counts.seen,
            one.counts.measured,
            one.counts.kept,
            one.counts.exposure,
            one.review,
            f"{one.seconds:.1f}",
        )
        for one in reports
    ]
    show(as_json, reports, table(columns, rows))
    skipped = [each for one in reports for each in one.skipped]
    if skipped:
        report_skipped(skipped)
        raise typer.Exit(EXIT_SKIPPED)


def point(
    subject: Annotated[str, typer.Option(help="Who points.")],
    photo: Annotated[int, typer.Option(help="The photo's id.")],
    face: Annotated[int, typer.Option(help="The face's number on the preview (`sayso photo show ID --to FILE`).")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """ "That one is me." Measures that one face, or, without a template, none at all."""
    with opened(archive, as_ or whoami()) as house:
        pointed = house.people.point(subject, photo_id=photo, face=face)
    text = {
        Outcome.MATCHED: "Yes: the photo is yours.",
        Outcome.REVIEW: "Noted. Somebody looks at it before the photo is yours.",
        Outcome.REJECTED: "This face was not taken for yours.",
    }[pointed.outcome]
    if pointed.outcome is Outcome.REJECTED:
        text += f" You can miss {pointed.misses_left} more times today."
    show(as_json, pointed, text)


def album(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="Whose album: an id or a label.")],
    to: Annotated[Path, typer.Option(help="An empty or new folder, or an album to replace.")],
    language: Annotated[str, typer.Option(help="en or fr.")] = "en",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write a person's album: their own face open, everyone else closed but for those who share."""
    with opened(archive, as_ or whoami()) as house:
        report = house.people.album(subject, to, language=language)
    text = f"{report.written} photos in {to / 'index.html'}; {report.closed} other faces closed."
    show(as_json, report, text)
    if report.skipped:
        report_skipped(report.skipped)
        raise typer.Exit(EXIT_SKIPPED)


def verify(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT")],
    capture: Annotated[list[Path], typer.Option("--capture", help="A picture made just now, before the witness.")],
    witness: Annotated[str, typer.Option(help="Who saw the capture being made.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Check that the person before the witness is the subject, against their own template and nobody else's."""
    with opened(archive, as_ or whoami()) as house:
        same = house.people.verify(subject, captures=capture, witness=witness)
    show(as_json, {"same": same}, "Yes, this is them." if same else "No, this could not be confirmed.")
    if not same:
        raise typer.Exit(1)


def withdraw(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT")],
    purpose: Annotated[
        list[Purpose] | None, typer.Option("--purpose", help="Only this purpose; otherwise everything.")
    ] = None,
    receipt: Annotated[Path | None, typer.Option(help="Write the proof for the person to this file.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say no: effective at once, and what rested on the yes cannot be read by anybody any more."""
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
    text = f"Withdrawn: {', '.join(done.purposes)}. Ledger entry {done.ledger_index}."
    if done.albums_out_of_reach:
        text += (
            f"\n{done.albums_out_of_reach} albums of others had been moved; copies that were taken are out of reach."
        )
    show(as_json, done, text)
