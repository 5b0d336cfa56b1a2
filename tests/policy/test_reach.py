"""Widening a reach, and searching a photo under it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sayso.policy import Action, decide, load_pack
from sayso.values import Reach, Window

from .cases import ALL_PACKS, NOW, OCCASION, answer, facts, rule_ids
from .packs import own, write_pack

WIDER = [Action.WIDEN, Action.APPROVE, Action.SWEEP_PHOTO]


@pytest.mark.parametrize("pack", ALL_PACKS)
@pytest.mark.parametrize("action", WIDER)
@pytest.mark.parametrize(
    "basis", [None, "", "they are all friends", "Everyone-Pictured-Consented", "publicly-available"]
)
def test_F3_free_text_opens_nothing(action: Action, pack: str, basis: str | None) -> None:
    assert rule_ids(answer(action, pack, basis=basis)) == {"F3"}


@pytest.mark.parametrize("action", WIDER)
def test_F3_everyone_entered_opens_narrowed_but_not_swept(action: Action) -> None:
    assert answer(action, "strict", basis="everyone-entered-consented", reach=Reach.NARROWED).allowed
    assert rule_ids(answer(action, "strict", basis="everyone-entered-consented", reach=Reach.SWEPT)) == {"F3"}


@pytest.mark.parametrize(
    "missing", ["assessment_present", "occasion", "reach_expires", "proposed_by", "basis", "reach", "now"]
)
@pytest.mark.parametrize("action", WIDER)
def test_F3_widening_needs_every_part(action: Action, missing: str) -> None:
    assert rule_ids(answer(action, **{missing: None})) == {"F3"}


@pytest.mark.parametrize("action", WIDER)
def test_F3_an_assessment_that_is_not_there_closes(action: Action) -> None:
    assert not answer(action, assessment_present=False).allowed


def test_F3_asking_needs_no_second_person_but_approving_does() -> None:
    assert answer(Action.WIDEN, approved_by=None).allowed
    for approver in (None, "", "  ", "Ada", "ADA", "Ada\u00a0", "Ａda"):
        assert rule_ids(answer(Action.APPROVE, approved_by=approver)) == {"F3"}
        assert rule_ids(answer(Action.SWEEP_PHOTO, approved_by=approver)) == {"F3"}
    assert answer(Action.APPROVE, approved_by="Bo").allowed


def test_F3_an_expired_reach_closes_at_the_very_moment() -> None:
    for action in WIDER:
        assert answer(action, reach_expires=NOW + timedelta(microseconds=1)).allowed
        assert not answer(action, reach_expires=NOW).allowed


def test_F3_an_occasion_that_ends_before_it_begins_is_none() -> None:
    assert not answer(Action.WIDEN, occasion=Window(OCCASION.end, OCCASION.start)).allowed
    assert answer(Action.WIDEN, occasion=Window(OCCASION.start, OCCASION.start)).allowed


def test_F3_photos_without_capture_time_stay_pointed_under_swept() -> None:
    refused = [answer(Action.SWEEP_PHOTO, photo_taken_at=None) for _ in range(3)]
    assert all(rule_ids(one) == {"F3"} for one in refused)
    assert "stay pointed" in refused[0].reasons[0].text


@pytest.mark.parametrize(
    ("taken", "allowed"),
    [
        (OCCASION.start - timedelta(seconds=1), False),
        (OCCASION.start, True),
        (OCCASION.end, True),
        (OCCASION.end + timedelta(seconds=1), False),
    ],
)
def test_F3_only_photos_of_the_occasion_are_searched(taken: datetime, allowed: bool) -> None:
    assert answer(Action.SWEEP_PHOTO, photo_taken_at=taken).allowed is allowed
    assert answer(Action.SWEEP_PHOTO, photo_taken_at=taken, reach=Reach.NARROWED).allowed is allowed


def test_F3_one_face_more_than_consents_closes_the_photo() -> None:
    for basis, reach in [
        ("everyone-pictured-consented", Reach.SWEPT),
        ("everyone-entered-consented", Reach.NARROWED),
    ]:
        assert answer(Action.SWEEP_PHOTO, basis=basis, reach=reach, faces_in_photo=3, people_consented=3).allowed
        closed = answer(Action.SWEEP_PHOTO, basis=basis, reach=reach, faces_in_photo=4, people_consented=3)
        assert rule_ids(closed) == {"F3"}
    assert not answer(Action.SWEEP_PHOTO, faces_in_photo=None).allowed
    assert not answer(Action.SWEEP_PHOTO, people_consented=None).allowed


@pytest.mark.parametrize("pack", ALL_PACKS)
@pytest.mark.parametrize("reach", [Reach.NARROWED, Reach.SWEPT])
def test_synthetic_people_open_both_and_are_not_counted(pack: str, reach: Reach) -> None:
    assert answer(Action.SWEEP_PHOTO, pack, basis="synthetic-people", reach=reach, people_consented=None).allowed


def test_F3_narrowed_measures_only_what_passed_a_cue() -> None:
    for passed in (None, False):
        assert not answer(Action.SWEEP_PHOTO, reach=Reach.NARROWED, cues_passed=passed).allowed
        assert answer(Action.SWEEP_PHOTO, reach=Reach.SWEPT, cues_passed=passed).allowed


def test_pointed_is_never_searched_and_needs_no_basis() -> None:
    assert rule_ids(answer(Action.SWEEP_PHOTO, reach=Reach.POINTED)) == {"F3"}
    bare = {"basis": None, "occasion": None, "assessment_present": None, "reach_expires": None}
    assert answer(Action.WIDEN, "strict", reach=Reach.POINTED, proposed_by=None, **bare).allowed


def test_F9_the_place_of_the_event_adds_its_own_basis(tmp_path: Path) -> None:
    write_pack(tmp_path, "XX-NONE", bases=())
    here, there = load_pack("CA"), load_pack("XX-NONE", own(tmp_path))
    request = facts(Action.WIDEN, reach_expires=datetime(2027, 1, 1, tzinfo=UTC))
    assert decide(Action.WIDEN, request, [here]).allowed
    assert rule_ids(decide(Action.WIDEN, request, [here, there])) == {"F3"}


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, set()),
        ({"reach": Reach.POINTED}, {"F3"}),
        ({"approved_by": "ada"}, {"F3"}),
        ({"chips_until": NOW}, {"F3"}),
        ({"chips_until": datetime(2026, 7, 2, tzinfo=UTC)}, {"F3"}),
        ({"chips_until": NOW + timedelta(days=91), "reach_expires": NOW + timedelta(days=400)}, {"L7"}),
    ],
)
def test_F3_face_chips_are_kept_within_a_wider_reach_and_a_term(changes: dict[str, object], rules: set[str]) -> None:
    assert rule_ids(answer(Action.KEEP_CHIPS, "EU", **changes)) == rules


@pytest.mark.parametrize("packs", [("EU", "US-IL"), ("strict",), ("CA", "CA-QC"), ("US-TX",)])
def test_F3_face_chips_are_kept_only_where_every_pack_names_it(packs: tuple[str, ...]) -> None:
    assert rule_ids(answer(Action.KEEP_CHIPS, *packs)) == {"F3"}
    assert answer(Action.KEEP_CHIPS, "EU", "CA").allowed
