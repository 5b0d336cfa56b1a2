"""The master key and where it comes from: a private file, the environment, or the system's keyring.

May know: files, the environment, ``keyring``. Must not know: what the master key wraps.
"""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path
from typing import Protocol

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from ..errors import KeyStoreError
from . import envelope
from .buffers import SecretBuffer, fill_random, wipe
from .files import create_private, others_may_read, read_private

#: Backends that hand secrets to the system's own encrypted store. Everything else is refused: unknown ones may
#: keep plain text (``keyrings.alt``) or nothing at all (``fail``, ``null``).
_TRUSTED_BACKENDS = frozenset(
    {
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
    }
)
_CHAINER = "keyring.backends.chainer.ChainerBackend"


class AnyMasterKey(Protocol):
    """What wraps the key store's wrapping key: held in memory here, or locked up in a token.

    ``source`` says in words where it came from, ``name`` is how the seal calls it (see ``sources``).
    """

    source: str
    name: str

    def wrap(self, secret: bytes | bytearray | memoryview, context: bytes) -> bytes:
        """``secret`` encrypted under the master key, bound to ``context``."""

    def unwrap(self, wrapped: bytes, context: bytes, out: bytearray | memoryview) -> None:
        """Decrypt into ``out``. Raises KeyStoreError when this is not the master key that wrapped it."""

    def close(self) -> None:
        """Let go of the key; it cannot be used afterwards."""


class MasterKey:
    """A master key of 32 bytes in memory."""

    def __init__(self, key: bytes | bytearray | memoryview, source: str, name: str = "") -> None:
        if len(key) != envelope.KEY_BYTES:
            raise KeyStoreError(
                f"The master key from {source} does not have {envelope.KEY_BYTES} bytes.",
                "Give 64 hex digits, or base64 of 32 random bytes.",
            )
        self.source = source
        self.name = name
        self._key = SecretBuffer(envelope.KEY_BYTES)
        self._key.view[:] = key

    def wrap(self, secret: bytes | bytearray | memoryview, context: bytes) -> bytes:
        """``secret`` encrypted under the master key, bound to ``context``."""
        return envelope.seal(self._key.view, secret, context)

    def unwrap(self, wrapped: bytes, context: bytes, out: bytearray | memoryview) -> None:
        """Decrypt into ``out``. Raises KeyStoreError when this is not the master key that wrapped it."""
        try:
            envelope.unseal_into(self._key.view, wrapped, context, out)
        except KeyStoreError:
            raise not_the_one(self.source) from None

    def close(self) -> None:
        """Overwrite the key in memory."""
        self._key.close()

    def __repr__(self) -> str:
        return f"<MasterKey from {self.source}>"

    def __reduce__(self) -> str:
        raise TypeError("a master key is never pickled")


def not_the_one(source: str) -> KeyStoreError:
    """What to say when a master key does not open what it should."""
    return KeyStoreError(
        f"The master key from {source} is not the one that these keys were locked with.",
        "Give the right master key; if it was rotated, that is the new one.",
    )


def master_from_file(path: Path, create: bool = False) -> MasterKey:
    """The master key in ``path``: 64 hex digits or base64 of 32 bytes, readable by its owner only.

    With ``create`` a missing file is made with a random key. Raises KeyStoreError when it is missing, damaged, or
    when group or others may read it.
    """
    if create and not path.exists():
        text = _fresh_text()
        create_private(path, text)
        wipe(text)
    try:
        if others_may_read(path):
            raise KeyStoreError(
                f"Other accounts on this machine may read the master key {path}.", f"Run: chmod 600 '{path}'"
            )
        text = read_private(path)
    except FileNotFoundError:
        raise KeyStoreError(f"There is no master key at {path}.", "Check the path.") from None
    try:
        return _parsed(text, f"the file {path}", f"file:{path.name}")
    finally:
        wipe(text)


def master_from_environment(name: str = "SAYSO_MASTER_KEY") -> MasterKey:
    """The master key in an environment variable: 64 hex digits or base64 of 32 bytes. Raises KeyStoreError."""
    text = os.environ.get(name)
    if not text:
        raise KeyStoreError(f"The environment variable {name} is not set.", "Set it to the master key, then try again.")
    return _parsed(bytearray(text, "utf-8"), f"the environment variable {name}", "environment:")


def master_from_keyring(service: str, user: str, create: bool = False) -> MasterKey:
    """The master key in the system's keyring, under ``service`` and ``user``; ``create`` makes a missing one.

    Raises KeyStoreError when the keyring is not one of the systems' own encrypted ones, is locked, or holds no key.
    """
    backend = keyring.get_keyring()
    if not _trusted(backend):
        raise KeyStoreError(
            "This system's keyring does not keep secrets encrypted, or there is none.",
            "Keep the master key in a private file or in the environment instead.",
        )
    try:
        text = backend.get_password(service, user)
        if text is None and create:
            text = os.urandom(envelope.KEY_BYTES).hex()
            backend.set_password(service, user, text)
    except KeyringError:
        raise KeyStoreError("The system's keyring did not open.", "Unlock it, then try again.") from None
    if text is None:
        raise KeyStoreError("The system's keyring holds no master key.", "Check the account, or let Sayso make one.")
    return _parsed(bytearray(text, "utf-8"), "the system's keyring", f"keyring:{user}")


def forget_in_keyring(service: str, user: str) -> None:
    """Remove a master key from the system's keyring; no error when it is gone. Raises KeyStoreError."""
    backend = keyring.get_keyring()
    try:
        if backend.get_password(service, user) is not None:
            backend.delete_password(service, user)
    except KeyringError:
        raise KeyStoreError("The system's keyring did not open.", "Unlock it, then try again.") from None


def _fresh_text() -> bytearray:
    with SecretBuffer(envelope.KEY_BYTES) as fresh:
        fill_random(fresh.view)
        return bytearray(binascii.hexlify(fresh.view) + b"\n")


def _trusted(backend: KeyringBackend) -> bool:
    kind = f"{type(backend).__module__}.{type(backend).__qualname__}"
    if kind == _CHAINER:
        links = list(getattr(backend, "backends", []))
        return bool(links) and all(_trusted(link) for link in links)
    return kind in _TRUSTED_BACKENDS


def _parsed(text: bytearray, source: str, name: str) -> MasterKey:
    key = bytearray()
    try:
        trimmed = text.strip()
        if len(trimmed) == 2 * envelope.KEY_BYTES:
            key = bytearray(binascii.unhexlify(trimmed))
        else:
            key = bytearray(base64.b64decode(trimmed, validate=True))
        return MasterKey(key, source, name)
    except ValueError:
        raise KeyStoreError(
            f"The master key from {source} is damaged.", "Give 64 hex digits, or base64 of 32 random bytes."
        ) from None
    finally:
        wipe(key)
