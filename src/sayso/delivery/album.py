"""Write a person's album into a folder, replace it, and delete exactly what was written.

May know: renditions, files, the page. Must not know: vectors, names, why a face is open.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

from ..errors import ArchiveError, SaysoError, UsageError
from ..storage import FolderBlobs
from ..values import Box, Photo, Skipped
from ..vision.close import Closer
from . import manifest
from .manifest import Entry
from .page import PagePhoto, album_page
from .renditions import Rendition, render, thumbnail
from .words import Pictured, Words

_THUMB = 800

#: Changes whenever the same photo would be rendered otherwise than before, so that no earlier rendition stays.
_MANNER = 1

# Above the number of any photo of an album.
_ASIDE = 1_000_000


@dataclass(frozen=True, slots=True)
class AlbumItem:
    """One photo for an album.

    ``source`` loads the photo's file. ``faces`` are all that the archive lists, ``open_faces`` those of them that may
    be seen, ``own`` the owner's; the boxes are in pixels of the upright photo. ``link``: where anybody has a face in it
    closed; empty when there is no such page.
    """

    photo: Photo
    source: Callable[[], Path | bytes]
    faces: tuple[Box, ...]
    open_faces: tuple[Box, ...]
    own: Box
    link: str = ""

    @property
    def pictured(self) -> Pictured:
        """Who can be seen in the rendition, as far as the archive lists faces."""
        opened = self.own in self.open_faces
        others_open = len(self.open_faces) - opened
        others = len(self.faces) - (self.own in self.faces)
        return Pictured(opened, others_open, max(others - others_open, 0))


@dataclass(frozen=True, slots=True)
class AlbumReport:
    """How writing an album ended. ``files`` are relative to its folder, the manifest not among them. Of the photos
    ``written``, ``kept`` were there already as they have to be, and were not made again."""

    written: int
    closed: int
    skipped: tuple[Skipped, ...]
    files: tuple[str, ...]
    kept: int = 0


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

    folder: missing, empty, or an album of ours, which is then replaced file by file; foreign files in it stay, and so
    do photos that are there already exactly as they have to be, which are not even decoded.
    language: ``en`` or ``fr``. contact, regulators: whom to ask and where to complain (LAW R5). keep_time: False keeps
    the time of capture out of files and page, as a child's album needs (F6). progress: called with (done, total).

    A photo that cannot be loaded or read is skipped, with the reason in the report. Every file appears complete or not
    at all, and the manifest lists a file before it is there, so that ``remove_album`` finds all of an interrupted one.
    Raises UsageError when the folder holds something else, ArchiveError when it cannot be written.
    """
    words = Words(language)
    before = _prepare(folder)
    blobs = FolderBlobs(folder)
    notes = [words.plea(item.photo.id, contact, item.link) for item in items]
    recipes = [_recipe(item, closer, keep_time, note) for item, note in zip(items, notes, strict=True)]
    there = _whole(folder, before, set(recipes))
    stash = _stash(recipes, there)
    planned = [name for number in range(1, len(items) + 1) for name in _names(number)]
    aside = [name for number in stash.values() for name in _names(number)]
    _refuse_foreign(folder, [name for name in [*planned, *aside, "index.html"] if name not in before])
    every = dict.fromkeys([*before, *planned, *aside, "index.html"], Entry())
    kept = {name: before[name] for number in there.values() for name in _names(number)}
    blobs.put(manifest.render(every | kept, made_at), manifest.NAME)
    # What must not stay goes first: a face that has to close is open for no longer than it takes to delete a file.
    _delete(folder, [name for name in before if name not in kept and name != "index.html"])
    for recipe, number in stash.items():
        _move(folder, there[recipe], number)

    files: dict[str, Entry] = {}
    photos: list[PagePhoto] = []
    skipped: list[Skipped] = []
    for done, (item, note, recipe) in enumerate(zip(items, notes, recipes, strict=True), 1):
        names = _names(len(photos) + 1)
        try:
            if recipe in there:
                _move(folder, stash.get(recipe, there[recipe]), len(photos) + 1)
                files |= {new: kept[old] for old, new in zip(_names(there[recipe]), names, strict=True)}
            else:
                for name, made in zip(names, _rendered(item, closer, keep_time, note), strict=True):
                    blobs.put(made.jpeg, name)
                    files[name] = _entry(item, recipe, made)
            photos.append(_page_photo(item, *names, files, keep_time))
        except ArchiveError:
            raise
        except SaysoError as error:
            skipped.append(Skipped(Path(item.photo.path).name, str(error)))
        if progress is not None:
            progress(done, len(items))

    page = album_page(photos, title=title, language=language, contact=contact, regulators=regulators, made_at=made_at)
    blobs.put(page.encode(), "index.html")
    files["index.html"] = Entry(manifest.digest(page.encode()))
    blobs.put(manifest.render(files, made_at), manifest.NAME)
    closed = sum(photo.pictured.others_closed for photo in photos)
    return AlbumReport(len(photos), closed, tuple(skipped), tuple(files), len(there))


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


def _entry(item: AlbumItem, recipe: str, made: Rendition) -> Entry:
    seen = item.pictured
    return Entry(
        manifest.digest(made.jpeg),
        item.photo.id,
        recipe,
        made.width,
        made.height,
        seen.owner_open,
        seen.others_open,
        seen.others_closed,
    )


def _page_photo(item: AlbumItem, file: str, thumb: str, files: Mapping[str, Entry], keep_time: bool) -> PagePhoto:
    taken_at = item.photo.taken_at if keep_time else None
    large, small = files[file], files[thumb]
    return PagePhoto(
        file,
        thumb,
        large.width,
        large.height,
        small.width,
        small.height,
        taken_at,
        item.pictured,
        item.photo.id,
        item.link,
    )


def _recipe(item: AlbumItem, closer: Closer, keep_time: bool, note: str) -> str:
    """A hash of all that a rendition depends on; 64 hex digits."""
    boxes = [[astuple(box) for box in some] for some in (item.faces, item.open_faces, (item.own,))]
    parts = [_MANNER, item.photo.id, item.photo.sha256, boxes, closer.sources, keep_time, note, _THUMB]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _whole(folder: Path, before: Mapping[str, Entry], wanted: set[str]) -> dict[str, int]:
    """The photos that are there as they have to be, by recipe, with their numbers; byte for byte, thumbnails too."""
    found = {}
    for name, entry in before.items():
        if entry.recipe in wanted and name.startswith("photos/"):
            number = int(Path(name).stem)
            if all(_as_written(folder, one, before.get(one), entry.recipe) for one in _names(number)):
                found[entry.recipe] = number
    return found


def _as_written(folder: Path, name: str, entry: Entry | None, recipe: str) -> bool:
    if entry is None or entry.sha256 is None or entry.recipe != recipe:
        return False
    path = folder / name
    try:
        return not path.is_symlink() and manifest.digest(path.read_bytes()) == entry.sha256
    except OSError:
        return False


def _stash(recipes: Sequence[str], there: Mapping[str, int]) -> dict[str, int]:
    """Numbers at which photos wait that are there already, but not at their places: nothing is written over them."""
    moving = [recipe for place, recipe in enumerate(recipes, 1) if there.get(recipe, place) != place]
    return {recipe: _ASIDE + one for one, recipe in enumerate(moving, 1)}


def _move(folder: Path, old: int, new: int) -> None:
    if old == new:
        return
    try:
        for one, other in zip(_names(old), _names(new), strict=True):
            (folder / one).replace(folder / other)
    except OSError as error:
        raise ArchiveError(
            f"A file of the album in {folder} could not be renamed: {error.strerror}.",
            "Check the folder's permissions and write the album again.",
        ) from None


def _names(number: int) -> tuple[str, str]:
    return f"photos/{number:03}.jpg", f"thumbs/{number:03}.jpg"


def _prepare(folder: Path) -> dict[str, Entry]:
    """The files of the album that is in the folder already. Raises UsageError when something else is there."""
    try:
        filled = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise ArchiveError(
            f"The folder {folder} cannot be read: {error.strerror}.", "Check the folder's permissions."
        ) from None
    listed = manifest.read_entries(folder) if filled and folder.is_dir() else None
    if filled and listed is None:
        raise UsageError(
            f"{folder} holds something that is not an album.", "Choose a folder that is empty or does not exist yet."
        )
    return listed or {}


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
