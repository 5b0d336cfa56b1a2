"""Front door, the ledger and the accounts: who did what, and who may.

May know: the ledger, accounts. Must not know: the CLI, the web.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from .. import access, ledger, lifecycle
from ..access import Account, ApiToken
from ..errors import RefusedError
from ..ledger import Cosigned, Entry, InclusionProof, Published, Verified
from ..lifecycle import AcceptedRestore
from ..storage import Session
from ..values import Act, Role
from .door import Door


class Register:
    """``archive.ledger``: read, verify, prove, publish; outside witnesses; the truth after a restore."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def list(self, *, subject: str | None = None, start: int = 0, limit: int | None = None) -> Sequence[Entry]:
        """Entries from ``start`` on, or those about one person; staff who look at a person's leave an entry there."""
        ground = self._door.ground
        with ground.database.begin() as session:
            if subject is None:
                actor, chosen = self._door.enter_with(session, "ledger.list"), None
            else:
                actor, chosen = self._door.enter_for(session, "ledger.list", subject)
            found = ground.ledger.entries(session, start=start, limit=limit, subject=chosen)
            if chosen is not None and actor.role is not Role.SUBJECT:
                ground.note(session, Act("ledger.list", actor, (chosen,), facts=(("entries", len(found)),)))
            return found

    def verify(self) -> Verified:
        """Check everything. Raises LedgerError naming the first entry that was changed, removed or reordered."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "ledger.verify")
            return ground.ledger.verify(session)

    def proof(self, index: int) -> InclusionProof:
        """Proof that an entry is in the ledger, to be checked by anybody with ``verifier_key``; to a person, only of
        those that are about them."""
        door, ground = self._door, self._door.ground
        with ground.database.begin() as session:
            own_id = door.name if door.role is Role.SUBJECT else None
            door.enter_with(session, "ledger.proof", own_id)
            if own_id is not None and not self._is_about(session, index, own_id):
                # The entry is another's, or nobody's: the gate says so.
                door.enter_with(session, "ledger.proof")
            return ground.ledger.proof(session, index)

    def proofs(self, subject: str) -> Sequence[InclusionProof]:
        """Proofs of every entry about one person, the oldest first; staff who take them leave an entry there."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor, chosen = self._door.enter_for(session, "ledger.list", subject)
            found = ground.ledger.entries(session, subject=chosen)
            proofs = [ground.ledger.proof(session, one.index) for one in found]
            if actor.role is not Role.SUBJECT:
                ground.note(session, Act("ledger.list", actor, (chosen,), facts=(("entries", len(found)),)))
            return proofs

    def _is_about(self, session: Session, index: int, subject_id: str) -> bool:
        return any(one.index == index for one in self._door.ground.ledger.entries(session, subject=subject_id))

    def publish(self, folder: Path) -> Published:
        """Write the newest checkpoint and the proof that it grew out of the last published one as static files."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "ledger.publish")
            return self._door.ground.ledger.publish(session, folder)

    def add_witness(self, name: str, key: str) -> None:
        """Let an outside witness' cosignatures count. Raises UsageError, LedgerError for a damaged key."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "ledger.witness")
            ledger.add_witness(session, name, key, ground.clock())
            ground.note(session, Act("ledger.witness.add", actor, facts=(("name", name), ("key", key))))

    def remove_witness(self, name: str) -> None:
        """Let a witness' cosignatures count no longer. Raises UsageError for an unknown one."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "ledger.witness")
            ledger.forget_witness(session, name)
            ground.note(session, Act("ledger.witness.remove", actor, facts=(("name", name),)))

    def witnesses(self) -> Sequence[str]:
        """The verifier keys of all known witnesses."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "ledger.witness.list")
            return [str(one) for one in ledger.known_witnesses(session)]

    def cosign(self, note: str) -> Sequence[Cosigned]:
        """Keep what known witnesses have signed under one of this ledger's checkpoints; those who did."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "ledger.cosign")
            return ledger.keep_cosignatures(session, note, self._door.ground.ledger.verifier_key)

    def accept_restore(self) -> AcceptedRestore:
        """Say that an older copy was put back on purpose, or, as a second person, accept it."""
        return lifecycle.accept_restore(self._door.ground, self._door.enter("ledger.accept-restore"))

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
            access.visits.forget_staff(session, name)
            ground.note(session, Act("account.disable", actor, facts=(("name", name),)))

    def set_password(self, name: str, password: str) -> None:
        """Give your account a password, or, as an operator, somebody else's account its first one; whoever is signed in
        with it in a browser is not any more.

        Nobody replaces the password of another: they could then approve, as a second person, what they asked for.
        Raises UsageError, RefusedError (F10).
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "account.password")
            if not access.same_name(name, actor.name):
                self._door.enter_with(session, "account.password.others")
                if access.passwords.has(session, name):
                    raise RefusedError.because(
                        "F10",
                        "Only the person whose account it is replaces its password.",
                        "If it is forgotten, close the account (`sayso account disable`) and open one of another name.",
                    )
            access.passwords.set_password(session, name, password)
            access.visits.forget_staff(session, name)
            ground.note(session, Act("account.password", actor, facts=(("name", name),)))

    def new_token(self, note: str, *, holds: timedelta = timedelta(days=90)) -> tuple[ApiToken, str]:
        """Make a token for your own account; its text is shown this once. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "account.token.new")
            now = ground.clock()
            made, token = access.tokens.new(session, actor.name, note, now, now + holds)
            ground.note(session, Act("account.token.new", actor, facts=(("token", made.id),)))
        return made, token

    def list_tokens(self, *, everybodys: bool = False) -> Sequence[ApiToken]:
        """Your tokens, or everybody's, without their text."""
        with self._door.ground.database.begin() as session:
            actor = self._door.enter_with(session, "account.token.list")
            if everybodys:
                self._door.enter_with(session, "account.token.list.others")
            return access.tokens.list_all(session, None if everybodys else actor.name)

    def revoke_token(self, token_id: int) -> None:
        """End a token at once: yours, or, as an operator, anybody's. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "account.token.revoke")
            if access.tokens.get(session, token_id).name != actor.name:
                self._door.enter_with(session, "account.token.revoke.others")
            access.tokens.revoke(session, token_id, ground.clock())
            ground.note(session, Act("account.token.revoke", actor, facts=(("token", token_id),)))
