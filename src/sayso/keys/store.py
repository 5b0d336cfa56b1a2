"""The key store: every key of an archive under an id, wrapped, outside the archive, and destroyed for good on demand.

May know: wrapped keys, the seal, the master key. Must not know: persons, tables, or what is encrypted.
Layout and threats: ``folder/keys.json`` holds the wrapped keys, the seal (a file elsewhere) the wrapping key. Each
destruction makes a new wrapping key, so a copy of the folder from before it opens nothing with today's seal.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from filelock import FileLock, Timeout

from ..errors import KeyDestroyedError, KeyStoreError
from . import envelope
from .buffers import SecretBuffer, fill_random, wipe
from .envelope import Bytes
from .files import clear_leftovers, make_private_folder, others_may_read, read_private, replace_private
from .master import MasterKey
from .seal import Rotation, Seal, read_seal, unwrap_wrapping_key, wrap_wrapping_key, write_seal
from .wrapped import WrappedKeys, read_keys, write_keys

_LOCK_SECONDS = 30
_FACT_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_KEY_ID = re.compile(r"[\x21-\x7e]{1,200}")

Result = TypeVar("Result")


class KeyStore:
    """Keys by id. Safe for several threads and processes: writers take a file lock, readers notice new files.

    A key is unwrapped for one call at a time and overwritten after it; between calls only the wrapping key stays in
    memory, in a locked buffer. Every method raises KeyStoreError when the files are damaged or cannot be reached.
    """

    def __init__(self, folder: Path, seal: Path, master: MasterKey) -> None:
        """For ``create`` and ``open``, which do the checks."""
        self.folder = folder
        self.seal_path = seal
        self._master = master
        self._mutex = threading.RLock()
        self._file_lock = FileLock(folder / "keys.lock", timeout=_LOCK_SECONDS, mode=0o600, poll_interval=0.01)
        self._wrapping = SecretBuffer(envelope.KEY_BYTES)
        self._key_in_use = SecretBuffer(envelope.KEY_BYTES)
        self._closed = False
        self._stored: WrappedKeys | None = None
        self._stamp: tuple[int, int, int] | None = None

    @classmethod
    def create(cls, folder: Path, seal: Path, master: MasterKey) -> KeyStore:
        """A new, empty key store. Raises KeyStoreError when ``folder`` or ``seal`` is in use already."""
        make_private_folder(folder)
        store = cls(folder, seal, master)
        with store._mutex, store._locked():
            if seal.exists():
                raise KeyStoreError(f"There is a seal at {seal} already.", "Open that key store, or name another file.")
            if store._keys_path.exists() and read_keys(store._keys_path).keys:
                raise KeyStoreError(f"There is a key store in {folder} already.", "Open it, or name another folder.")
            with SecretBuffer(envelope.KEY_BYTES) as wrapping:
                fill_random(wrapping.view)
                write_keys(store._keys_path, WrappedKeys.start(1, wrapping.view))
                write_seal(seal, Seal(1, wrap_wrapping_key(master, wrapping.view, 1)))
            store._load()
        return store

    @classmethod
    def open(cls, folder: Path, seal: Path, master: MasterKey) -> KeyStore:
        """The key store in ``folder``; finishes what a crash interrupted.

        Raises KeyStoreError when it or its seal is missing, when the master key is wrong, and when the folder is
        older than the seal: a copy from before a destruction.
        """
        read_keys(folder / "keys.json")
        store = cls(folder, seal, master)
        with store._mutex, store._locked():
            store._settle()
            store._load()
        return store

    def close(self) -> None:
        """Overwrite the wrapping key in memory. The store cannot be used afterwards."""
        with self._mutex:
            self._wrapping.close()
            self._key_in_use.close()
            self._closed = True

    def new(self, key_id: str | None = None) -> str:
        """Make 32 random bytes under ``key_id``, or under a random id, and return the id.

        Raises ValueError when the id is taken, or is not 1 to 200 printable ASCII characters without spaces.
        """
        key_id = secrets.token_hex(16) if key_id is None else key_id
        if not _KEY_ID.fullmatch(key_id):
            raise ValueError("a key id is 1 to 200 printable ASCII characters without spaces")
        with self._writing() as stored, SecretBuffer(envelope.KEY_BYTES) as key:
            if key_id in stored.keys:
                raise ValueError("there is a key under this id already")
            fill_random(key.view)
            stored.wrap(self._wrapping.view, key_id, key.view)
            write_keys(self._keys_path, stored)
        return key_id

    def holds(self, key_id: str) -> bool:
        """Whether there is a key under ``key_id`` now."""
        with self._mutex:
            return key_id in self._refreshed().keys

    def ids(self, prefix: str = "") -> list[str]:
        """The ids that start with ``prefix``, sorted."""
        with self._mutex:
            return sorted(key_id for key_id in self._refreshed().keys if key_id.startswith(prefix))

    def seal(self, key_id: str, plaintext: Bytes, context: bytes) -> bytes:
        """Encrypt under a key; opens only with the same id and ``context``. See ``envelope.seal`` for the format.

        Raises KeyDestroyedError when there is no such key (any more).
        """
        return self._with_key(key_id, lambda key: envelope.seal(key, plaintext, context))

    def unseal(self, key_id: str, sealed: Bytes, context: bytes) -> bytes:
        """Decrypt. The result cannot be overwritten: for templates and keys take ``unseal_into``.

        Raises KeyDestroyedError when there is no such key (any more), KeyStoreError when it does not open.
        """
        return self._with_key(key_id, lambda key: envelope.unseal(key, sealed, context))

    def unseal_into(self, key_id: str, sealed: Bytes, context: bytes, out: bytearray | memoryview) -> None:
        """Decrypt straight into ``out`` (``len(sealed) - 28`` bytes); no other copy of the plaintext is made.

        What stays behind on a success: OpenSSL's own key schedule, until its memory is used again. ``out`` is zeros
        after a failure. Raises as ``unseal``, and ValueError when ``out`` has another length.
        """
        self._with_key(key_id, lambda key: envelope.unseal_into(key, sealed, context, out))

    def tag(self, key_id: str, message: Bytes) -> str:
        """A keyed hash, 64 hex digits (HMAC-SHA256 under a derived key). Raises KeyDestroyedError."""
        return self._with_key(key_id, lambda key: envelope.tag(key, message))

    def sign(self, key_id: str, message: Bytes) -> bytes:
        """The Ed25519 signature, 64 bytes. Raises KeyDestroyedError."""
        return self._with_key(key_id, lambda key: envelope.sign(key, message))

    def public_key(self, key_id: str) -> bytes:
        """The Ed25519 public key, 32 bytes. Raises KeyDestroyedError."""
        return self._with_key(key_id, envelope.public_key)

    def destroy(self, key_ids: Iterable[str]) -> None:
        """Destroy keys for good: what they encrypted, and every older copy of the folder, opens no more.

        One new wrapping key for the whole call, so hand over many ids at once. Ids that are not there are passed
        over. When it is interrupted after the seal says what is to go, the next ``open`` or write completes it.
        """
        doomed = set(key_ids)
        with self._writing() as stored, SecretBuffer(envelope.KEY_BYTES) as following:
            doomed &= stored.keys.keys()
            if not doomed:
                return
            fill_random(following.view)
            seal = read_seal(self.seal_path)
            wrapped = wrap_wrapping_key(self._master, following.view, seal.generation + 1)
            write_seal(self.seal_path, Seal(seal.generation, seal.wrapped, Rotation(wrapped, tuple(sorted(doomed)))))
            self._settle()
            self._load()

    def rotate_master(self, new: MasterKey) -> None:
        """Lock the wrapping key with ``new`` from now on. The old master key then opens nothing."""
        with self._writing() as stored:
            write_seal(
                self.seal_path,
                Seal(stored.generation, wrap_wrapping_key(new, self._wrapping.view, stored.generation)),
            )
            self._master = new

    def remember(self, name: str, text: str) -> None:
        """Keep a small fact in clear beside the keys, outside the archive, so that the archive cannot contradict it."""
        with self._mutex, self._locked():
            replace_private(self._fact_path(name), text.encode())

    def recall(self, name: str) -> str | None:
        """The fact under ``name``, or None."""
        try:
            return read_private(self._fact_path(name)).decode()
        except FileNotFoundError:
            return None

    def check(self) -> list[str]:
        """What is wrong or weak, one sentence each; empty when all keys open and nobody else may read the files."""
        findings: list[str] = []
        with self._mutex:
            stored = self._refreshed()
            files = (self.folder, self._keys_path, self.seal_path, self.folder / "master.key")
            findings.extend(
                f"Other accounts on this machine may read {path}."
                for path in files
                if path.exists() and others_may_read(path)
            )
            if self.seal_path.resolve().is_relative_to(self.folder.resolve()):
                findings.append("The seal lies inside the key store's folder, so one copy takes both.")
            if not self._wrapping.locked:
                findings.append("This system did not lock the wrapping key in memory; it may reach the swap file.")
            with SecretBuffer(envelope.KEY_BYTES) as key:
                for key_id in stored.keys:
                    try:
                        stored.unwrap_into(self._wrapping.view, key_id, key.view)
                    except (KeyStoreError, ValueError):
                        findings.append(f"The key {key_id} is damaged.")
        return findings

    def __enter__(self) -> KeyStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<KeyStore in {self.folder}>"

    def __reduce__(self) -> str:
        raise TypeError("a key store is never pickled; open it again in the other process")

    @property
    def _keys_path(self) -> Path:
        return self.folder / "keys.json"

    def _fact_path(self, name: str) -> Path:
        if not _FACT_NAME.fullmatch(name):
            raise ValueError("a fact's name is lower-case letters, digits and dashes")
        return self.folder / f"remembered-{name}.txt"

    def _with_key(self, key_id: str, act: Callable[[memoryview], Result]) -> Result:
        with self._mutex:
            stored = self._refreshed()
            key = self._key_in_use.view
            try:
                stored.unwrap_into(self._wrapping.view, key_id, key)
                return act(key)
            except KeyError:
                raise KeyDestroyedError(
                    "The key for this was destroyed, so it cannot be opened again.",
                    "Nothing brings it back; a person who wants to return says yes anew.",
                ) from None
            finally:
                wipe(key)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with self._file_lock:
                yield
        except Timeout:
            raise KeyStoreError(
                "The key store is in use by another process.", "Wait until it has finished, then try again."
            ) from None

    @contextmanager
    def _writing(self) -> Iterator[WrappedKeys]:
        with self._mutex, self._locked():
            self._settle()
            try:
                yield self._refreshed()
            finally:
                self._stamp = None

    def _refreshed(self) -> WrappedKeys:
        """The wrapped keys as they are on the disk now, with the wrapping key to match."""
        if self._closed:
            raise KeyStoreError("The key store was closed.", "Open it again.")
        if self._stored is not None and self._stamp is not None and self._stamp == self._stamp_now():
            return self._stored
        try:
            return self._load()
        except KeyStoreError:
            # Another process may have been between two steps; under the lock there is no between.
            with self._locked():
                self._settle()
                return self._load()

    def _stamp_now(self) -> tuple[int, int, int] | None:
        try:
            status = self._keys_path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _load(self) -> WrappedKeys:
        self._stamp = None
        stamp = self._stamp_now()
        stored = read_keys(self._keys_path)
        seal = read_seal(self.seal_path)
        self._unwrap(seal, stored.generation, self._wrapping.view)
        stored.check(self._wrapping.view)
        self._stored, self._stamp = stored, stamp
        return stored

    def _unwrap(self, seal: Seal, generation: int, out: memoryview) -> None:
        if generation == seal.generation:
            unwrap_wrapping_key(self._master, seal.wrapped, generation, out)
        elif seal.rotation and generation == seal.generation + 1:
            unwrap_wrapping_key(self._master, seal.rotation.wrapped, generation, out)
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
        clear_leftovers(self._keys_path)
        clear_leftovers(self.seal_path)
        seal = read_seal(self.seal_path)
        if seal.rotation is None:
            return
        stored = read_keys(self._keys_path)
        following = seal.generation + 1
        if stored.generation == seal.generation:
            write_keys(self._keys_path, self._rewrapped(stored, seal, seal.rotation))
        elif stored.generation != following:
            self._unwrap(seal, stored.generation, self._wrapping.view)
        write_seal(self.seal_path, Seal(following, seal.rotation.wrapped))
        self._stamp = None

    def _rewrapped(self, stored: WrappedKeys, seal: Seal, rotation: Rotation) -> WrappedKeys:
        following = seal.generation + 1
        with (
            SecretBuffer(envelope.KEY_BYTES) as old,
            SecretBuffer(envelope.KEY_BYTES) as new,
            SecretBuffer(envelope.KEY_BYTES) as key,
        ):
            unwrap_wrapping_key(self._master, seal.wrapped, seal.generation, old.view)
            stored.check(old.view)
            unwrap_wrapping_key(self._master, rotation.wrapped, following, new.view)
            rewrapped = WrappedKeys.start(following, new.view)
            for key_id in stored.keys.keys() - set(rotation.destroying):
                stored.unwrap_into(old.view, key_id, key.view)
                rewrapped.wrap(new.view, key_id, key.view)
        return rewrapped
