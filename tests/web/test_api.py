"""The API: who may call, what comes back, and what never does."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from sayso.web import Settings, create_app
from sayso.web.api.caller import WRONG
from sayso.web.api.description import description
from tests.house import COLLECTION, ROBIN, WREN, House

from .conftest import ADDRESS
from .waiting import until


@pytest.fixture
def api(found: House) -> Iterator[TestClient]:
    """The application, called with a token of an operator."""
    with found.open() as archive:
        _, token = archive.accounts.new_token("tests")
        app = create_app(archive, Settings(ADDRESS, controller=archive.controller, contact=archive.contact))
        with TestClient(app, base_url=ADDRESS, headers={"authorization": f"Bearer {token}"}) as made:
            yield made


def token_of(house: House, name: str) -> dict[str, str]:
    with house.open(name) as archive:
        return {"authorization": f"Bearer {archive.accounts.new_token('tests')[1]}"}


def over(api: TestClient, job: int) -> Any:
    """The job, once it is over."""
    return until(lambda: api.get(f"/api/v1/jobs/{job}").json(), lambda one: one["state"] not in ("waiting", "running"))


@pytest.mark.parametrize("given", [{}, {"authorization": "Bearer sayso_nobodys"}, {"authorization": "Basic YTpi"}])
def test_F10_without_a_token_that_opens_nothing_is_told(client: TestClient, given: dict[str, str]) -> None:
    answer = client.get("/api/v1/status", headers=given)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 401


def test_F10_a_cookie_opens_no_call(client: TestClient) -> None:
    client.post("/sign-in", data={"name": "anna", "password": "anna keeps the photos"})
    assert client.get("/desk").status_code == 200
    assert client.get("/api/v1/status").status_code == 401


def test_F10_a_token_that_ran_out_or_was_revoked_opens_nothing(api: TestClient, found: House) -> None:
    (own,) = api.get("/api/v1/tokens").json()
    other = token_of(found, "ben")
    assert api.get("/api/v1/status", headers=other).status_code == 200
    (mine,) = api.get("/api/v1/tokens", headers=other).json()
    assert api.delete(f"/api/v1/tokens/{mine['id']}").status_code == 200
    assert api.get("/api/v1/status", headers=other).status_code == 401
    found.clock.move(timedelta(days=91))
    assert api.get("/api/v1/status").status_code == 401
    assert own["note"] == "tests"


def test_tokens_cannot_be_guessed_for_long(api: TestClient) -> None:
    allowed = int(WRONG.split("/")[0])
    wrong = {"authorization": "Bearer sayso_guess"}
    codes = [api.get("/api/v1/status", headers=wrong).status_code for _ in range(allowed + 1)]
    assert codes == [401] * allowed + [429]


def test_F10_each_call_acts_as_the_tokens_account_and_says_through_which_door(api: TestClient, found: House) -> None:
    reviewer = token_of(found, "clara")
    assert api.get("/api/v1/people", headers=reviewer).status_code == 200
    refused = api.post("/api/v1/collections", headers=reviewer, json={"name": "Autumn"})
    assert refused.status_code == 403
    assert [one["rule"] for one in refused.json()["rules"]] == ["F10"]
    size = api.get("/api/v1/status").json()["ledger_size"]
    (last,) = api.get("/api/v1/ledger", params={"start": size - 1}).json()["items"]
    assert (last["verb"], last["actor"], last["role"], last["route"]) == ("people.list", "clara", "reviewer", "api")


def test_a_refusal_by_law_cites_its_rule(api: TestClient) -> None:
    person = person_called(api, ROBIN)
    assert api.post(f"/api/v1/people/{person}/freeze", json={"by": "safeguarding"}).status_code == 200
    refused = api.get(f"/api/v1/people/{person}/photos")
    assert refused.status_code == 403
    assert "F6" in [one["rule"] for one in refused.json()["rules"]]
    assert refused.json()["title"].startswith("Refused.")


def person_called(api: TestClient, label: str) -> str:
    return next(one["id"] for one in api.get("/api/v1/people").json()["items"] if one["label"] == label)


def test_a_persons_way_from_the_invite_to_the_withdrawal(api: TestClient) -> None:
    (collection,) = api.get("/api/v1/collections").json()
    invited = {"label": "iris@example.org", "purposes": ["find"], "collections": [collection["id"]]}
    token = api.post("/api/v1/invites", json=invited).json()["token"]
    yes = api.post("/api/v1/enrol", json={"token": token, "purposes": ["find"]})
    assert yes.status_code == 201
    person = yes.json()["subject"]["id"]
    (photo, *_) = api.get("/api/v1/photos", params={"collection": collection["id"], "limit": 1}).json()["items"]
    pointed = api.post(f"/api/v1/people/{person}/point", json={"photo": photo["id"], "face": 1}).json()
    assert pointed["counts"]["measured"] == 0
    receipt = api.get(f"/api/v1/people/{person}/receipt").json()
    assert receipt["subject_id"] == person
    assert api.get(f"/api/v1/people/{person}/receipt/pdf").content.startswith(b"%PDF")
    gone = api.post(f"/api/v1/people/{person}/withdraw", json={}).json()
    assert gone["purposes"] == ["find"]
    proof = api.get(f"/api/v1/ledger/{gone['ledger_index']}/proof").json()
    assert "withdraw" in proof["entry"]
    assert person not in [one["id"] for one in api.get("/api/v1/people").json()["items"]]
    assert api.get("/api/v1/ledger/verify").json()["size"] > gone["ledger_index"]


def test_whoever_decided_takes_it_back_and_nobody_else(api: TestClient, found: House) -> None:
    found.enrol("iris@example.org", None)
    with found.open("ben") as archive:
        archive.people.point("iris@example.org", photo_id=1, face=1)
    (doubt,) = api.get("/api/v1/review").json()
    call = f"/api/v1/review/{doubt['id']}"
    assert api.post(f"{call}/confirm", json={}).json() == {"outcome": "matched"}
    refused = api.post(f"{call}/undo", headers=token_of(found, "ben"))
    assert refused.status_code == 404
    assert "no decision of yours" in refused.json()["title"]
    assert api.post(f"{call}/undo").json() == {"outcome": "review"}
    assert doubt in api.get("/api/v1/review").json()
    assert api.post(f"{call}/undo").status_code == 404


def test_an_album_and_an_export_are_made_and_taken(api: TestClient) -> None:
    person = f"/api/v1/people/{person_called(api, WREN)}"
    made = over(api, api.post(f"{person}/album").json()["id"])
    assert made["state"] == "done"
    with zipfile.ZipFile(io.BytesIO(api.get(f"{person}/album").content)) as album:
        assert len(album.namelist()) == made["report"]["photos"] > 0
    assert api.get(f"{person}/export").status_code in (400, 404)
    assert over(api, api.post(f"{person}/export").json()["id"])["state"] == "done"
    with zipfile.ZipFile(io.BytesIO(api.get(f"{person}/export").content)) as held:
        assert "receipt.html" in " ".join(held.namelist())
    assert api.get(f"{person}/export").status_code in (400, 404)


def test_photos_come_page_by_page_and_each_once(api: TestClient) -> None:
    seen, after = [], 0
    while after is not None:
        page = api.get("/api/v1/photos", params={"collection": 1, "limit": 3, "after": after}).json()
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 8


def test_photos_are_added_and_found_in_the_background(api: TestClient, found: House) -> None:
    made = api.post("/api/v1/collections", json={"name": "Autumn"}).json()
    asked = {"paths": [str(found.photos)], "collection": made["id"], "tags": ["late"]}
    job = api.post("/api/v1/photos", json=asked)
    assert job.status_code == 202
    done = over(api, job.json()["id"])
    assert (done["state"], done["report"]["added"]) == ("done", 8)
    listed = api.get("/api/v1/photos", params={"collection": made["id"], "tag": "late"}).json()["items"]
    assert len(listed) == 8
    searched = over(api, api.post("/api/v1/find", json={"collection": 1}).json()["id"])
    assert searched["state"] == "done"
    assert searched["report"]["collections"][0]["done_before"] == 8
    events = api.get(f"/api/v1/jobs/{job.json()['id']}/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    assert "event: over" in events.text


def test_a_photo_is_shown_with_every_face_closed_hidden_and_deleted(api: TestClient) -> None:
    face = api.get("/api/v1/photos/1/faces").json()[0]
    assert api.get("/api/v1/photos/1/preview").headers["content-type"] == "image/jpeg"
    hidden = api.post(f"/api/v1/photos/1/faces/{face['number']}/hide").json()
    assert [one["number"] for one in api.get("/api/v1/photos/hidden").json()] == [hidden["number"]]
    assert api.post(f"/api/v1/photos/1/faces/{face['number']}/unhide").json()["faces"] >= 1
    assert api.delete("/api/v1/photos/1").json() == {"photos": 1}
    assert api.get("/api/v1/photos/1/faces").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", "/photos/99/faces", None, 404),
        ("GET", "/photos/99999999999999999999999/faces", None, 422),
        ("GET", "/people/wren@example.org/photos", None, 422),
        ("GET", "/people/0123456789abcdef/photos", None, 404),
        ("GET", "/collections/7", None, 404),
        ("GET", "/jobs/7", None, 404),
        ("GET", "/ledger/9999/proof", None, 404),
        ("POST", "/find", {"collection": 1, "from": "2026-06-14T12:00", "to": "2026-06-14T11:00"}, 400),
        ("POST", "/collections", {"name": "Autumn", "reach": "swept"}, 422),
        ("POST", "/collections", {"name": "half a pair \ud800"}, 422),
        ("POST", "/photos", {"paths": ["/nowhere\0"], "collection": 1}, 422),
        ("PATCH", "/status", None, 405),
        ("GET", "/nowhere", None, 404),
    ],
)
def test_what_makes_no_sense_is_a_problem_that_says_what_to_do(
    api: TestClient, method: str, path: str, body: dict[str, Any] | None, code: int
) -> None:
    content = json.dumps(body) if body is not None else None
    answer = api.request(method, f"/api/v1{path}", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (code, "application/problem+json")
    assert answer.json()["title"]
    if code == 405:
        assert answer.headers["allow"] == "GET"


def test_the_description_names_calls_of_the_api_alone_each_with_its_proof_of_who_calls(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert all(path.startswith("/api/v1/") for path in described["paths"])
    calls = [call for path in described["paths"].values() for call in path.values()]
    assert len(calls) > 40
    assert all(call["security"] == [{"token": []}] for call in calls)
    assert len({call["operationId"] for call in calls}) == len(calls)


#: What no answer may have a place for: what a face measures, how alike two are, or any trait (F12, L1, L8).
NEVER = ("score", "vector", "template_bytes", "embedding", "distance", "similarity", "age", "gender", "sex", "emotion")


def test_F12_no_answer_has_a_place_for_a_vector_or_a_score(client: TestClient) -> None:
    described = description(client.app)  # type: ignore[arg-type]
    names = set(fields(described["components"]["schemas"]))
    assert {"outcome", "misses_left", "number", "box"} <= names
    assert not names & set(NEVER)
    assert not [name for name in names for part in ("score", "vector", "embedding", "similar") if part in name]


def fields(part: Any) -> Iterator[str]:
    """The names of all properties in a schema, however deep."""
    if isinstance(part, dict):
        if isinstance(part.get("properties"), dict):
            yield from part["properties"]
        for below in part.values():
            yield from fields(below)
    elif isinstance(part, list):
        for below in part:
            yield from fields(below)


def test_F12_no_answer_about_found_photos_or_jobs_holds_a_score(api: TestClient) -> None:
    person = person_called(api, WREN)
    job = over(api, api.post("/api/v1/find", json={"subject": person}).json()["id"])
    said = [api.get(f"/api/v1/people/{person}/photos").text, json.dumps(job), api.get("/api/v1/review").text]
    assert "open_faces" in said[0]
    assert COLLECTION in said[1]
    assert not [text for text in said if "score" in text]
