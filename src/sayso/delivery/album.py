"""Write a person's album into a folder, replace it, and delete exactly what was written.

May know: renditions, files, the page. Must not know: vectors, names, why a face is open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..errors import ArchiveError, SaysoError, UsageError
from ..storage import FolderBlobs
from ..values import Box, Photo, Skipped
from ..vision.close import Closer
from . import manifest
from .page import PagePhoto, album_page
from .renditions import Rendition, render, thumbnail
from .words import Pictured, Words

_THUMB = 800


@dataclass(frozen=True, slots=True)
class AlbumItem:
    """One photo for an album.

    ``source`` loads the photo's file. ``faces`` are all that the archive lists, ``open_faces`` those of them that may
    be seen, ``own`` the owner's; the boxes are in pixels of the upright photo.
    """

    photo: Photo
    source: Callable[[], Path | bytes]
    faces: tuple[Box, ...]
    open_faces: tuple[Box, ...]
    own: Box

    @property
    def pictured(self) -> Pictured:
        """Who can be seen in the rendition, as far as the archive lists faces."""
        opened = self.own in self.open_faces
        others_open = len(self.open_faces) - opened
        others = len(self.faces) - (self.own in self.faces)
        return Pictured(opened, others_open, max(others - others_open, 0))


@dataclass(frozen=True, slots=True)
class AlbumReport:
    """How writing an album ended. ``files`` are relative to its folder, the manifest not among them."""

    written: int
    closed: int
    skipped: tuple[Skipped, ...]
    files: tuple[str, ...]


def write_album(
    items: Sequence[AlbumItem],
    folder: Path,
    *,
    closer: Closer,
    title: str,
    language: str,
    contact: str,
    regulators: Sequence[str],
    made_at: datetime,
    keep_time: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> AlbumReport:
    """Write an album: photos, thumbnails, a page that opens from the disk, and a manifest of these files.

    folder: missing, empty, or an album of ours, which is then replaced file by file; foreign files in it stay.
    language: ``en`` or ``fr``. contact, regulators: whom to ask and where to complain (LAW R5). keep_time: False keeps
    the time of capture out of files and page, as a child's album needs (F6). progress: called with (done, total).

    A photo that cannot be loaded or read is skipped, with the reason in the report. Every file appears complete or not
    at all, and the manifest lists a file before it is there, so that ``remove_album`` finds all of an interrupted one.
    Raises UsageError when the folder holds something else, ArchiveError when it cannot be written.
    """
    words = Words(language)
    before = _prepare(folder)
    blobs = FolderBlobs(folder)
    planned = [name for number in range(1, len(items) + 1) for name in _names(number)]
    _refuse_foreign(folder, [name for name in [*planned, "index.html"] if name not in before])
    blobs.put(manifest.render(dict.fromkeys({*before, *planned, "index.html"}), made_at), manifest.NAME)

    files: dict[str, str | None] = {}
    photos: list[PagePhoto] = []
    skipped: list[Skipped] = []

    def write(name: str, data: bytes) -> None:
        blobs.put(data, name)
        files[name] = manifest.digest(data)

    for done, item in enumerate(items, 1):
        try:
            rendition, small = _rendered(item, closer, keep_time, words.plea(item.photo.id, contact))
        except SaysoError as error:
            skipped.append(Skipped(Path(item.photo.path).name, str(error)))
        else:
            file, thumb = _names(len(photos) + 1)
            write(file, rendition.jpeg)
            write(thumb, small.jpeg)
            photos.append(_page_photo(item, file, thumb, rendition, small, keep_time))
        if progress is not None:
            progress(done, len(items))

    page = album_page(photos, title=title, language=language, contact=contact, regulators=regulators, made_at=made_at)
    write("index.html", page.encode())
    _delete(folder, [name for name in before if name not in files])
    blobs.put(manifest.render(files, made_at), manifest.NAME)
    closed = sum(photo.pictured.others_closed for photo in photos)
    return AlbumReport(len(photos), closed, tuple(skipped), tuple(files))


def check_target(folder: Path, language: str) -> bool:
    """Whether an album may go here, before anything is noted or written; True when it would replace an earlier one.

    Raises UsageError for a language in which no album is written, and for a folder that holds something else;
    ArchiveError when it cannot be read.
    """
    Words(language)
    return bool(_prepare(folder))


def remove_album(folder: Path) -> int:
    """Delete exactly the files that the album's manifest lists, and it; the number of files that went.

    Folders that are left empty go too. Foreign files stay. Raises UsageError when there is no album in ``folder``,
    ArchiveError when a file cannot be deleted; calling it again then goes on.
    """
    listed = manifest.read(folder)
    if listed is None:
        raise UsageError(f"There is no album in {folder}.", "Give the folder that the album was written to.")
    gone = _delete(folder, listed)
    _delete(folder, [manifest.NAME])
    for empty in (*(folder / inner for inner in manifest.FOLDERS), folder):
        try:
            empty.rmdir()
        except OSError:
            continue
    return gone


def _rendered(item: AlbumItem, closer: Closer, keep_time: bool, note: str) -> tuple[Rendition, Rendition]:
    rendition = render(
        item.source(),
        faces=item.faces,
        open_faces=item.open_faces,
        closer=closer,
        keep_time=keep_time,
        note=note,
    )
    return rendition, thumbnail(rendition, _THUMB)


def _page_photo(
    item: AlbumItem, file: str, thumb: str, rendition: Rendition, small: Rendition, keep_time: bool
) -> PagePhoto:
    taken_at = item.photo.taken_at if keep_time else None
    return PagePhoto(
        file,
        thumb,
        rendition.width,
        rendition.height,
        small.width,
        small.height,
        taken_at,
        item.pictured,
        item.photo.id,
    )


def _names(number: int) -> tuple[str, str]:
    return f"photos/{number:03}.jpg", f"thumbs/{number:03}.jpg"


def _prepare(folder: Path) -> tuple[str, ...]:
    """The files of the album that is in the folder already. Raises UsageError when something else is there."""
    try:
        filled = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise ArchiveError(
            f"The folder {folder} cannot be read: {error.strerror}.", "Check the folder's permissions."
        ) from None
    listed = manifest.read(folder) if filled and folder.is_dir() else None
    if filled and listed is None:
        raise UsageError(
            f"{folder} holds something that is not an album.", "Choose a folder that is empty or does not exist yet."
        )
    return listed or ()


def _refuse_foreign(folder: Path, new: Sequence[str]) -> None:
    for name in new:
        path = folder / name
        if path.exists() or path.is_symlink():
            raise UsageError(
                f"{path} is in the way and does not belong to the album.", "Move it away, or choose another folder."
            )


def _delete(folder: Path, names: Sequence[str]) -> int:
    """Delete these files and what an interrupted write left beside them."""
    gone = 0
    try:
        for name in names:
            path = folder / name
            if path.exists() or path.is_symlink():
                path.unlink()
                gone += 1
        for place in (folder, *(folder / inner for inner in manifest.FOLDERS)):
            for unfinished in place.glob(".unfinished-*"):
                unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(
            f"A file of the album in {folder} could not be deleted: {error.strerror}.",
            "Check the folder's permissions and run the command again.",
        ) from None
    return gone
