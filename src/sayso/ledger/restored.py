"""Entries that tell of a restore: after an older copy was put back, what was lost is named and the ledger goes on.

May know: entries' bodies, checkpoints. Must not know: keys, why an older copy was put back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from .checkpoint import Checkpoint

RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Restored:
    """Entry ``index`` says that the checkpoint over ``lost_size`` entries, with this root in hex, was lost."""

    index: int
    at: datetime
    lost_size: int
    lost_root: str

    def names(self, checkpoint: Checkpoint) -> bool:
        """Whether this is the checkpoint that was lost."""
        return (self.lost_size, self.lost_root) == (checkpoint.size, checkpoint.root.hex())


def facts_of(lost: Checkpoint) -> tuple[tuple[str, str | int], ...]:
    """What the entry that tells of a restore must state."""
    return (("lost_size", lost.size), ("lost_root", lost.root.hex()))


def read_restored(body: bytes) -> Restored | None:
    """What an entry tells of a restore; None when it is about something else, or cannot be read."""
    if b'"verb":"restored"' not in body:
        return None
    try:
        fields = json.loads(body)
        facts = fields["facts"]
        if fields["verb"] != RESTORED:
            return None
        return Restored(
            fields["i"], datetime.fromisoformat(fields["at"]), int(facts["lost_size"]), str(facts["lost_root"])
        )
    except (KeyError, TypeError, ValueError):
        return None
