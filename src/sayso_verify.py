"""Checks what a Sayso ledger has handed out, on any machine and offline: proofs of entries, checkpoints, their growth.

May know: Python's own library and ``cryptography``. Must not know: Sayso, of which it imports nothing; the network.
Formats: C2SP signed-note, tlog-checkpoint, tlog-proof, tlog-cosignature (Ed25519), the body of tlog-witness'
add-checkpoint; RFC 9162, 2.1, on SHA-256. It can be copied and read alone: this file is all there is.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
LOG_KEY, WITNESS_KEY = 0x01, 0x04

_NUMBER = re.compile(r"0|[1-9][0-9]{0,19}")
_MOST_HASHES, _MOST_SIGNATURES, _MOST_CHARACTERS = 64, 100, 1 << 20


class VerificationError(Exception):
    """What was handed in does not verify, or is not what it says it is."""


@dataclass(frozen=True)
class Key:
    """A verifier key: a name, what kind of signature it makes, and an Ed25519 public key (32 bytes)."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Key:
        """``name+8 hex digits+base64(kind | public key)``. Raises VerificationError when it is damaged."""
        try:
            name, key_id, encoded = text.strip().split("+", 2)
            material = _base64(encoded)
            key = cls(name, material[0], material[1:])
            if not name or len(key.public) != 32 or key.kind not in (LOG_KEY, WITNESS_KEY) or key.id.hex() != key_id:
                raise ValueError
        except (IndexError, ValueError):
            raise VerificationError("The verifier key is damaged: copy it again, whole.") from None
        return key

    @property
    def id(self) -> bytes:
        """The four bytes by which signature lines name this key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def verifies(self, signature: bytes, text: str) -> bool:
        """Whether ``signature`` is this key's over the text of a note; a witness' carries its time in 8 bytes."""
        message = text.encode()
        if self.kind == WITNESS_KEY:
            time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {time}\n".encode() + message
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Checkpoint:
    """A signed head of a log: its name, its size in entries, its root, and who of those asked about signed it when."""

    origin: str
    size: int
    root: bytes
    witnesses: tuple[tuple[str, datetime], ...]


def open_checkpoint(note: str, key: Key, witnesses: Sequence[Key] = ()) -> Checkpoint:
    """The checkpoint in ``note``, once the log's ``key`` has signed it. Signatures of unknown keys are passed over.

    Raises VerificationError when it is malformed, when ``key`` did not sign it, or when a signature is wrong.
    """
    text, separator, lines = note.rpartition("\n\n")
    text += "\n"
    if not separator or not lines.endswith("\n") or len(note) > _MOST_CHARACTERS:
        raise VerificationError("This is no signed checkpoint: take the text whole, with its last line.")
    signatures = [_signature(line) for line in lines[:-1].split("\n")[: _MOST_SIGNATURES + 1]]
    if len(signatures) > _MOST_SIGNATURES:
        raise VerificationError("This checkpoint bears too many signatures.")
    if not _signed(key, signatures, text):
        raise VerificationError(f"The checkpoint does not bear a signature of {_plain(key.name)}.")
    origin, size, root, *_ = [*text.split("\n"), "", ""]
    if origin != key.name:
        raise VerificationError(f"The checkpoint is one of {_plain(origin)}, not of {_plain(key.name)}.")
    try:
        hashed = _base64(root)
    except ValueError:
        hashed = b""
    if not _NUMBER.fullmatch(size) or len(hashed) != 32:
        raise VerificationError("This is no checkpoint: its size or root cannot be read.")
    signed = [(one.name, _time(signature)) for one in witnesses for signature in _signed(one, signatures, text)]
    newest = {name: max(time for other, time in signed if other == name) for name, _ in signed}
    return Checkpoint(origin, int(size), hashed, tuple(sorted(newest.items())))


def check_proof(text: str, key: Key, witnesses: Sequence[Key] = (), body: bytes = b"") -> tuple[int, Checkpoint, bytes]:
    """The place of an entry, the checkpoint over it, and the entry, once the ``.tlog-proof`` in ``text`` shows it.

    body: the entry, if the file does not carry it. Raises VerificationError.
    """
    head, separator, note = text.partition("\n\n")
    header, *lines = head.split("\n")
    if header != PROOF_HEADER or not separator:
        raise VerificationError("This is no proof of a ledger entry.")
    try:
        if lines and lines[0].startswith("extra "):
            carried = _base64(lines.pop(0).removeprefix("extra "))
            body = body or carried
        word, _, number = lines.pop(0).partition(" ")
        hashes = [_base64(line) for line in lines]
    except (IndexError, ValueError):
        raise VerificationError("The proof is damaged.") from None
    if word != "index" or not _NUMBER.fullmatch(number) or not _are_hashes(hashes):
        raise VerificationError("The proof is damaged.")
    checkpoint = open_checkpoint(note, key, witnesses)
    if not body:
        raise VerificationError("The proof does not carry the entry: give it with --entry FILE.")
    if not includes(int(number), checkpoint.size, leaf_hash(body), hashes, checkpoint.root):
        raise VerificationError(f"The proof does not show that this is entry {number} of the ledger.")
    return int(number), checkpoint, body


def check_growth(old_note: str, text: str, key: Key, witnesses: Sequence[Key] = ()) -> tuple[Checkpoint, Checkpoint]:
    """The older and the newer checkpoint, once the proof in ``text`` shows that the newer log begins with the older.

    text: a line ``old SIZE``, the hashes, an empty line, the newer checkpoint. Raises VerificationError.
    """
    old = open_checkpoint(old_note, key)
    head, separator, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    word, _, number = first.partition(" ")
    try:
        hashes = [_base64(line) for line in lines]
    except ValueError:
        hashes = [b""]
    if not separator or word != "old" or not _NUMBER.fullmatch(number) or not _are_hashes(hashes):
        raise VerificationError("This is no proof that a ledger has grown.")
    new = open_checkpoint(note, key, witnesses)
    if int(number) != old.size:
        raise VerificationError(f"The proof starts at {number} entries, the older checkpoint has {old.size}.")
    if not extends(old.size, new.size, hashes, old.root, new.root):
        raise VerificationError(
            f"The ledger of {new.size} entries does not begin with that of {old.size}: it was rewritten, "
            "or the proof belongs to another checkpoint."
        )
    return old, new


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256 of 0x00 and the entry (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def includes(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` leads from the leaf hash at ``index`` to ``root`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, last, result = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if first % 2 or first == last:
            result = _node(one, result)
            while first and not first % 2:
                first, last = first // 2, last // 2
        else:
            result = _node(result, one)
        first, last = first // 2, last // 2
    return last == 0 and result == root


def extends(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether ``proof`` shows that the tree of ``new`` leaves begins with that of ``old`` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == hashlib.sha256().digest()
    if not proof:
        return False
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    first, last = old - 1, new - 1
    while first % 2:
        first, last = first // 2, last // 2
    older = newer = hashes[0]
    for one in hashes[1:]:
        if last == 0:
            return False
        if first % 2 or first == last:
            older, newer = _node(one, older), _node(one, newer)
            while first and not first % 2:
                first, last = first // 2, last // 2
        else:
            newer = _node(newer, one)
        first, last = first // 2, last // 2
    return last == 0 and older == old_root and newer == new_root


def in_words(body: bytes) -> str:
    """An entry as a person reads it. Whom it is about stands in it encrypted, so it is not told here."""
    try:
        entry: dict[str, Any] = json.loads(body)
        told = [
            f"At {entry['at']}, {entry['actor']} ({entry['role']}, by {entry['route']}) did '{entry['verb']}'"
            + (f" in collection {entry['collection']}" if entry["collection"] is not None else "")
            + (f", for the purpose '{entry['purpose']}'" if entry["purpose"] else "")
            + (f", at the reach '{entry['reach']}'" if entry["reach"] else "")
            + "."
        ]
        counts = entry["counts"]
        if counts:
            told.append(
                f"{counts['photos']} photos read; {counts['seen']} faces seen, {counts['measured']} measured, "
                f"{counts['kept']} kept, {counts['discarded']} discarded; exposure {counts['exposure']}."
            )
        told.extend(f"{name}: {value}" for name, value in entry["facts"].items())
        about = len(entry["subjects"])
        told.append(f"About {about} person{'s' * (about != 1)}; who, only their own key tells." if about else "")
    except (AttributeError, KeyError, TypeError, ValueError):
        return "The entry is none that this version can put into words: " + _plain(repr(body))
    return "\n".join(_plain(line) for line in told if line)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when everything verifies, 1 when it does not, 2 for a wrong command."""
    options = _parser().parse_args(arguments)
    try:
        key = Key.parse(_text_or_file(options.key))
        witnesses = [Key.parse(_text_or_file(one)) for one in options.witness]
        if key.kind != LOG_KEY or any(one.kind != WITNESS_KEY for one in witnesses):
            raise VerificationError("A ledger's key was given as a witness' key, or the other way round.")
        print(_run(options, key, witnesses))
    except VerificationError as error:
        print(f"DOES NOT VERIFY. {error}", file=sys.stderr)
        return 1
    except (OSError, UnicodeDecodeError) as error:
        print(f"A file cannot be read: {error}", file=sys.stderr)
        return 2
    return 0


def _run(options: argparse.Namespace, key: Key, witnesses: Sequence[Key]) -> str:
    text = _read(options.file)
    if options.what == "proof":
        body = options.entry.read_bytes() if options.entry else b""
        index, checkpoint, entry = check_proof(text, key, witnesses, body)
        told = f"Verified: this is entry {index} of a ledger of {checkpoint.size}.\n\n{in_words(entry)}\n"
    elif options.what == "checkpoint":
        checkpoint = open_checkpoint(text, key, witnesses)
        told = f"Verified: a checkpoint over {checkpoint.size} entries, root {checkpoint.root.hex()}."
    else:
        old, checkpoint = check_growth(_read(options.old), text, key, witnesses)
        told = (
            f"Verified: the ledger of {checkpoint.size} entries begins with that of {old.size}; nothing was rewritten."
        )
    signed = [f"{_plain(name)} ({time:%Y-%m-%d %H:%M} UTC)" for name, time in checkpoint.witnesses]
    told += f"\nSigned by {_plain(checkpoint.origin)}"
    if witnesses:
        told += f" and {len(signed)} of {len(witnesses)} witnesses" + (": " if signed else "") + ", ".join(signed)
    return told + "."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sayso-verify", description="Check what a Sayso ledger has handed out; offline, trusting nobody's server."
    )
    kinds = parser.add_subparsers(dest="what", required=True)
    proof = kinds.add_parser("proof", help="a .tlog-proof file: is this entry in the ledger, and what does it say?")
    proof.add_argument("--entry", type=Path, help="the entry, if the file does not carry it")
    checkpoint = kinds.add_parser("checkpoint", help="a published checkpoint: is it signed, and by whom?")
    growth = kinds.add_parser("consistency", help="two checkpoints: does the newer ledger begin with the older?")
    growth.add_argument("old", type=Path, help="the older checkpoint")
    for kind in (proof, checkpoint, growth):
        kind.add_argument("file", type=Path)
        kind.add_argument("--key", required=True, help="the ledger's verifier key, as text or in a file")
        kind.add_argument("--witness", action="append", default=[], help="a witness' verifier key; may be repeated")
    return parser


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _base64(text: str) -> bytes:
    data = base64.b64decode(text.encode("ascii"), validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("this is no canonical base64")
    return data


def _signature(line: str) -> tuple[str, bytes]:
    try:
        dash, name, encoded = line.split(" ")
        signature = _base64(encoded)
    except ValueError:
        raise VerificationError("A signature line of the checkpoint is damaged.") from None
    if dash != "\u2014" or len(signature) <= 4:
        raise VerificationError("A signature line of the checkpoint is damaged.")
    return name, signature


def _signed(key: Key, signatures: Sequence[tuple[str, bytes]], text: str) -> list[bytes]:
    """The signatures of ``key`` under ``text``. Raises VerificationError when one of them is wrong."""
    own = [signature[4:] for name, signature in signatures if name == key.name and signature[:4] == key.id]
    if not all(key.verifies(signature, text) for signature in own):
        raise VerificationError(f"The signature of {_plain(key.name)} does not fit the text it stands under.")
    return own


def _time(signature: bytes) -> datetime:
    try:
        return datetime.fromtimestamp(int.from_bytes(signature[:8], "big"), UTC)
    except (OverflowError, ValueError, OSError):
        raise VerificationError("A witness' signature bears an impossible time.") from None


def _are_hashes(hashes: Sequence[bytes]) -> bool:
    return len(hashes) <= _MOST_HASHES and all(len(one) == 32 for one in hashes)


def _plain(text: str) -> str:
    """``text`` without anything that could play tricks on a terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _read(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read(_MOST_CHARACTERS + 1)


def _text_or_file(given: str) -> str:
    return _read(Path(given)) if "+" not in given or Path(given).is_file() else given


if __name__ == "__main__":
    sys.exit(main())
