"""F9: the packs that people bring along count in every decision about them, beside the archive's and the place's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from sayso.archive import Archive
from sayso.errors import RefusedError, UsageError
from sayso.values import Guardian, Purpose, Youth
from tests.conftest import MakeHouse
from tests.house import COLLECTION, ROBIN, WITNESS, WREN, House, captures_of
from tests.policy.packs import pack_text

CAI = "Commission d’accès à l’information"


def _say_yes(
    archive: Archive,
    label: str,
    *,
    invited: Sequence[str] = (),
    declared: Sequence[str] = (),
    person: str | None = None,
    purposes: Sequence[Purpose] = (Purpose.FIND,),
) -> str:
    token = archive.people.invite(label, purposes=purposes, collections=[COLLECTION], packs=invited)
    captures = captures_of(person) if person else []
    witness = WITNESS if person else None
    done = archive.people.enrol(token, purposes=purposes, captures=captures, witness=witness, packs=declared)
    return done.subject.id


def _own_pack(folder: Path, text: str) -> Path:
    path = folder / "XX.toml"
    path.write_text(text.replace('languages = ["de"]', "languages = []"), encoding="utf-8")
    return path


def _rules(refused: RefusedError) -> set[str]:
    return {reason.rule for reason in refused.reasons}


@pytest.mark.parametrize("who", ["invited", "declared"])
def test_F9_who_lives_elsewhere_enrols_only_as_the_law_there_allows(house: House, who: str) -> None:
    packs = {who: ["CA-QC"]}
    with house.open() as archive:
        with pytest.raises(RefusedError) as refused:
            _say_yes(archive, WREN, person="P10", **packs)
        assert "L2" in _rules(refused.value), "Québec asks for declarations; the archive and the place do not"
        assert house.rows("SELECT count(*) FROM subjects") == [(0,)]
        _say_yes(archive, ROBIN, person="P26")


def test_F9_law_check_tells_what_the_packs_of_people_ask_for_and_declaring_it_lets_them_in(house: House) -> None:
    with house.open() as archive:
        assert archive.law.check() == []
        token = archive.people.invite(WREN, purposes=[Purpose.FIND], collections=[COLLECTION], packs=["CA-QC"])
        lacking = archive.law.check()
        assert {one.declaration for one in lacking} == {"biometric-system", "biometric-bank", ""}
        assert {one.where for one in lacking} == {("people under CA-QC",)}
        for name in ("biometric-system", "biometric-bank"):
            archive.law.declare(name, house.clock().date() - timedelta(days=70))
        archive.notices.publish("Nous cherchons votre visage si vous dites oui.", language="fr", version=1)
        assert archive.law.check() == []
        archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P10"), witness=WITNESS)


def test_F9_the_higher_age_of_consent_wins(new_house: MakeHouse) -> None:
    house = new_house()
    house.create(packs=["CA"]).close()
    house.collection()
    youth = Youth(f"{house.clock().year - 15}-01")
    with house.open() as archive:
        for packs, alone in (["EU"], False), ([], True):
            token = archive.people.invite(WREN, purposes=[Purpose.FIND], collections=[COLLECTION], packs=packs)
            if alone:
                archive.people.enrol(token, purposes=[Purpose.FIND], youth=youth)
            else:
                with pytest.raises(RefusedError, match="Below 16"):
                    archive.people.enrol(token, purposes=[Purpose.FIND], youth=youth)


def test_F9_every_use_of_a_template_is_asked_of_the_packs_of_its_owner(found: House, tmp_path: Path) -> None:
    text = pack_text("XX").replace("after_contact_years = 2", "after_contact_years = 0")
    clock = 'actions = ["use-template"]\nafter_purpose'
    assert clock in text
    wider = clock.replace('["use', '["measure-point", "verify", "deliver", "use')
    with found.open() as archive:
        archive.law.add(_own_pack(tmp_path, text.replace(clock, wider)))
        subject = _say_yes(archive, ROBIN, declared=["XX"], purposes=[Purpose.FIND, Purpose.VERIFY])
        photo = archive.people.photos(WREN)[0].photo.id
        uses = (
            lambda: archive.people.find(subject=ROBIN),
            lambda: archive.people.point(ROBIN, photo_id=photo, face=1),
            lambda: archive.people.verify(ROBIN, captures=captures_of("P26"), witness=WITNESS),
            lambda: archive.people.album(ROBIN, tmp_path / "robin"),
        )
        for use in uses:
            with pytest.raises(RefusedError) as refused:
                use()
            assert _rules(refused.value) == {"L7"}
        assert [one.subjects for one in archive.people.find()] == [1], "only the other one is searched for"
        archive.people.album(WREN, tmp_path / "wren")
        assert archive.tend().consents_expired == 1
        assert [one.label for one in archive.people.list()] == [WREN]
        assert subject not in {one.id for one in archive.people.list()}


def test_F9_the_longer_proof_period_wins(house: House, tmp_path: Path) -> None:
    with house.open() as archive:
        archive.law.add(_own_pack(tmp_path, pack_text("XX").replace("years = 2", "years = 9", 1)))
        _say_yes(archive, WREN)
        _say_yes(archive, ROBIN, invited=["XX"])
        for label in (WREN, ROBIN):
            archive.people.withdraw(label)
    house.clock.move(timedelta(days=4 * 366))
    with house.open() as archive:
        assert archive.tend().proofs_deleted == 1, "under the archive's own pack three years are enough"
    house.clock.move(timedelta(days=6 * 366))
    with house.open() as archive:
        assert archive.tend().proofs_deleted == 1


def test_F9_receipt_export_and_album_name_the_packs_of_the_person_and_their_regulators(
    found: House, tmp_path: Path
) -> None:
    with found.open() as archive:
        before = archive.papers.receipt(ROBIN)
        assert CAI not in str(before.data) + before.page.html
        subject = _say_yes(archive, ROBIN, declared=["CA-QC"])
        receipt = archive.papers.receipt(ROBIN)
        held = archive.papers.export(ROBIN, tmp_path / "out")
        archive.people.album(ROBIN, tmp_path / "album")
        other = archive.papers.receipt(WREN)
        written = [*(tmp_path / "out").rglob("*.html"), *(tmp_path / "album").rglob("index.html")]
        pages = [path.read_text("utf-8") for path in written]
        archive.people.withdraw(ROBIN)
        after = archive.papers.receipt(subject)
    record = receipt.data["consent_records"][-1]
    assert (record["jurisdiction"], record["jurisdiction_of_principal"]) == ("EU, CA-QC", ["CA-QC"])
    assert held.data["subject"]["packs"] == ["CA-QC"]
    assert len(pages) == 4
    for text in (receipt.page.html, str(receipt.linked), str(after.data), *pages):
        assert CAI in text
    assert CAI not in str(other.data) + other.page.html


def test_F9_a_later_yes_adds_packs_and_takes_none_away(house: House) -> None:
    with house.open() as archive:
        for packs in (["CA-QC"], ["US-IL"], []):
            subject = _say_yes(archive, WREN, declared=packs)
        records = archive.papers.receipt(subject).data["consent_records"]
    assert [one["jurisdiction"] for one in records] == ["EU, CA-QC", "EU, CA-QC, US-IL", "EU, CA-QC, US-IL"]


def test_F9_the_packs_of_a_child_stay_with_the_invite_on_coming_of_age(house: House) -> None:
    with house.open() as archive:
        archive.notices.publish("Plain words.", for_children=True)
        token = archive.people.invite(
            WREN,
            purposes=[Purpose.FIND],
            collections=[COLLECTION],
            guardian=Guardian("Maria", "parent"),
            packs=["CA"],
        )
        soon = house.clock() + timedelta(days=45)
        youth = Youth(f"{soon.year - 18}-{soon.month:02}", guardian_agrees=True, child_told=True)
        archive.people.enrol(token, purposes=[Purpose.FIND], youth=youth)
    house.clock.move(timedelta(days=100))
    with house.open() as archive:
        (anew,) = archive.tend().invited_anew
        done = archive.people.enrol(anew.token, purposes=[Purpose.FIND])
        record = archive.papers.receipt(done.subject.id).data["consent_records"][-1]
    assert record["jurisdiction"] == "EU, CA"


def test_F9_where_somebody_lives_is_not_kept_in_clear_nor_after_they_withdrew(house: House) -> None:
    with house.open() as archive:
        subject = _say_yes(archive, WREN, invited=["CA-QC"])
        archive.people.invite(ROBIN, purposes=[Purpose.FIND], collections=[COLLECTION], packs=["CA-QC"])
        kept = b"".join(path.read_bytes() for path in house.database.parent.glob("sayso.db*"))
        assert b"CA-QC" not in kept
        assert house.rows("SELECT count(*) FROM invites WHERE sealed_packs IS NOT NULL") == [(1,)], "the open one"
        archive.people.withdraw(subject)
    assert house.rows("SELECT sealed_packs FROM subjects") == [(None,)]


def test_F9_an_unknown_pack_is_named_before_anything_is_kept(house: House) -> None:
    with house.open() as archive:
        with pytest.raises(UsageError, match="no law pack 'XX'"):
            archive.people.invite(WREN, purposes=[Purpose.FIND], collections=[COLLECTION], packs=["XX"])
        token = archive.people.invite(WREN, purposes=[Purpose.FIND], collections=[COLLECTION])
        with pytest.raises(UsageError, match="no law pack 'XX'"):
            archive.people.enrol(token, purposes=[Purpose.FIND], packs=["XX"])
        archive.people.enrol(token, purposes=[Purpose.FIND])
