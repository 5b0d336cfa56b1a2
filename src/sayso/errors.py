"""One tree of errors. Each says what happened, why, and what to do next, in words that a photographer understands.

May know: ``values``. Must not know: secrets; no message carries a key, a template, a token or a face.
"""

from __future__ import annotations

from .values import Decision, Reason


class SaysoError(Exception):
    """Something did not work. ``next_step`` tells the reader what to do about it."""

    exit_code = 1

    def __init__(self, what: str, next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.what} {self.next_step}".strip()


class UsageError(SaysoError):
    """The request itself does not make sense: an unknown id, an impossible option, a bad date."""

    exit_code = 2


class UnknownError(UsageError):
    """There is nothing of the id or name that was given."""


class RefusedError(SaysoError):
    """A rule of law forbids the act. ``reasons`` cite the rules by id."""

    exit_code = 3

    def __init__(self, *reasons: Reason, next_step: str = "") -> None:
        self.reasons = reasons
        cited = " ".join(f"{r.text} [{r.rule}{': ' + r.citation if r.citation else ''}]" for r in reasons)
        super().__init__(f"Refused. {cited}", next_step)

    @classmethod
    def because(cls, rule: str, text: str, next_step: str = "", citation: str = "") -> RefusedError:
        """A refusal with a single reason."""
        return cls(Reason(rule, text, citation), next_step=next_step)

    @classmethod
    def by(cls, decision: Decision, next_step: str = "") -> RefusedError:
        """The refusal that a policy decision asks for."""
        return cls(*decision.reasons, next_step=next_step)


class ImageError(SaysoError):
    """A picture cannot be read: damaged, too large, or of a kind that is not supported."""


class CaptureError(SaysoError):
    """A capture cannot be used; the next step is advice on taking a better one."""


class ModelError(SaysoError):
    """A model file is missing, damaged, or does not fit its card."""


class ArchiveError(SaysoError):
    """The archive cannot be opened or written: missing, locked, read-only, full, or from a newer version."""


class KeyStoreError(SaysoError):
    """The key store or the master key is missing, wrong, or older than what it must open."""


class KeyDestroyedError(KeyStoreError):
    """The key that would open this was destroyed; what it encrypted is gone for good."""


class LedgerError(SaysoError):
    """The ledger does not verify: an entry was changed, removed or reordered."""
