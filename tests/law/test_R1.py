"""R1: for each collection there is a notice to print and post, made from live facts."""

from __future__ import annotations

from pathlib import Path

from sayso.archive import Kind
from sayso.values import Reach
from tests.house import COLLECTION, CONTACT, CONTROLLER, House


def notice(house: House, collection: str, language: str = "en") -> str:
    with house.open() as archive:
        return archive.papers.document(Kind.BYSTANDER_NOTICE, language=language, collection=collection).markdown


def test_R1_the_notice_tells_reach_basis_contact_regulator_and_how_to_hide(house: House) -> None:
    english, french = notice(house, COLLECTION), notice(house, COLLECTION, "fr")
    for text in (english, french):
        assert COLLECTION in text
        assert CONTROLLER in text
        assert CONTACT in text
        assert "edpb.europa.eu" in text
        assert "swept" in text
        assert "synthetic-people" in text
    assert "Every face in these photos may be measured: in memory" in english
    assert "You can have your face closed" in english
    assert "No account, no template, no reason." in english
    assert "Chaque visage de ces photos peut être mesuré" in french
    assert "Vous pouvez faire masquer votre visage" in french


def test_R1_the_notice_follows_the_live_facts(house: House) -> None:
    house.collection("Winter ball", reach=Reach.POINTED)
    text = notice(house, "Winter ball")
    assert "Only a face that a consenting person points at is measured." in text
    assert "The photos are kept until the operator deletes them; no day is set." in text
    assert COLLECTION not in text
    assert "Every face" not in text
    with house.open() as archive:
        archive.collections.delete("Winter ball")
        assert "Winter ball" not in archive.papers.document(Kind.BYSTANDER_NOTICE).markdown


def test_R1_the_command_writes_a_page_to_print(house: House, tmp_path: Path) -> None:
    to = tmp_path / "notice.html"
    done = house.cli("document", "bystander-notice", "-c", COLLECTION, "--language", "fr", "--to", to)
    assert done.returncode == 0, done.stderr
    page = to.read_text("utf-8")
    assert "@media print" in page
    assert '<html lang="fr">' in page
    assert CONTACT in page
    assert "biométri" not in page.split("<body")[1]
