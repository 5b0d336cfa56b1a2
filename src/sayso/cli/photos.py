"""Commands: add; photo list, show, redact, hide, hidden, unhide, delete.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import UsageError
from ..values import Cues
from .copies import out_of_reach
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, box, place, whoami, window
from .output import counted, minute, progress, show, show_run, table

PhotoArgument = Annotated[int, typer.Argument(metavar="ID", help="The photo's id; `sayso photo list` shows it.")]

photo = typer.Typer(
    help="Single photos: list, look at with all faces closed, close by hand, delete.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    app.command()(add)
    app.add_typer(photo, name="photo")


def add(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Folders, photos or zip archives of this computer.")
    ],
    collection: Annotated[
        str, typer.Option("--collection", "-c", metavar="NAME", help="The collection they belong to.")
    ],
    copy: Annotated[bool, typer.Option("--copy", metavar="", help="Keep a copy in the archive too.")] = False,
    small_faces: Annotated[
        bool, typer.Option("--small-faces", metavar="", help="Find faces below 40 pixels and lying heads too; slower.")
    ] = False,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="WORD", help="Tag all of them, for narrowed searches; repeat for more."),
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Add photos to a collection. Faces are located, their boxes are kept, and nobody is measured.

    Time and place are read from the files. Stop it at any time: the same command goes on where it stopped.
    """
    with opened(archive, as_ or whoami()) as house, progress(as_json, "Adding") as tell:
        report = house.photos.add(paths, collection, copy=copy, small_faces=small_faces, tags=tag or (), progress=tell)
    text = (
        f"{counted(report.added, 'photo')} added in {report.seconds:.1f} s: "
        f"{counted(report.counts.seen, 'face')} located, none measured."
    )
    if report.already_there:
        text += f" {counted(report.already_there, 'photo')} had been added before."
    show_run(as_json, report, text, report.skipped)


@photo.command("list")
def list_(
    collection: Annotated[
        str | None, typer.Option("--collection", "-c", metavar="NAME", help="Only this collection.")
    ] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="TIME", help="Taken at or after; camera time.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Taken at or before; camera time.")] = None,
    near: Annotated[str | None, typer.Option(metavar="LAT,LON", help="Taken near this place; degrees.")] = None,
    radius: Annotated[float, typer.Option(metavar="KM", help="Kilometres around --near.")] = 1.0,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="WORD", help="Only with this tag.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """List photos with their ids, sizes, times and numbers of faces."""
    cues = Cues(window(start, end), place(near), radius, tuple(tag or ()))
    with opened(archive, as_ or whoami()) as house:
        found = house.photos.list(collection=collection, cues=cues)
    rows = [
        (
            one.photo.id,
            Path(one.photo.path).name,
            f"{one.photo.width}×{one.photo.height}",
            minute(one.photo.taken_at) if one.photo.taken_at else "unknown",
            one.faces,
            ", ".join(one.photo.tags),
        )
        for one in found
    ]
    listed = table(["#id", "file", "#pixels", "taken (camera)", "#faces", "tags"], rows)
    show(as_json, found, listed if rows else "There are no such photos.")


@photo.command("show")
def show_(
    photo_id: PhotoArgument,
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the preview to this file, as JPEG.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """List the faces of a photo by number. With --to, write a preview to point at: every face closed and numbered."""
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
            f"{face.box.x:.0f}, {face.box.y:.0f}",
            f"{face.box.width:.0f}×{face.box.height:.0f}",
            "by hand" if face.by_hand else f"{face.score:.0%} sure",
            "never measured" if face.do_not_measure else "",
        )
        for face in faces
    ]
    listed = table(["#face", "#left, top (pixels)", "#size (pixels)", "located", ""], rows)
    show(as_json, faces, listed if rows else f"No face was found in photo {photo_id}.")


@photo.command("redact")
def redact(
    photo_id: PhotoArgument,
    where: Annotated[
        str, typer.Option("--box", metavar="X,Y,W,H", help="Left, top, width, height in pixels of the upright photo.")
    ],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Close a face that no detector found. Albums with this photo are written anew."""
    with opened(archive, as_ or whoami()) as house:
        face = house.photos.redact(photo_id, box(where))
    show(as_json, face, f"Closed as face {face.number} of photo {photo_id}.")


FaceOption = Annotated[int, typer.Option("--face", metavar="NUMBER", help="The face's number on the preview.")]


@photo.command("hide")
def hide(
    photo_id: PhotoArgument,
    face: FaceOption,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Close a face everywhere at once, because somebody asks; no name and no reason is needed. Nothing is measured."""
    with opened(archive, as_ or whoami()) as house:
        done = house.photos.hide(photo_id, face)
    text = f"Face {face} of photo {photo_id} is closed in every album and is never measured again."
    if done.also:
        text += f" So is the same face in {counted(done.also, 'near-duplicate')}."
    text += out_of_reach(done.out_of_reach)
    show(as_json, done, text)


@photo.command("hidden")
def hidden(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """List faces that somebody asked to hide, for review."""
    with opened(archive, as_ or whoami()) as house:
        found = house.photos.hidden()
    rows = [(one.face.photo_id, one.face.number, f"{one.at:%Y-%m-%d %H:%M}") for one in found]
    show(as_json, found, table(["#photo", "#face", "since (UTC)"], rows))


@photo.command("unhide")
def unhide(
    photo_id: PhotoArgument,
    face: FaceOption,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take a hiding back after a review. Albums with the photo are written anew."""
    with opened(archive, as_ or whoami()) as house:
        freed = house.photos.unhide(photo_id, face)
    show(as_json, {"unhidden": freed}, f"Face {face} of photo {photo_id} is as before.")


@photo.command("delete")
def delete(
    photo_ids: Annotated[list[int], typer.Argument(metavar="ID...", help="Ids that `sayso photo list` shows.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Delete photos from the archive with their faces, matches and renditions. Files in your own folders stay."""
    with opened(archive, as_ or whoami()) as house:
        gone = house.photos.delete(photo_ids)
    show(as_json, {"deleted": gone}, f"Deleted {counted(gone, 'photo')}.")
