"""Pointing on the web: which photos there are to choose from, what a point may not do, and what a child is not told."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sayso.archive import PointPhoto
from sayso.values import Place
from sayso.web.me.choosing import Choice, Chosen
from tests.house import COLLECTION, NOON, ROBIN, WREN, House, shoot

from .entering import enter


def offered(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'<a href="/me/point/(\d+)">', page)]


def test_photos_are_narrowed_by_time_and_those_without_one_stay_in_reach(
    client: TestClient, web_house: House, tmp_path: Path
) -> None:
    shoot(web_house.photos / "g00.jpg", tmp_path / "more" / "untimed.jpg", None, side=900)
    with web_house.open() as archive:
        archive.photos.add([tmp_path / "more"], COLLECTION)
        (untimed,) = [one.photo.id for one in archive.photos.list() if one.photo.taken_at is None]
        early = [
            one.photo.id
            for one in archive.photos.list()
            if one.photo.taken_at and one.photo.taken_at <= NOON + timedelta(minutes=30)
        ]
    enter(client, web_house, WREN)
    every = client.get("/me/point").text
    assert untimed in offered(every)
    until = (NOON + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M")
    narrowed = client.get("/me/point", params={"until": until}).text
    assert set(offered(narrowed)) == set(early)
    assert 'href="/me/point?only=untimed"' in narrowed
    assert offered(client.get("/me/point?only=untimed").text) == [untimed]
    for nonsense in ({"since": "yesterday"}, {"place": "1_1"}, {"only": "x"}, {"start": "-5"}):
        assert len(offered(client.get("/me/point", params=nonsense).text)) == len(offered(every))


def test_places_that_are_near_are_one_and_an_unplaced_photo_stays_in_reach() -> None:
    here, there = Place(45.5010, -73.5670), Place(45.5088, -73.5540)
    photos = [PointPhoto(number, None, at, (), 1, None) for number, at in enumerate([here, here, there, None], 1)]
    choice = Choice.of(photos)
    assert [one.photos for one in choice.spots] == [2, 1]
    assert [one.id for one in choice.narrowed(Chosen(place=choice.spots[0].name)).photos] == [1, 2]
    assert [one.id for one in choice.narrowed(Chosen(only="unplaced")).photos] == [4]
    assert choice.moments == ()


@pytest.mark.parametrize("minutes", [0, 1, 59, 600, 100_000, 5_000_000])
def test_the_moments_span_all_photos_and_are_few(minutes: int) -> None:
    ends = [NOON + timedelta(minutes=7), NOON + timedelta(minutes=7 + minutes)]
    choice = Choice.of([PointPhoto(1, one, None, (), 1, None) for one in ends])
    assert choice.moments[0] <= ends[0]
    assert choice.moments[-1] >= ends[1]
    assert len(choice.moments) <= 50


def test_F12_wrong_points_are_counted_and_stop_for_the_day(client: TestClient, web_house: House) -> None:
    enter(client, web_house, WREN)
    others = web_house.faces("P26")
    said = [client.post(f"/me/point/{photo}", data={"face": number}) for photo, number in others.items()]
    assert "not taken for yours" in said[0].text
    assert "more times today" in said[0].text
    until = next((one for one in said if one.status_code == 403), None)
    if until is None:
        photo, number = next(iter(others.items()))
        for _ in range(20):
            until = client.post(f"/me/point/{photo}", data={"face": number})
            if until.status_code == 403:
                break
    assert until is not None
    assert until.status_code == 403
    assert "tomorrow" in until.text
    assert "distance" not in until.text


def test_F8_nobody_points_in_a_collection_that_their_yes_does_not_reach(client: TestClient, web_house: House) -> None:
    web_house.collection("Another day", add=web_house.photos)
    with web_house.open() as archive:
        foreign = archive.photos.list(collection="Another day")[0].photo.id
    enter(client, web_house, ROBIN)
    assert foreign not in offered(client.get("/me/point").text)
    for path in (f"/me/point/{foreign}", f"/me/point/{foreign}/closed.jpg", f"/me/point/{foreign}/small.jpg"):
        assert client.get(path).status_code == 403
    assert client.post(f"/me/point/{foreign}", data={"face": 1}).status_code == 403


def test_R2_a_hidden_face_is_not_offered(client: TestClient, web_house: House) -> None:
    photo_id, number = next(iter(web_house.faces("P26").items()))
    with web_house.open() as archive:
        archive.photos.hide(photo_id, number)
    enter(client, web_house, WREN)
    page = client.get(f"/me/point/{photo_id}").text
    assert f"?face={number}" not in page
    assert client.post(f"/me/point/{photo_id}", data={"face": number}).status_code == 403


def test_F10_a_look_at_a_closed_photo_is_an_entry_of_whoever_looks_and_of_those_in_it(
    client: TestClient, web_house: House
) -> None:
    subject = enter(client, web_house, WREN)
    photo_id = next(iter(web_house.faces("P26")))
    robin = web_house.subject(ROBIN)
    client.get(f"/me/point/{photo_id}/small.jpg")
    with web_house.open() as archive:
        for one in (subject, robin):
            assert ("photo.show", photo_id) in [
                (entry.verb, dict(entry.facts).get("photo")) for entry in archive.ledger.list(subject=one)
            ]
