"""The consent receipt as linked data, in the terms of W3C's Data Privacy Vocabulary.

May know: receipts, DPV 2 and its extensions for personal data and the GDPR. Must not know: tables, keys, names.
Follows the DPV guide on ISO/IEC TS 27560:2023 (w3id.org/dpv/guides/consent-27560); nothing here connects anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..values import Purpose

_PLACE = {"@type": "@id"}

CONTEXT: dict[str, Any] = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "legal-eu": "https://w3id.org/dpv/legal/eu#",
    "loc": "https://w3id.org/dpv/loc#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dct:conformsTo": _PLACE,
    "dpv:hasApplicableLaw": _PLACE,
    "dpv:hasLegalBasis": _PLACE,
    "dpv:hasPersonalData": _PLACE,
    "dpv:isIndicatedBy": _PLACE,
    "skos:broader": _PLACE,
}

#: The nearest purpose of the vocabulary; ours are narrower than these.
_PURPOSES = {
    Purpose.FIND: "dpv:RequestedServiceProvision",
    Purpose.SHARE: "dpv:ServiceProvision",
    Purpose.SHOW: "dpv:PublicRelations",
    Purpose.VERIFY: "dpv:IdentityVerification",
    Purpose.ERASE: "dpv:RightsFulfilment",
    Purpose.TEST: "dpv:ImproveExistingProductsAndServices",
}

_TITLES = {
    Purpose.FIND: "Find the photos that show me",
    Purpose.SHARE: "Let people in the same photo see my face in their albums",
    Purpose.SHOW: "Let my face be seen in what the organisation publishes",
    Purpose.VERIFY: "Check that it is me, against my own template",
    Purpose.ERASE: "Find me so that I can be closed or removed",
    Purpose.TEST: "Use my captures to measure error rates",
}

_STATES = {"given": "dpv:ConsentGiven", "withdrawn": "dpv:ConsentWithdrawn", "expired": "dpv:ConsentExpired"}

#: Packs under which the GDPR applies.
_UNDER_GDPR = frozenset({"EU", "strict"})

_GDPR_RIGHTS = ("A7-3", "A15", "A16", "A17", "A20", "A77")


def linked_receipt(receipt: Mapping[str, Any]) -> dict[str, Any]:
    """A receipt that ``receipts.consent_receipt`` made, as JSON-LD of the type ``dpv:ConsentReceipt``."""
    metadata = receipt["receipt_metadata"]
    return {
        "@context": CONTEXT,
        "@id": f"urn:sha256:{metadata['receipt_id']}",
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": metadata["receipt_id"],
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt",
        "dct:created": metadata["issued_at"],
        "dpv:hasRecordOfActivity": [_record(one, receipt["parties"]) for one in receipt["consent_records"]],
    }


def _record(record: Mapping[str, Any], parties: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    packs = record["jurisdiction"].split(", ")
    gdpr = not _UNDER_GDPR.isdisjoint(packs)
    contact = next(party["party_contact"] for party in parties if party["party_role"] == "pii_controller")
    notice = record["privacy_notice"]
    linked: dict[str, Any] = {
        "@id": f"urn:sayso:record:{record['record_id']}",
        "@type": "dpv:ConsentRecord",
        "dct:identifier": record["record_id"],
        "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#record",
        "dpv:hasDataSubject": {
            "@id": _subject(record),
            "@type": "dpv:DataSubject",
            "dct:identifier": record["pii_principal_id"],
        },
        "dpv:hasDataController": [
            {"@type": "dpv:DataController", "dpv:hasName": name, "dpv:hasContact": contact}
            for name in record["pii_controllers"]
        ],
        "dpv:hasAuthority": [
            {"@type": "dpv:Authority", "dpv:hasName": party["party_name"]}
            for party in parties
            if party["party_role"] == "authority"
        ],
        "dpv:hasJurisdiction": packs,
        "dpv:hasProcess": [_process(record, Purpose(name), gdpr) for name in record["purpose"]],
        "dpv:hasConsentControl": {
            "@type": "dpv:WithdrawConsent",
            "dct:description": record["withdrawal_method"],
            "dpv:isExercisedAt": contact,
        },
        "dpv:hasNotice": {
            "@type": "dpv:ConsentNotice",
            "@id": f"urn:sha256:{notice['sha256']}",
            "dct:hasVersion": str(notice["version"]),
            "dct:language": notice["language"],
        },
        "dct:language": record["language"],
        "dpv:hasConsentStatus": [_status(record, one) for one in record["events"]],
    }
    if gdpr:
        linked["dpv:hasApplicableLaw"] = "legal-eu:law-GDPR"
        linked["dpv:hasRight"] = [
            {"@type": ["dpv:DataSubjectRight", f"eu-gdpr:{article}"], "dpv:isExercisedAt": contact}
            for article in _GDPR_RIGHTS
        ]
    return linked


def _process(record: Mapping[str, Any], purpose: Purpose, gdpr: bool) -> dict[str, Any]:
    biometric = purpose.value in record["template_purposes"]
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": {
            "@id": f"urn:sayso:purpose:{purpose}",
            "@type": "dpv:Purpose",
            "dct:title": _TITLES[purpose],
            "skos:broader": _PURPOSES[purpose],
        },
        "dpv:hasLegalBasis": _basis(biometric, gdpr),
        "dpv:hasPersonalData": ["pd:Picture", "pd:FacialPrint"] if biometric else ["pd:Picture"],
        "dpv:hasRecipient": list(record["recipient_third_parties"]),
        "dpv:hasStorageCondition": [
            *({"@type": "dpv:StorageLocation", "dct:description": place} for place in record["storage_locations"]),
            {
                "@type": "dpv:StorageDuration",
                "dpv:hasDuration": {"@type": "dpv:UntilTimeDuration", "dct:valid": record["retention_period"]["until"]},
            },
        ],
    }


def _basis(biometric: bool, gdpr: bool) -> str:
    if not gdpr:
        return "dpv:ExplicitlyExpressedConsent"
    return "eu-gdpr:A9-2-a" if biometric else "eu-gdpr:A6-1-a"


def _status(record: Mapping[str, Any], event: Mapping[str, str]) -> dict[str, Any]:
    """How one purpose stood from the event on; the guide gives a record one such node an event."""
    kind = _STATES[event["event_state"]]
    told = event["entity_id"] == record["pii_principal_id"]
    status: dict[str, Any] = {
        "@type": [kind, "dpv:ExplicitlyExpressedConsent"] if event["event_state"] == "given" else kind,
        "dpv:hasPurpose": {"@id": f"urn:sayso:purpose:{event['purpose']}"},
        "dpv:isIndicatedBy": _subject(record) if told else "dpv:DataController",
        "dpv:isIndicatedAtTime": event["event_time"],
    }
    if event["event_state"] == "given":
        status["dpv:hasDuration"] = {"@type": "dpv:TemporalDuration", "dct:valid": event["validity_duration"]}
    return status


def _subject(record: Mapping[str, Any]) -> str:
    return f"urn:sayso:subject:{record['pii_principal_id']}"
