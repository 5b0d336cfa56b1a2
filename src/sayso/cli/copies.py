"""What a command says of copies that an act could not reach.

May know: numbers. Must not know: whose copies they are, or where they lie.
"""

from __future__ import annotations

from .output import counted


def out_of_reach(number: int) -> str:
    """A line about that many albums and exports, with its line break; nothing when all were reached."""
    if not number:
        return ""
    which = counted(number, "album or export is", "albums or exports are")
    return (
        f"\n{which} out of reach: moved or deleted since, or not to be written any more. "
        "Copies that were taken stay with whoever has them."
    )
