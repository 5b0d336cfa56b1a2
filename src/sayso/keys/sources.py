"""Where an archive's master keys lie: each source opens, makes and removes them by the name that the seal holds.

May know: files, the environment, the system's keyring, tokens. Must not know: what a master key wraps.
A name is the source, a colon, and what the source calls it: ``file:master.key``, ``environment:``,
``keyring:<archive id>``, ``pkcs11:<id in hex>``. The environment cannot be written to, so its names mean variables.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from ..errors import KeyStoreError, UsageError
from .files import make_private_folder, wipe_file
from .master import (
    AnyMasterKey,
    forget_in_keyring,
    master_from_environment,
    master_from_file,
    master_from_keyring,
)
from .token import TokenMasterKey, make_on_token, remove_from_token

SOURCES = ("file", "environment", "keyring", "pkcs11")
NEXT_VARIABLE = "SAYSO_NEW_MASTER_KEY"

_SERVICE = "sayso"
_NEXT = "next"


class Masters:
    """The master keys of one archive. folder: the key store's, which holds those that are files."""

    def __init__(self, folder: Path, archive_id: str) -> None:
        self._folder = folder
        self._archive_id = archive_id

    def first_name(self, source: str) -> str:
        """What an archive's first master key is called. Raises UsageError for an unknown source."""
        _check(source)
        first = {"file": "master.key", "keyring": self._archive_id, "pkcs11": secrets.token_hex(8)}
        return f"{source}:{first.get(source, '')}"

    def next_name(self, source: str) -> str:
        """A name that no master key bears yet, for one that takes over. Raises UsageError for an unknown source."""
        _check(source)
        fresh = secrets.token_hex(8)
        following = {
            "file": f"master-{fresh}.key",
            "environment": _NEXT,
            "keyring": f"{self._archive_id}-{fresh}",
            "pkcs11": fresh,
        }
        return f"{source}:{following[source]}"

    def make(self, name: str) -> AnyMasterKey:
        """The master key under ``name``, made at random if it is not there. Raises KeyStoreError."""
        source, known_as = _split(name)
        if source == "file":
            make_private_folder(self._folder)
            return master_from_file(self._folder / known_as, create=True)
        if source == "keyring":
            return master_from_keyring(_SERVICE, known_as, create=True)
        if source == "pkcs11":
            return make_on_token(known_as)
        return master_from_environment(NEXT_VARIABLE) if known_as == _NEXT else master_from_environment()

    def open(self, name: str) -> AnyMasterKey:
        """The master key under ``name``. Raises KeyStoreError when it is missing or cannot be reached."""
        source, known_as = _split(name)
        if source == "file":
            return master_from_file(self._folder / known_as)
        if source == "environment":
            return master_from_environment()
        if source == "keyring":
            return master_from_keyring(_SERVICE, known_as)
        if source == "pkcs11":
            return TokenMasterKey(known_as)
        raise _unknown()

    def remove(self, name: str) -> None:
        """Destroy the master key under ``name``; no error when it is gone. What is in the environment stays there."""
        source, known_as = _split(name)
        if source == "file" and (self._folder / known_as).exists():
            wipe_file(self._folder / known_as)
        elif source == "keyring":
            forget_in_keyring(_SERVICE, known_as)
        elif source == "pkcs11":
            remove_from_token(known_as)


def _split(name: str) -> tuple[str, str]:
    source, _, known_as = name.partition(":")
    if Path(known_as).name != known_as:
        raise _unknown()
    return source, known_as


def _unknown() -> KeyStoreError:
    return KeyStoreError(
        "The seal names a master key of an unknown kind.", "Put the current seal back, or update Sayso."
    )


def _check(source: str) -> None:
    if source not in SOURCES:
        raise UsageError(f"There is no master key source '{source}'.", f"Choose one of {', '.join(SOURCES)}.")
