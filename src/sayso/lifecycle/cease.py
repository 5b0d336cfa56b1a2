"""Stop for good: with two persons' approval, destroy every data key and answer everything with a refusal from then on.

May know: approvals, keys, albums, consents, counts. Must not know: pixels, vectors.
What ends something, or answers people and regulators, stays possible: proofs run out, photos can be deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from .. import consent, delivery, finding, matches, policy
from ..access import approvals
from ..errors import RefusedError
from ..ground import CEASED, Ground
from ..policy import Action, Facts
from ..storage import Session, read_setting, write_setting
from ..values import Act, Actor, Purpose
from ..vault import TemplateRow
from . import exported

_ENTRY = "cease_entry"
_REMEMBERED = "ceased"
_VERB = "cease"


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
        _complete(ground, keeper)


def _complete(ground: Ground, actor: Actor) -> Ceased:
    """Everything after the refusal; asked again when it is done, it gives the same report."""
    with ground.database.begin() as session:
        at = datetime.fromisoformat(read_setting(session, CEASED) or ground.clock().isoformat())
        entry = read_setting(session, _ENTRY)
        approval = approvals.standing(session, _VERB, "archive")
        asked_by = approval.asked_by if approval else actor.name
        if entry is not None:
            return Ceased(at, asked_by, 0, ground.ledger.proof(session, int(entry)).to_text())
    # Before the keys: without them nobody could say where the albums lie. A killed process looks again.
    out_of_reach = _delete_albums(ground)
    doomed = ground.keys.ids("data-")
    ground.keys.destroy(doomed)
    finding.chips.end_all(ground)
    with ground.database.begin() as session:
        gone = len(session.scalars(delete(TemplateRow).returning(TemplateRow.id)).all())
        matches.forget_all(session)
        delivery.forget_all_albums(session)
        exported.forget_all(session)
        finding.forget_all_misses(session)
        consent.posters.forget_all(session)
        for subject_id in consent.subjects.living_ids(session):
            consent.withdrawal.begin(session, ground.keys, subject_id, at, ran_out=True)
            consent.withdrawal.finish(session, subject_id, ran_out=True)
    ground.database.scrub()
    with ground.database.begin() as session:
        facts = (
            ("keys_destroyed", len(doomed)),
            ("templates_deleted", gone),
            ("albums_out_of_reach", out_of_reach),
        )
        index = ground.note(session, Act("cease", actor, facts=facts))
        write_setting(session, _ENTRY, str(index))
    with ground.database.begin() as session:
        report = ground.ledger.proof(session, index).to_text()
    return Ceased(at, asked_by, len(doomed), report)


def _delete_albums(ground: Ground) -> int:
    """Delete every album and export that was handed out; how many are out of reach."""
    with ground.database.begin() as session:
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
    # An album that is not there any more was deleted by this very act, before it was cut off, or by its holder.
    _, kept = delivery.delete_files(ground, [folder for folder in folders if folder])
    unreached = folders.count(None) + len(kept)
    for subject_id, places in exports:
        unreached += places.count(None)
        unreached += exported.delete_exports([folder for folder in places if folder], subject_id)
    return unreached


def has_ceased(session: Session) -> bool:
    """Whether the archive has ceased."""
    return read_setting(session, CEASED) is not None
