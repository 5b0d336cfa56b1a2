"""Signed notes (C2SP signed-note): text with Ed25519 signatures that travel with it.

May know: text, public keys, a function that signs. Must not know: what the text says, or where keys are kept.
A *verifier key* is ``name+8 hex digits+base64(0x01 | public key)``, as golang.org/x/mod/sumdb/note prints it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
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
        """The four bytes by which signature lines name this key."""
        return key_id(self.name, _ED25519, self.public_key)

    def __str__(self) -> str:
        return key_text(self.name, _ED25519, self.public_key)

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key that ``str`` printed. Raises LedgerError when it is damaged."""
        return cls(*parse_key(text, _ED25519))


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
    text, signatures = read_note(note)
    own = signatures_by(key.name, key.id, signatures)
    if not own:
        raise LedgerError(f"The note does not bear a signature of {key.name}.", "Check the verifier key.")
    for signature in own:
        verify_signature(key.name, key.public_key, signature, text.encode())
    return text


def read_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of ``note`` and its signatures, unverified, as name and bytes. Raises LedgerError when malformed."""
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not lines.endswith("\n") or not text or _has_controls(note):
        raise _malformed()
    signatures = lines[:-1].split("\n")
    if len(signatures) > _MOST_SIGNATURES:
        raise _malformed()
    return text + "\n", [_parsed(line) for line in signatures]


def signatures_by(name: str, key_id: bytes, signatures: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """What stands after the key's id in each signature line of that key."""
    return [
        signature[_KEY_ID_BYTES:]
        for other, signature in signatures
        if other == name and signature[:_KEY_ID_BYTES] == key_id
    ]


def verify_signature(name: str, public_key: bytes, signature: bytes, message: bytes) -> None:
    """Raises LedgerError unless this is the Ed25519 signature of ``message`` by ``public_key``."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        raise LedgerError(
            f"The signature of {name} does not fit the text it stands under.", "Do not trust this text."
        ) from None


def key_id(name: str, kind: bytes, public_key: bytes) -> bytes:
    """Four bytes of SHA-256 over name, newline, kind of signature and public key (signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public_key).digest()[:_KEY_ID_BYTES]


def key_text(name: str, kind: bytes, public_key: bytes) -> str:
    """A key as people hand it on: ``name+8 hex digits+base64(kind | public key)``."""
    return f"{name}+{key_id(name, kind, public_key).hex()}+{base64.b64encode(kind + public_key).decode()}"


def parse_key(text: str, kind: bytes) -> tuple[str, bytes]:
    """Name and public key of what ``key_text`` printed. Raises LedgerError when it is damaged or of another kind."""
    try:
        name, given_id, encoded = text.split("+", 2)
        material = decode_base64(encoded)
        public_key = material[len(kind) :]
        if not material.startswith(kind) or len(public_key) != _PUBLIC_BYTES or not is_key_name(name):
            raise ValueError
        if key_id(name, kind, public_key).hex() != given_id:
            raise ValueError
    except ValueError:
        raise LedgerError(
            "The verifier key is damaged.", "Copy it again, whole, from the one whose key it is."
        ) from None
    return name, public_key


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
