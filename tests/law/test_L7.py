"""L7: a public policy before the first enrolment, and a template that is destroyed when its clock runs out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sayso.archive import Archive
from sayso.consent import invites, notices, records
from sayso.errors import RefusedError
from sayso.finding.enrol import VALIDITY
from sayso.values import Purpose, Reach

from ..house import WITNESS, WREN, House, captures_of

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
MakeHouse = Callable[[], House]


@pytest.fixture
def chicago(new_house: MakeHouse) -> House:
    house = new_house()
    with house.create(packs=("US-IL",)) as archive:
        archive.collections.new("Party")
    return house


def enrol(archive: Archive) -> str:
    token = archive.people.invite(WREN, purposes=[Purpose.FIND], collections=["Party"])
    done = archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P10"), witness=WITNESS)
    assert done.confirm_code
    archive.people.confirm(done.confirm_code)
    return done.subject.id


def test_L7_nobody_enrols_before_the_policy_is_public(chicago: House) -> None:
    with chicago.open() as archive:
        with pytest.raises(RefusedError) as told:
            enrol(archive)
        assert "L7" in {reason.rule for reason in told.value.reasons}
        assert archive.status().templates == 0
        archive.law.publish_policy()
        enrol(archive)
        assert archive.status().templates == 1


def test_L7_a_template_is_destroyed_when_its_purpose_ended(chicago: House) -> None:
    with chicago.open() as archive:
        archive.law.publish_policy()
        enrol(archive)
        chicago.clock.move(VALIDITY - DAY)
        archive.tend()
        assert archive.status().templates == 1
        chicago.clock.move(2 * DAY)
        archive.tend()
        assert archive.status().templates == 0


@pytest.mark.parametrize(("packs", "years"), [(("US-IL",), 3), (("EU",), 5), (("US-TX",), 5), (("EU", "US-IL"), 3)])
def test_L7_illinois_destroys_three_years_after_the_last_contact_however_long_the_consent(
    new_house: MakeHouse, packs: tuple[str, ...], years: int
) -> None:
    house = new_house()
    with house.create(packs=packs) as archive:
        archive.collections.new("Party")
    with house.open() as archive:
        ground = archive._door.ground
        with ground.database.begin() as session:
            token = invites.create(
                session,
                ground.keys,
                label=WREN,
                purposes=[Purpose.FIND],
                collections=[1],
                invited_by="anna",
                now=ground.clock(),
                expires=ground.clock() + DAY,
            )
            records.agree(
                session,
                ground.keys,
                invites.open_invite(session, token, ground.clock()),
                purposes=[Purpose.FIND],
                notice_version=notices.current(session).version,
                language="en",
                jurisdiction=", ".join(packs),
                controller="The Photo Club",
                now=ground.clock(),
                expires=ground.clock() + 5 * YEAR,
            )
        house.clock.move(years * YEAR - DAY)
        assert archive.tend().consents_expired == 0
        assert len(ground.keys.ids("data-")) == 1
        house.clock.move(3 * DAY)
        assert archive.tend().consents_expired == 1
        assert ground.keys.ids("data-") == []


def test_L7_no_template_outlives_the_last_collection_that_it_was_given_for(chicago: House) -> None:
    with chicago.open() as archive:
        archive.law.publish_policy()
        enrol(archive)
        archive.collections.delete("Party")
        archive.tend()
        assert archive.status().templates == 0
        assert archive._door.ground.keys.ids("data-") == []


def test_L7_a_template_is_not_used_between_the_clock_and_the_next_tending(house: House) -> None:
    house.enrol(WREN, "P10")
    house.clock.move(VALIDITY + DAY)
    house.collection("Next", reach=Reach.SWEPT)
    with house.open() as archive, pytest.raises(RefusedError) as told:
        archive.people.find(subject=WREN)
    assert {reason.rule for reason in told.value.reasons} & {"F1", "F3"}
