"""Where two laws differ, the stricter wins; ``strict`` is at least as strict as every pack."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.errors import UsageError
from sayso.policy import (
    Action,
    Pack,
    Retention,
    age_of_consent,
    basis_codes,
    decide,
    explain,
    languages,
    load_pack,
    point_misses,
    proof_period,
    retention_limit,
    witness_quota,
)
from sayso.values import Purpose, Reach

from .cases import NOW, SINGLE_PACKS, facts

PACKS = {id: load_pack(id) for id in SINGLE_PACKS}
STRICT = load_pack("strict")


def _packs(*ids: str) -> list[Pack]:
    return [PACKS[id] for id in ids]


def test_F9_the_stricter_value_wins() -> None:
    both = _packs("CA-QC", "US-TX")
    assert age_of_consent(both) == 18
    assert proof_period(both) == 4
    assert retention_limit(both) == Retention(0, None)
    assert retention_limit(_packs("US-IL", "US-TX")) == Retention(0, 3)
    assert languages(both) == {"fr"}
    assert witness_quota(both) == 20
    assert point_misses(both) == 5


def test_basis_codes_are_those_of_every_pack() -> None:
    assert basis_codes(Reach.POINTED, [STRICT]) == set()
    assert basis_codes(Reach.SWEPT, [STRICT]) == {"everyone-pictured-consented", "synthetic-people"}
    assert basis_codes(Reach.NARROWED, [STRICT]) == basis_codes(Reach.SWEPT, [STRICT]) | {"everyone-entered-consented"}


@pytest.mark.parametrize("value", [age_of_consent, proof_period, retention_limit, languages])
def test_no_pack_gives_no_value(value: Any) -> None:
    with pytest.raises(UsageError, match="No law pack"):
        value([])
    with pytest.raises(UsageError, match="No law pack"):
        basis_codes(Reach.SWEPT, [])
    assert witness_quota() == 20
    assert point_misses() == 5


def test_L7_retention_ends_with_the_clock_that_runs_out_first() -> None:
    purpose, contact = datetime(2030, 5, 1, tzinfo=UTC), datetime(2024, 2, 29, tzinfo=UTC)
    assert Retention(0, 3).ends(purpose, contact) == datetime(2027, 2, 28, tzinfo=UTC)
    assert Retention(0, 3).ends(contact, purpose) == contact
    assert Retention(1).ends(purpose, contact) == datetime(2031, 5, 1, tzinfo=UTC)
    assert Retention(4).ends(contact, purpose) == datetime(2028, 2, 29, tzinfo=UTC)
    assert Retention(36_500).ends(purpose, contact).year == 9999


@pytest.mark.parametrize("id", SINGLE_PACKS)
def test_strict_is_as_strict_as_every_pack_in_every_value(id: str) -> None:
    one, strict = [PACKS[id]], [STRICT]
    assert age_of_consent(strict) >= age_of_consent(one)
    assert proof_period(strict) >= proof_period(one)
    assert retention_limit(strict).after_purpose_years <= retention_limit(one).after_purpose_years
    limit = retention_limit(one).after_contact_years
    assert limit is None or (retention_limit(strict).after_contact_years or 0) <= limit
    assert languages(strict) >= languages(one)
    assert witness_quota(strict) <= witness_quota(one)
    assert point_misses(strict) <= point_misses(one)
    for reach in Reach:
        assert basis_codes(reach, strict) <= basis_codes(reach, one)
    for action in Action:
        assert set(explain(action, one)) <= set(explain(action, strict))


def _unknown_or(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


_DAYS = st.integers(0, 130).map(lambda days: NOW.date() - timedelta(days=days))
_MOMENTS = st.integers(-1_500, 1_500).map(lambda days: NOW + timedelta(days=days))
_FLAG = _unknown_or(st.booleans())
_NAME = _unknown_or(st.sampled_from(["Ada", "Bo", " ada", ""]))

CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "reach": _unknown_or(st.sampled_from(Reach)),
    "basis": _unknown_or(
        st.sampled_from(["everyone-pictured-consented", "everyone-entered-consented", "synthetic-people", "x"])
    ),
    "assessment_present": _FLAG,
    "reach_expires": _unknown_or(_MOMENTS),
    "approved_by": _NAME,
    "people_consented": _unknown_or(st.integers(0, 5)),
    "consent_state": _unknown_or(st.sampled_from(["given", "withdrawn"])),
    "purpose": _unknown_or(st.sampled_from(Purpose)),
    "purposes_agreed": _unknown_or(st.frozensets(st.sampled_from(Purpose))),
    "confirmed": _FLAG,
    "age": _unknown_or(st.integers(0, 30)),
    "guardian_consented": _FLAG,
    "child_told": _FLAG,
    "album_bare": _FLAG,
    "capture_live": _FLAG,
    "witness": _NAME,
    "witnessed_today": _unknown_or(st.integers(0, 25)),
    "notice_languages": _unknown_or(st.frozensets(st.sampled_from(["en", "fr", "de"]))),
    "declarations": _unknown_or(st.dictionaries(st.sampled_from(["biometric-system", "biometric-bank"]), _DAYS)),
    "policy_published_at": _unknown_or(_MOMENTS),
    "last_contact": _unknown_or(_MOMENTS),
    "purpose_ended": _unknown_or(_MOMENTS),
    "misses_today": _unknown_or(st.integers(0, 8)),
    "persons_in_folder": _unknown_or(st.integers(0, 40)),
}


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Any]:
    """A few facts changed, so that many of the cases are still allowed somewhere."""
    names = draw(st.lists(st.sampled_from(sorted(CHANGES)), max_size=4, unique=True))
    return {name: draw(CHANGES[name]) for name in names}


@settings(max_examples=200, deadline=None)
@given(action=st.sampled_from(Action), changed=changes())
def test_F9_whatever_strict_allows_every_pack_allows(action: Action, changed: dict[str, Any]) -> None:
    case = facts(action, **changed)
    one_by_one = [decide(action, case, [pack]) for pack in PACKS.values()]
    assert decide(action, case, [STRICT]).allowed is all(one.allowed for one in one_by_one)


@settings(max_examples=50, deadline=None)
@given(action=st.sampled_from(Action), changed=changes(), ids=st.sets(st.sampled_from(SINGLE_PACKS), min_size=1))
def test_F9_one_pack_more_never_opens_anything(action: Action, changed: dict[str, Any], ids: set[str]) -> None:
    case = facts(action, **changed)
    fewer = decide(action, case, _packs(*sorted(ids)))
    more = decide(action, case, _packs(*SINGLE_PACKS))
    assert fewer.allowed or not more.allowed
    assert set(fewer.reasons) <= set(more.reasons)


@settings(max_examples=50, deadline=None)
@given(action=st.sampled_from(Action), changed=changes())
def test_a_refusal_has_reasons_and_a_permission_has_none(action: Action, changed: dict[str, Any]) -> None:
    decision = decide(action, facts(action, **changed), [STRICT])
    assert decision.allowed is not bool(decision.reasons)
    assert all(one.rule and one.text and one.citation for one in decision.reasons)


@settings(max_examples=50, deadline=None)
@given(action=st.sampled_from(Action), changed=changes(), name=st.sampled_from(sorted(CHANGES)))
def test_what_is_forgotten_never_allows(action: Action, changed: dict[str, Any], name: str) -> None:
    known = decide(action, facts(action, **changed), [STRICT])
    forgotten = decide(action, facts(action, **{**changed, name: None}), [STRICT])
    assert known.allowed or not forgotten.allowed
