"""The files of a key store as they are on the disk right now: read them, add keys, rotate, finish what a crash left.

May know: wrapped keys, the journal, the seal, master keys. Must not know: what a key is used for.
Layout: ``folder/keys.json`` holds the keys of the last rotation, ``folder/keys.journal`` those made since, the seal
(a file elsewhere) the wrapping key of both. Callers hold a mutex; between processes the file lock decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import KeyStoreError
from . import envelope, journal
from .buffers import SecretBuffer, fill_random
from .files import clear_leftovers, retire
from .master import AnyMasterKey
from .seal import Rotation, Seal, read_seal, unwrap_wrapping_key, wrap_wrapping_key, write_seal
from .sources import Masters
from .wrapped import WrappedKeys, read_keys, write_keys

KEYS, JOURNAL, LOCK = "keys.json", "keys.journal", "keys.lock"

_LOCK_SECONDS = 30


class Shelf:
    """One key store's files, and in memory the wrapping key that opens them."""

    def __init__(self, folder: Path, seal_path: Path, master: AnyMasterKey, masters: Masters | None = None) -> None:
        self.folder = folder
        self.seal_path = seal_path
        self.master = master
        self.wrapping = SecretBuffer(envelope.KEY_BYTES)
        self._masters = masters
        self._keys_path = folder / KEYS
        self._journal_path = folder / JOURNAL
        self._file_lock = FileLock(folder / LOCK, timeout=_LOCK_SECONDS, mode=0o600, poll_interval=0.01)
        self._closed = False
        self._stored: WrappedKeys | None = None
        self._stamp: tuple[int, int, int] | None = None
        self._journal_end = 0

    def create(self) -> None:
        """Make the files of an empty key store. Raises KeyStoreError when there is one."""
        with self.locked():
            if self.seal_path.exists():
                raise KeyStoreError(
                    f"There is a seal at {self.seal_path} already.", "Open that key store, or name another file."
                )
            if self._keys_path.exists() and (self._journal_path.exists() or read_keys(self._keys_path).keys):
                raise KeyStoreError(
                    f"There is a key store in {self.folder} already.", "Open it, or name another folder."
                )
            with SecretBuffer(envelope.KEY_BYTES) as wrapping:
                fill_random(wrapping.view)
                write_keys(self._keys_path, WrappedKeys.start(1, wrapping.view))
                wrapped = wrap_wrapping_key(self.master, wrapping.view, 1)
                write_seal(self.seal_path, Seal(1, wrapped, master=self.master.name))
            self._load()

    def open(self) -> None:
        """Finish what a crash interrupted and read the files. Raises KeyStoreError."""
        with self.locked():
            self._settle()
            self._load()

    def close(self) -> None:
        """Overwrite the wrapping key in memory."""
        self.wrapping.close()
        self._closed = True

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone among all processes that use this key store. Raises KeyStoreError when that takes too long."""
        try:
            with self._file_lock:
                yield
        except Timeout:
            raise KeyStoreError(
                "The key store is in use by another process.", "Wait until it has finished, then try again."
            ) from None

    @contextmanager
    def writing(self) -> Iterator[WrappedKeys]:
        """The keys as they are now, and nobody else may change them meanwhile."""
        with self.locked():
            self._settle()
            yield self.refreshed()

    def refreshed(self) -> WrappedKeys:
        """The wrapped keys as they are on the disk now, with the wrapping key to match."""
        if self._closed:
            raise KeyStoreError("The key store was closed.", "Open it again.")
        if self._stored is not None and self._stamp is not None and self._stamp == self._stamp_now():
            if self._journal_size() == self._journal_end:
                return self._stored
            if self._journal_size() > self._journal_end:
                self._read_on(self._stored)
                return self._stored
        try:
            return self._load()
        except KeyStoreError:
            # Another process may have been between two steps; under the lock there is no between.
            with self.locked():
                self._settle()
                return self._load()

    def add(self, stored: WrappedKeys, wrapped: Mapping[str, str]) -> None:
        """Keep new keys; within ``writing`` only."""
        self._journal_end = journal.append(self._journal_path, stored.generation, wrapped)
        stored.keys.update(wrapped)

    def rotate(self, doomed: Sequence[str]) -> None:
        """Leave these keys behind and wrap all others under a new wrapping key; within ``writing`` only."""
        with SecretBuffer(envelope.KEY_BYTES) as following:
            fill_random(following.view)
            seal = self._seal()
            wrapped = wrap_wrapping_key(self.master, following.view, seal.generation + 1)
            write_seal(self.seal_path, replace(seal, rotation=Rotation(wrapped, tuple(doomed))))
            self._settle()
            self._load()

    def replace_master(self, masters: Masters, source: str) -> AnyMasterKey:
        """Put a new master key from ``source`` in force and remove the old one."""
        name = masters.next_name(source)
        with self.writing() as stored:
            seal = self._seal()
            old = self.master
            write_seal(self.seal_path, replace(seal, spare=name))
            try:
                new = masters.make(name)
                wrapped = wrap_wrapping_key(new, self.wrapping.view, stored.generation)
                with SecretBuffer(envelope.KEY_BYTES) as proof:
                    unwrap_wrapping_key(new, wrapped, stored.generation, proof.view)
            except BaseException:
                with suppress(KeyStoreError):
                    masters.remove(name)
                write_seal(self.seal_path, seal)
                raise
            write_seal(self.seal_path, Seal(stored.generation, wrapped, master=new.name, spare=old.name))
            self.master, self._masters = new, masters
            self._remove_spare(self._seal())
        old.close()
        return new

    def weak_points(self) -> list[str]:
        """What is left of a rotation of the master key, one sentence each."""
        spare = read_seal(self.seal_path).spare
        return [f"A master key that is not in use could not be removed yet: {spare}."] if spare else []

    def _stamp_now(self) -> tuple[int, int, int] | None:
        try:
            status = self._keys_path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _journal_size(self) -> int:
        try:
            return self._journal_path.stat().st_size
        except OSError:
            return 0

    def _load(self) -> WrappedKeys:
        self._stamp = None
        stamp = self._stamp_now()
        stored = read_keys(self._keys_path)
        seal = self._seal()
        self._unwrap(seal, stored.generation, self.wrapping.view)
        stored.check(self.wrapping.view)
        self._journal_end = 0
        self._read_on(stored)
        if self._stamp_now() != stamp:
            raise KeyStoreError("The key store was changed while it was read.", "Try again.")
        self._stored, self._stamp = stored, stamp
        return stored

    def _read_on(self, stored: WrappedKeys) -> None:
        """Take in what was added to the journal."""
        added, self._journal_end = journal.read(self._journal_path, stored.generation, self._journal_end)
        stored.keys.update(added)

    def _seal(self) -> Seal:
        """The seal as it is now; another process may have put another master key in force."""
        seal = read_seal(self.seal_path)
        if self._masters is not None and seal.master != self.master.name:
            self.master = self._masters.open(seal.master)
        return seal

    def _unwrap(self, seal: Seal, generation: int, out: memoryview) -> None:
        if generation == seal.generation:
            unwrap_wrapping_key(self.master, seal.wrapped, generation, out)
        elif seal.rotation and generation == seal.generation + 1:
            unwrap_wrapping_key(self.master, seal.rotation.wrapped, generation, out)
        elif generation < seal.generation:
            raise KeyStoreError(
                "This key store is older than its seal: a copy from before a key was destroyed.",
                "Use the current key store; what was destroyed since does not come back.",
            )
        else:
            raise KeyStoreError(
                "The key store's seal is older than the key store.", "Put the current seal back; old ones open nothing."
            )

    def _settle(self) -> None:
        """Finish an interrupted rotation and clear what a crash left. Needs the file lock."""
        for path in (self._keys_path, self._journal_path, self.seal_path):
            clear_leftovers(path)
        seal = self._seal()
        if seal.spare:
            seal = self._remove_spare(seal)
        if seal.rotation is None:
            return
        stored = read_keys(self._keys_path)
        following = seal.generation + 1
        if stored.generation == seal.generation:
            stored.keys.update(journal.read(self._journal_path, stored.generation)[0])
            write_keys(self._keys_path, self._rewrapped(stored, seal, seal.rotation))
        elif stored.generation != following:
            self._unwrap(seal, stored.generation, self.wrapping.view)
        if self._journal_path.exists():
            retire(self._journal_path)
        write_seal(self.seal_path, replace(seal, generation=following, wrapped=seal.rotation.wrapped, rotation=None))
        self._stamp = None

    def _remove_spare(self, seal: Seal) -> Seal:
        """Remove the master key that is not in force; one that cannot be reached now is tried again next time."""
        if self._masters is None:
            return seal
        try:
            self._masters.remove(seal.spare)
        except KeyStoreError:
            return seal
        cleared = replace(seal, spare="")
        write_seal(self.seal_path, cleared)
        return cleared

    def _rewrapped(self, stored: WrappedKeys, seal: Seal, rotation: Rotation) -> WrappedKeys:
        following = seal.generation + 1
        with (
            SecretBuffer(envelope.KEY_BYTES) as old,
            SecretBuffer(envelope.KEY_BYTES) as new,
            SecretBuffer(envelope.KEY_BYTES) as key,
        ):
            unwrap_wrapping_key(self.master, seal.wrapped, seal.generation, old.view)
            stored.check(old.view)
            unwrap_wrapping_key(self.master, rotation.wrapped, following, new.view)
            rewrapped = WrappedKeys.start(following, new.view)
            for key_id in stored.keys.keys() - set(rotation.destroying):
                stored.unwrap_into(old.view, key_id, key.view)
                rewrapped.keys[key_id] = rewrapped.wrap(new.view, key_id, key.view)
        return rewrapped
