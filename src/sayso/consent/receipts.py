"""The consent receipt: what a person keeps in their hands after saying yes, and after taking it back.

May know: records as ``records.history`` gives them, whom to ask and where to complain. Must not know: tables, keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ..errors import SaysoError
from .proof import SCHEMA_VERSION, canonical, missing, stamp


def parties(controller: str, contact: str, regulators: Sequence[str]) -> list[dict[str, str]]:
    """Who is responsible, whom to write to, and where to complain, as the standard's party fields."""
    responsible = {
        "party_id": controller,
        "party_name": controller,
        "party_role": "pii_controller",
        "party_contact": contact,
    }
    authorities = [
        {"party_id": name, "party_name": name, "party_role": "authority", "party_contact": name} for name in regulators
    ]
    return [responsible, *authorities]


def consent_receipt(
    records: Sequence[Mapping[str, Any]], parties: Sequence[Mapping[str, str]], now: datetime
) -> dict[str, Any]:
    """A receipt over everything that one person said (ISO/IEC TS 27560:2023, 6.4): metadata, and the records in full.

    parties: as the function of that name gives them. The same records in the same state always give the same
    ``receipt_id`` (SHA-256, 64 hex digits), so that two receipts can be compared.
    Raises SaysoError when there is no record, or when one lacks a mandatory field.
    """
    if not records:
        raise SaysoError("There is no consent record of this person.", "Check the id with `sayso ledger list`.")
    for record in records:
        lacking = missing(record)
        if lacking:
            raise SaysoError(
                f"This consent record is not complete; it lacks: {', '.join(lacking)}.",
                "Check the archive with `sayso ledger verify`.",
            )
    body = {"parties": [dict(party) for party in parties], "consent_records": [dict(record) for record in records]}
    return {
        "receipt_metadata": {
            "receipt_id": hashlib.sha256(canonical(body)).hexdigest(),
            "schema_version": SCHEMA_VERSION,
            "pii_principal_id": records[0]["pii_principal_id"],
            "issued_at": stamp(now),
        },
        **body,
    }
