"""What an archive is told about itself: who runs it, under which packs, and what it has declared.

May know: the settings table. Must not know: persons, photos.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..storage import Session, read_setting, write_setting


@dataclass(frozen=True, slots=True)
class Particulars:
    """Fixed at ``init``. ``contact`` is the privacy contact that every notice and page names."""

    archive_id: str
    packs: tuple[str, ...]
    controller: str
    contact: str
    calibration: str


def write_particulars(session: Session, facts: Particulars) -> None:
    write_setting(session, "archive", facts.archive_id)
    write_setting(session, "packs", " ".join(facts.packs))
    write_setting(session, "controller", facts.controller)
    write_setting(session, "contact", facts.contact)
    write_setting(session, "calibration", facts.calibration)


def read_particulars(session: Session) -> Particulars:
    def text(key: str) -> str:
        return read_setting(session, key) or ""

    return Particulars(
        text("archive"),
        tuple(text("packs").split()),
        text("controller"),
        text("contact"),
        text("calibration"),
    )


def declare(session: Session, declaration: str, on: date) -> None:
    """Note that a declaration to a regulator was made on a day."""
    made = declarations(session) | {declaration: on}
    write_setting(session, "declarations", json.dumps({name: day.isoformat() for name, day in made.items()}))


def declarations(session: Session) -> dict[str, date]:
    """Declarations to regulators and their days."""
    made = json.loads(read_setting(session, "declarations") or "{}")
    return {name: date.fromisoformat(day) for name, day in made.items()}


def publish_policy(session: Session, at: datetime, sha256: Mapping[str, str]) -> None:
    """Note when the public retention policy was published, and the hash of its text in each language."""
    write_setting(session, "policy_published_at", at.isoformat())
    write_setting(session, "policy_sha256", json.dumps(dict(sha256)))


def policy_sha256(session: Session) -> dict[str, str]:
    """The hash of the published policy's text by language; empty while none is published."""
    hashes: dict[str, str] = json.loads(read_setting(session, "policy_sha256") or "{}")
    return hashes


def keep_accuracy(session: Session, report: Mapping[str, Any], at: datetime) -> None:
    """Keep the rates of the newest measurement of accuracy, without the names of files and the points of curves."""
    kept = {name: part for name, part in report.items() if name != "skipped"}
    kept["verification"] = [{k: v for k, v in one.items() if k != "DET"} for one in report["verification"]]
    write_setting(session, "accuracy", json.dumps(kept | {"measured_at": at.isoformat()}))


def accuracy(session: Session) -> dict[str, Any] | None:
    """The rates that ``keep_accuracy`` kept, with ``measured_at`` as a moment; None when nobody has measured."""
    text = read_setting(session, "accuracy")
    if text is None:
        return None
    kept: dict[str, Any] = json.loads(text)
    return kept | {"measured_at": datetime.fromisoformat(kept["measured_at"])}


def keep_exposure(session: Session, collection_id: int, report: Mapping[str, Any], at: datetime) -> None:
    """Keep the curves of a collection's newest measurement of exposure, without what a late consent costs."""
    kept = {name: part for name, part in report.items() if name not in ("collection", "price_of_consent")}
    write_setting(session, _exposure(collection_id), json.dumps(kept | {"measured_at": at.isoformat()}))


def exposure(session: Session, collection_id: int) -> dict[str, Any] | None:
    """What ``keep_exposure`` kept, with ``measured_at`` as a moment; None when nobody has measured."""
    text = read_setting(session, _exposure(collection_id))
    if text is None:
        return None
    kept: dict[str, Any] = json.loads(text)
    return kept | {"measured_at": datetime.fromisoformat(kept["measured_at"])}


def _exposure(collection_id: int) -> str:
    return f"exposure:{collection_id}"


def policy_published_at(session: Session) -> datetime | None:
    """When the public retention policy was published, if it was."""
    text = read_setting(session, "policy_published_at")
    return datetime.fromisoformat(text) if text else None
