"""One question before every act that touches a template or a face: do the packs allow it?

May know: facts, packs. Must not know: vectors, pixels, where the facts come from.
"""

from __future__ import annotations

from collections.abc import Sequence

from .. import policy
from ..errors import RefusedError
from ..policy import Action, Facts, Pack


def require(action: Action, facts: Facts, packs: Sequence[Pack], next_step: str = "") -> None:
    """Raises RefusedError with every reason when the packs do not allow the action."""
    decision = policy.decide(action, facts, packs)
    if not decision.allowed:
        raise RefusedError.by(decision, next_step)
