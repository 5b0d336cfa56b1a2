"""The consent receipt: valid against its schemas in every state, comparable, and the same facts as linked data."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sayso.consent import linked, receipts, records, withdrawal
from sayso.consent.proof import MANDATORY
from sayso.errors import SaysoError
from sayso.values import Purpose

from .conftest import DAY, NOW, House

PARTIES = receipts.parties("Photo Club", "privacy@club.example", ["Data Protection Commission"])


def schema(name: str) -> Draft202012Validator:
    """One of the schemas that ship with the package."""
    text = resources.files("sayso.consent").joinpath("schema", f"{name}.schema.json").read_text("utf-8")
    Draft202012Validator.check_schema(json.loads(text))
    return Draft202012Validator(json.loads(text))


def receipt(house: House, subject_id: str, at: datetime = NOW) -> dict[str, Any]:
    with house.database.begin() as session:
        return receipts.consent_receipt(records.history(session, house.keys, subject_id), PARTIES, at)


def validate(made: dict[str, Any]) -> None:
    """Against both schemas, after a trip through JSON."""
    schema("receipt").validate(json.loads(json.dumps(made)))
    schema("linked-receipt").validate(json.loads(json.dumps(linked.linked_receipt(made))))


@pytest.mark.parametrize("purposes", [[Purpose.FIND], [Purpose.SHARE, Purpose.SHOW], list(Purpose)])
def test_L3_a_receipt_validates_when_given_when_partly_withdrawn_and_when_withdrawn(
    house: House, purposes: Sequence[Purpose]
) -> None:
    subject, _ = house.say_yes(purposes=purposes, collections=[1, 2])
    validate(receipt(house, subject.id))
    for ended in ([purposes[0]], None):
        with house.database.begin() as session:
            withdrawal.begin(session, house.keys, subject.id, NOW + DAY, ended)
        validate(receipt(house, subject.id))
    (record,) = receipt(house, subject.id)["consent_records"]
    assert set(record["states"].values()) == {"withdrawn"}


def test_L3_an_expiry_is_an_event_that_the_clock_brings_about_and_the_receipt_stays_valid(house: House) -> None:
    subject, _ = house.say_yes(expires=NOW + DAY)
    with house.database.begin() as session:
        house.expire(session, NOW + DAY)
    made = receipt(house, subject.id)
    validate(made)
    given_, expired = made["consent_records"][0]["events"]
    assert (given_["event_state"], given_["entity_id"], given_["validity_duration"]) == ("given", subject.id, "P1D")
    assert (expired["event_state"], expired["entity_id"]) == ("expired", "Photo Club")
    assert (expired["event_time"], expired["event_type"]) == ("2026-05-02T12:00:00Z", "lapsed")
    statuses = linked.linked_receipt(made)["dpv:hasRecordOfActivity"][0]["dpv:hasConsentStatus"]
    assert [one["@type"] for one in statuses] == [
        ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"],
        "dpv:ConsentExpired",
    ]
    assert statuses[1]["dpv:isIndicatedBy"] == "dpv:DataController"


def test_a_receipt_holds_every_yes_of_the_person_and_names_contact_and_regulator(house: House) -> None:
    subject, _ = house.say_yes(purposes=[Purpose.FIND])
    house.say_yes(purposes=[Purpose.SHOW], collections=[2], now=NOW + DAY)
    made = receipt(house, subject.id)
    validate(made)
    assert [one["purpose"] for one in made["consent_records"]] == [["find"], ["show"]]
    assert [one["party_contact"] for one in made["parties"]] == ["privacy@club.example", "Data Protection Commission"]
    assert "Ada" not in json.dumps(made)


def test_a_receipt_is_the_same_for_the_same_records_and_another_after_a_change(house: House) -> None:
    subject, _ = house.say_yes()
    first, second = receipt(house, subject.id), receipt(house, subject.id, NOW + DAY)
    assert first["receipt_metadata"]["receipt_id"] == second["receipt_metadata"]["receipt_id"]
    assert first["receipt_metadata"]["issued_at"] != second["receipt_metadata"]["issued_at"]
    with house.database.begin() as session:
        withdrawal.begin(session, house.keys, subject.id, NOW)
    assert receipt(house, subject.id)["receipt_metadata"]["receipt_id"] != first["receipt_metadata"]["receipt_id"]


def test_the_legal_basis_is_told_in_the_gdprs_terms_where_it_applies_and_only_there(house: House) -> None:
    subject, _ = house.say_yes(purposes=[Purpose.FIND, Purpose.SHOW], templates=[Purpose.FIND])
    made = receipt(house, subject.id)
    (record,) = linked.linked_receipt(made)["dpv:hasRecordOfActivity"]
    assert record["dpv:hasApplicableLaw"] == "legal-eu:law-GDPR"
    assert [one["dpv:hasLegalBasis"] for one in record["dpv:hasProcess"]] == ["eu-gdpr:A9-2-a", "eu-gdpr:A6-1-a"]
    assert [one["dpv:hasPersonalData"] for one in record["dpv:hasProcess"]] == [
        ["pd:Picture", "pd:FacialPrint"],
        ["pd:Picture"],
    ]
    for one in made["consent_records"]:
        one["jurisdiction"] = "CA-QC, US-IL"
    validate(made)
    elsewhere = linked.linked_receipt(made)
    assert "eu-gdpr:" not in json.dumps(elsewhere["dpv:hasRecordOfActivity"])
    assert elsewhere["dpv:hasRecordOfActivity"][0]["dpv:hasJurisdiction"] == ["CA-QC", "US-IL"]


@settings(max_examples=30, deadline=None)
@given(field=st.sampled_from(MANDATORY))
def test_L3_a_record_without_a_mandatory_field_fails_the_schema_and_gets_no_receipt(field: str) -> None:
    event = {
        "event_time": "2026-05-01T12:00:00Z",
        "validity_duration": "P365D",
        "entity_id": "0123456789abcdef",
        "event_type": "explicit",
        "event_state": "given",
    }
    record: dict[str, Any] = {
        "record_id": "0" * 32,
        "schema_version": "ISO/IEC TS 27560:2023",
        "pii_principal_id": "0123456789abcdef",
        "privacy_notice": {"version": 1, "language": "en", "sha256": "0" * 64},
        "language": "en",
        "purpose": ["find"],
        "pii_information": ["photos"],
        "template_purposes": [],
        "pii_controllers": ["Photo Club"],
        "storage_locations": ["the archive"],
        "retention_period": {"until": "2027-05-01T12:00:00Z", "ends_earlier_with": "withdrawal"},
        "jurisdiction": "EU",
        "recipient_third_parties": [],
        "withdrawal_method": "Say so.",
        **event,
        "events": [{**event, "purpose": "find"}],
        "states": {"find": "given"},
    }
    whole = receipts.consent_receipt([record], PARTIES, NOW)
    schema("receipt").validate(whole)
    lacking = copy.deepcopy(whole)
    del lacking["consent_records"][0][field]
    assert not schema("receipt").is_valid(lacking)
    with pytest.raises(SaysoError, match=field):
        receipts.consent_receipt(lacking["consent_records"], PARTIES, NOW)


@pytest.mark.parametrize("templates", [(), (Purpose.FIND,)])
def test_L3_the_proof_speaks_of_a_template_only_where_there_is_one(house: House, templates: Sequence[Purpose]) -> None:
    subject, _ = house.say_yes(purposes=[Purpose.FIND, Purpose.SHARE], templates=templates)
    made = receipt(house, subject.id)
    validate(made)
    (record,) = made["consent_records"]
    text = json.dumps([made, linked.linked_receipt(made)["dpv:hasRecordOfActivity"]])
    assert ("a face template" in text) == ("pd:FacialPrint" in text) == bool(templates)
    assert any("does not encrypt" in place for place in record["storage_locations"] if "photos" in place)
    assert not any("encrypted" in place for place in record["storage_locations"] if "photos" in place)


def members(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every member of a document."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, value in inside:
        yield (*path, name)
        yield from members(value, (*path, name))


@pytest.mark.parametrize("jurisdiction", ["EU", "CA-QC, US-IL"])
def test_L3_the_linked_receipt_is_refused_when_any_member_is_gone_or_empty(house: House, jurisdiction: str) -> None:
    subject, _ = house.say_yes(purposes=[Purpose.FIND, Purpose.SHOW], templates=[Purpose.FIND])
    with house.database.begin() as session:
        withdrawal.begin(session, house.keys, subject.id, NOW + DAY, [Purpose.SHOW])
    made = receipt(house, subject.id)
    made["consent_records"][0]["jurisdiction"] = jurisdiction
    whole, checked = linked.linked_receipt(made), schema("linked-receipt")
    checked.validate(whole)
    accepted = []
    for path in members(whole):
        for emptied in (None, {}, [], "", 0):
            lacking = copy.deepcopy(whole)
            place = lacking
            for step in path[:-1]:
                place = place[step]
            if emptied is not None:
                place[path[-1]] = emptied
            elif isinstance(path[-1], str):
                del place[path[-1]]
            else:
                continue
            # The standard lets the list of recipients be empty: templates are given to nobody.
            if lacking != whole and checked.is_valid(lacking):
                accepted.append((path, emptied))
    assert accepted == []


def test_L3_under_the_gdpr_a_template_rests_on_article_9_and_elsewhere_no_article_is_named(house: House) -> None:
    subject, _ = house.say_yes(purposes=[Purpose.FIND], templates=[Purpose.FIND])
    made, checked = linked.linked_receipt(receipt(house, subject.id)), schema("linked-receipt")
    (record,) = made["dpv:hasRecordOfActivity"]
    checked.validate(made)
    for basis in ("eu-gdpr:A6-1-a", "dpv:ExplicitlyExpressedConsent"):
        record["dpv:hasProcess"][0]["dpv:hasLegalBasis"] = basis
        assert not checked.is_valid(made)
    record["dpv:hasProcess"][0]["dpv:hasLegalBasis"] = "eu-gdpr:A9-2-a"
    record["dpv:hasJurisdiction"] = ["US-IL"]
    assert not checked.is_valid(made)


def test_nobody_without_a_record_gets_a_receipt() -> None:
    with pytest.raises(SaysoError, match="no consent record"):
        receipts.consent_receipt([], PARTIES, NOW)
