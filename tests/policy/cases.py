"""For each action, facts under which every pack that ships allows it; tests change one fact at a time."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sayso.policy import Action, Facts, decide, load_pack
from sayso.values import Decision, Purpose, Reach, Window

NOW = datetime(2026, 6, 15, 15, 0, tzinfo=UTC)
OCCASION = Window(datetime(2026, 6, 1, 9, 0), datetime(2026, 6, 1, 18, 0))
SINGLE_PACKS = ("CA", "CA-QC", "EU", "US-IL", "US-TX")
ALL_PACKS = (*SINGLE_PACKS, "strict")

#: The packs under which face chips may be kept; the others do not name it.
KEEPING_CHIPS = ("CA", "EU")

_PURPOSES = {
    Action.PUBLISH: Purpose.SHOW,
    Action.VERIFY: Purpose.VERIFY,
}

_COMPLETE = Facts(
    now=NOW,
    source="folder",
    collection=1,
    collections=(1, 2),
    reach=Reach.SWEPT,
    basis="everyone-pictured-consented",
    assessment_present=True,
    occasion=OCCASION,
    reach_expires=datetime(2026, 7, 1, tzinfo=UTC),
    chips_until=datetime(2026, 6, 30, tzinfo=UTC),
    proposed_by="Ada",
    approved_by="Bo",
    photo_taken_at=datetime(2026, 6, 1, 12, 0),
    cues_passed=True,
    people_consented=3,
    faces_in_photo=3,
    consent_state="given",
    purpose=Purpose.FIND,
    purposes_agreed=frozenset(Purpose),
    confirmed=True,
    frozen=False,
    age=30,
    guardian_consented=False,
    child_told=False,
    album_bare=False,
    inviter="Ada",
    capture_live=True,
    capture_from_archive=False,
    notice_languages=frozenset({"en", "fr"}),
    declarations={"biometric-system": date(2026, 1, 1), "biometric-bank": date(2026, 1, 1)},
    policy_published_at=datetime(2026, 1, 1, tzinfo=UTC),
    misses_today=0,
    do_not_measure=False,
    own_template=True,
    last_contact=datetime(2026, 6, 1, tzinfo=UTC),
    purpose_ended=datetime(2027, 6, 1, tzinfo=UTC),
    persons_in_folder=36,
    approvers=("Ada", "Bo"),
)


def facts(action: Action, **changes: Any) -> Facts:
    """Facts that allow ``action`` under every pack, but for ``changes``."""
    purpose = _PURPOSES.get(action, Purpose.FIND)
    return replace(_COMPLETE, **{"purpose": purpose, **changes})


def answer(action: Action, *pack_ids: str, **changes: Any) -> Decision:
    """The decision on ``facts(action, **changes)``; under CA when no pack is named."""
    return decide(action, facts(action, **changes), [load_pack(one) for one in pack_ids or ("CA",)])


def rule_ids(decision: Decision) -> set[str]:
    return {reason.rule for reason in decision.reasons}
