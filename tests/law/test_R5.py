"""R5: privacy contact and regulator stand in each document, page and export, and in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sayso.archive import Kind, Told
from tests.house import CONTACT, ROBIN, WREN, House

REGULATOR = "European Data Protection Board"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_R5_every_document_names_contact_and_regulator_and_says_that_it_is_no_legal_advice(
    house: House, language: str
) -> None:
    with house.open() as archive:
        made = [archive.papers.document(kind, language=language) for kind in Kind]
        breach = archive.breaches.new("A memory card with photos was lost")
        made += [archive.breaches.notice(breach.id, whom, language=language) for whom in Told]
    for one in made:
        for text in (one.markdown, one.html):
            assert CONTACT in text
            assert REGULATOR in text
            assert ("not legal advice" if language == "en" else "pas un avis juridique") in text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_R5_receipt_export_and_album_name_contact_and_regulator(found: House, tmp_path: Path, language: str) -> None:
    with found.open() as archive:
        receipt = archive.papers.receipt(WREN, language=language)
        archive.papers.export(WREN, tmp_path / "out", language=language)
    pages = [path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.html")]
    assert len(pages) == 3
    for text in (*pages, receipt.page.html, json.dumps(receipt.data), json.dumps(receipt.linked)):
        assert CONTACT in text
        assert REGULATOR in text


def test_R5_the_regulator_of_a_collections_place_is_named_to_its_people(empty_house: House) -> None:
    with empty_house.open() as archive:
        archive.collections.new("Montréal", packs=["CA-QC"])
        archive.collections.new("Paris")
    montreal = empty_house.enrol(WREN, None, collections=["Montréal"])
    paris = empty_house.enrol(ROBIN, None, collections=["Paris"])
    with empty_house.open() as archive:
        for subject, also in ((montreal, True), (paris, False)):
            receipt = archive.papers.receipt(subject)
            for text in (receipt.page.html, json.dumps(receipt.data, ensure_ascii=False), str(receipt.linked)):
                assert REGULATOR in text
                assert ("Commission d’accès à l’information" in text) is also
