"""F11: nobody enrols with another's face: a witness who is not the inviter, a quota, and the contact's confirmation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sayso import policy
from sayso.archive import Archive
from sayso.errors import RefusedError, SaysoError
from sayso.policy import load_pack
from sayso.values import Purpose, Role
from tests.house import COLLECTION, OPERATOR, OTHER_WITNESS, SECOND, WITNESS, WREN, House, captures_of


def _enrol(archive: Archive, label: str, witness: str | None) -> None:
    token = archive.people.invite(label, purposes=[Purpose.FIND], collections=[COLLECTION])
    archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P10", 1), witness=witness)


@pytest.mark.parametrize("witness", [OPERATOR, "Anna", " ANNA ", None, "", WREN, "Wren@Example.org"])
def test_F11_the_witness_is_neither_the_inviter_nor_the_person(house: House, witness: str | None) -> None:
    with house.open() as archive:
        archive.accounts.new(WREN, Role.REVIEWER)
        with pytest.raises(SaysoError) as refused:
            _enrol(archive, WREN, witness)
    if isinstance(refused.value, RefusedError):
        assert "F11" in {reason.rule for reason in refused.value.reasons}
    assert house.rows("SELECT (SELECT count(*) FROM templates) + (SELECT count(*) FROM subjects)") == [(0,)]


def test_F11_one_witness_vouches_for_a_quota_a_day_and_no_more(house: House) -> None:
    quota = policy.witness_quota([load_pack("EU")])
    with house.open() as archive:
        for number in range(quota):
            _enrol(archive, f"guest{number}@example.org", WITNESS)
        with pytest.raises(RefusedError) as refused:
            _enrol(archive, "guest-too-many@example.org", WITNESS.upper())
        assert {reason.rule for reason in refused.value.reasons} == {"F11"}
        _enrol(archive, "guest-too-many@example.org", OTHER_WITNESS)
        house.clock.move(timedelta(hours=25))
        _enrol(archive, "guest-next-day@example.org", WITNESS)
    assert house.rows("SELECT count(*) FROM templates") == [(quota + 2,)]


def test_F11_a_template_sleeps_until_the_contact_confirms(house: House) -> None:
    purposes = [Purpose.FIND, Purpose.VERIFY]
    with house.open() as archive:
        token = archive.people.invite(WREN, purposes=purposes, collections=[COLLECTION])
        done = archive.people.enrol(token, purposes=purposes, captures=captures_of("P10"), witness=WITNESS)
        for act in (
            lambda: archive.people.find(collection=COLLECTION),
            lambda: archive.people.find(subject=WREN, collection=COLLECTION),
            lambda: archive.people.point(WREN, photo_id=1, face=1),
            lambda: archive.people.verify(WREN, captures=captures_of("P10"), witness=OTHER_WITNESS),
        ):
            with pytest.raises(RefusedError):
                act()
        assert archive.status().counts.measured == 0
        with pytest.raises(SaysoError, match="not known"):
            archive.people.confirm("wrong-code")
        assert done.confirm_code is not None
        archive.people.confirm(done.confirm_code)
        assert archive.people.find(collection=COLLECTION)[0].matched >= 2
        with pytest.raises(SaysoError, match="already"):
            archive.people.confirm(done.confirm_code)


def test_F11_a_second_unconfirmed_enrolment_puts_the_template_to_sleep_again(enrolled: House) -> None:
    enrolled.enrol(WREN, "P26", confirm=False)
    with enrolled.open() as archive, pytest.raises(RefusedError) as refused:
        archive.people.find(subject=WREN, collection=COLLECTION)
    assert {reason.rule for reason in refused.value.reasons} == {"F11"}


def test_F11_one_confirmation_does_not_wake_what_another_enrolment_made(house: House) -> None:
    house.enrol(WREN, "P26", confirm=False)
    house.enrol(WREN, "P10", purposes=[Purpose.VERIFY])
    with house.open() as archive, pytest.raises(RefusedError) as refused:
        archive.people.find(subject=WREN, collection=COLLECTION)
    assert {reason.rule for reason in refused.value.reasons} == {"F11"}


def test_F11_a_confirmation_code_expires(house: House) -> None:
    with house.open() as archive:
        token = archive.people.invite(WREN, purposes=[Purpose.FIND], collections=[COLLECTION])
        done = archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P10"), witness=WITNESS)
    house.clock.move(timedelta(days=15))
    assert done.confirm_code is not None
    with house.open() as archive, pytest.raises(SaysoError, match="expired"):
        archive.people.confirm(done.confirm_code)


def test_F11_the_ledger_marks_a_witnessed_enrolment_with_both_names(enrolled: House) -> None:
    with enrolled.open() as archive:
        facts = [dict(entry.facts) for entry in archive.ledger.list() if entry.verb == "enrol"]
    assert [(one["invited_by"], one["witnessed"]) for one in facts] == [(OPERATOR, WITNESS)] * 2


@pytest.mark.parametrize("witness", ["nobody-v1", "nobody-v2"])
def test_F11_a_typed_name_that_is_nobodys_account_vouches_for_nothing(enrolled: House, witness: str) -> None:
    with enrolled.open() as archive:
        with pytest.raises(RefusedError, match=r"\[F11.*sayso account new NAME --role reviewer") as refused:
            _enrol(archive, "late@example.org", witness)
        assert {reason.rule for reason in refused.value.reasons} == {"F11"}
    assert enrolled.rows("SELECT count(*) FROM enrolments") == [(2,)]


def test_F11_a_closed_account_vouches_for_nothing(house: House) -> None:
    with house.open() as archive:
        archive.accounts.disable(WITNESS)
        with pytest.raises(RefusedError, match="no open account"):
            _enrol(archive, WREN, WITNESS)
        _enrol(archive, WREN, OTHER_WITNESS)


def test_F11_who_verifies_names_a_witness_who_is_known(house: House) -> None:
    house.enrol(WREN, "P10", purposes=[Purpose.VERIFY])
    with house.open() as archive:
        with pytest.raises(RefusedError, match="no open account"):
            archive.people.verify(WREN, captures=captures_of("P10"), witness="nobody-v1")
        assert archive.people.verify(WREN, captures=captures_of("P10"), witness=OTHER_WITNESS)


def test_F11_the_ledger_tells_when_the_account_that_enrolled_also_confirms(house: House) -> None:
    house.enrol(WREN, "P10")
    with house.open() as archive:
        token = archive.people.invite("robin@example.org", purposes=[Purpose.FIND], collections=[COLLECTION])
        done = archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P26"), witness=WITNESS)
    with house.open(SECOND) as archive:
        archive.people.confirm(str(done.confirm_code))
        told = [(one.actor, dict(one.facts)) for one in archive.ledger.list() if one.verb == "confirm"]
    assert told == [(OPERATOR, {"same_account": "yes"}), (SECOND, {})]
