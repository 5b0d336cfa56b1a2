"""Front door, the person's own lock: passkeys, with which they come back without a password or a letter.

May know: passkeys, visits. Must not know: cookies, pages, under which address people reach it (whoever asks says so).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import access
from ..access import Passkey, Site, Visitor
from ..values import Act, Role
from .door import Door
from .visiting import begin

__all__ = ["Passkey", "Passkeys", "Site"]


class Passkeys:
    """``archive.passkeys``: make one on this device, come in with it, remove it. Only the person does this."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def begin_registration(self, subject: str, site: Site) -> Mapping[str, Any]:
        """What the person's browser needs to make a passkey (``PublicKeyCredentialCreationOptions``). Raises
        UsageError when they have enough."""
        door, ground = self._door, self._door.ground
        with ground.database.begin() as session:
            _, subject_id = door.enter_for(session, "passkey.new", subject)
            return access.passkeys.options_to_add(session, door.challenges, site, subject_id, ground.clock())

    def finish_registration(self, subject: str, site: Site, credential: Mapping[str, Any]) -> Passkey:
        """Keep the passkey that the browser made. Raises RefusedError (F10)."""
        door, ground = self._door, self._door.ground
        with ground.database.begin() as session:
            actor, subject_id = door.enter_for(session, "passkey.new", subject)
            made = access.passkeys.add(session, door.challenges, site, subject_id, credential, ground.clock())
            ground.note(session, Act("passkey.new", actor, (subject_id,)))
        return made

    def list(self, subject: str) -> Sequence[Passkey]:
        """The person's passkeys, the oldest first."""
        with self._door.ground.database.begin() as session:
            _, subject_id = self._door.enter_for(session, "passkey.list", subject)
            return access.passkeys.list_all(session, subject_id)

    def remove(self, subject: str, passkey: str) -> None:
        """Let a passkey open nothing any more. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor, subject_id = self._door.enter_for(session, "passkey.remove", subject)
            access.passkeys.remove(session, subject_id, passkey)
            ground.note(session, Act("passkey.remove", actor, (subject_id,)))

    def begin_entry(self, site: Site) -> Mapping[str, Any]:
        """What a browser needs to ask its owner for a passkey (``PublicKeyCredentialRequestOptions``)."""
        return access.passkeys.options_to_enter(self._door.challenges, site, self._door.ground.clock())

    def finish_entry(self, site: Site, credential: Mapping[str, Any]) -> str:
        """Let the person in whose passkey answered; the visit's token. Raises RefusedError (F10)."""
        door, ground = self._door, self._door.ground
        with ground.database.begin() as session:
            found = access.passkeys.enter(session, door.challenges, site, credential, ground.clock())
            return begin(door, session, Visitor(found, Role.SUBJECT), by="passkey")
