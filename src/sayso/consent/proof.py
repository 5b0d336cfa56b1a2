"""The consent record as the standard lays it out: built when a person says yes, checked before it is handed out.

May know: ISO/IEC TS 27560:2023, section 6.3 (record header, PII processing, parties, events). Must not know: tables,
keys, names; the person appears under the subject's random id.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ..values import Notice, Purpose

SCHEMA_VERSION = "ISO/IEC TS 27560:2023"

#: Fields that every record must hold, in the standard's order.
MANDATORY = (
    "record_id",
    "schema_version",
    "pii_principal_id",
    "privacy_notice",
    "language",
    "purpose",
    "pii_information",
    "pii_controllers",
    "storage_locations",
    "retention_period",
    "jurisdiction",
    "recipient_third_parties",
    "withdrawal_method",
    "event_time",
    "validity_duration",
    "entity_id",
    "event_type",
    "event_state",
)

#: Purposes that look into photos.
_IN_PHOTOS = frozenset({Purpose.FIND, Purpose.SHARE, Purpose.SHOW, Purpose.ERASE})

#: Field that may be empty: Sayso gives templates to nobody, and the record says so.
_MAY_BE_EMPTY = {"recipient_third_parties"}


def consent_record(
    *,
    record_id: str,
    subject_id: str,
    notice: Notice,
    purposes: Sequence[Purpose],
    collections: Sequence[int],
    jurisdiction: str,
    packs: Sequence[str] = (),
    controller: str,
    invited_by: str,
    given_at: datetime,
    expires_at: datetime,
    templates: Collection[Purpose] = (),
) -> dict[str, Any]:
    """A record of one yes; every value is JSON. Times are ISO 8601 in UTC, the duration is ISO 8601 too.

    jurisdiction: every law pack that applied. packs: those of them that the person brought along.
    templates: those of the purposes for which there is a template, or is about to be; without a capture there is none.
    """
    templated = [purpose for purpose in purposes if purpose in templates]
    information, places = [], []
    if _IN_PHOTOS.intersection(purposes):
        information.append("photos in which this person was matched")
        places += [
            "the photos: the operator's store of photos, which Sayso does not encrypt",
            "which faces were matched: the operator's archive, linked to the person by a keyed tag only",
        ]
    if templated:
        information.append("a face template made from the person's own capture (biometric, sensitive)")
        places.append("the template: the operator's archive, encrypted; its key lies apart from it")
    if not information:
        information.append("captures that the person makes of themselves, compared in memory and forgotten")
    places.append("this record: the operator's archive, encrypted; its key lies apart from it")
    record: dict[str, Any] = {
        "record_id": record_id,
        "schema_version": SCHEMA_VERSION,
        "pii_principal_id": subject_id,
        "privacy_notice": {"version": notice.version, "language": notice.language, "sha256": notice.sha256},
        "language": notice.language,
        "purpose": [purpose.value for purpose in purposes],
        "pii_information": information,
        "pii_controllers": [controller],
        "template_purposes": [purpose.value for purpose in templated],
        "storage_locations": places,
        "retention_period": {"until": stamp(expires_at), "ends_earlier_with": "withdrawal"},
        "jurisdiction": jurisdiction,
        "recipient_third_parties": [],
        "withdrawal_method": "Say so on your page or to the operator (`sayso withdraw`); it takes effect at once.",
        "event_time": stamp(given_at),
        "validity_duration": duration(expires_at - given_at),
        "entity_id": controller,
        "event_type": "explicit",
        "event_state": "given",
        "collections": list(collections),
        "invited_by": invited_by,
    }
    return record | {"jurisdiction_of_principal": list(packs)} if packs else record


def event(
    *, state: str, kind: str, at: datetime, purpose: str, subject_id: str, controller: str, lasts: timedelta
) -> dict[str, str]:
    """One event of a record, with the fields that section 6.3.6 asks of every event.

    ``entity_id`` is who brought it about: the person for a yes and a no, the controller's clock for an expiry. A yes is
    valid for as long as ``lasts``; what ends one has no duration.
    """
    given = state == "given"
    return {
        "event_time": stamp(at),
        "validity_duration": duration(lasts if given else timedelta()),
        "entity_id": controller if state == "expired" else subject_id,
        "event_type": kind,
        "event_state": state,
        "purpose": purpose,
    }


def states(events: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Each purpose that the events name, and what became of it."""
    return {one["purpose"]: one["event_state"] for one in events}


def missing(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The mandatory fields that a record lacks or leaves empty; none for a valid one."""
    return tuple(name for name in MANDATORY if not record.get(name) and not _allowed_empty(record, name))


def canonical(record: Mapping[str, Any]) -> bytes:
    """The record as JSON in UTF-8 with sorted keys and no spaces: equal records give equal bytes."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC, such as ``2026-05-01T12:00:00Z``; fractions of a second only when there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def duration(span: timedelta) -> str:
    """ISO 8601 duration in days and whole seconds, such as ``P365D`` or ``P1DT30S``."""
    return f"P{span.days}D" + (f"T{span.seconds}S" if span.seconds else "")


def _allowed_empty(record: Mapping[str, Any], name: str) -> bool:
    return name in _MAY_BE_EMPTY and name in record
