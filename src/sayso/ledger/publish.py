"""A ledger's newest checkpoint as static files that anybody can fetch, with proof that it grew out of the one before.

May know: a folder, checkpoints, proofs. Must not know: entries' content (none is published), private keys.
Layout: ``checkpoint`` (the newest, cosigned), ``key`` and ``witnesses`` (verifier keys), ``checkpoints/SIZE``, and
``consistency/OLD-NEW`` in the form in which witnesses take it (C2SP tlog-witness, add-checkpoint).
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from ..errors import LedgerError, UsageError
from .checkpoint import Checkpoint, open_checkpoint
from .merkle import consistency_proof, root
from .note import VerifierKey
from .proof import FILE_ENDING, InclusionProof
from .reading import node_reader
from .restored import Restored
from .witnesses import cosigned_note, known_witnesses


@dataclass(frozen=True, slots=True)
class Published:
    """What lies in the folder now. ``since`` is the size published before, or None for the first time.

    ``restored`` names the entry that tells of a restore in between: then nothing proves the growth.
    """

    size: int
    since: int | None
    restored: int | None


def publish(
    session: Session,
    folder: Path,
    key: VerifierKey,
    note: str,
    restores: Sequence[Restored],
    prove: Callable[[int], InclusionProof],
) -> Published:
    """Write the files, the checkpoint last.

    note: the ledger's newest checkpoint. restores: what its entries tell of restores; ``prove`` proves an entry.
    Raises LedgerError when what was published before is no beginning of this ledger and no entry tells of a restore;
    UsageError when the folder cannot be written or is another ledger's.
    """
    size = open_checkpoint(note, key).size
    signed = cosigned_note(session, size, note)
    before = _published(folder, key)
    files = {"key": f"{key}\n", "witnesses": "".join(f"{one}\n" for one in known_witnesses(session))}
    restored = None
    if before is not None and before.size <= size and root(before.size, node_reader(session)) == before.root:
        if before.size < size:
            hashes = consistency_proof(before.size, size, node_reader(session))
            files[f"consistency/{before.size}-{size}"] = growth_text(before.size, hashes, signed)
    elif before is not None:
        restored = next((one.index for one in restores if one.lost_size >= before.size), None)
        if restored is None:
            raise LedgerError(
                f"The checkpoint published before, over {before.size} entries, is no beginning of this ledger.",
                "If an older copy was restored on purpose: `sayso ledger accept-restore`.",
            )
        files[f"restored/{restored}{FILE_ENDING}"] = prove(restored).to_text()
    files[f"checkpoints/{size}"] = signed
    files["checkpoint"] = signed
    for name, text in files.items():
        _write(folder / name, text)
    return Published(size, before.size if before else None, restored)


def growth_text(old_size: int, hashes: Sequence[bytes], note: str) -> str:
    """The body of an add-checkpoint request: ``old SIZE``, the proof's hashes, an empty line, the newer checkpoint."""
    lines = [f"old {old_size}", *(base64.b64encode(one).decode() for one in hashes)]
    return "".join(f"{line}\n" for line in lines) + "\n" + note


def _published(folder: Path, key: VerifierKey) -> Checkpoint | None:
    try:
        note = (folder / "checkpoint").read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{folder / 'checkpoint'} cannot be read.", "Choose another folder.") from None
    try:
        return open_checkpoint(note, key)
    except LedgerError as error:
        raise UsageError(
            f"In {folder} lies something that this ledger did not publish. {error.what}", "Choose another folder."
        ) from None


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Choose another folder.") from None
