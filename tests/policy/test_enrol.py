"""What must have happened before anybody is enrolled."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sayso.policy import Action
from sayso.values import Purpose

from .cases import NOW, SINGLE_PACKS, answer, rule_ids

DECLARED = date(2026, 1, 1)
SIXTIETH_DAY = date(2026, 3, 2)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize("state", [None, "", "withdrawn", "expired", "declined", "true"])
def test_F1_nobody_is_enrolled_without_a_live_consent(state: str | None) -> None:
    assert rule_ids(answer(Action.ENROL, consent_state=state)) == {"F1"}


@pytest.mark.parametrize("changes", [{"inviter": None}, {"inviter": " "}, {"notice_languages": frozenset()}])
def test_F1_invite_and_notice_come_first(changes: dict[str, object]) -> None:
    assert rule_ids(answer(Action.ENROL, **changes)) == {"F1"}


def test_F1_a_notice_in_french_is_needed_in_quebec() -> None:
    english = frozenset({"en"})
    assert answer(Action.ENROL, "CA", notice_languages=english).allowed
    assert rule_ids(answer(Action.ENROL, "CA-QC", notice_languages=english)) == {"F1"}
    assert answer(Action.ENROL, "CA-QC", notice_languages=frozenset({"fr"})).allowed


def test_F2_a_template_is_made_only_for_a_purpose_that_needs_one() -> None:
    for purpose in (Purpose.SHARE, Purpose.SHOW):
        assert rule_ids(answer(Action.ENROL, purpose=purpose)) == {"F2"}
    for purpose in (Purpose.FIND, Purpose.VERIFY, Purpose.ERASE, Purpose.TEST):
        assert answer(Action.ENROL, purpose=purpose).allowed


def test_L1_a_capture_from_the_archive_enrols_nobody() -> None:
    for pack in SINGLE_PACKS:
        assert rule_ids(answer(Action.ENROL, pack, capture_from_archive=True)) == {"L1"}
        assert rule_ids(answer(Action.ENROL, pack, capture_from_archive=None)) == {"L1"}


@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        (DECLARED, False),
        (DECLARED + timedelta(days=1), False),
        (SIXTIETH_DAY - timedelta(days=1), False),
        (SIXTIETH_DAY, True),
        (SIXTIETH_DAY + timedelta(days=1), True),
    ],
)
def test_L2_the_bank_waits_sixty_days(day: date, allowed: bool) -> None:
    declarations = {"biometric-system": date(2025, 1, 1), "biometric-bank": DECLARED}
    decision = answer(Action.ENROL, "CA-QC", now=_noon(day), declarations=declarations, policy_published_at=None)
    assert decision.allowed is allowed
    assert rule_ids(decision) <= {"L2"}


@pytest.mark.parametrize(("days_ago", "allowed"), [(-1, False), (0, False), (1, True), (2, True)])
def test_L2_the_system_is_declared_the_day_before_at_the_latest(days_ago: int, allowed: bool) -> None:
    made = NOW.date() - timedelta(days=days_ago)
    declarations = {"biometric-system": made, "biometric-bank": DECLARED}
    assert answer(Action.ENROL, "CA-QC", declarations=declarations).allowed is allowed


def test_L2_the_sixtieth_day_counts_once_it_has_begun_in_quebec() -> None:
    declarations = {"biometric-system": DECLARED, "biometric-bank": DECLARED}
    still_the_day_before = datetime(2026, 3, 2, 4, 59, tzinfo=UTC)
    assert not answer(Action.ENROL, "CA-QC", now=still_the_day_before, declarations=declarations).allowed
    elsewhere = still_the_day_before.astimezone(datetime.strptime("+1400", "%z").tzinfo)
    assert not answer(Action.ENROL, "CA-QC", now=elsewhere, declarations=declarations).allowed
    assert answer(Action.ENROL, "CA-QC", now=_noon(SIXTIETH_DAY), declarations=declarations).allowed


@pytest.mark.parametrize("missing", ["biometric-system", "biometric-bank"])
def test_L2_both_declarations_are_needed(missing: str) -> None:
    declarations = {"biometric-system": DECLARED, "biometric-bank": DECLARED}
    del declarations[missing]
    assert rule_ids(answer(Action.ENROL, "CA-QC", declarations=declarations)) == {"L2"}
    assert answer(Action.ENROL, "CA", declarations=declarations).allowed


def test_L7_the_policy_is_public_before_the_first_enrolment() -> None:
    assert rule_ids(answer(Action.ENROL, "US-IL", policy_published_at=None)) == {"L7"}
    assert rule_ids(answer(Action.ENROL, "US-IL", policy_published_at=NOW + timedelta(seconds=1))) == {"L7"}
    assert answer(Action.ENROL, "US-IL", policy_published_at=NOW).allowed


def test_L7_the_written_release_comes_before_the_template() -> None:
    assert rule_ids(answer(Action.ENROL, "US-IL", consent_state="expired")) == {"F1", "L7"}


def test_F11_a_capture_from_a_file_needs_a_witness_who_is_not_the_inviter() -> None:
    file = {"capture_live": False, "witnessed_today": 0}
    assert answer(Action.ENROL, witness="Bo", **file).allowed
    for witness in (None, "", "Ada", " ADA ", "ａda"):
        assert rule_ids(answer(Action.ENROL, witness=witness, **file)) == {"F11"}
    assert rule_ids(answer(Action.ENROL, capture_live=None)) == {"F11"}


def test_F11_the_daily_quota_of_a_witness() -> None:
    file = {"capture_live": False, "witness": "Bo"}
    assert answer(Action.ENROL, witnessed_today=19, **file).allowed
    assert rule_ids(answer(Action.ENROL, witnessed_today=20, **file)) == {"F11"}
    assert rule_ids(answer(Action.ENROL, witnessed_today=None, **file)) == {"F11"}
    assert answer(Action.ENROL, capture_live=True, witnessed_today=500).allowed
