"""F9: the packs of the operator, of the people and of the place cumulate, and the stricter one wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sayso.errors import RefusedError, UsageError
from sayso.values import Reach
from tests.conftest import MakeHouse
from tests.house import COLLECTION, WREN, House


def test_F9_no_archive_without_a_pack_and_none_is_a_default(new_house: MakeHouse) -> None:
    house = new_house()
    with pytest.raises((RefusedError, UsageError)):
        house.create(packs=[])
    assert not house.database.exists()
    done = house.cli("init")
    assert done.returncode == 2
    assert not house.database.exists()


def _rules(refused: RefusedError) -> set[str]:
    return {reason.rule for reason in refused.reasons}


def test_F9_a_second_pack_adds_its_rules_on_enrolment(new_house: MakeHouse) -> None:
    house = new_house()
    house.create(packs=["EU", "CA-QC"]).close()
    house.collection()
    with pytest.raises(RefusedError) as refused:
        house.enrol(WREN, "P10")
    assert {"L2", "F1"} <= _rules(refused.value), "Québec asks for declarations and for a notice in French"
    with house.open() as archive:
        assert {reason.rule for reason in archive.law.check()} >= {"L2", "F1"}
        archive.notices.publish("Nous cherchons votre visage si vous dites oui.", language="fr", version=1)
        archive.law.declare("biometric-system", date.today() - timedelta(days=70))
        archive.law.declare("biometric-bank", date.today() - timedelta(days=70))
        assert archive.law.check() == []
    house.enrol(WREN, "P10")


def test_F9_the_pack_of_the_place_counts_for_its_collection(empty_house: House) -> None:
    with empty_house.open() as archive:
        archive.collections.new("Chicago", packs=["US-IL"])
        archive.collections.new("Paris")
    with pytest.raises(RefusedError) as refused:
        empty_house.enrol(WREN, "P10", collections=["Chicago"])
    assert "L7" in _rules(refused.value), "Illinois asks for a public policy first"
    empty_house.enrol(WREN, "P10", collections=["Paris"])
    with empty_house.open() as archive:
        archive.law.publish_policy()
    empty_house.enrol(WREN, "P10", collections=["Chicago"])


def test_F9_a_basis_must_open_the_reach_under_every_pack(empty_house: House) -> None:
    how = replace(empty_house.widening(), basis="everyone-entered-consented")
    with empty_house.open() as archive:
        with pytest.raises(RefusedError) as refused:
            archive.collections.new("Both", packs=["CA-QC"], reach=Reach.SWEPT, widening=how)
        cited = [reason.citation for reason in refused.value.reasons if reason.rule == "F3"]
        assert len(cited) == 2, "the operator's pack and the place's each say why"
        assert any("LCCJTI" in one for one in cited)
        assert any("GDPR" in one for one in cited)
        archive.collections.new("Both", packs=["CA-QC"], reach=Reach.NARROWED, widening=how)


def test_F9_the_packs_of_the_archive_are_never_left_out(house: House) -> None:
    with house.open() as archive:
        made = archive.collections.new("Elsewhere", packs=["CA"])
        ground = archive._door.ground
        assert {pack.id for pack in ground.packs_of(made)} == {"EU", "CA"}
        assert {pack.id for pack in ground.packs_of(archive.collections.get(COLLECTION))} == {"EU"}
