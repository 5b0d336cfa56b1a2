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
    """Keep what documents tell of a collection's newest measurement of exposure: a sweep, and an hour of time or the
    widest window below it."""
    points = {curve["cue"]: curve["points"] for curve in report["curves"]}
    hours = [one for one in points.get("time", ()) if one["size"] != "all" and one["size"] <= 60]
    kept = {"people": report["people"], "sweep": points["none"][0], "hour": hours[-1] if hours else None}
    every = json.loads(read_setting(session, "exposure") or "{}")
    every[str(collection_id)] = kept | {"measured_at": at.isoformat()}
    write_setting(session, "exposure", json.dumps(every))


def exposure(session: Session) -> dict[int, dict[str, Any]]:
    """What ``keep_exposure`` kept, by collection, with ``measured_at`` as a moment."""
    every: dict[str, dict[str, Any]] = json.loads(read_setting(session, "exposure") or "{}")
    return {
        int(number): kept | {"measured_at": datetime.fromisoformat(kept["measured_at"])}
        for number, kept in every.items()
    }


def policy_published_at(session: Session) -> datetime | None:
    """When the public retention policy was published, if it was."""
    text = read_setting(session, "policy_published_at")
    return datetime.fromisoformat(text) if text else None
