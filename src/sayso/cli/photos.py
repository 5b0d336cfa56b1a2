"""Commands: add; photo list, show, redact, delete.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import UsageError
from ..values import Cues, Skipped
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, box, place, whoami, window
from .output import EXIT_SKIPPED, progress, report_skipped, show, table

photo = typer.Typer(
    help="Single photos: list, look at with all faces closed, close by hand, delete.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    app.command()(add)
    app.add_typer(photo, name="photo")


def add(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Folders, photos, zip archives.")],
    collection: Annotated[str, typer.Option("--collection", "-c", help="The collection they belong to.")],
    copy: Annotated[bool, typer.Option("--copy", help="Copy photos into the archive instead of leaving them.")] = False,
    small_faces: Annotated[
        bool, typer.Option("--small-faces", help="Look for faces under 40 pixels too; slower.")
    ] = False,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", help="Tag all of them; a cue for narrowed searches.")
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Add photos: reads time and place, locates faces, keeps boxes only. Nobody is measured.

    Stop it at any time; the same command goes on where it stopped.
    """
    with opened(archive, as_ or whoami()) as house, progress(as_json, "Adding") as tell:
        report = house.photos.add(paths, collection, copy=copy, small_faces=small_faces, tags=tag or (), progress=tell)
    text = (
        f"{report.added} photos added, {report.counts.seen} faces located, 0 measured. "
        f"{report.already_there} were there already. {report.seconds:.1f} s."
    )
    show(as_json, report, text)
    _end(report.skipped, as_json)


@photo.command("list")
def list_(
    collection: Annotated[str | None, typer.Option("--collection", "-c", help="Only this collection.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="Taken at or after; camera time.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Taken at or before; camera time.")] = None,
    near: Annotated[str | None, typer.Option(help="LAT,LON in degrees.")] = None,
    radius: Annotated[float, typer.Option(help="Kilometres around --near.")] = 1.0,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="Only with this tag.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """List photos with their ids, sizes, times and number of faces."""
    cues = Cues(window(start, end), place(near), radius, tuple(tag or ()))
    with opened(archive, as_ or whoami()) as house:
        found = house.photos.list(collection=collection, cues=cues)
    rows = [
        (
            one.photo.id,
            Path(one.photo.path).name,
            f"{one.photo.width}×{one.photo.height}",
            f"{one.photo.taken_at:%Y-%m-%d %H:%M}" if one.photo.taken_at else "no time",
            one.faces,
            " ".join(one.photo.tags),
        )
        for one in found
    ]
    show(as_json, found, table(["#id", "file", "size", "taken", "#faces", "tags"], rows))


@photo.command("show")
def show_(
    photo_id: Annotated[int, typer.Argument(metavar="ID")],
    to: Annotated[Path | None, typer.Option(help="Write the numbered preview, all faces closed, to this file.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show the faces of a photo by number; with --to, a picture to point at in which every face is closed."""
    with opened(archive, as_ or whoami()) as house:
        faces = house.photos.faces(photo_id)
        if to is not None:
            preview = house.photos.preview(photo_id)
            try:
                to.write_bytes(preview.jpeg)
            except OSError as error:
                raise UsageError(f"{to} cannot be written: {error.strerror}.", "Choose another file.") from None
    rows = [
        (
            face.number,
            f"{face.box.x:.0f},{face.box.y:.0f}",
            f"{face.box.width:.0f}×{face.box.height:.0f}",
            f"{face.score:.2f}",
            ("by hand " if face.by_hand else "") + ("left alone" if face.do_not_measure else ""),
        )
        for face in faces
    ]
    show(as_json, faces, table(["#face", "at", "size", "#score", ""], rows))


@photo.command("redact")
def redact(
    photo_id: Annotated[int, typer.Argument(metavar="ID")],
    where: Annotated[str, typer.Option("--box", metavar="X,Y,W,H", help="Pixels of the upright photo.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Close a face by hand that no detector found; albums with this photo are written anew."""
    with opened(archive, as_ or whoami()) as house:
        face = house.photos.redact(photo_id, box(where))
    show(as_json, face, f"Closed as face {face.number} of photo {photo_id}.")


@photo.command("delete")
def delete(
    photo_ids: Annotated[list[int], typer.Argument(metavar="ID...")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Delete photos from the archive with their faces, matches and renditions."""
    with opened(archive, as_ or whoami()) as house:
        gone = house.photos.delete(photo_ids)
    show(as_json, {"deleted": gone}, f"Deleted {gone} photos.")


def _end(skipped: tuple[Skipped, ...], as_json: bool) -> None:
    if skipped:
        if not as_json:
            report_skipped(skipped)
        raise typer.Exit(EXIT_SKIPPED)
