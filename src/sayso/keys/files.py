"""Small private files: written whole or not at all, durable, and wiped when they are replaced.

May know: folders, file modes, ``fsync``. Must not know: what the files hold.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from pathlib import Path

from ..errors import KeyStoreError

_UNFINISHED = ".unfinished"
_RETIRED = ".retired"


def read_private(path: Path) -> bytearray:
    """The bytes of ``path``, in a buffer that the caller can overwrite. Raises FileNotFoundError, KeyStoreError."""
    try:
        with path.open("rb", buffering=0) as file:
            content = bytearray(os.fstat(file.fileno()).st_size)
            filled = file.readinto(content) or 0
            return content[:filled] if filled < len(content) else content
    except FileNotFoundError:
        raise
    except OSError as error:
        raise failed("read", path, error) from None


def replace_private(path: Path, content: bytes | bytearray, *, wipe_old: bool = False) -> None:
    """Put ``content`` at ``path``, mode 0600, all or nothing, on the disk when this returns.

    With ``wipe_old`` the replaced file's bytes are overwritten in place afterwards. They keep a name until then, so
    that ``clear_leftovers`` finishes the job after a crash. Raises KeyStoreError when the disk refuses.
    """
    unfinished, retired = _beside(path, _UNFINISHED), _beside(path, _RETIRED)
    try:
        make_private_folder(path.parent)
        clear_leftovers(path)
        _write(unfinished, content, os.O_TRUNC)
        # Readers tell by the time whether a file is new; the system's own stamp is too coarse for that.
        now = time.time_ns()
        os.utime(unfinished, ns=(now, now))
        if wipe_old and path.exists():
            # A file system without hard links keeps no second name: the old bytes are then merely unlinked.
            with contextlib.suppress(OSError):
                os.link(path, retired)
        unfinished.replace(path)
        sync_folder(path.parent)
        clear_leftovers(path)
    except OSError as error:
        raise failed("write", path, error) from None


def create_private(path: Path, content: bytes | bytearray) -> bool:
    """Put ``content`` at ``path``, mode 0600, unless something is there already; returns whether it was written."""
    try:
        make_private_folder(path.parent)
        _write(path, content, os.O_EXCL)
        sync_folder(path.parent)
    except FileExistsError:
        return False
    except OSError as error:
        raise failed("write", path, error) from None
    return True


def clear_leftovers(path: Path) -> None:
    """Overwrite and remove what an interrupted ``replace_private`` of ``path`` left behind."""
    for leftover in (_beside(path, _UNFINISHED), _beside(path, _RETIRED)):
        if leftover.exists():
            if path.exists() and leftover.samefile(path):
                # Interrupted between naming the old file and replacing it: it is still the live one.
                leftover.unlink()
            else:
                wipe_file(leftover)


def wipe_file(path: Path) -> None:
    """Overwrite a file's bytes in place, then remove it. Flash storage may keep remnants all the same."""
    with path.open("r+b", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        file.write(bytes(size))
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


def retire(path: Path) -> None:
    """Take ``path`` away, then overwrite it; ``clear_leftovers`` finishes that after a crash."""
    path.replace(_beside(path, _RETIRED))
    sync_folder(path.parent)
    clear_leftovers(path)


def make_private_folder(folder: Path) -> None:
    """Make ``folder`` and its parents; a new folder opens for its owner only (0700)."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def others_may_read(path: Path) -> bool:
    """Whether the mode of ``path`` lets group or others in. Windows has no such mode; there the answer is no."""
    return os.name == "posix" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _write(path: Path, content: bytes | bytearray, how: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    with os.fdopen(handle, "wb", buffering=0) as file:
        file.write(content)
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring names that were made or removed in ``folder`` to the disk, where the system offers that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def failed(did: str, path: Path, error: OSError) -> KeyStoreError:
    """What to say when the disk refused; did: ``read`` or ``write``."""
    if error.errno == errno.ENOSPC:
        return KeyStoreError("The disk that holds the keys is full.", "Free some space and try again.")
    return KeyStoreError(
        f"Sayso could not {did} {path}: {error.strerror}.", "Check the folder's permissions, then try again."
    )
