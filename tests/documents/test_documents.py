"""Documents say what is, in both languages, and nothing that somebody wrote can change their form."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sayso.archive import Document, Kind
from sayso.documents.pages import LANGUAGES, escaped
from sayso.errors import UsageError
from sayso.values import Reach
from tests.conftest import MakeHouse
from tests.house import COLLECTION, CONTROLLER, PEOPLE, House


def document(house: House, kind: Kind, language: str = "en", collection: str | None = None) -> Document:
    with house.open() as archive:
        return archive.papers.document(kind, language=language, collection=collection)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_every_document_is_whole_in_every_language(house: House, kind: Kind, language: str) -> None:
    made = document(house, kind, language)
    assert made.markdown.startswith(f"# {made.title}\n")
    assert f'<html lang="{language}">' in made.html
    assert CONTROLLER in made.html
    assert COLLECTION in made.html
    for leftover in ("{{", "{%", "None", "Undefined", "\n\n\n"):
        assert leftover not in made.markdown
    assert made.html.count("<h1>") == 1
    tables = re.findall(r"(?:^\|.*\n)+", made.markdown, re.MULTILINE)
    assert made.html.count("<table>") == len(tables)
    assert "<script" not in made.html
    assert "http" not in made.html


@pytest.mark.parametrize("kind", list(Kind))
def test_an_archive_without_a_collection_says_so(empty_house: House, kind: Kind) -> None:
    assert "There is no collection yet." in document(empty_house, kind).markdown
    assert "Il n’y a pas encore de collection." in document(empty_house, kind, "fr").markdown


def test_one_collection_can_be_chosen_and_an_unknown_one_or_language_is_refused(house: House) -> None:
    house.collection("Winter ball", reach=Reach.POINTED)
    both = document(house, Kind.RECORD)
    one = document(house, Kind.RECORD, collection=" winter BALL ")
    assert "### Summer party" in both.markdown
    assert "### Winter ball" in both.markdown
    assert "### Summer party" not in one.markdown
    assert "### Winter ball" in one.markdown
    with pytest.raises(UsageError, match="'Summer party', 'Winter ball'"):
        document(house, Kind.RECORD, collection="Spring fair")
    with pytest.raises(UsageError, match="no documents in 'de'"):
        document(house, Kind.RECORD, "de")


def test_the_policys_text_changes_with_what_it_says_and_not_with_time(empty_house: House) -> None:
    first = document(empty_house, Kind.POLICY)
    empty_house.clock.move(timedelta(days=40))
    assert document(empty_house, Kind.POLICY).sha256 == first.sha256
    assert document(empty_house, Kind.RECORD).markdown != first.markdown
    empty_house.collection("Winter ball", reach=Reach.POINTED)
    assert document(empty_house, Kind.POLICY).sha256 != first.sha256


def test_L7_publishing_the_policy_writes_the_hash_of_its_text_into_the_ledger(empty_house: House) -> None:
    texts = {language: document(empty_house, Kind.POLICY, language).sha256 for language in LANGUAGES}
    assert "not published yet" in document(empty_house, Kind.TRANSPARENCY).markdown
    with empty_house.open() as archive:
        archive.law.publish_policy()
        entry = archive.ledger.list()[-1]
    assert dict(entry.facts) == {
        "declaration": "public-policy",
        "sha256_en": texts["en"],
        "sha256_fr": texts["fr"],
    }
    page = document(empty_house, Kind.TRANSPARENCY).markdown
    assert texts["en"] in page
    assert "not published yet" not in page


def test_the_strictest_of_several_packs_is_told(new_house: MakeHouse) -> None:
    house = new_house()
    house.create(packs=["EU", "US-IL", "CA-QC"]).close()
    policy = document(house, Kind.POLICY).markdown
    assert "kept for 5 years" in policy
    assert "At the latest they are destroyed 3 years after the last contact" in policy
    for regulator in ("edpb.europa.eu", "illinoisattorneygeneral.gov", "cai.gouv.qc.ca"):
        assert regulator in policy
    french = document(house, Kind.POLICY, "fr").markdown
    assert "est gardée 5 ans" in french
    assert "au plus tard 3 ans après le dernier contact" in french


def test_error_rates_are_those_of_the_last_measurement_or_said_to_be_unmeasured(
    empty_house: House, tmp_path: Path
) -> None:
    for kind in (Kind.ASSESSMENT, Kind.TRANSPARENCY):
        assert "Not measured yet: run `sayso measure accuracy" in document(empty_house, kind).markdown
        assert "Pas encore mesuré" in document(empty_house, kind, "fr").markdown
    folder = tmp_path / "people"
    for number in range(1, 23):
        one = folder / f"P{number:02}"
        one.mkdir(parents=True)
        for photo in ("0.jpg", "1.jpg"):
            shutil.copy(PEOPLE / one.name / photo, one)
    with empty_house.open() as archive:
        report = archive.law.measure_accuracy(folder, basis="synthetic-people")
    (single,) = [one for one in report.verification if one.photos_enrolled == 1]
    assert single.eer.value is not None
    page = document(empty_house, Kind.ASSESSMENT)
    assert f"| EER, template of 1 | {single.eer.value * 100:.2f}%" in page.markdown
    assert "on 44 photos of 22 people" in page.markdown
    assert "Not measured yet" not in page.markdown
    assert f"| {report.counts.measured} | {report.counts.kept} | {report.counts.exposure} |" in page.markdown
    assert f"{single.eer.value * 100:.2f}".replace(".", ",") in document(empty_house, Kind.ASSESSMENT, "fr").markdown


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "a | b | c",
        "**bold** _and_ `code`",
        "# heading",
        "![x](http://example.org/x.png)",
        "&lt;b&gt; \\*",
    ],
)
def test_a_collections_name_is_only_ever_text(empty_house: House, name: str) -> None:
    plain = document(empty_house, Kind.RECORD).html
    empty_house.collection(name, reach=Reach.POINTED)
    for kind in Kind:
        html = document(empty_house, kind).html
        assert set(re.findall(r"<(\w+)", html)) <= set(re.findall(r"<(\w+)", plain)) | {"h3", "em", "li", "p"}
        body = html.split("<body", 1)[1]
        text = re.sub(r"<[^>]+>", "", body).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        assert name in text.replace("&amp;", "&")


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\t\x00"), min_size=1, max_size=40))
def test_escaped_text_comes_out_of_markdown_as_it_went_in(text: str) -> None:
    shown = MarkdownIt("commonmark", {"html": False}).enable("table").parse(f"x{escaped(text)}x")
    assert [token.type for token in shown] == ["paragraph_open", "inline", "paragraph_close"]
    parts = shown[1].children or []
    assert {part.type for part in parts} <= {"text", "text_special", "softbreak"}
    rendered = "".join("\n" if part.type == "softbreak" else part.content for part in parts)
    assert " ".join(rendered.split()) == " ".join(f"x{text}x".split())
