"""L2: in Québec nobody enrols before both declarations were made, nor within 60 days of declaring the bank."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sayso.errors import RefusedError, UsageError
from tests.conftest import MakeHouse
from tests.house import WREN, House

BANK = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOTICE = "Nous cherchons votre visage dans les photos si vous dites oui."


@pytest.fixture
def quebec(new_house: MakeHouse) -> House:
    house = new_house()
    house.clock.at(NOON)
    house.create(packs=["CA-QC"], notice=NOTICE, language="fr").close()
    with house.open() as archive:
        archive.collections.new("Fête")
    return house


def _refusal(house: House) -> set[str]:
    """The rules by which an enrolment is refused now; empty when it goes through. ``law check`` says the same."""
    with house.open() as archive:
        lacking = {reason.rule for reason in archive.law.check()}
    try:
        house.enrol(WREN, "P10", collections=["Fête"], language="fr")
    except RefusedError as refused:
        rules = {reason.rule for reason in refused.reasons}
    else:
        rules = set()
    assert lacking == rules
    assert house.rows("SELECT count(*) FROM subjects") == [(0 if rules else 1,)]
    return rules


def test_L2_nobody_enrols_before_both_declarations(quebec: House) -> None:
    assert _refusal(quebec) == {"L2"}
    with quebec.open() as archive:
        archive.law.declare("biometric-system", BANK - timedelta(days=100))
    assert _refusal(quebec) == {"L2"}


def test_L2_nobody_enrols_with_the_bank_declared_alone(quebec: House) -> None:
    with quebec.open() as archive:
        archive.law.declare("biometric-bank", BANK - timedelta(days=100))
    assert _refusal(quebec) == {"L2"}


@pytest.mark.parametrize(("days", "may"), [(0, False), (1, False), (59, False), (60, True), (61, True)])
def test_L2_sixty_days_after_declaring_the_bank(quebec: House, days: int, may: bool) -> None:
    with quebec.open() as archive:
        archive.law.declare("biometric-system", BANK - timedelta(days=1))
        archive.law.declare("biometric-bank", BANK)
    quebec.clock.at(NOON + timedelta(days=days))
    assert _refusal(quebec) == (set() if may else {"L2"})


@pytest.mark.parametrize(("days", "may"), [(-1, False), (0, False), (1, True)])
def test_L2_the_system_is_declared_before_it_is_used(quebec: House, days: int, may: bool) -> None:
    with quebec.open() as archive:
        archive.law.declare("biometric-bank", BANK - timedelta(days=200))
        archive.law.declare("biometric-system", BANK)
    quebec.clock.at(NOON + timedelta(days=days))
    assert _refusal(quebec) == (set() if may else {"L2"})


def test_L2_the_pack_of_one_collection_is_checked_and_declared_for(empty_house: House) -> None:
    house = empty_house
    with house.open() as archive:
        archive.notices.publish(NOTICE, language="fr", version=1)
        archive.collections.new("Montréal", packs=["CA-QC"])
        archive.collections.new("Paris")
        lacking = archive.law.check()
        assert {one.declaration for one in lacking} == {"biometric-system", "biometric-bank"}
        assert {one.where for one in lacking} == {("Montréal",)}
        house.enrol(WREN, "P10", collections=["Paris"])
        with pytest.raises(RefusedError, match="L2"):
            house.enrol(WREN, "P10", collections=["Montréal"])
        for one in lacking:
            archive.law.declare(one.declaration, house.clock().date() - timedelta(days=70))
        assert archive.law.check() == []
        house.enrol(WREN, "P10", collections=["Montréal"])


def test_L2_a_declaration_that_nobody_asks_for_or_for_a_far_day_is_not_noted(quebec: House) -> None:
    today = quebec.clock().date()
    with quebec.open() as archive:
        with pytest.raises(UsageError, match="biometric-bank and biometric-system"):
            archive.law.declare("biometric-moon", today)
        with pytest.raises(UsageError, match="more than a year ahead"):
            archive.law.declare("biometric-bank", today.replace(year=2999))
        assert len(archive.law.check()) == 2
        archive.law.declare("biometric-bank", today + timedelta(days=360))
        assert not [entry for entry in archive.ledger.list() if "2999" in str(entry.facts)]
