"""The queue of doubts: one face beside a confirmed one, everybody else closed, each look recorded, each answer kept."""

from __future__ import annotations

import base64
import re

import pytest
from starlette.testclient import TestClient

from sayso.values import Outcome
from tests.house import OPERATOR, SECOND, House

from .conftest import with_passwords
from .serving import PASSWORDS


def signed_in(client: TestClient, name: str = OPERATOR) -> TestClient:
    client.post("/sign-in", data={"name": name, "password": PASSWORDS[name]})
    return client


def pictures(html: str) -> list[bytes]:
    """The faces that a page shows, in their order."""
    return [base64.b64decode(one) for one in re.findall(r'src="data:image/jpeg;base64,([^"]+)"', html)]


def looks(house: House, label: str) -> int:
    with house.open() as archive:
        return [entry.verb for entry in archive.ledger.list(subject=label)].count("review.look")


@pytest.fixture
def doubted(found: House) -> House:
    """Somebody who points, with every face of theirs in review; the first operator pointed for them."""
    found.enrol("wanda@example.org", None)
    with found.open(SECOND) as archive:
        for photo, number in found.faces("P12").items():
            archive.people.point("wanda@example.org", photo_id=photo, face=number)
    return found


@pytest.fixture
def web_house(doubted: House) -> House:
    return with_passwords(doubted)


def test_a_doubt_without_a_confirmed_face_shows_the_candidate_alone(web_house: House, client: TestClient) -> None:
    shown = signed_in(client).get("/desk/review").text
    assert len(pictures(shown)) == 1
    assert "wanda@example.org" in shown
    assert "1 of 2" in shown
    assert looks(web_house, "wanda@example.org") == 1


def test_a_yes_moves_on_and_is_what_the_next_face_is_compared_with(web_house: House, client: TestClient) -> None:
    signed_in(client)
    first = client.get("/desk/review").text
    action = re.search(r'action="(/desk/review/\d+)"', first)
    assert action
    second = client.post(action[1], data={"answer": "yes", "done": "0"})
    assert "2 of 2" in second.text
    assert len(pictures(second.text)) == 2
    last = re.search(r'action="(/desk/review/\d+)"', second.text)
    assert last
    assert last[1] != action[1]
    end = client.post(last[1], data={"answer": "no", "done": "1"})
    assert "Nothing waits for review. You decided 2." in end.text
    with web_house.open() as archive:
        assert len(archive.people.photos("wanda@example.org")) == 1
        verbs = [entry.verb for entry in archive.ledger.list(subject="wanda@example.org")]
    assert {"review.look", "review.confirm", "review.deny"} <= set(verbs)


def test_later_shows_the_next_one_and_decides_nothing(web_house: House, client: TestClient) -> None:
    first = signed_in(client).get("/desk/review").text
    later = re.search(r'data-key="ArrowRight" href="([^"]+)"', first)
    assert later
    second = client.get(later[1].replace("&amp;", "&")).text
    assert "2 of 2" in second
    assert re.search(r'data-key="ArrowLeft" href="/desk/review\?after=0&amp;done=0"', second)
    with web_house.open() as archive:
        assert len(archive.review.list()) == 2


def test_whoever_pointed_for_a_person_cannot_say_yes_but_can_write_down_what_they_said(
    client: TestClient,
) -> None:
    shown = signed_in(client, SECOND).get("/desk/review").text
    assert re.search(r'value="yes" data-key="y" disabled', shown)
    action = re.search(r'action="(/desk/review/\d+)"', shown)
    assert action
    refused = client.post(action[1], data={"answer": "yes"})
    assert refused.status_code == 403
    assert "only they can say" in refused.text
    said = client.post(action[1], data={"answer": "yes", "asked": "true"})
    assert "Noted: yes." in said.text


def test_one_that_was_decided_meanwhile_is_told_and_the_next_is_shown(web_house: House, client: TestClient) -> None:
    signed_in(client)
    action = re.search(r'action="(/desk/review/(\d+))"', client.get("/desk/review").text)
    assert action
    with web_house.open() as archive:
        assert archive.review.deny(int(action[2])) is Outcome.REJECTED
    assert "decided already" in client.post(action[1], data={"answer": "yes"}).text


def undo_form(html: str) -> tuple[str, dict[str, str]]:
    """The form that takes the last answer back: where it goes, and what it says."""
    found = re.search(r'action="(/desk/review/\d+/undo)">\s*<input type="hidden" name="done" value="(\d+)">', html)
    assert found
    return found[1], {"done": found[2]}


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_slip_is_taken_back_and_shown_again(web_house: House, client: TestClient, answer: str) -> None:
    signed_in(client)
    assert "/undo" not in client.get("/desk/review").text
    with web_house.open() as archive:
        first, second = archive.looks.queue()
    client.post(f"/desk/review/{first}", data={"answer": "yes", "done": "0"})
    last = client.post(f"/desk/review/{second}", data={"answer": answer, "done": "1"}).text
    assert "Nothing waits for review. You decided 2." in last
    action, filled = undo_form(last)
    assert action == f"/desk/review/{second}/undo"
    back = client.post(action, data=filled).text
    assert "it is in doubt again" in back
    assert "2 of 2" in back
    assert f'action="/desk/review/{second}"' in back
    assert "/undo" not in back
    with web_house.open() as archive:
        assert archive.looks.queue() == [second]
        verbs = [entry.verb for entry in archive.ledger.list(subject="wanda@example.org")]
    assert verbs.count("review.undo") == 1


def test_a_second_press_and_somebody_elses_answer_change_nothing(web_house: House, client: TestClient) -> None:
    signed_in(client)
    with web_house.open() as archive:
        first, second = archive.looks.queue()
    action, filled = undo_form(client.post(f"/desk/review/{first}", data={"answer": "no"}).text)
    with web_house.open(SECOND) as archive:
        archive.review.deny(second)
    assert "it is in doubt again" in client.post(action, data=filled).text
    for path in (action, f"/desk/review/{second}/undo", "/desk/review/999/undo"):
        answered = client.post(path, data=filled)
        assert answered.status_code == 200
        assert "That answer stands" in answered.text
    with web_house.open() as archive:
        assert archive.looks.queue() == [first]
    assert client.post(f"/desk/review/{first}/undo", data={"done": "-1"}).status_code == 422
    assert client.post(action, data=filled, headers={"origin": "https://elsewhere.example"}).status_code == 403


def test_what_the_person_said_is_not_offered_to_be_taken_back(client: TestClient) -> None:
    shown = signed_in(client).get("/desk/review").text
    action = re.search(r'action="(/desk/review/\d+)"', shown)
    assert action
    said = client.post(action[1], data={"answer": "yes", "asked": "true"}).text
    assert "Noted: yes." in said
    assert "/undo" not in said
    assert "That answer stands" in client.post(f"{action[1]}/undo").text


def test_an_overseer_sees_no_face(client: TestClient) -> None:
    assert signed_in(client, "vito").get("/desk/review").url.path == "/window"
