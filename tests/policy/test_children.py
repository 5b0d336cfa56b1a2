"""Ages, guardians, frozen photos."""

from dataclasses import replace

import pytest

from sayso.policy import Action, decide, load_pack

from .cases import answer, facts, rule_ids

PERSONAL = [
    Action.ENROL,
    Action.MEASURE_POINT,
    Action.USE_TEMPLATE,
    Action.DELIVER,
    Action.PUBLISH,
    Action.VERIFY,
]
AGES = [("CA", 13), ("CA-QC", 14), ("EU", 16), ("US-IL", 18), ("US-TX", 18), ("strict", 18)]


@pytest.mark.parametrize("action", PERSONAL)
@pytest.mark.parametrize(("pack", "age"), AGES)
def test_F6_below_the_age_of_the_pack_a_guardian_consents(pack: str, age: int, action: Action) -> None:
    child = {"album_bare": True}
    assert rule_ids(answer(action, pack, age=age - 1, guardian_consented=False, **child)) == {"F6"}
    assert answer(action, pack, age=age - 1, guardian_consented=True, child_told=True, **child).allowed
    assert answer(action, pack, age=age, guardian_consented=False, **child).allowed


@pytest.mark.parametrize("told", [None, False])
def test_F6_the_child_is_told(told: bool | None) -> None:
    assert rule_ids(answer(Action.ENROL, age=12, guardian_consented=True, child_told=told)) == {"F6"}


@pytest.mark.parametrize("action", PERSONAL)
def test_F6_coming_of_age_ends_the_guardians_consent(action: Action) -> None:
    told = {"guardian_consented": True, "child_told": True, "album_bare": True}
    assert answer(action, "strict", age=17, **told).allowed
    assert rule_ids(answer(action, "strict", age=18, **told)) == {"F6"}


@pytest.mark.parametrize("changes", [{"age": None}, {"guardian_consented": None}])
def test_F6_an_unknown_age_or_guardian_allows_nothing(changes: dict[str, None]) -> None:
    for action in PERSONAL:
        assert rule_ids(answer(action, **changes)) == {"F6"}


def test_F9_a_child_between_two_laws_follows_the_stricter() -> None:
    fifteen = facts(Action.ENROL, age=15)
    quebec, europe = load_pack("CA-QC"), load_pack("EU")
    assert decide(Action.ENROL, fifteen, [quebec]).allowed
    assert rule_ids(decide(Action.ENROL, fifteen, [quebec, europe])) == {"F6"}
    guarded = replace(fifteen, guardian_consented=True, child_told=True)
    assert decide(Action.ENROL, guarded, [quebec, europe]).allowed


@pytest.mark.parametrize("action", [*PERSONAL, Action.EXPORT])
@pytest.mark.parametrize("frozen", [None, True])
def test_F6_a_freeze_stops_everything_at_once(action: Action, frozen: bool | None) -> None:
    assert rule_ids(answer(action, frozen=frozen)) == {"F6"}


def test_F6_an_album_of_a_child_tells_nothing_of_when_and_where() -> None:
    child = {"age": 17, "guardian_consented": True, "child_told": True}
    for bare in (None, False):
        assert rule_ids(answer(Action.DELIVER, album_bare=bare, **child)) == {"F6"}
        assert answer(Action.DELIVER, album_bare=bare, age=18).allowed
    assert answer(Action.DELIVER, album_bare=True, **child).allowed
