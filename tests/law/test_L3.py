"""L3: a person keeps a proof of what they said, in the standard's form, before and after they take it back."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from jsonschema import Draft202012Validator

from tests.house import CONTACT, ROBIN, WREN, House


def valid(name: str, text: str) -> bool:
    """Whether a file that the person received fits the schema that ships with the program."""
    schema = resources.files("sayso.consent").joinpath("schema", f"{name}.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(schema)).is_valid(json.loads(text))


def receipt(house: House, subject: str, to: Path, language: str = "en") -> str:
    done = house.cli("receipt", subject, "--to", to, "--language", language)
    assert done.returncode == 0, done.stderr
    return to.read_text("utf-8")


def test_L3_the_receipt_validates_before_and_after_withdrawal(enrolled: House, tmp_path: Path) -> None:
    subject = enrolled.subject(WREN)
    for state in ("given", "withdrawn"):
        text = receipt(enrolled, subject, tmp_path / "receipt.json")
        assert valid("receipt", text)
        assert valid("linked-receipt", receipt(enrolled, subject, tmp_path / "receipt.jsonld"))
        assert json.loads(text)["consent_records"][0]["states"] == {"find": state}
        if state == "given":
            enrolled.json("withdraw", subject)


def test_L3_the_printed_receipt_tells_the_same_in_both_languages(enrolled: House, tmp_path: Path) -> None:
    subject = enrolled.subject(WREN)
    english = receipt(enrolled, subject, tmp_path / "receipt.html")
    french = receipt(enrolled, subject, tmp_path / "recu.html", "fr")
    record = json.loads(receipt(enrolled, subject, tmp_path / "receipt.json"))["consent_records"][0]
    for page in (english, french):
        assert record["record_id"] in page
        assert record["privacy_notice"]["sha256"] in page
        assert CONTACT in page
        assert WREN not in page
    assert '<html lang="en">' in english
    assert "Your consent receipt" in english
    assert '<html lang="fr">' in french
    assert "Votre reçu de consentement" in french


def test_L3_each_look_at_a_receipt_is_an_entry_that_the_person_can_read(enrolled: House, tmp_path: Path) -> None:
    subject = enrolled.subject(WREN)
    receipt(enrolled, subject, tmp_path / "receipt.json")
    receipt(enrolled, subject, tmp_path / "receipt.html")
    verbs = [one["verb"] for one in enrolled.json("ledger", "list", "--subject", subject)]
    assert verbs.count("receipt") == 2


def test_L3_the_proof_names_a_template_exactly_while_the_person_has_one(house: House) -> None:
    house.enrol(WREN, None)
    house.enrol(ROBIN, "P26")
    # A new yes without a capture keeps the template that there is.
    house.enrol(ROBIN, None)
    with house.open() as archive:
        (pointing,) = archive.papers.receipt(WREN).data["consent_records"]
        first, second = archive.papers.receipt(ROBIN).data["consent_records"]
    assert pointing["template_purposes"] == []
    assert "template" not in " ".join(pointing["pii_information"] + pointing["storage_locations"])
    assert first["template_purposes"] == second["template_purposes"] == ["find"]
