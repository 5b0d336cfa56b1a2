"""The seal: one small file, apart from the key store's folder, that holds the wrapping key of today.

May know: the master key. Must not know: the keys that the wrapping key wraps.
The folder without today's seal opens nothing, so replacing the seal makes every older copy of the folder worthless.
While a rotation runs the seal holds two wrapping keys and the ids that are being destroyed, so that whoever opens
the store next can finish it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from ..errors import KeyStoreError
from .files import read_private, replace_private
from .master import AnyMasterKey

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Rotation:
    """A rotation on its way: the next wrapping key, wrapped, and the ids of the keys that it leaves behind."""

    wrapped: bytes
    destroying: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seal:
    """The wrapping key of ``generation``, wrapped by the master key; ``rotation`` leads to ``generation + 1``.

    ``master`` names the master key that opens it. ``spare`` names one that does not, and is to be removed: a new one
    that was never put to use, or an old one that was replaced.
    """

    generation: int
    wrapped: bytes
    rotation: Rotation | None = None
    master: str = ""
    spare: str = ""


def read_seal(path: Path) -> Seal:
    """The seal in the file ``path``. Raises KeyStoreError when it is missing or damaged."""
    try:
        fields = json.loads(read_private(path))
        if fields["format"] != _FORMAT:
            raise KeyStoreError("The key store's seal was written by a newer version.", "Update Sayso.")
        pending = fields["rotation"]
        rotation = Rotation(_bytes(pending["wrapped"]), tuple(pending["destroying"])) if pending else None
        names = str(fields["master"]), str(fields["spare"])
        return Seal(int(fields["generation"]), _bytes(fields["wrapped"]), rotation, *names)
    except FileNotFoundError:
        raise KeyStoreError(
            f"The key store's seal {path} is missing; without it no key opens.",
            "Set SAYSO_STATE to the folder that holds it, or name the file.",
        ) from None
    except (KeyError, TypeError, ValueError):
        raise KeyStoreError(f"The key store's seal {path} is damaged.", "Nothing can be opened without it.") from None


def write_seal(path: Path, seal: Seal) -> None:
    """Put ``seal`` at ``path`` and overwrite the bytes of the one before. Raises KeyStoreError."""
    rotation = seal.rotation
    fields = {
        "format": _FORMAT,
        "generation": seal.generation,
        "wrapped": _text(seal.wrapped),
        "rotation": {"wrapped": _text(rotation.wrapped), "destroying": rotation.destroying} if rotation else None,
        "master": seal.master,
        "spare": seal.spare,
    }
    replace_private(path, json.dumps(fields).encode(), wipe_old=True)


def wrap_wrapping_key(master: AnyMasterKey, key: memoryview, generation: int) -> bytes:
    """The wrapping key of ``generation``, encrypted for the seal."""
    return master.wrap(key, _context(generation))


def unwrap_wrapping_key(master: AnyMasterKey, wrapped: bytes, generation: int, out: memoryview) -> None:
    """Decrypt a wrapping key into ``out`` (32 bytes). Raises KeyStoreError for a wrong master key."""
    master.unwrap(wrapped, _context(generation), out)


def _context(generation: int) -> bytes:
    return f"sayso wrapping key {generation}".encode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
