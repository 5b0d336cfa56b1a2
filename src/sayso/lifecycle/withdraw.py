"""Say no, in the order that holds: durable refusal, keys destroyed, workers told, rows and renditions gone, receipt.

May know: consents, keys, decisions, albums. Must not know: pixels, vectors.
Each step can be repeated, and what is still to be done lies sealed in the database until it is done.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import delete, select

from .. import consent, delivery, finding, matches, vault
from ..access import visits
from ..consent import LiveConsent
from ..delivery import AlbumsBusyError
from ..engine import jobs
from ..errors import UsageError
from ..ground import Ground, Sight
from ..storage import Session
from ..values import Act, Actor, Purpose, Right, Role, Route
from . import exported, requests
from .nobodys import nobodys_tags
from .remove import complete_removals, drop_chips
from .standing import waiting
from .tables import RemovalRow, WithdrawalRow

_PREFIX = "withdrawal-"
_CONTEXT = b"withdrawal"

# Seconds that a second withdrawal waits for the first.
_WAIT = 120


class Ending(StrEnum):
    """Why a consent ends; also the verb of its ledger entry. All of them go the same way."""

    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    COME_OF_AGE = "come-of-age"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The receipt of a withdrawal. ``proof`` shows that the ledger holds it; it can be checked without us.

    albums_out_of_reach: albums and exports that were moved or deleted since they were written, or cannot be written
    any more; their copies are their holders'.
    """

    subject_id: str
    purposes: tuple[Purpose, ...]
    at: datetime
    ledger_index: int
    proof: str
    albums_out_of_reach: int


def withdraw(
    ground: Ground, sight: Sight, actor: Actor, *, subject_id: str, purposes: Collection[Purpose] | None = None
) -> Withdrawn:
    """End a subject's consent, for some purposes or for all, and make what rested on it unreadable for good.

    Effective at once: from the first transaction on nothing is done for the subject any more, and a process that is
    killed after it completes the rest when the archive is opened next. Raises UsageError for an unknown subject,
    UnfinishedError when another process is at work for long; the refusal stands then as well.
    """
    with ground.database.begin() as session:
        query = select(WithdrawalRow).where(WithdrawalRow.subject_id == subject_id).order_by(WithdrawalRow.id)
        rows = list(session.scalars(query))
        given = consent.records.given(session, subject_id)
        # What was asked before is completed, and what it left is refused now.
        if not rows or any(purposes is None or one.consent.purpose in purposes for one in given):
            rows.append(_refuse_durably(session, ground, actor, subject_id, purposes))
    try:
        with _alone(ground):
            return [_complete(ground, sight, row) for row in rows][-1]
    except (Timeout, AlbumsBusyError):
        raise waiting("The refusal stands and nothing is done for this person any more") from None


def run_out(
    ground: Ground, sight: Sight, actor: Actor, *, subject_id: str, purposes: Collection[Purpose], ending: Ending
) -> Withdrawn | None:
    """End purposes whose time is up, in the same order as a withdrawal; None when another process was first.

    Nobody said no, so the contact gets no tombstone. Raises UsageError for an unknown subject.
    """
    try:
        with _alone(ground):
            with ground.database.begin() as session:
                if session.scalar(select(WithdrawalRow).where(WithdrawalRow.subject_id == subject_id)) is not None:
                    return None
                standing = {one.consent.purpose for one in consent.records.given(session, subject_id)}
                if not standing.intersection(purposes):
                    return None
                row = _refuse_durably(session, ground, actor, subject_id, purposes, ending)
            return _complete(ground, sight, row)
    except (Timeout, AlbumsBusyError):
        return None


def any_ending(session: Session) -> bool:
    """Whether a no, or a removal, waits for albums of others: until then they may show what was taken back."""
    return any(session.scalar(select(row.id).limit(1)) is not None for row in (WithdrawalRow, RemovalRow))


def complete_interrupted(ground: Ground, sight: Sight, keeper: Actor) -> int:
    """Finish every withdrawal and removal that a killed process left behind; how many withdrawals there were.

    Does nothing while another process is at it: that one lives, and finishes its own.
    """
    done = 0
    try:
        with _alone(ground, wait=0):
            with ground.database.begin() as session:
                rows = list(session.scalars(select(WithdrawalRow).order_by(WithdrawalRow.id)))
            for row in rows:
                # Its key and its rows go at once; only its albums may have to wait, and hold up nobody else's.
                with suppress(AlbumsBusyError):
                    _complete(ground, sight, row, wait=0)
                    done += 1
            # In one transaction: a refusal that is being written down makes its key inside its own.
            with ground.database.begin() as session:
                named = set(session.scalars(select(WithdrawalRow.key_id)))
                left_over = sorted(set(ground.keys.ids(_PREFIX)) - named)
                if left_over:
                    ground.keys.destroy(left_over)
        complete_removals(ground, sight, keeper)
    except Timeout:
        pass
    return done


def _alone(ground: Ground, wait: float = _WAIT) -> FileLock:
    """One withdrawal at a time; the system lets go of the lock when the process that holds it dies."""
    return FileLock(ground.keys.folder / "withdrawals.lock", timeout=wait, mode=0o600)


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is still to be deleted, by names that mean nothing once the keys are gone. ``absent``: those of the folders
    in which no album lay when the no was written down."""

    keys: tuple[str, ...]
    consents: tuple[int, ...]
    owners: tuple[str, ...]
    folders: tuple[str | None, ...]
    albums: tuple[int, ...]
    exports: tuple[str | None, ...]
    absent: tuple[str, ...]


def _refuse_durably(
    session: Session,
    ground: Ground,
    actor: Actor,
    subject_id: str,
    purposes: Collection[Purpose] | None,
    ending: Ending = Ending.WITHDRAW,
) -> WithdrawalRow:
    """Step 1. The owner tags and album folders are read now: without the data keys nobody can name them later."""
    now = ground.clock()
    given = consent.records.given(session, subject_id)
    if not given:
        raise UsageError("This person has withdrawn already; nothing is left to destroy.", "See `sayso ledger list`.")
    going = [one for one in given if purposes is None or one.consent.purpose in purposes]
    named = [one for one in given if ground.keys.holds(one.consent.key_id)]
    # Restored rows whose key is gone name nobody: all of that kind go along.
    nobodys = nobodys_tags(session, ground) if len(named) < len(given) else []
    showing = [*nobodys, *(matches.owner_tag(ground.keys, one.consent.key_id) for one in named)]
    owners = [*nobodys, *(matches.owner_tag(ground.keys, one.consent.key_id) for one in named if one in going)]
    folders = [folder for one in named if one in going for folder in _folders(session, ground, one)]
    # Looked for now: later nobody could tell what was moved from what this very act deleted. An album that is not there
    # may just be about to be written, and is deleted all the same.
    absent = [str(folder) for folder in folders if folder and not delivery.is_there(folder)]
    exports = [
        str(folder) if folder and exported.is_there(folder, subject_id) else None
        for one in named
        if one in going
        for folder in exported.folders_of(session, ground, one)
    ]
    albums = delivery.albums_showing(session, showing)
    keys = consent.withdrawal.begin(
        session, ground.keys, subject_id, now, purposes, ran_out=ending is not Ending.WITHDRAW
    )
    rest = _Rest(
        keys,
        tuple(one.consent.id for one in going),
        tuple(owners),
        tuple(str(folder) if folder else None for folder in folders),
        tuple(albums),
        tuple(exports),
        tuple(absent),
    )
    key_id = ground.keys.new(_PREFIX + secrets.token_hex(8))
    row = WithdrawalRow(
        subject_id=subject_id,
        ending=ending.value,
        purposes=" ".join(one.consent.purpose for one in going),
        key_id=key_id,
        sealed_rest=ground.keys.seal(key_id, _written(rest), _CONTEXT),
        asked_at=now,
        actor=actor.name,
        role=actor.role,
        route=actor.route,
    )
    session.add(row)
    session.flush()
    return row


def _complete(ground: Ground, sight: Sight, row: WithdrawalRow, wait: float = _WAIT) -> Withdrawn:
    """Steps 2 to 6, each harmless when done twice. Raises AlbumsBusyError before the files go."""
    with ground.database.begin() as session:
        # By its key too: a row that has gone leaves its number to the next one.
        present = session.get(WithdrawalRow, row.id)
        if present is None or present.key_id != row.key_id:
            return _receipt(session, ground, row)
        rest = _read(ground.keys.unseal(row.key_id, row.sealed_rest, _CONTEXT))
    ground.keys.destroy(rest.keys)
    # Workers look at the consents again before they keep anything of a chunk; they find none from here on.
    with ground.database.begin() as session:
        # Before the decisions that tell in which photos the person was found.
        drop_chips(ground, session, {one.photo_id for tag in rest.owners for one in matches.of_owner(session, tag)})
        vault.forget(session, rest.consents)
        matches.forget(session, rest.owners)
        finding.forget_misses(session, rest.owners)
        delivery.forget_albums(session, rest.owners)
        exported.forget(session, rest.owners)
        consent.withdrawal.finish(session, row.subject_id, ran_out=row.ending != Ending.WITHDRAW)
        if not consent.records.given(session, row.subject_id):
            visits.forget(session, row.subject_id)
            jobs.forget(session, row.subject_id)
    with delivery.alone(ground, wait):
        out_of_reach = _delete_copies(ground, sight, row.subject_id, rest)
    ground.database.scrub()
    with ground.database.begin() as session:
        actor = Actor(row.actor, Role(row.role), Route(row.route))
        facts = (("purposes", row.purposes), ("albums_out_of_reach", out_of_reach))
        session.execute(delete(WithdrawalRow).where(WithdrawalRow.id == row.id))
        index = ground.note(session, Act(row.ending, actor, (row.subject_id,), facts=facts))
        asked = requests.opened(session, row.subject_id, Right.ERASURE)
        if asked is not None and not consent.records.given(session, row.subject_id):
            requests.finish(session, asked.id, ground.clock())
    with ground.database.begin() as session:
        proof = ground.ledger.proof(session, index).to_text()
    ground.keys.destroy([row.key_id])
    return Withdrawn(row.subject_id, _purposes(row), row.asked_at, index, proof, out_of_reach)


def _delete_copies(ground: Ground, sight: Sight, subject_id: str, rest: _Rest) -> int:
    """Delete what was handed out to the person, and close them in what others have; how much is out of reach."""
    missing, kept = delivery.delete_files(ground, [Path(folder) for folder in rest.folders if folder])
    unreached = rest.folders.count(None) + len(kept) + len({str(one) for one in missing}.intersection(rest.absent))
    unreached += delivery.reissue(ground, sight, rest.albums)
    exports = [Path(one) for one in rest.exports if one]
    return unreached + rest.exports.count(None) + exported.delete_exports(ground, exports, subject_id)


def _receipt(session: Session, ground: Ground, row: WithdrawalRow) -> Withdrawn:
    """Of a withdrawal that another process completed between the refusal and the lock."""
    entry = next(
        one
        for one in reversed(ground.ledger.entries(session, subject=row.subject_id))
        if one.verb == row.ending and dict(one.facts).get("purposes") == row.purposes
    )
    proof = ground.ledger.proof(session, entry.index).to_text()
    out_of_reach = int(dict(entry.facts)["albums_out_of_reach"])
    return Withdrawn(row.subject_id, _purposes(row), row.asked_at, entry.index, proof, out_of_reach)


def _purposes(row: WithdrawalRow) -> tuple[Purpose, ...]:
    return tuple(map(Purpose, row.purposes.split()))


def _folders(session: Session, ground: Ground, living: LiveConsent) -> Sequence[Path | None]:
    return delivery.folders_of(session, ground, living) if living.consent.purpose is Purpose.FIND else ()


def _written(rest: _Rest) -> bytes:
    parts = [rest.keys, rest.consents, rest.owners, rest.folders, rest.albums, rest.exports, rest.absent]
    return json.dumps(parts).encode()


def _read(text: bytes) -> _Rest:
    return _Rest(*(tuple(part) for part in json.loads(text)))
