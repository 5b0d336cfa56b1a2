"""The consent receipt: what a person keeps in their hands after saying yes, and after taking it back.

May know: records as ``records.history`` gives them. Must not know: tables, keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..errors import SaysoError
from .proof import SCHEMA_VERSION, canonical, missing, stamp


def consent_receipt(record: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A receipt over one record (ISO/IEC TS 27560:2023, 6.4): metadata, and the whole record with its events.

    The same record in the same state always gives the same ``receipt_id`` (SHA-256 of the record, 64 hex digits), so
    that two receipts can be compared. Raises SaysoError when the record lacks a mandatory field.
    """
    lacking = missing(record)
    if lacking:
        raise SaysoError(
            f"This consent record is not complete; it lacks: {', '.join(lacking)}.",
            "Check the archive with `sayso ledger verify`.",
        )
    return {
        "receipt_metadata": {
            "receipt_id": hashlib.sha256(canonical(record)).hexdigest(),
            "schema_version": SCHEMA_VERSION,
            "issued_at": stamp(now),
        },
        "consent_record": dict(record),
    }
