"""Signed notes (C2SP signed-note): text with Ed25519 signatures that travel with it.

May know: text, public keys, a function that signs. Must not know: what the text says, or where keys are kept.
A *verifier key* is ``name+8 hex digits+base64(0x01 | public key)``, as golang.org/x/mod/sumdb/note prints it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ..errors import LedgerError

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_PUBLIC_BYTES = 32
_DASH = "\u2014"
_MOST_SIGNATURES = 100


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who may sign: a name without spaces and plus signs, and an Ed25519 public key (32 bytes)."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name) or len(self.public_key) != _PUBLIC_BYTES:
            raise ValueError("a verifier key is a name without spaces or plus signs, and 32 bytes")

    @property
    def id(self) -> bytes:
        """Four bytes of SHA-256 over name, newline, 0x01 and public key (signed-note, Ed25519 signatures)."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public_key).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public_key).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key that ``str`` printed. Raises LedgerError when it is damaged."""
        try:
            name, key_id, encoded = text.split("+", 2)
            material = decode_base64(encoded)
            if material[:1] != _ED25519:
                raise ValueError
            key = cls(name, material[1:])
            if key.id.hex() != key_id:
                raise ValueError
        except ValueError:
            raise LedgerError(
                "The verifier key is damaged.", "Copy it again, whole, from the ledger's owner."
            ) from None
        return key


def is_key_name(name: str) -> bool:
    """Whether ``name`` may stand in a signature line: not empty, no spaces, no plus sign, no control characters."""
    return bool(name) and "+" not in name and name.isprintable() and not any(letter.isspace() for letter in name)


def sign_note(text: str, key: VerifierKey, sign: Callable[[bytes], bytes]) -> str:
    """``text`` with one signature line. ``sign`` signs bytes with the private key that belongs to ``key``.

    Raises ValueError unless ``text`` ends in a newline and has no other control characters.
    """
    if not text.endswith("\n") or _has_controls(text):
        raise ValueError("a note is lines of text that end in a newline")
    signature = base64.b64encode(key.id + sign(text.encode())).decode()
    return f"{text}\n{_DASH} {key.name} {signature}\n"


def open_note(note: str, key: VerifierKey) -> str:
    """The text of ``note``, once a signature of ``key`` verifies; signatures of unknown keys are passed over.

    Raises LedgerError when the note is malformed, when ``key`` did not sign it, or when its signature is wrong.
    """
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not lines.endswith("\n") or not text or _has_controls(note):
        raise _malformed()
    text += "\n"
    signatures = lines[:-1].split("\n")
    if len(signatures) > _MOST_SIGNATURES:
        raise _malformed()
    signed = False
    for line in signatures:
        name, signature = _parsed(line)
        if name == key.name and signature[:_KEY_ID_BYTES] == key.id:
            try:
                Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature[_KEY_ID_BYTES:], text.encode())
            except InvalidSignature:
                raise LedgerError(
                    f"The signature of {key.name} does not fit the text it stands under.", "Do not trust this text."
                ) from None
            signed = True
    if not signed:
        raise LedgerError(f"The note does not bear a signature of {key.name}.", "Check the verifier key.")
    return text


def decode_base64(text: str) -> bytes:
    """Standard base64 (RFC 4648, section 4) in its one canonical form. Raises ValueError for anything else."""
    data = base64.b64decode(text.encode("ascii"), validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("this is no canonical base64")
    return data


def _parsed(line: str) -> tuple[str, bytes]:
    try:
        dash, name, encoded = line.split(" ")
        signature = decode_base64(encoded)
    except ValueError:
        raise _malformed() from None
    if dash != _DASH or not is_key_name(name) or len(signature) <= _KEY_ID_BYTES:
        raise _malformed()
    return name, signature


def _has_controls(text: str) -> bool:
    return any(letter < " " and letter != "\n" for letter in text)


def _malformed() -> LedgerError:
    return LedgerError("This is no signed note.", "Take the text whole, with its last line.")
