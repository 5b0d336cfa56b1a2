from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from sayso.consent import LiveConsent, notices, records, subjects, withdrawal
from sayso.consent.contacts import contact_tag
from sayso.consent.proof import MANDATORY, missing
from sayso.consent.tables import ConsentPurposeRow, SubjectRow, TombstoneRow
from sayso.errors import RefusedError, UsageError
from sayso.values import Consent, Purpose

from .conftest import DAY, NOW, YEAR, House, ended_keys


def refusal(house: House, subject_id: str, purpose: Purpose, at: datetime = NOW, collection: int | None = None) -> str:
    """The rule by which a live consent is refused."""
    with house.database.begin() as session, pytest.raises(RefusedError) as refused:
        records.live(session, subject_id, purpose, at, collection_id=collection)
    return refused.value.reasons[0].rule


def test_saying_yes_makes_a_record_a_key_per_purpose_and_a_living_consent(house: House) -> None:
    subject, consents = house.say_yes(purposes=[Purpose.FIND, Purpose.SHARE], collections=[1, 2])
    assert subject.label == "Ada Berg"
    assert house.keys.holds(f"record-{subject.id}")
    assert {consent.purpose for consent in consents} == {Purpose.FIND, Purpose.SHARE}
    assert len({consent.key_id for consent in consents}) == 2
    assert all(house.keys.holds(consent.key_id) for consent in consents)
    with house.database.begin() as session:
        for consent in consents:
            assert records.live(session, subject.id, consent.purpose, NOW, collection_id=2).consent == consent


def test_F1_nobody_makes_a_live_consent_without_the_check() -> None:
    consent = Consent(1, "ab", Purpose.FIND, (1,), 1, NOW, NOW + YEAR, "data-1")
    with pytest.raises(TypeError, match=r"records\.live"):
        LiveConsent(consent, object())


def test_F1_never_asked_withdrawn_expired_and_other_collection_are_refused(house: House) -> None:
    subject, _ = house.say_yes()
    assert refusal(house, "0123456789abcdef", Purpose.FIND) == "F1"
    assert refusal(house, subject.id, Purpose.FIND, NOW + YEAR) == "F1"
    assert refusal(house, subject.id, Purpose.FIND, NOW, 2) == "F1"
    with house.database.begin() as session:
        assert records.live(session, subject.id, Purpose.FIND, NOW + YEAR - DAY, collection_id=1)
        withdrawal.begin(session, house.keys, subject.id, NOW)
    assert refusal(house, subject.id, Purpose.FIND) == "F1"


@pytest.mark.parametrize("given", list(Purpose))
def test_F2_each_purpose_allows_itself_and_no_other(house: House, given: Purpose) -> None:
    subject, _ = house.say_yes(purposes=[given])
    for asked in Purpose:
        if asked is given:
            with house.database.begin() as session:
                assert records.live(session, subject.id, asked, NOW, collection_id=1).consent.purpose is given
        else:
            assert refusal(house, subject.id, asked, NOW, 1) == "F2"


def test_F2_a_yes_cannot_name_more_than_the_invite(house: House) -> None:
    with house.database.begin() as session, pytest.raises(RefusedError) as refused:
        house.agree(session, house.invite(session), [Purpose.FIND, Purpose.SHOW])
    assert refused.value.reasons[0].rule == "F2"
    with house.database.begin() as session:
        assert session.scalars(select(SubjectRow)).all() == []


def test_L3_a_changed_notice_must_be_read_before_saying_yes(house: House) -> None:
    with house.database.begin() as session:
        token = house.invite(session)
        notices.publish(session, "A new text.", "en", NOW)
    with house.database.begin() as session, pytest.raises(RefusedError, match="has changed"):
        house.agree(session, token, notice_version=1)
    with house.database.begin() as session, pytest.raises(UsageError, match="not published in 'fr'"):
        house.agree(session, token, notice_version=2, language="fr")
    with house.database.begin() as session:
        _, consents = house.agree(session, token, notice_version=2)
    assert consents[0].notice_version == 2


def test_F1_a_changed_notice_needs_consent_again_and_a_translation_does_not(house: House) -> None:
    subject, (before,) = house.say_yes(collections=[1, 2])
    with house.database.begin() as session:
        notices.publish(session, "Nous cherchons votre visage si vous dites oui.", "fr", NOW, version=1)
        living = records.live(session, subject.id, Purpose.FIND, NOW)
        assert records.still(session, living, NOW)
        assert records.waiting(session, NOW) == []
        notices.publish(session, "A new text.", "en", NOW)
        assert not records.still(session, living, NOW)
        assert records.gallery(session, Purpose.FIND, 1, NOW) == []
        assert records.waiting(session, NOW) == [subject.id]
        assert [one.consent.id for one in records.given(session, subject.id, NOW)] == [before.id]
        for collection in (None, 1):
            with pytest.raises(RefusedError, match="notice has changed since this person said yes"):
                records.live(session, subject.id, Purpose.FIND, NOW, collection_id=collection)
    again, (after,) = house.say_yes(collections=[1], now=NOW + DAY)
    assert (again.id, after.key_id) == (subject.id, before.key_id)
    with house.database.begin() as session:
        assert records.live(session, subject.id, Purpose.FIND, NOW + DAY).consent.collections == (1,)
        assert len(records.gallery(session, Purpose.FIND, 1, NOW + DAY)) == 1
        assert records.gallery(session, Purpose.FIND, 2, NOW + DAY) == []
        # Collection 2 was not said yes to again.
        with pytest.raises(RefusedError, match="notice has changed"):
            records.live(session, subject.id, Purpose.FIND, NOW + DAY, collection_id=2)
        assert records.waiting(session, NOW + DAY) == [subject.id]
        withdrawal.begin(session, house.keys, subject.id, NOW + DAY)
        assert records.waiting(session, NOW + DAY) == []


def test_L3_consents_stand_when_only_the_wording_changed_and_fall_when_the_meaning_did(house: House) -> None:
    subject, _ = house.say_yes()
    with house.database.begin() as session:
        worded = notices.publish(session, "If you say yes, we look for your face.", "en", NOW, same_meaning=True)
        notices.publish(session, "Nous cherchons.", "fr", NOW, version=worded.version)
        assert worded.same_meaning
        assert records.live(session, subject.id, Purpose.FIND, NOW, collection_id=1).consent.notice_version == 1
        notices.publish(session, "We look for you. You can say no.", "en", NOW, for_children=True)
        assert records.live(session, subject.id, Purpose.FIND, NOW, collection_id=1)
        notices.publish(session, "We look for your face, and sell it.", "en", NOW)
        notices.publish(session, "We look for your face, and sell that.", "en", NOW, same_meaning=True)
    assert refusal(house, subject.id, Purpose.FIND) == "F1"


def test_only_a_later_version_can_mean_the_same(house: House) -> None:
    with house.database.begin() as session:
        with pytest.raises(UsageError, match="no earlier notice"):
            notices.publish(session, "Autre chose.", "fr", NOW, version=1, same_meaning=True)
        with pytest.raises(UsageError, match="no earlier notice"):
            notices.publish(session, "For children.", "en", NOW, for_children=True, same_meaning=True)


def test_a_yes_needs_a_purpose_and_a_later_end(house: House) -> None:
    with house.database.begin() as session:
        token = house.invite(session)
        with pytest.raises(UsageError, match="at least one purpose"):
            house.agree(session, token, [])
        with pytest.raises(UsageError, match="expired already"):
            house.agree(session, token, expires=NOW)


def test_a_second_invite_of_the_same_contact_joins_the_record_and_keeps_the_key(house: House) -> None:
    first, (old,) = house.say_yes("Ada Berg", [Purpose.FIND], [1])
    second, consents = house.say_yes(" ada  BERG", [Purpose.FIND, Purpose.SHOW], [2], NOW + DAY, NOW + 30 * DAY)
    assert second == first
    find, show = consents
    assert (find.id, find.key_id, find.collections) == (old.id, old.key_id, (1, 2))
    assert show.collections == (2,)
    with house.database.begin() as session:
        assert records.live(session, first.id, Purpose.FIND, NOW + 40 * DAY, collection_id=1)
    assert refusal(house, first.id, Purpose.FIND, NOW + 40 * DAY, 2) == "F1"
    assert refusal(house, first.id, Purpose.SHOW, NOW + DAY, 1) == "F1"


def test_F8_the_gallery_holds_the_people_of_one_purpose_and_one_collection_who_say_yes_now(house: House) -> None:
    ada, _ = house.say_yes("Ada", [Purpose.FIND], [1, 2])
    bo, _ = house.say_yes("Bo", [Purpose.FIND, Purpose.SHOW], [1])
    cem, _ = house.say_yes("Cem", [Purpose.SHOW], [1])
    dana, _ = house.say_yes("Dana", [Purpose.FIND], [1], expires=NOW + DAY)

    def gallery(purpose: Purpose, collection: int, at: datetime = NOW) -> set[str]:
        with house.database.begin() as session:
            return {one.consent.subject_id for one in records.gallery(session, purpose, collection, at)}

    assert gallery(Purpose.FIND, 1) == {ada.id, bo.id, dana.id}
    assert gallery(Purpose.FIND, 1, NOW + DAY) == {ada.id, bo.id}
    assert gallery(Purpose.FIND, 2) == {ada.id}
    assert gallery(Purpose.SHOW, 1) == {bo.id, cem.id}
    with house.database.begin() as session:
        withdrawal.begin(session, house.keys, bo.id, NOW, [Purpose.FIND])
        subjects.freeze(session, ada.id, NOW)
    assert gallery(Purpose.FIND, 1) == {dana.id}
    assert gallery(Purpose.SHOW, 1) == {bo.id, cem.id}
    with house.database.begin() as session:
        subjects.unfreeze(session, ada.id)
    assert gallery(Purpose.FIND, 2) == {ada.id}


def test_the_gallery_and_the_single_check_agree(house: House) -> None:
    ada, _ = house.say_yes("Ada", [Purpose.FIND], [1, 2])
    house.say_yes("Ada", [Purpose.FIND], [2, 3], NOW + DAY, NOW + 9 * DAY)
    with house.database.begin() as session:
        for collection in (1, 2, 3):
            (one,) = records.gallery(session, Purpose.FIND, collection, NOW + DAY)
            assert one == records.live(session, ada.id, Purpose.FIND, NOW + DAY, collection_id=collection)


def test_F6_a_frozen_person_is_refused_everything_and_cannot_agree(house: House) -> None:
    subject, _ = house.say_yes()
    with house.database.begin() as session:
        subjects.freeze(session, subject.id, NOW)
        token = house.invite(session)
    assert refusal(house, subject.id, Purpose.FIND) == "F6"
    with house.database.begin() as session, pytest.raises(RefusedError, match="frozen"):
        house.agree(session, token)
    with house.database.begin() as session:
        subjects.unfreeze(session, subject.id)
        assert records.live(session, subject.id, Purpose.FIND, NOW)


def test_L3_the_record_validates_before_and_after_withdrawal(house: House) -> None:
    subject, _ = house.say_yes(purposes=[Purpose.FIND, Purpose.SHOW], collections=[4])
    with house.database.begin() as session:
        (before,) = records.history(session, house.keys, subject.id)
        key_ids = withdrawal.begin(session, house.keys, subject.id, NOW + DAY)
        withdrawal.finish(session, subject.id)
    house.keys.destroy(key_ids)
    with house.database.begin() as session:
        (after,) = records.history(session, house.keys, subject.id)
    assert missing(before) == missing(after) == ()
    assert before["pii_principal_id"] == subject.id
    assert before["purpose"] == ["find", "show"]
    assert before["validity_duration"] == "P365D"
    assert before["event_time"] == "2026-05-01T12:00:00Z"
    assert before["privacy_notice"]["version"] == 1
    assert "Ada" not in str(before)
    assert [event["event_state"] for event in after["events"]] == ["given", "given", "withdrawn", "withdrawn"]
    assert after["events"][-1]["event_time"] == "2026-05-02T12:00:00Z"
    assert before["states"] == {"find": "given", "show": "given"}
    assert after["states"] == {"find": "withdrawn", "show": "withdrawn"}
    assert {name: before[name] for name in MANDATORY} == {name: after[name] for name in MANDATORY}


@settings(max_examples=50, deadline=None)
@given(lost=st.sets(st.sampled_from(MANDATORY), min_size=1))
def test_a_record_that_lacks_a_mandatory_field_is_not_valid(lost: set[str]) -> None:
    whole = dict.fromkeys(MANDATORY, "x")
    assert missing(whole) == ()
    assert set(missing({name: text for name, text in whole.items() if name not in lost})) == lost


def test_expiry_ends_the_purpose_names_its_key_and_leaves_no_tombstone_of_the_contact(house: House) -> None:
    subject, (find, show) = house.say_yes(purposes=[Purpose.FIND, Purpose.SHOW], expires=NOW + DAY)
    other, _ = house.say_yes("Bo")
    with house.database.begin() as session:
        assert records.next_expiry(session) == NOW + DAY
        doomed = withdrawal.begin(session, house.keys, subject.id, NOW + DAY, ran_out=True)
        assert doomed == (find.key_id, show.key_id)
        assert records.next_expiry(session) == NOW + YEAR
        tag = contact_tag(house.keys, "Ada Berg")
        assert session.get(TombstoneRow, tag) is None
        assert set(ended_keys(session)) == {find.key_id, show.key_id}
        assert {one.state for one in records.of_subject(session, subject.id)} == {"expired"}
        assert {one.state for one in records.of_subject(session, other.id)} == {"given"}
        assert records.history(session, house.keys, subject.id)[0]["events"][-1]["event_state"] == "expired"


def test_what_ran_out_gets_a_new_key_when_the_person_says_yes_again(house: House) -> None:
    subject, (old,) = house.say_yes(expires=NOW + DAY)
    again, (new,) = house.say_yes(now=NOW + 2 * DAY)
    assert again.id == subject.id
    assert new.key_id != old.key_id
    with house.database.begin() as session:
        assert ended_keys(session) == (old.key_id,)
        assert [one.state for one in records.of_subject(session, subject.id)] == ["expired", "given"]


def test_F1_the_database_refuses_a_second_given_row_an_unknown_state_and_a_row_without_a_record(house: House) -> None:
    house.say_yes()
    columns = "consent_id, subject_id, purpose, state, key_id, given_at, expires_at"
    copy = f"INSERT INTO consent_purposes ({columns}) SELECT "
    attempts = [
        copy + "consent_id, subject_id, purpose, state, 'data-x', given_at, expires_at FROM consent_purposes",
        copy + "consent_id, subject_id, 'show', 'assumed', 'data-y', given_at, expires_at FROM consent_purposes",
        copy + "999, subject_id, 'show', state, 'data-z', given_at, expires_at FROM consent_purposes",
    ]
    for attempt in attempts:
        with house.database.engine.connect() as connection, pytest.raises(IntegrityError):
            connection.execute(text(attempt))
    with house.database.begin() as session:
        assert len(session.scalars(select(ConsentPurposeRow)).all()) == 1


def test_a_subject_is_found_by_id_and_by_label_and_nobody_by_a_guess(house: House) -> None:
    ada, _ = house.say_yes("Ada Berg")
    bo, _ = house.say_yes("Bo")
    with house.database.begin() as session:
        assert subjects.resolve(session, house.keys, "ADA  berg") == ada
        assert subjects.resolve(session, house.keys, bo.id) == bo
        assert subjects.list_all(session, house.keys) == sorted([ada, bo], key=lambda one: one.id)
        for unknown in ("Ada", "", "0123456789abcdef"):
            with pytest.raises(UsageError, match="Nobody"):
                subjects.resolve(session, house.keys, unknown)
    house.say_yes(ada.id)
    with house.database.begin() as session, pytest.raises(UsageError, match="another person's label"):
        subjects.resolve(session, house.keys, ada.id)
