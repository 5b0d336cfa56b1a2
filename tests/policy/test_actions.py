"""Each action, allowed and refused, and what is unknown."""

from dataclasses import fields

import pytest

from sayso.errors import RefusedError
from sayso.policy import Action, Facts, decide, explain, lacking, load_pack

from .cases import ALL_PACKS, KEEPING_CHIPS, NOW, answer, facts, rule_ids

GUARDED = sorted(set(Action) - {Action.WITHDRAW})


@pytest.mark.parametrize("pack", ALL_PACKS)
@pytest.mark.parametrize("action", Action)
def test_every_action_is_allowed_when_every_fact_is_right(action: Action, pack: str) -> None:
    decision = answer(action, pack)
    if action is Action.KEEP_CHIPS and pack not in KEEPING_CHIPS:
        assert [reason.citation for reason in decision.reasons] == [
            "PIPEDA Findings 2020-004 (kept for no purpose that anybody could name)"
        ]
        return
    assert decision.allowed, decision.reasons
    assert decision.reasons == ()


@pytest.mark.parametrize("action", [a for a in GUARDED if a is not Action.INIT])
def test_an_action_of_which_nothing_is_known_is_refused(action: Action) -> None:
    decision = decide(action, Facts(), [load_pack("CA")])
    assert not decision.allowed
    assert all(reason.citation and "Not known:" in reason.text for reason in decision.reasons)


# What each action rests on under the strictest law, besides the pack itself.
_PERSON = {"consent_state", "purpose", "purposes_agreed", "frozen", "age", "guardian_consented"}
_FINDING = {*_PERSON, "confirmed", "collection", "collections"}
_CLOCKS = {"now", "last_contact", "purpose_ended"}
_WIDER = {"now", "reach", "basis", "assessment_present", "occasion", "reach_expires", "proposed_by"}
_ARCHIVE = {"now", "notice_languages", "declarations", "policy_published_at"}
RESTS_ON = {
    Action.INIT: set(),
    Action.ADD: {"source"},
    Action.WIDEN: _WIDER,
    Action.APPROVE: {*_WIDER, "approved_by"},
    Action.SWEEP_PHOTO: {*_WIDER, "approved_by", "photo_taken_at", "people_consented", "faces_in_photo"},
    Action.MEASURE_POINT: {*_FINDING, *_CLOCKS, "misses_today", "do_not_measure"},
    Action.ENROL: {*_PERSON, *_ARCHIVE, "inviter", "capture_live", "capture_from_archive"},
    Action.USE_TEMPLATE: {*_FINDING, *_CLOCKS},
    Action.DELIVER: _FINDING,
    Action.PUBLISH: _FINDING,
    Action.WITHDRAW: set(),
    Action.CEASE: {"approvers"},
    Action.EXPORT: {"frozen"},
    Action.MEASURE_ACCURACY: {"basis", "persons_in_folder"},
    Action.VERIFY: {*_PERSON, *_CLOCKS, "confirmed", "capture_live", "own_template"},
    Action.KEEP_CHIPS: {"now", "reach", "reach_expires", "proposed_by", "approved_by", "chips_until"},
}


@pytest.mark.parametrize("action", Action)
def test_an_action_is_refused_when_one_fact_that_it_rests_on_is_unknown(action: Action) -> None:
    packs = [load_pack("EU" if action is Action.KEEP_CHIPS else "strict")]
    missed = {f.name for f in fields(Facts) if not decide(action, facts(action, **{f.name: None}), packs).allowed}
    assert missed == RESTS_ON[action]


def test_F4_nothing_stands_between_a_person_and_their_no() -> None:
    assert decide(Action.WITHDRAW, Facts(), []).allowed
    assert decide(Action.WITHDRAW, Facts(frozen=True), [load_pack("strict")]).allowed
    assert explain(Action.WITHDRAW, [load_pack("strict")]) == []


@pytest.mark.parametrize("action", [a for a in GUARDED if a not in (Action.CEASE, Action.EXPORT)])
def test_F9_without_a_pack_nothing_begins(action: Action) -> None:
    decision = decide(action, facts(action), [])
    assert "F9" in rule_ids(decision)


def test_F9_every_pack_must_allow() -> None:
    packs = [load_pack("CA"), load_pack("CA-QC")]
    undeclared = facts(Action.ENROL, declarations={})
    assert decide(Action.ENROL, undeclared, packs[:1]).allowed
    assert rule_ids(decide(Action.ENROL, undeclared, packs)) == {"L2"}
    assert decide(Action.ENROL, undeclared, packs).reasons == decide(Action.ENROL, undeclared, packs[::-1]).reasons


def test_F9_two_packs_add_their_reasons() -> None:
    decision = answer(Action.ENROL, "CA-QC", "US-IL", declarations={}, policy_published_at=None)
    assert [reason.rule for reason in decision.reasons] == ["L2", "L2", "L7"]


@pytest.mark.parametrize("approvers", [(), ("Ada",), ("Ada", "Ada"), ("Ada", " ada "), ("Ada", "ＡＤＡ"), ("Ada", " ")])
def test_F5_one_person_cannot_cease(approvers: tuple[str, ...]) -> None:
    assert rule_ids(answer(Action.CEASE, approvers=approvers)) == {"F5"}


def test_F5_two_persons_cease() -> None:
    assert answer(Action.CEASE, approvers=("Ada", "Bo")).allowed


@pytest.mark.parametrize("source", ["url", "crawler", "stream", "camera", "social", "nfs", ""])
def test_F3_a_foreign_source_is_refused_and_the_page_named(source: str) -> None:
    decision = answer(Action.ADD, source=source)
    assert rule_ids(decision) == {"F3"}
    assert "docs/law.md" in decision.reasons[0].text


@pytest.mark.parametrize("source", ["folder", "file", "zip", "bucket"])
def test_F3_stores_of_the_operator_are_read(source: str) -> None:
    assert answer(Action.ADD, source=source).allowed


def test_F12_accuracy_is_measured_on_twenty_people_or_more() -> None:
    assert rule_ids(answer(Action.MEASURE_ACCURACY, persons_in_folder=19)) == {"F12"}
    assert rule_ids(answer(Action.MEASURE_ACCURACY, persons_in_folder=2)) == {"F12"}
    assert answer(Action.MEASURE_ACCURACY, persons_in_folder=20).allowed


@pytest.mark.parametrize("basis", [None, "", "research", "everyone-entered-consented"])
def test_F12_accuracy_needs_a_code_that_opens_swept(basis: str | None) -> None:
    assert rule_ids(answer(Action.MEASURE_ACCURACY, basis=basis)) == {"F12"}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_explain_lists_in_order_what_decide_may_object_to(action: Action, language: str) -> None:
    packs = [load_pack("EU"), load_pack("US-IL")]
    explained = explain(action, packs, language=language)
    refused = decide(action, Facts(), packs, language=language).reasons
    places = [
        next(i for i, one in enumerate(explained) if reason.text.startswith(one.text) and one.rule == reason.rule)
        for reason in refused
    ]
    assert places == sorted(places)
    assert all("{" not in one.text and one.citation for one in explained)


def test_reasons_speak_french_and_english_and_no_third_language() -> None:
    packs = [load_pack("CA-QC")]
    unknown = Facts(now=NOW)
    english = decide(Action.ENROL, unknown, packs).reasons
    french = decide(Action.ENROL, unknown, packs, language="fr").reasons
    assert [one.rule for one in english] == [one.rule for one in french]
    assert all(a.text != b.text for a, b in zip(english, french, strict=True))
    assert all("On ne sait pas" in one.text for one in french)
    assert decide(Action.ENROL, unknown, packs, language="xx").reasons == english


def test_a_refusal_tells_a_person_the_rule_and_its_source() -> None:
    error = RefusedError.by(answer(Action.ENROL, "CA-QC", declarations={}))
    assert "L2" in str(error)
    assert "section 45" in str(error)
    assert error.exit_code == 3


def test_L2_L7_lacking_names_what_an_archive_still_needs() -> None:
    packs = [load_pack("CA-QC"), load_pack("US-IL")]
    archive = Facts(now=NOW, notice_languages=frozenset({"en"}), declarations={})
    assert [one.rule for one in lacking(archive, packs)] == ["L2", "L2", "F1", "L7"]
    assert lacking(facts(Action.ENROL), packs) == []
    assert [one.rule for one in lacking(facts(Action.ENROL), [])] == ["F9"]


def test_lacking_asks_nothing_about_one_person() -> None:
    archive = Facts(now=NOW, notice_languages=frozenset({"en"}))
    assert lacking(archive, [load_pack("CA")]) == []
