"""The key store: every key of an archive under an id, wrapped, outside the archive, and destroyed for good on demand.

May know: wrapped keys, the seal, the master key. Must not know: persons, tables, or what is encrypted.
Layout and threats: ``folder/keys.json`` holds the wrapped keys, the seal (a file elsewhere) the wrapping key. Each
destruction makes a new wrapping key, so a copy of the folder from before it opens nothing with today's seal.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from ..errors import KeyDestroyedError, KeyStoreError
from . import envelope
from .buffers import SecretBuffer, fill_random, wipe
from .envelope import Bytes
from .files import make_private_folder, others_may_read, read_private, replace_private
from .master import AnyMasterKey
from .seal import read_seal
from .shelf import KEYS, LOCK, Shelf
from .sources import Masters
from .wrapped import read_keys

_FACT_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_KEY_ID = re.compile(r"[\x21-\x7e]{1,200}")

Result = TypeVar("Result")


class KeyStore:
    """Keys by id. Safe for several threads and processes: writers take a file lock, readers notice new files.

    A key is unwrapped for one call at a time and overwritten after it; between calls only the wrapping key stays in
    memory, in a locked buffer. Every method raises KeyStoreError when the files are damaged or cannot be reached.
    """

    def __init__(self, shelf: Shelf) -> None:
        """For ``create`` and ``open``, which do the checks."""
        self.folder = shelf.folder
        self.seal_path = shelf.seal_path
        self._shelf = shelf
        self._mutex = threading.RLock()
        self._wrapping = shelf.wrapping
        self._key_in_use = SecretBuffer(envelope.KEY_BYTES)

    @classmethod
    def create(cls, folder: Path, seal: Path, master: AnyMasterKey) -> KeyStore:
        """A new, empty key store. Raises KeyStoreError when ``folder`` or ``seal`` is in use already."""
        make_private_folder(folder)
        shelf = Shelf(folder, seal, master)
        shelf.create()
        return cls(shelf)

    @classmethod
    def open(
        cls, folder: Path, seal: Path, master: AnyMasterKey | None = None, masters: Masters | None = None
    ) -> KeyStore:
        """The key store in ``folder``; finishes what a crash interrupted.

        Give ``masters``, which find the master key that the seal names, or the ``master`` key itself. Raises
        KeyStoreError when the folder, the seal or the master key is missing, when the master key is wrong, and when
        the folder is older than the seal: a copy from before a destruction.
        """
        read_keys(folder / KEYS)
        found = master or (masters.open(read_seal(seal).master) if masters else None)
        if found is None:
            raise ValueError("a key store opens with a master key, or with the place to look for one")
        shelf = Shelf(folder, seal, found, masters)
        shelf.open()
        return cls(shelf)

    @property
    def master_source(self) -> str:
        """Where the master key comes from, in words."""
        return self._shelf.master.source

    def close(self) -> None:
        """Overwrite the wrapping key in memory. The store cannot be used afterwards."""
        with self._mutex:
            self._shelf.close()
            self._key_in_use.close()

    def new(self, key_id: str | None = None) -> str:
        """Make 32 random bytes under ``key_id``, or under a random id, and return the id.

        Raises ValueError when the id is taken, or is not 1 to 200 printable ASCII characters without spaces.
        """
        key_id = secrets.token_hex(16) if key_id is None else key_id
        self.new_many([key_id])
        return key_id

    def new_many(self, key_ids: Iterable[str]) -> None:
        """Make a key of 32 random bytes under each id, all of them or none, with one write to the disk.

        Raises ValueError when an id is taken or given twice, or is not 1 to 200 printable ASCII characters.
        """
        wanted = list(key_ids)
        if not all(_KEY_ID.fullmatch(key_id) for key_id in wanted):
            raise ValueError("a key id is 1 to 200 printable ASCII characters without spaces")
        with self._mutex, self._shelf.writing() as stored, SecretBuffer(envelope.KEY_BYTES) as key:
            if len(set(wanted)) < len(wanted) or any(key_id in stored.keys for key_id in wanted):
                raise ValueError("there is a key under this id already")
            wrapped = {}
            for key_id in wanted:
                fill_random(key.view)
                wrapped[key_id] = stored.wrap(self._wrapping.view, key_id, key.view)
            if wrapped:
                self._shelf.add(stored, wrapped)

    def holds(self, key_id: str) -> bool:
        """Whether there is a key under ``key_id`` now."""
        with self._mutex:
            return key_id in self._shelf.refreshed().keys

    def ids(self, prefix: str = "") -> list[str]:
        """The ids that start with ``prefix``, sorted."""
        with self._mutex:
            return sorted(key_id for key_id in self._shelf.refreshed().keys if key_id.startswith(prefix))

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
        with self._mutex, self._shelf.writing() as stored:
            doomed &= stored.keys.keys()
            if doomed:
                self._shelf.rotate(sorted(doomed))

    def rotate_master(self, masters: Masters, source: str) -> AnyMasterKey:
        """Lock the wrapping key with a new master key from ``source`` from now on, and destroy the old one.

        Templates and keys stay as they are. When it is interrupted, the old or the new master key is in force, never
        none, and the next ``open`` removes the other. Raises UsageError for an unknown source, KeyStoreError when the
        new master key cannot be made or reached; then the old one stays.
        """
        with self._mutex:
            return self._shelf.replace_master(masters, source)

    def remember(self, name: str, text: str) -> None:
        """Keep a small fact in clear beside the keys, outside the archive, so that the archive cannot contradict it."""
        with self._mutex, self._shelf.locked():
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
            stored = self._shelf.refreshed()
            files = [self.folder, self.seal_path, *(path for path in self.folder.iterdir() if path.name != LOCK)]
            findings.extend(
                f"Other accounts on this machine may read {path}."
                for path in files
                if path.exists() and others_may_read(path)
            )
            findings.extend(self._shelf.weak_points())
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

    def _fact_path(self, name: str) -> Path:
        if not _FACT_NAME.fullmatch(name):
            raise ValueError("a fact's name is lower-case letters, digits and dashes")
        return self.folder / f"remembered-{name}.txt"

    def _with_key(self, key_id: str, act: Callable[[memoryview], Result]) -> Result:
        with self._mutex:
            stored = self._shelf.refreshed()
            key = self._key_in_use.view
            try:
                stored.unwrap_into(self._wrapping.view, key_id, key)
                return act(key)
            except KeyError:
                raise KeyDestroyedError(
                    "The key for this was destroyed, or the key store is an older copy than the archive.",
                    "Nothing brings a destroyed key back; `sayso keys check` tells which of the two it is.",
                ) from None
            finally:
                wipe(key)
