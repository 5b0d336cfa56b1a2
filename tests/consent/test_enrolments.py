from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sayso.consent import enrolments, subjects, withdrawal
from sayso.consent.enrolments import Confirmed
from sayso.errors import RefusedError, SaysoError
from sayso.storage import Session
from sayso.values import Purpose

from .conftest import DAY, NOW, House


def vouch(
    house: House,
    session: Session,
    subject_id: str,
    witness: str = "Wim",
    now: datetime = NOW,
    quota: int = 3,
) -> str:
    return enrolments.witness(
        session,
        house.keys,
        subject_id=subject_id,
        inviter="olga",
        witness=witness,
        enrolled_by="otto",
        now=now,
        quota=quota,
    )


def test_F11_a_witnessed_enrolment_sleeps_until_the_invited_person_confirms(house: House) -> None:
    subject, _ = house.say_yes()
    with house.database.begin() as session:
        assert enrolments.awake(session, subject.id)  # nothing was witnessed
        code = vouch(house, session, subject.id)
        assert not enrolments.awake(session, subject.id)
        assert enrolments.confirm(session, code, NOW + DAY) == Confirmed(subject.id, "otto")
        assert enrolments.awake(session, subject.id)
        vouch(house, session, subject.id, now=NOW + 2 * DAY)
        assert not enrolments.awake(session, subject.id)


def test_F11_the_latest_confirmation_does_not_answer_for_an_earlier_enrolment(house: House) -> None:
    subject, _ = house.say_yes()
    with house.database.begin() as session:
        first = vouch(house, session, subject.id)
        second = vouch(house, session, subject.id, now=NOW + DAY)
        enrolments.confirm(session, second, NOW + DAY)
        assert not enrolments.awake(session, subject.id)
        enrolments.confirm(session, first, NOW + DAY)
        assert enrolments.awake(session, subject.id)


def test_F11_a_code_is_known_works_once_and_expires(house: House) -> None:
    subject, _ = house.say_yes()
    with house.database.begin() as session:
        code, late = vouch(house, session, subject.id), vouch(house, session, subject.id)
        with pytest.raises(SaysoError, match="not known"):
            enrolments.confirm(session, code + "x", NOW)
        enrolments.confirm(session, code, NOW)
        with pytest.raises(SaysoError, match="used already"):
            enrolments.confirm(session, code, NOW)
        with pytest.raises(SaysoError, match="expired"):
            enrolments.confirm(session, late, NOW + enrolments.CONFIRM_WITHIN)
        assert not enrolments.awake(session, subject.id)


@pytest.mark.parametrize("witness", ["olga", " OLGA ", "Ol\u200bga", "Ada Berg", "ada  BERG"])
def test_F11_neither_the_inviter_nor_the_subject_can_be_the_witness(house: House, witness: str) -> None:
    subject, _ = house.say_yes("Ada Berg")
    with house.database.begin() as session, pytest.raises(RefusedError) as refused:
        vouch(house, session, subject.id, witness)
    assert refused.value.reasons[0].rule == "F11"


def test_F11_one_more_than_the_quota_within_a_day_is_refused_per_witness(house: House) -> None:
    subject, _ = house.say_yes()
    with house.database.begin() as session:
        for hour in range(3):
            vouch(house, session, subject.id, now=NOW + timedelta(hours=hour))
        with pytest.raises(RefusedError, match="within 24 hours"):
            vouch(house, session, subject.id, " WIM", now=NOW + timedelta(hours=3))
        vouch(house, session, subject.id, "Vera", now=NOW + timedelta(hours=3))
        vouch(house, session, subject.id, now=NOW + DAY)
        with pytest.raises(RefusedError, match="within 24 hours"):
            vouch(house, session, subject.id, now=NOW + DAY)


def test_F1_nobody_is_enrolled_without_a_live_consent_that_needs_a_template(house: House) -> None:
    shown, _ = house.say_yes("Bo", [Purpose.SHOW, Purpose.SHARE])
    asked, _ = house.say_yes("Ada", [Purpose.FIND], expires=NOW + DAY)
    with house.database.begin() as session:
        with pytest.raises(RefusedError, match="allows a template"):
            vouch(house, session, shown.id)
        with pytest.raises(RefusedError, match="allows a template"):
            vouch(house, session, asked.id, now=NOW + DAY)
        vouch(house, session, asked.id)
        subjects.freeze(session, asked.id, NOW)
        with pytest.raises(RefusedError, match="frozen"):
            vouch(house, session, asked.id)
        withdrawal.begin(session, house.keys, asked.id, NOW)
        subjects.unfreeze(session, asked.id)
        with pytest.raises(RefusedError, match="allows a template"):
            vouch(house, session, asked.id)


def test_F11_every_witnessed_enrolment_is_on_the_overseers_list(house: House) -> None:
    subject, _ = house.say_yes()
    with house.database.begin() as session:
        code = vouch(house, session, subject.id, " Wim ")
        vouch(house, session, subject.id, "Vera", now=NOW + DAY)
        enrolments.confirm(session, code, NOW + DAY)
        listed = enrolments.marked(session, house.keys)
    assert [(one.witness, one.inviter, one.at, one.confirmed_at) for one in listed] == [
        ("Wim", "olga", NOW, NOW + DAY),
        ("Vera", "olga", NOW + DAY, None),
    ]
