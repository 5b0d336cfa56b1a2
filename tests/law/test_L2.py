"""L2: in Québec nobody enrols before both declarations were made, nor within 60 days of declaring the bank."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sayso.errors import RefusedError
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
