"""L4: everything held about a person is theirs to have: readable, machine-readable, provable, within a month."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from sayso.archive import Right
from sayso.ledger import verify_proof
from sayso.values import Purpose
from tests.house import CONTACT, ROBIN, WREN, House, boxes


def exported(house: House, subject: str, to: Path, language: str = "en") -> dict[str, Any]:
    """Export through the front door, and read the machine-readable file."""
    with house.open() as archive:
        archive.papers.export(subject, to, language=language)
    data: dict[str, Any] = json.loads((to / "data.json").read_text("utf-8"))
    return data


def patch(path: Path, box: tuple[float, float, float, float]) -> np.ndarray[Any, Any]:
    """The details of the inner half of a face: its greys without their coarse averages, which a closed face keeps."""
    left, top, right, bottom = box
    inner = (
        left + (right - left) / 4,
        top + (bottom - top) / 4,
        right - (right - left) / 4,
        bottom - (bottom - top) / 4,
    )
    with Image.open(path) as opened:
        greys = np.asarray(opened.convert("L").crop(tuple(map(round, inner))), np.float64)
    return greys - cv2.GaussianBlur(greys, (0, 0), greys.shape[0] / 16)


def alike(first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]) -> float:
    """How far two patches of one place show the same: correlation, -1 to 1."""
    one, other = first.ravel() - first.mean(), second.ravel() - second.mean()
    return float(one @ other / max(np.linalg.norm(one) * np.linalg.norm(other), 1e-9))


def test_L4_photos_show_the_person_and_nobody_else_even_those_who_share(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        token = archive.people.invite(ROBIN, purposes=[Purpose.SHARE], collections=["Summer party"])
        archive.people.enrol(token, purposes=[Purpose.SHARE])
    data = exported(found, WREN, tmp_path / "out")
    with found.open() as archive:
        paths = {one.photo.id: Path(one.photo.path) for one in archive.photos.list()}
    assert {one["id"] for one in data["photos"]} == found.shows("P10")
    others = 0
    for one in data["photos"]:
        original, copy = paths[one["id"]], tmp_path / "out" / one["file"]
        for person, box in boxes(original.stem).items():
            likeness = alike(patch(original, box), patch(copy, box))
            if person == "P10":
                assert likeness > 0.7, f"the owner's face is closed in {one['file']}"
            else:
                others += 1
                assert likeness < 0.3, f"{person} can be seen in {one['file']}"
    assert others >= 7


def test_L4_every_entry_about_the_person_is_there_readable_and_provable(found: House, tmp_path: Path) -> None:
    subject = found.subject(WREN)
    data = exported(found, subject, tmp_path / "out")
    with found.open() as archive:
        later = ("request.done", "ledger.list")
        theirs = [one for one in archive.ledger.list(subject=subject) if one.verb not in later]
        key = archive.ledger.verifier_key
    assert [one["index"] for one in data["entries"]] == [one.index for one in theirs]
    assert {"enrol", "confirm", "find", "export"} <= {one["verb"] for one in data["entries"]}
    assert data["verifier_key"] == key
    for told, entry in zip(data["entries"], theirs, strict=True):
        text = (tmp_path / "out" / told["proof"]).read_text("utf-8")
        verify_proof(text, entry.body, key)
        assert (told["actor"], told["role"], told["verb"]) == (entry.actor, entry.role, entry.verb)
    enrol = next(one for one in data["entries"] if one["verb"] == "enrol")
    assert enrol["facts"]["witnessed"] == "clara"


def test_L4_the_front_page_leads_to_every_file_and_names_contact_and_regulator(found: House, tmp_path: Path) -> None:
    for language, title in (("en", "Everything that is held about you"), ("fr", "Tout ce qui est détenu sur vous")):
        folder = tmp_path / language
        exported(found, WREN, folder, language)
        page = (folder / "index.html").read_text("utf-8")
        assert title in page
        assert CONTACT in page
        assert "edpb.europa.eu" in page
        links = {part.split('"')[0] for part in page.split('href="')[1:]}
        assert {"album/index.html", "receipt.html", "receipt.json", "receipt.jsonld", "data.json"} <= links
        assert len([one for one in links if one.endswith(".tlog-proof")]) >= 4
        assert all((folder / one).is_file() for one in links)


def test_L4_the_clock_is_a_month_and_the_export_fulfils_the_request(found: House, tmp_path: Path) -> None:
    found.clock.at(datetime(2027, 1, 31, 9, tzinfo=UTC))
    with found.open() as archive:
        asked = archive.requests.new(WREN, Right.ACCESS)
        assert asked.due_at == datetime(2027, 2, 28, 9, tzinfo=UTC)
        assert not asked.overdue(asked.due_at)
        assert asked.overdue(datetime(2027, 2, 28, 10, tzinfo=UTC))
        archive.papers.export(WREN, tmp_path / "out")
        (done,) = archive.requests.list()
    assert done.id == asked.id
    assert done.done_at is not None
    assert not done.overdue(datetime(2028, 1, 1, tzinfo=UTC))


def test_L4_no_vector_leaves_with_an_export(found: House, tmp_path: Path) -> None:
    data = exported(found, WREN, tmp_path / "out")
    (template,) = data["templates"]
    assert set(template) == {"purpose", "model", "made_at", "awake"}
    longest = max(_numbers(data), default=0)
    assert longest < 16


def _numbers(value: object) -> list[int]:
    """Lengths of all lists of numbers anywhere in the data."""
    if isinstance(value, dict):
        return [length for part in value.values() for length in _numbers(part)]
    if isinstance(value, list):
        own = [len(value)] if value and all(isinstance(part, int | float) for part in value) else []
        return own + [length for part in value for length in _numbers(part)]
    return []
