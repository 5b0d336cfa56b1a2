"""Who comes in at which door, and what every answer carries."""

from __future__ import annotations

import re
from email import message_from_string

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from sayso.web.security import POLICY
from tests.house import WREN, House

from .conftest import ADDRESS
from .serving import PASSWORDS, Server, sign_in, visiting


def test_staff_sign_in_with_a_password_and_out_again(client: TestClient) -> None:
    wrong = client.post("/sign-in", data={"name": "anna", "password": "not hers, not hers"})
    assert wrong.status_code == 403
    assert "do not fit" in wrong.text
    right = client.post("/sign-in", data={"name": "anna", "password": PASSWORDS["anna"]})
    assert right.url.path == "/desk"
    assert client.get("/desk").status_code == 200
    client.post("/sign-out")
    assert client.get("/desk").url.path == "/sign-in"


def test_an_overseer_comes_to_the_window_and_not_to_the_desk(client: TestClient) -> None:
    assert client.post("/sign-in", data={"name": "vito", "password": PASSWORDS["vito"]}).url.path == "/window"
    assert client.get("/desk").url.path == "/window"


def test_passwords_cannot_be_tried_for_long(client: TestClient) -> None:
    tried = [client.post("/sign-in", data={"name": "ben", "password": f"guess number {n}"}) for n in range(12)]
    assert [one.status_code for one in tried] == [403] * 10 + [429] * 2


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for path in ("/", "/nowhere", "/static/sayso.css", "/static/../app.py", "/me"):
        headers = client.get(path).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://elsewhere.example"}, {"origin": ADDRESS, "sec-fetch-site": "cross-site"}, {"origin": "null"}],
)
def test_a_change_asked_for_by_another_site_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    assert (
        client.post("/sign-in", data={"name": "anna", "password": PASSWORDS["anna"]}, headers=headers).status_code
        == 403
    )


def test_another_name_of_the_host_is_not_answered(client: TestClient) -> None:
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 421


def test_a_body_that_is_larger_than_said_is_refused(client: TestClient) -> None:
    def body():  # type: ignore[no-untyped-def]
        for _ in range(80):
            yield b"x" * 65536

    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/sign-in", content=body(), headers=kind).status_code == 413


def test_a_letter_lets_its_reader_in_once(client: TestClient, web_house: House) -> None:
    same = [client.post("/enter", data={"contact": one}).text for one in (WREN, "nobody@example.org")]
    assert same[0] == same[1]
    (letter,) = [message_from_string(one.read_text()) for one in (web_house.root / "letters").glob("*.eml")]
    assert letter["To"] == WREN
    found = re.search(r"(/l/\S+)", letter.get_payload(decode=True).decode())  # type: ignore[union-attr]
    assert found is not None
    assert client.get(found.group(1)).status_code == 200
    assert client.post(found.group(1)).url.path == "/me"
    client.post("/sign-out")
    again = client.post(found.group(1))
    assert again.status_code == 403
    assert "Ask for a new one" in again.text


def test_a_browser_signs_in_and_reads_french(browser: Browser, server: Server) -> None:
    with visiting(browser, server, width=1280, height=800) as page:
        page.goto("/")
        page.get_by_role("button", name="FR").click()
        assert "Vos photos" in (page.get_by_role("heading", level=1).inner_text())
        page.get_by_role("button", name="EN").click()
        sign_in(page, "anna")
        assert page.get_by_role("heading", level=1).inner_text() == "Desk"
