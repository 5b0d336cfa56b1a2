"""Front door, the ledger and the accounts: who did what, and who may.

May know: the ledger, accounts. Must not know: the CLI, the web.
"""

from __future__ import annotations

from collections.abc import Sequence

from .. import access, consent
from ..access import Account
from ..ledger import Entry, InclusionProof, Verified
from ..values import Act, Role
from .door import Door


class Register:
    """``archive.ledger``: read, verify, prove."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def list(self, *, subject: str | None = None, start: int = 0, limit: int | None = None) -> Sequence[Entry]:
        """Entries from ``start`` on, or those about one person."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "ledger.list")
            chosen = consent.subjects.resolve(session, ground.keys, subject).id if subject else None
            return ground.ledger.entries(session, start=start, limit=limit, subject=chosen)

    def verify(self) -> Verified:
        """Check everything. Raises LedgerError naming the first entry that was changed, removed or reordered."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "ledger.verify")
            return ground.ledger.verify(session)

    def proof(self, index: int) -> InclusionProof:
        """Proof that an entry is in the ledger, to be checked by anybody with ``verifier_key``."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "ledger.proof")
            return ground.ledger.proof(session, index)

    @property
    def verifier_key(self) -> str:
        """The public key, as text, with which proofs are checked."""
        return str(self._door.ground.ledger.verifier_key)


class Accounts:
    """``archive.accounts``: who may act, in which role."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def new(self, name: str, role: Role) -> Account:
        """Open an account. Raises UsageError for a taken name."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "account.new")
            account = access.accounts.new(session, name, role, actor.name, ground.clock())
            ground.note(session, Act("account.new", actor, facts=(("name", account.name), ("role", role.value))))
        return account

    def list(self) -> Sequence[Account]:
        """Every account ever opened."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "account.list")
            return access.accounts.list_all(session)

    def disable(self, name: str) -> None:
        """Close an account for good."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "account.disable")
            access.accounts.disable(session, name, ground.clock())
            ground.note(session, Act("account.disable", actor, facts=(("name", name),)))
