"""Using a template, pointing, delivering, publishing, checking."""

from datetime import UTC, datetime, timedelta

import pytest

from sayso.policy import Action
from sayso.values import Purpose

from .cases import ALL_PACKS, NOW, answer, rule_ids

PERSONAL = [Action.MEASURE_POINT, Action.USE_TEMPLATE, Action.DELIVER, Action.PUBLISH, Action.VERIFY]
SERVES = {
    Action.ENROL: {"find", "verify", "erase", "test"},
    Action.USE_TEMPLATE: {"find", "verify", "erase", "test"},
    Action.MEASURE_POINT: {"find", "erase"},
    Action.DELIVER: {"find", "share"},
    Action.PUBLISH: {"show"},
    Action.VERIFY: {"verify"},
}


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("action", SERVES)
def test_F2_each_purpose_with_each_operation(action: Action, purpose: Purpose) -> None:
    decision = answer(action, purpose=purpose)
    assert decision.allowed is (purpose in SERVES[action])
    assert rule_ids(decision) <= {"F2"}


@pytest.mark.parametrize("action", SERVES)
def test_F2_a_purpose_that_the_consent_does_not_name_is_refused(action: Action) -> None:
    for purpose in Purpose:
        others = frozenset(Purpose) - {purpose}
        assert "F2" in rule_ids(answer(action, purpose=purpose, purposes_agreed=others))
    assert "F2" in rule_ids(answer(action, purposes_agreed=None))


@pytest.mark.parametrize("purpose", ["police", "surveillance", "identify", "unknown"])
def test_F2_a_purpose_for_strangers_or_police_does_not_exist(purpose: str) -> None:
    with pytest.raises(ValueError, match="is not a valid Purpose"):
        Purpose(purpose)
    for action in SERVES:
        assert "F2" in rule_ids(answer(action, purpose=purpose, purposes_agreed=frozenset({purpose})))


def test_L3_the_european_union_asks_for_consent_to_each_purpose() -> None:
    decision = answer(Action.USE_TEMPLATE, "EU", purposes_agreed=frozenset({Purpose.SHOW}))
    assert rule_ids(decision) == {"F2", "L3"}


@pytest.mark.parametrize("action", PERSONAL)
@pytest.mark.parametrize("state", [None, "withdrawn", "expired"])
def test_F1_nothing_personal_goes_on_without_a_live_consent(action: Action, state: str | None) -> None:
    assert rule_ids(answer(action, consent_state=state)) == {"F1"}


@pytest.mark.parametrize("action", PERSONAL)
@pytest.mark.parametrize("confirmed", [None, False])
def test_F11_a_template_sleeps_until_the_contact_confirms(action: Action, confirmed: bool | None) -> None:
    assert rule_ids(answer(action, confirmed=confirmed)) == {"F11"}


@pytest.mark.parametrize("action", [Action.MEASURE_POINT, Action.USE_TEMPLATE, Action.DELIVER, Action.PUBLISH])
def test_F8_a_search_across_collections_is_refused(action: Action) -> None:
    for changes in ({"collection": 3}, {"collection": None}, {"collections": None}, {"collections": ()}):
        assert rule_ids(answer(action, **changes)) == {"F8"}
    assert answer(action, collection=2).allowed


def test_F8_a_check_of_oneself_and_a_test_look_into_no_collection() -> None:
    for purpose in (Purpose.VERIFY, Purpose.TEST):
        assert answer(Action.USE_TEMPLATE, purpose=purpose, collection=None, collections=()).allowed


def test_F12_five_misses_a_day() -> None:
    assert answer(Action.MEASURE_POINT, misses_today=4).allowed
    for misses in (5, 6, None):
        assert rule_ids(answer(Action.MEASURE_POINT, misses_today=misses)) == {"F12"}


@pytest.mark.parametrize("marked", [None, True])
def test_R2_a_face_that_somebody_closed_is_not_measured(marked: bool | None) -> None:
    assert rule_ids(answer(Action.MEASURE_POINT, do_not_measure=marked)) == {"R2"}


@pytest.mark.parametrize("pack", ALL_PACKS)
@pytest.mark.parametrize("changes", [{"capture_live": False}, {"own_template": False}, {"own_template": None}])
def test_F12_a_check_is_live_and_against_ones_own_template(pack: str, changes: dict[str, bool | None]) -> None:
    assert rule_ids(answer(Action.VERIFY, pack, **changes)) == {"F12"}


def test_L7_three_years_after_the_last_contact() -> None:
    later = {"purpose_ended": datetime(2040, 1, 1, tzinfo=UTC)}
    contact = datetime(2023, 6, 15, 15, 0, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert rule_ids(answer(Action.USE_TEMPLATE, "US-IL", last_contact=contact, **later)) == {"L7"}
    assert answer(Action.USE_TEMPLATE, "US-IL", last_contact=contact + second, **later).allowed
    assert rule_ids(answer(Action.USE_TEMPLATE, "US-IL", last_contact=None)) == {"L7"}
    assert answer(Action.USE_TEMPLATE, "US-TX", last_contact=None).allowed


@pytest.mark.parametrize("pack", ["CA", "CA-QC", "EU", "US-IL"])
def test_L7_a_template_ends_with_its_purpose(pack: str) -> None:
    assert rule_ids(answer(Action.USE_TEMPLATE, pack, purpose_ended=NOW)) == {"L7"}
    assert rule_ids(answer(Action.USE_TEMPLATE, pack, purpose_ended=None)) == {"L7"}
    assert answer(Action.USE_TEMPLATE, pack, purpose_ended=NOW + timedelta(seconds=1)).allowed


def test_L7_texas_counts_a_year_from_the_end_of_the_purpose() -> None:
    year_ago = datetime(2025, 6, 15, 15, 0, tzinfo=UTC)
    assert rule_ids(answer(Action.USE_TEMPLATE, "US-TX", purpose_ended=year_ago)) == {"L7"}
    assert answer(Action.USE_TEMPLATE, "US-TX", purpose_ended=year_ago + timedelta(seconds=1)).allowed
    assert rule_ids(answer(Action.USE_TEMPLATE, "US-TX", "CA", purpose_ended=year_ago + timedelta(days=300))) == {"L7"}
