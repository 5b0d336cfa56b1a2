"""What stands though it is not finished: a refusal, a mark, a freeze whose last files cannot be reached right now.

May know: nothing but words. Must not know: what it is that stands.
"""

from __future__ import annotations

from ..errors import ArchiveError


class UnfinishedError(ArchiveError):
    """The act holds; the rest is noted, and done when the archive is opened or tended next."""


def waiting(what: str) -> UnfinishedError:
    """Another process is in the way. ``what`` says, as a sentence without its full stop, what holds from now on."""
    return UnfinishedError(
        f"{what}, but another process is at work for long.",
        "What is left is done when the archive is opened next, or by the next `sayso tend`; nothing needs to be asked "
        "again.",
    )


def resisting(what: str) -> UnfinishedError:
    """A file cannot be deleted."""
    return UnfinishedError(
        f"{what}, but a file of the archive cannot be deleted.",
        "Check the permissions of the archive's folder; it is deleted when the archive is opened next, or by the next "
        "`sayso tend`.",
    )
