"""Front door, the invitation: what a person reads before they say yes or nothing. Reading it changes nothing.

May know: invites, notices, law packs by their front names. Must not know: who is invited, what they answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .. import consent, photos, policy
from ..finding.enrol import VALIDITY
from ..policy import Regulator
from ..values import Notice, Purpose
from .door import Door


@dataclass(frozen=True, slots=True)
class Invitation:
    """Everything that a yes rests on.

    ``notices``: the current notice in each language, the first one first; ``child_notices`` the same in plain words for
    a child, empty unless the invite is for a guardian. ``laws``: titles of the packs that apply; ``elsewhere``: packs
    that do not, by id and title, for people who live elsewhere. Below ``alone_from`` years a guardian says yes, from
    ``full_age`` on nobody asks for an age. ``joined``: this contact said yes before. ``until``: when a yes of now ends
    by itself; ``proof_years``: how long the proof of it is kept afterwards.
    """

    purposes: tuple[Purpose, ...]
    collections: tuple[str, ...]
    notices: tuple[Notice, ...]
    child_notices: tuple[Notice, ...]
    for_guardian: bool
    alone_from: int
    full_age: int
    laws: tuple[str, ...]
    elsewhere: tuple[tuple[str, str], ...]
    regulators: tuple[Regulator, ...]
    joined: bool
    expires_at: datetime
    until: datetime
    proof_years: int


class Invites:
    """``archive.invites``: look at an invite without using it."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def read(self, token: str, *, language: str = "en") -> Invitation:
        """What the invite of this token asks for. Raises InviteError when it is unknown, used, or over.

        Nobody can tell afterwards that it was read (R3).
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "enrol")
            now = ground.clock()
            invite = consent.invites.open_invite(session, token, now)
            invited = [one for one in photos.list_collections(session) if one.id in invite.collections]
            brought = consent.packs.brought(session, ground.keys, invite)
            packs = ground.load((*(pack.id for pack in ground.packs_of(*invited)), *brought))
            known = {pack.id for pack in packs}
            others = ground.load(name for name in policy.available(ground.own_packs) if name not in known)
            guardian = consent.invites.guardian(session, ground.keys, invite)
            return Invitation(
                purposes=invite.purposes,
                collections=tuple(one.name for one in invited),
                notices=consent.notices.in_every_language(session),
                child_notices=consent.notices.in_every_language(session, for_children=True) if guardian else (),
                for_guardian=guardian is not None,
                alone_from=policy.age_of_consent(packs),
                full_age=policy.full_age(packs),
                laws=tuple(pack.title(language) for pack in packs),
                elsewhere=tuple((pack.id, pack.title(language)) for pack in others if not pack.members),
                regulators=tuple(dict.fromkeys(one for pack in packs for one in pack.regulators)),
                joined=consent.invites.joined(session, invite) is not None,
                expires_at=invite.expires_at,
                until=now + VALIDITY,
                proof_years=policy.proof_period(packs),
            )
