"""F5, F1, R2: what began before an end, a withdrawal or a hiding does not go on after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from sayso.archive import Archive
from sayso.archive.door import Door
from sayso.errors import RefusedError
from sayso.finding import search
from sayso.values import Actor, Purpose

from ..house import COLLECTION, ROBIN, SECOND, WREN, House, captures_of
from ..networks import recogniser, write


def entries(archive: Archive, verb: str) -> list[int]:
    """How many faces each entry of a verb measured."""
    return [one.counts.measured if one.counts else 0 for one in archive.ledger.list() if one.verb == verb]


def test_F1_a_search_measures_nobody_for_people_who_withdrew_meanwhile(
    enrolled: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_CHUNK", 2)
    with enrolled.open() as archive, enrolled.open() as desk:
        left = [WREN, ROBIN]

        def withdraw(_: object) -> None:
            if left:
                desk.people.withdraw(left.pop())

        report = archive.people.find(progress=withdraw)[0]
        assert report.counts.photos == 4
        assert sum(entries(desk, "find")) == report.counts.measured
        assert desk.status().matched == 0


def test_R2_a_face_hidden_during_a_search_is_not_measured(enrolled: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_CHUNK", 1)
    with enrolled.open() as archive, enrolled.open() as desk:
        photos = [one.photo.id for one in desk.photos.list()]
        faces = sum(one.faces for one in desk.photos.list())
        last = desk.photos.faces(photos[-1])
        told = []

        def hide(_: object) -> None:
            if not told:
                told.append(desk.photos.hide(photos[-1], last[0].number))

        assert archive.people.find(progress=hide)[0].counts.measured == faces - 1


def test_F5_a_search_stops_when_the_archive_ceases(enrolled: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_CHUNK", 2)
    with enrolled.open() as archive, enrolled.open() as first, enrolled.open(SECOND) as second:
        ended = []

        def cease(_: object) -> None:
            if not ended:
                ended.append((first.cease(), second.cease()))

        with pytest.raises(RefusedError, match="F5"):
            archive.people.find(progress=cease)
        assert len(entries(first, "find")) == 1


def end_at(verb: str, house: House, monkeypatch: pytest.MonkeyPatch, *ends: Callable[[], object]) -> None:
    """Let the archive cease just after ``verb`` has passed the gate."""
    enter = Door.enter

    def enter_then_end(door: Door, asked: str) -> Actor:
        actor = enter(door, asked)
        if asked == verb:
            monkeypatch.undo()
            for name, value in house.environment().items():
                monkeypatch.setenv(name, value)
            for end in ends:
                end()
        return actor

    monkeypatch.setattr(Door, "enter", enter_then_end)


def test_F5_an_enrolment_under_way_does_not_outlive_the_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with house.open() as archive, house.open() as first, house.open(SECOND) as second:
        token = archive.people.invite(WREN, purposes=[Purpose.FIND], collections=[COLLECTION])
        end_at("enrol", house, monkeypatch, first.cease, second.cease)
        with pytest.raises(RefusedError, match="F5"):
            archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P10"), witness="clara")
        assert not archive._door.ground.keys.ids("data-")
        assert first.status().templates == 0


def test_F5_no_chips_are_turned_on_after_the_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with house.open() as archive, house.open() as first, house.open(SECOND) as second:
        end_at("collection.chips", house, monkeypatch, first.cease, second.cease)
        with pytest.raises(RefusedError, match="F5"):
            archive.collections.keep_chips(COLLECTION, house.clock() + timedelta(days=30))
        assert not archive._door.ground.keys.ids("chips-")


def test_F5_no_model_is_taken_after_the_end(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file, card = write(tmp_path, recogniser(), id="our-net")
    with house.open() as archive, house.open() as first, house.open(SECOND) as second:
        end_at("models.add", house, monkeypatch, first.cease, second.cease)
        with pytest.raises(RefusedError, match="F5"):
            archive.models.add(file, card)
    assert not list((house.archive / "photos" / "models").glob("*"))


def test_F5_what_was_kept_of_faces_can_be_ended_after_the_end(house: House) -> None:
    with house.open() as archive, house.open(SECOND) as second:
        archive.collections.keep_chips(COLLECTION, house.clock() + timedelta(days=30))
        archive.cease()
        second.cease()
        assert archive.collections.get(COLLECTION).chips_until is None
        house.clock.move(timedelta(days=31))
        assert archive.tend().chips_destroyed == []
