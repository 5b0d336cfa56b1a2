"""Searching where somebody says they were: what it would measure is told first, and no other face is measured."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

from sayso.ledger import Entry
from sayso.values import Cues, Place, Reach, Window
from sayso.web import Settings, create_app
from sayso.web.cues import as_words, from_words
from tests.house import NOON, WREN, House

from .conftest import ADDRESS, with_passwords
from .entering import enter, photo_ids
from .serving import served, visiting
from .signing import sign_in
from .test_collecting import over
from .test_mine import looked_for

#: The first three of eight photos, ten minutes apart.
EARLY = {"until": (NOON + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M")}


@pytest.fixture
def narrowed_house(empty_house: House) -> House:
    """A collection that is searched by cues alone, and one person who lets themselves be found in it."""
    empty_house.collection(reach=Reach.NARROWED, add=empty_house.photos)
    empty_house.enrol(WREN, "P10")
    return with_passwords(empty_house)


@pytest.fixture
def narrowed(narrowed_house: House) -> Iterator[TestClient]:
    with narrowed_house.open() as archive:
        settings = Settings(ADDRESS, controller=archive.controller, contact=archive.contact, mail=None)
        with TestClient(
            create_app(archive, settings), base_url=ADDRESS, headers={"origin": ADDRESS}, follow_redirects=True
        ) as made:
            yield made


def early_faces(house: House) -> tuple[int, int]:
    """How many photos were taken early, and how many faces they show."""
    with house.open() as archive:
        early = [one for one in archive.photos.list() if one.photo.taken_at <= NOON + timedelta(minutes=30)]  # type: ignore[operator]
    return len(early), sum(one.faces for one in early)


def searches(house: House) -> list[Entry]:
    with house.open() as archive:
        return [one for one in archive.ledger.list() if one.verb == "find"]


def test_nothing_is_searched_before_the_person_says_where(narrowed: TestClient, narrowed_house: House) -> None:
    enter(narrowed, narrowed_house, WREN)
    page = looked_for(narrowed)
    assert "searched only where you say that you were" in page
    assert "Say where I was, or point" in page
    assert "Look again" not in page
    assert "Choose a time, a place or a word" in narrowed.get("/me/point").text
    assert narrowed.get("/me/search").url.path == "/me/point"
    assert narrowed.post("/me/search").url.path == "/me/point"
    assert searches(narrowed_house) == []


def test_the_person_is_told_what_would_be_measured_and_no_more_is(narrowed: TestClient, narrowed_house: House) -> None:
    photos, faces = early_faces(narrowed_house)
    assert 0 < photos < 8
    enter(narrowed, narrowed_house, WREN)
    chosen = narrowed.get("/me/point", params=EARLY).text
    (where,) = re.findall(r'href="(/me/search\?[^"]+)"', chosen)
    asked = narrowed.get(html.unescape(where)).text
    assert f"There are {photos} photos to search." in asked
    assert f"At most {faces} faces in them would be measured." in asked
    assert "If you point at yourself, only your own face is measured." in asked
    assert searches(narrowed_house) == []
    (go,) = re.findall(r'<form method="post" action="(/me/search\?[^"]+)"', asked)
    assert narrowed.post(html.unescape(go)).url.path == "/me"
    found = photo_ids(looked_for(narrowed))
    with narrowed_house.open() as archive:
        early = {
            one.photo.id for one in archive.photos.list(cues=Cues(window=Window(NOON, NOON + timedelta(minutes=30))))
        }
    assert found
    assert set(found) <= early
    (entry,) = searches(narrowed_house)
    assert entry.reach is Reach.NARROWED
    assert entry.counts is not None
    assert 0 < entry.counts.measured <= faces
    again = narrowed.get(html.unescape(where)).text
    assert "nothing to search here" in again
    assert f"{photos} more photos were searched for you before." in again


def test_R3_without_a_template_no_search_is_offered(narrowed: TestClient, narrowed_house: House) -> None:
    narrowed_house.enrol("robin@party.example", None)
    enter(narrowed, narrowed_house, "robin@party.example")
    page = narrowed.get("/me/point", params=EARLY).text
    assert "/me/search" not in page
    assert "Choose a time, a place or a word" not in page
    refused = narrowed.get("/me/search", params=EARLY)
    assert refused.status_code == 403
    assert searches(narrowed_house) == []


def test_F3_a_collection_that_only_points_is_searched_by_no_cue(client: TestClient, web_house: House) -> None:
    """``web_house`` is swept: its search needs no cue, and a cue opens nothing else."""
    enter(client, web_house, WREN)
    before = len(searches(web_house))
    assert "/me/search" not in client.get("/me/point", params=EARLY).text
    refused = client.get("/me/search", params=EARLY)
    assert refused.status_code == 403
    assert "searched by time, place or tag" in refused.text
    client.post("/me/search", params=EARLY)
    assert "searched by time, place or tag" in looked_for(client)
    assert len(searches(web_house)) == before


def test_the_desk_searches_a_span_of_time(narrowed: TestClient, narrowed_house: House) -> None:
    _, faces = early_faces(narrowed_house)
    sign_in(narrowed)
    page = narrowed.get("/desk/collections/1").text
    assert 'type="datetime-local"' in page
    refused = narrowed.post("/desk/collections/1/find", data={"since": "yesterday"})
    assert refused.status_code == 400
    swapped = {"since": "2026-06-14T13:00", "until": "2026-06-14T12:00"}
    assert "swap the two moments" in narrowed.post("/desk/collections/1/find", data=swapped).text
    started = narrowed.post("/desk/collections/1/find", data=EARLY)
    assert started.url.path.startswith("/desk/jobs/")
    job = over(narrowed, int(started.url.path.rsplit("/", 1)[1]))
    assert job["state"] == "done"
    (entry,) = searches(narrowed_house)
    assert entry.reach is Reach.NARROWED
    assert entry.counts is not None
    assert 0 < entry.counts.kept <= entry.counts.measured <= faces


@pytest.mark.parametrize(
    "cues",
    [
        Cues(),
        Cues(window=Window(NOON, NOON + timedelta(hours=1))),
        Cues(near=Place(45.5, -73.6), radius_km=0.4, tags=("17", "blue")),
        Cues(Window(NOON.min, NOON), Place(-33.9, 18.4), 2.5, ("a",)),
    ],
)
def test_cues_come_back_from_the_words_of_a_job(cues: Cues) -> None:
    assert from_words(as_words(cues)) == cues


def test_a_phone_says_where_it_was_and_is_looked_for_there(browser: Browser, narrowed_house: House) -> None:
    with served(narrowed_house) as server, visiting(browser, server, width=320, height=640, language="fr") as page:
        with narrowed_house.open() as archive:
            token = archive.visits.welcome(narrowed_house.subject(WREN))
        page.context.add_cookies([{"name": "sayso-me", "value": token, "url": server.url}])
        page.goto("/me")
        page.get_by_role("link", name="Dire où j’étais, ou montrer").click()
        page.locator("#until-slider").press("Home")
        page.wait_for_url(re.compile("until=2026"), wait_until="domcontentloaded")
        page.get_by_role("link", name="Me chercher dans ces photos").click()
        expect(page.locator(".lead")).to_contain_text("à parcourir")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.get_by_role("button", name="Oui, me chercher là").click()
        expect(page.locator(".photos img").first).to_be_visible(timeout=120_000)
