"""Who may say yes for somebody under age, asked before anything is written down.

May know: months of birth, guardians, the packs' ages. Must not know: captures, vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from .. import consent, policy
from ..access import accounts
from ..consent import Invite
from ..consent.children import Childhood
from ..consent.contacts import normalised
from ..errors import RefusedError, UsageError
from ..ground import Ground
from ..policy import Facts, Pack
from ..storage import Session
from ..values import Youth


def childhood(
    session: Session, ground: Ground, invite: Invite, youth: Youth | None, packs: Sequence[Pack], now: datetime
) -> Childhood | None:
    """What to keep of somebody under age; None for who is of full age.

    Raises RefusedError (F6) when the wrong person says yes or the child was not told, UsageError for a month that is
    none, or that is missing although the invite is for a child.
    """
    guardian = consent.invites.guardian(session, ground.keys, invite)
    if youth is None:
        if guardian is not None:
            raise UsageError("This invite is for a child.", "Give the month of birth: --birth YYYY-MM.")
        return None
    child = consent.children.born(youth.birth, now)
    years, alone = child.age(now), policy.age_of_consent(packs)
    if not youth.guardian_agrees:
        if years < alone:
            raise RefusedError.because(
                "F6",
                f"Below {alone} a guardian says yes under these law packs, not the child.",
                "Invite them with `sayso invite LABEL --child --guardian GUARDIAN`.",
            )
        return child if years < policy.full_age(packs) else None
    if years >= policy.full_age(packs):
        raise RefusedError.because(
            "F6", "People of full age decide themselves; a guardian's yes does not count.", "Ask the person."
        )
    if guardian is None:
        raise RefusedError.because(
            "F6",
            "The invite names no guardian, so nobody can say yes for a child with it.",
            "Invite them with `sayso invite LABEL --child --guardian GUARDIAN`.",
        )
    if not youth.child_told:
        raise RefusedError.because(
            "F6", "The child was not told in plain words.", "Read them the notice for children, then add --child-told."
        )
    told = consent.notices.current(session, for_children=True)
    return replace(child, guardian=guardian, agreed_at=now.isoformat(), told=told.version)


def require_guarded(facts: Facts, packs: Sequence[Pack]) -> None:
    """Raises RefusedError (F6) when a child whose age is on record says yes alone, with a template or without."""
    alone = policy.age_of_consent(packs)
    if not facts.guardian_consented and (facts.age is None or facts.age < alone):
        raise RefusedError.because(
            "F6", f"This person is known to be below {alone}; their guardian says yes for them.", "Ask the guardian."
        )


def require_other_witness(child: Childhood | None, witness: str | None) -> None:
    """Raises RefusedError (F11) when a child's guardian vouches for the capture as well."""
    guardian = child.guardian if child is not None else None
    if guardian is not None and witness is not None and normalised(guardian.label) == normalised(witness):
        raise RefusedError.because(
            "F11", "The guardian who says yes cannot be the witness too.", "Name somebody else with --witness."
        )


def known_witness(session: Session, witness: str) -> str:
    """The witness' name as their account has it: whoever vouches is known here, and counted under one name only.

    Raises RefusedError (F11).
    """
    try:
        return accounts.known_as(session, witness)
    except RefusedError:
        raise RefusedError.because(
            "F11",
            "The witness has no open account here.",
            "Open an account for the witness: `sayso account new NAME --role reviewer`.",
        ) from None
