"""Stop for good: with two persons' approval, destroy every data key and answer everything with a refusal from then on.

May know: approvals, keys, albums, consents, counts. Must not know: pixels, vectors.
What ends something, or answers people and regulators, stays possible: proofs run out, photos can be deleted.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from .. import consent, delivery, finding, matches, photos, policy, vault
from ..access import approvals, visits
from ..delivery import AlbumsBusyError
from ..engine import jobs
from ..errors import ArchiveError, RefusedError
from ..ground import CEASED, Ground
from ..policy import Action, Facts
from ..storage import Session, read_setting, write_setting
from ..values import Act, Actor, Purpose
from ..vault import TemplateRow
from . import exported
from .standing import UnfinishedError, resisting, waiting

_ENTRY = "cease_entry"
_REMEMBERED = "ceased"
_VERB = "cease"
_STANDS = "The archive has ceased and finds and hands out nothing any more"

# Seconds that the end waits for an album that is being written.
_WAIT = 120

# How many albums and exports had been moved before anything was deleted; and, before the first key goes, what the
# report will say.
_MOVED = "cease_moved"
_COUNTED = "cease_counted"


@dataclass(frozen=True, slots=True)
class Ceased:
    """``at`` is None while a second person has yet to approve. ``report`` is signed with the ledger's key."""

    at: datetime | None
    asked_by: str
    keys_destroyed: int
    report: str


def cease(ground: Ground, actor: Actor) -> Ceased:
    """Ask for the end, or, as a second person, approve it and carry it out.

    Killed half-way it is completed by asking again: the refusal stands from the first transaction on.
    Raises RefusedError (F5), UnfinishedError when an album has to wait.
    """
    with ground.database.begin() as session:
        now = ground.clock()
        began = read_setting(session, CEASED)
        if began is None:
            asked = next((one for one in approvals.waiting(session) if one.verb == _VERB), None)
            if asked is None:
                asked = approvals.ask(session, _VERB, "archive", actor.name, now)
                ground.note(session, Act("cease.asked", actor))
                return Ceased(None, asked.asked_by, 0, "")
            approved = approvals.approve(session, asked.id, actor.name, now, rule="F5")
            decision = policy.decide(
                Action.CEASE, Facts(now=now, approvers=(approved.asked_by, actor.name)), ground.packs_of()
            )
            if not decision.allowed:
                raise RefusedError.by(decision)
            write_setting(session, CEASED, now.isoformat())
            # Beside the keys too, so that an older database that is put back has ceased as well.
            ground.keys.remember(_REMEMBERED, now.isoformat())
    return _complete(ground, actor)


def complete_cease(ground: Ground, keeper: Actor) -> None:
    """Carry out a cease that was interrupted, or that a restored database knows nothing of; else do nothing."""
    remembered = ground.keys.recall(_REMEMBERED)
    with ground.database.begin() as session:
        if remembered is not None and not has_ceased(session):
            write_setting(session, CEASED, remembered)
        due = has_ceased(session) and read_setting(session, _ENTRY) is None
    if due:
        # What has to wait keeps nobody out: everything is refused already.
        with suppress(UnfinishedError):
            _complete(ground, keeper, wait=0)


def _complete(ground: Ground, actor: Actor, wait: float = _WAIT) -> Ceased:
    """Everything after the refusal; asked again when it is done, it gives the same report."""
    with ground.database.begin() as session:
        at = datetime.fromisoformat(read_setting(session, CEASED) or ground.clock().isoformat())
        entry = read_setting(session, _ENTRY)
        approval = approvals.standing(session, _VERB, "archive")
        asked_by = approval.asked_by if approval else actor.name
        if entry is not None:
            return Ceased(at, asked_by, 0, ground.ledger.proof(session, int(entry)).to_text())
    # Before the keys: without them nobody could say where the albums lie.
    try:
        with delivery.alone(ground, wait):
            counted = _delete_albums(ground)
    except AlbumsBusyError:
        raise waiting(_STANDS) from None
    ground.keys.destroy(ground.keys.ids("data-"))
    try:
        finding.chips.end_all(ground)
    except ArchiveError:
        raise resisting(_STANDS) from None
    with ground.database.begin() as session:
        session.execute(delete(TemplateRow))
        matches.forget_all(session)
        delivery.forget_all_albums(session)
        exported.forget_all(session)
        finding.forget_all_misses(session)
        consent.posters.forget_all(session)
        for one in photos.list_collections(session):
            photos.keep_chips(session, one.id, None, None)
        for subject_id in consent.subjects.living_ids(session):
            consent.withdrawal.begin(session, ground.keys, subject_id, at, ran_out=True)
            consent.withdrawal.finish(session, subject_id, ran_out=True)
            jobs.forget(session, subject_id)
        visits.forget_subjects(session)
    ground.database.scrub()
    with ground.database.begin() as session:
        index = ground.note(session, Act("cease", actor, facts=tuple(counted.items())))
        write_setting(session, _ENTRY, str(index))
    with ground.database.begin() as session:
        report = ground.ledger.proof(session, index).to_text()
    return Ceased(at, asked_by, counted["keys_destroyed"], report)


def _delete_albums(ground: Ground) -> dict[str, int]:
    """Delete every album and export that was handed out; how many are out of reach, and what is to be destroyed.

    What lies nowhere any more is counted before anything is deleted, and all the rest before the keys go: a process
    that goes on after a killed one could tell neither.
    """
    with ground.database.begin() as session:
        known = read_setting(session, _COUNTED)
        if known is not None:
            return {str(name): int(number) for name, number in json.loads(known).items()}
        living = [
            one
            for subject_id in consent.subjects.living_ids(session)
            for one in consent.records.given(session, subject_id)
            if ground.keys.holds(one.consent.key_id)
        ]
        folders = [
            folder
            for one in living
            if one.consent.purpose is Purpose.FIND
            for folder in delivery.folders_of(session, ground, one)
        ]
        exports = [(one.consent.subject_id, exported.folders_of(session, ground, one)) for one in living]
        if read_setting(session, _MOVED) is None:
            moved = sum(folder is None or not delivery.is_there(folder) for folder in folders)
            moved += sum(
                folder is None or not exported.is_there(folder, subject_id)
                for subject_id, places in exports
                for folder in places
            )
            write_setting(session, _MOVED, str(moved))
        unreached = int(read_setting(session, _MOVED) or 0)
    _, kept = delivery.delete_files(ground, [folder for folder in folders if folder])
    unreached += len(kept)
    for subject_id, places in exports:
        unreached += exported.delete_exports(ground, [folder for folder in places if folder], subject_id)
    with ground.database.begin() as session:
        counted = {
            "keys_destroyed": len(ground.keys.ids("data-")),
            "templates_deleted": vault.count(session),
            "albums_out_of_reach": unreached,
        }
        write_setting(session, _COUNTED, json.dumps(counted))
    return counted


def has_ceased(session: Session) -> bool:
    """Whether the archive has ceased."""
    return read_setting(session, CEASED) is not None
