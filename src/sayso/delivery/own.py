"""The album that a person sees at their own pages: what is in it, and its files one by one.

May know: notes of albums, manifests, consents. Must not know: pixels, vectors, names.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .. import consent
from ..consent import LiveConsent
from ..errors import SaysoError, UsageError
from ..ground import Ground
from ..storage import Session
from ..values import Purpose
from . import manifest, places
from .issue import AlbumsBusyError, alone, folders_of
from .manifest import Entry


@dataclass(frozen=True, slots=True)
class Held:
    """One photo of an album: its files, relative to the folder, and what the manifest says of them."""

    photo_id: int
    file: str
    thumb: str
    large: Entry
    small: Entry


def own_folder(session: Session, ground: Ground, living: LiveConsent) -> Path | None:
    """Where the album of this consent for the person's own pages lies, if there is one."""
    root = places.own_root(ground)
    return next((one for one in folders_of(session, ground, living) if one is not None and one.parent == root), None)


def held(folder: Path | None) -> list[Held]:
    """The photos of an album that are finished, in its order; none where there is no album."""
    entries = manifest.read_entries(folder) if folder is not None else None
    found = []
    for name, large in (entries or {}).items():
        thumb = name.replace("photos/", "thumbs/")
        small = (entries or {}).get(thumb)
        if name.startswith("photos/") and large.sha256 and large.photo and small is not None and small.sha256:
            found.append(Held(large.photo, name, thumb, large, small))
    return sorted(found, key=lambda one: int(Path(one.file).stem))


def read_file(folder: Path, name: str, entry: Entry) -> bytes:
    """A file of an album, byte for byte as it was written. Raises UsageError when it is being written anew, or gone."""
    try:
        data = (folder / name).read_bytes()
    except OSError:
        data = b""
    if manifest.digest(data) != entry.sha256:
        raise UsageError("This photo is being written anew.", "Look again in a minute.")
    return data


def delete_orphans(ground: Ground) -> int:
    """Delete albums for people's own pages that no note names, as an older copy may bring them back; how many.

    Does nothing while albums are being written.
    """
    root = places.own_root(ground)
    if not root.is_dir():
        return 0
    gone = 0
    with suppress(AlbumsBusyError), alone(ground, 0):
        with ground.database.begin() as session:
            named = {
                folder
                for subject_id in consent.subjects.living_ids(session)
                for one in consent.records.given(session, subject_id)
                if one.consent.purpose is Purpose.FIND and ground.keys.holds(one.consent.key_id)
                for folder in folders_of(session, ground, one)
            }
        for folder in root.iterdir():
            if folder not in named and folder.is_dir():
                gone += _clear(folder)
    return gone


def _clear(folder: Path) -> bool:
    """Delete a folder that nobody else writes into, whatever is in it."""
    try:
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        folder.rmdir()
    except (OSError, SaysoError):
        return False
    return True
