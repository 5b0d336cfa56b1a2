"""The file of wrapped keys: what ``keys.json`` looks like, and how one key goes in and comes out.

May know: a wrapping key, key ids. Must not know: the seal, the master key, or what the keys are for.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import KeyStoreError
from . import envelope
from .files import read_private, replace_private

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class WrappedKeys:
    """Every key of one generation, wrapped, under its id. ``proof`` opens only with that generation's wrapping key."""

    generation: int
    proof: bytes
    keys: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def start(cls, generation: int, wrapping: memoryview) -> WrappedKeys:
        """An empty file for ``generation``."""
        return cls(generation, envelope.seal(wrapping, b"", _proof_context(generation)))

    def check(self, wrapping: memoryview) -> None:
        """Raises KeyStoreError unless ``wrapping`` is this generation's wrapping key."""
        try:
            envelope.unseal(wrapping, self.proof, _proof_context(self.generation))
        except KeyStoreError:
            raise KeyStoreError(
                "The key store and its seal do not belong together.",
                "Use the seal of this archive; an older copy of the key store opens nothing.",
            ) from None

    @staticmethod
    def wrap(wrapping: memoryview, key_id: str, key: memoryview) -> str:
        """``key`` as it is kept under ``key_id``."""
        return base64.b64encode(envelope.seal(wrapping, key, _key_context(key_id))).decode()

    def unwrap_into(self, wrapping: memoryview, key_id: str, out: memoryview) -> None:
        """The key under ``key_id`` (32 bytes). Raises KeyError when there is none, KeyStoreError when it is damaged."""
        wrapped = self.keys[key_id]
        try:
            envelope.unseal_into(wrapping, base64.b64decode(wrapped, validate=True), _key_context(key_id), out)
        except (TypeError, ValueError):
            raise _damaged("a key in it") from None


def read_keys(path: Path) -> WrappedKeys:
    """The file at ``path``. Raises KeyStoreError when it is missing or damaged."""
    try:
        fields = json.loads(read_private(path))
        if fields["format"] != _FORMAT:
            raise KeyStoreError("The key store was written by a newer version.", "Update Sayso.")
        proof = base64.b64decode(fields["proof"], validate=True)
        return WrappedKeys(int(fields["generation"]), proof, dict(fields["keys"]))
    except FileNotFoundError:
        raise KeyStoreError(
            f"There is no key store in {path.parent}.", "Set SAYSO_KEYS to the folder that holds it, or name it."
        ) from None
    except (KeyError, TypeError, ValueError):
        raise KeyStoreError(
            f"The key store {path} is damaged.", "What it locked cannot be opened without it."
        ) from None


def write_keys(path: Path, keys: WrappedKeys) -> None:
    """Put ``keys`` at ``path``, all or nothing. Raises KeyStoreError when the disk refuses."""
    fields = {
        "format": _FORMAT,
        "generation": keys.generation,
        "proof": base64.b64encode(keys.proof).decode(),
        "keys": keys.keys,
    }
    replace_private(path, json.dumps(fields).encode())


def _damaged(part: str) -> KeyStoreError:
    return KeyStoreError(f"The key store is damaged: {part} cannot be read.", "What it locked cannot be opened.")


def _proof_context(generation: int) -> bytes:
    return f"sayso key store {generation}".encode()


def _key_context(key_id: str) -> bytes:
    return f"sayso key {key_id}".encode()
