"""What stands though it is not finished: a refusal, a mark, a freeze whose last files cannot be reached right now.

May know: nothing but words. Must not know: what it is that stands.
"""

from __future__ import annotations

from ..errors import ArchiveError


class UnfinishedError(ArchiveError):
    """The act holds; what it still has to delete or to write anew is noted, and done when the archive opens next."""


def waiting(what: str) -> UnfinishedError:
    """Another process is in the way. ``what`` says, as a sentence without its full stop, what holds from now on."""
    return UnfinishedError(
        f"{what}, but another process is at work for long.",
        "It, or whoever opens the archive next, finishes what is left; nothing needs to be asked again.",
    )


def resisting(what: str) -> UnfinishedError:
    """A file cannot be deleted."""
    return UnfinishedError(
        f"{what}, but a file of the archive cannot be deleted.",
        "Check the permissions of the archive's folder; whoever opens the archive next deletes what is left.",
    )
