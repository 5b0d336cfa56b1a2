"""Collections keep their legal facts, whole and unaltered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from sayso import photos
from sayso.errors import ArchiveError, UsageError
from sayso.values import Collection, Reach, Window

from .conftest import NOON, NOW, Archive, Shots

_WIDE: dict[str, Any] = {
    "packs": ("ca-qc", "eu-gdpr"),
    "calibration": "real-photos",
    "reach": Reach.NARROWED,
    "basis": "everyone-entered-consented",
    "assessment_sha256": "ab" * 32,
    "occasion": Window(NOON, NOON + timedelta(hours=5)),
    "reach_expires": datetime(2026, 9, 1, tzinfo=UTC),
    "proposed_by": "Ana",
    "retention_until": datetime(2027, 1, 1, tzinfo=UTC),
    "now": NOW,
}


def _new(archive: Archive, name: str, **facts: Any) -> Collection:
    with archive.database.begin() as session:
        return photos.new_collection(session, name=name, **{**_WIDE, **facts})


def test_every_fact_comes_back_as_it_was(archive: Archive) -> None:
    made = _new(archive, "City run")
    with archive.database.begin() as session:
        again = photos.get_collection(session, "city RUN")
        assert photos.get_collection(session, made.id) == photos.get_collection(session, str(made.id)) == again
        assert [one.name for one in photos.list_collections(session)] == ["Summer party", "City run"]
    assert again == made
    assert all(getattr(again, name) == value for name, value in _WIDE.items() if name != "now")
    assert again.approved_by is None


@pytest.mark.parametrize("fact", ["basis", "assessment_sha256", "occasion", "reach_expires", "proposed_by"])
@pytest.mark.parametrize("reach", [Reach.NARROWED, Reach.SWEPT])
def test_a_wider_reach_without_one_of_its_facts_is_not_kept(archive: Archive, reach: Reach, fact: str) -> None:
    with pytest.raises(UsageError, match=f"reach '{reach}' needs"):
        _new(archive, "City run", reach=reach, **{fact: None})


def test_only_a_second_person_approves_and_only_once(archive: Archive) -> None:
    made = _new(archive, "City run")
    for same in ("Ana", " ana ", ""):
        with archive.database.begin() as session, pytest.raises(UsageError, match="second person"):
            photos.approve(session, made.id, same)
    with archive.database.begin() as session:
        assert photos.approve(session, made.id, "Bo").approved_by == "Bo"
    with archive.database.begin() as session, pytest.raises(UsageError, match="already"):
        photos.approve(session, made.id, "Cy")
    with archive.database.begin() as session, pytest.raises(UsageError, match="needs no approval"):
        photos.approve(session, archive.collection.id, "Bo")


def test_the_database_itself_refuses_the_same_person_twice(archive: Archive) -> None:
    made = _new(archive, "City run")
    with pytest.raises(ArchiveError), archive.database.begin() as session:
        session.execute(text("UPDATE collections SET approved_by = proposed_by WHERE id = :id"), {"id": made.id})


@pytest.mark.parametrize("name", ["", "   ", "12", "a\x00b", "x" * 201, "summer PARTY"])
def test_a_name_must_be_a_free_and_readable_name(archive: Archive, name: str) -> None:
    with pytest.raises(UsageError):
        _new(archive, name)


def test_an_occasion_is_in_camera_time_and_runs_forwards(archive: Archive) -> None:
    aware = NOON.replace(tzinfo=UTC)
    for wrong in (Window(aware, aware), Window(NOON, NOON - timedelta(seconds=1))):
        with pytest.raises(UsageError):
            _new(archive, "City run", occasion=wrong)


def test_an_unknown_collection_is_answered_with_those_that_exist(archive: Archive) -> None:
    _new(archive, "City run")
    with archive.database.begin() as session, pytest.raises(UsageError, match=r"'Summer party' and 'City run'"):
        photos.get_collection(session, "Winter party")


def test_deleting_takes_photos_and_faces_along_and_names_the_copies(archive: Archive, shots: Shots) -> None:
    files = shots(3)
    archive.add(files[0], copy=True)
    archive.add(*files[1:])
    copies = [one.photo.path for one in archive.listed() if one.photo.copied]
    with archive.database.begin() as session:
        assert photos.delete_collection(session, archive.collection.id) == copies
    assert len(copies) == 1
    with archive.database.begin() as session:
        for table in ("collections", "photos", "photo_sources", "faces"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0


def test_an_id_is_never_given_twice(archive: Archive) -> None:
    made = _new(archive, "City run")
    with archive.database.begin() as session:
        photos.delete_collection(session, made.id)
    assert _new(archive, "City run").id > made.id
