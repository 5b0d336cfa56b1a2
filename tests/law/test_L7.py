"""L7: in Illinois the public policy comes before the first enrolment, and the written release before the template."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sayso.errors import RefusedError
from sayso.values import Purpose
from tests.conftest import MakeHouse
from tests.house import COLLECTION, WITNESS, WREN, House, captures_of


@pytest.fixture
def illinois(new_house: MakeHouse) -> House:
    house = new_house()
    house.create(packs=["US-IL"]).close()
    house.collection(add=house.photos)
    return house


def test_L7_no_enrolment_before_the_policy_is_public(illinois: House) -> None:
    with illinois.open() as archive:
        assert {reason.rule for reason in archive.law.check()} == {"L7"}
        token = archive.people.invite(WREN, purposes=[Purpose.FIND], collections=[COLLECTION])
        with pytest.raises(RefusedError) as refused:
            archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P10"), witness=WITNESS)
        assert {reason.rule for reason in refused.value.reasons} == {"L7"}
        assert archive.status().templates == 0
        archive.law.publish_policy()
        assert archive.law.check() == []
        archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P10"), witness=WITNESS)
        assert archive.status().templates == 1
        verbs = [entry.verb for entry in archive.ledger.list()]
    assert verbs.index("law.declare") < verbs.index("enrol")


def test_L7_the_release_is_older_than_the_template(illinois: House) -> None:
    with illinois.open() as archive:
        archive.law.publish_policy()
    illinois.enrol(WREN, "P10")
    ((given, made),) = illinois.rows(
        "SELECT p.given_at, t.created_at FROM templates t JOIN consent_purposes p ON p.id = t.consent_purpose_id"
    )
    assert given <= made


@pytest.mark.parametrize(("years", "may"), [(0, True), (1, False), (3, False)])
def test_L7_nothing_is_found_once_the_purpose_has_ended(illinois: House, years: int, may: bool) -> None:
    with illinois.open() as archive:
        archive.law.publish_policy()
    illinois.enrol(WREN, "P10")
    illinois.clock.move(timedelta(days=365 * years))
    with illinois.open() as archive:
        if may:
            assert archive.people.find(subject=WREN, collection=COLLECTION)[0].matched
            return
        with pytest.raises(RefusedError):
            archive.people.find(subject=WREN, collection=COLLECTION)
        assert archive.status().counts.measured == 0
