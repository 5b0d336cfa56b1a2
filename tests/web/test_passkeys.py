"""Passkeys: a person comes back with what unlocks their own device, and nobody else does."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from datetime import timedelta
from email import message_from_string
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from starlette.testclient import TestClient

from sayso.access import passkeys
from sayso.archive import Site
from sayso.errors import RefusedError
from tests.house import ROBIN, WREN, House

from .conftest import ADDRESS
from .device import Device
from .serving import Server, served, visiting


def come_in(client: TestClient, house: House, contact: str = WREN) -> None:
    """Sign a person in by the letter that they ask for."""
    client.post("/sign-out")
    before = set((house.root / "letters").glob("*.eml"))
    client.post("/enter", data={"contact": contact})
    (letter,) = set((house.root / "letters").glob("*.eml")) - before
    found = re.search(r"(/l/\S+)", message_from_string(letter.read_text()).get_payload(decode=True).decode())  # type: ignore[union-attr]
    assert found is not None
    assert client.post(found.group(1)).url.path.startswith("/me")


def add(client: TestClient, device: Device | None = None) -> Device:
    device = device or Device(ADDRESS)
    answer = client.post("/me/keys", json=device.create(client.post("/me/keys/options").json()))
    assert answer.status_code == 201, answer.text
    return device


def try_to_enter(client: TestClient, device: Device, **changed: Any) -> int:
    credential = device.get(client.post("/enter/passkey/options").json())
    credential["response"] |= changed
    return client.post("/enter/passkey", json=credential).status_code


def signed_in(client: TestClient) -> bool:
    return client.get("/me/keys").url.path == "/me/keys"


def test_a_person_makes_a_passkey_and_comes_back_with_it(client: TestClient, web_house: House) -> None:
    come_in(client, web_house)
    options = client.post("/me/keys/options").json()
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert WREN not in str(options)
    device = add(client)
    assert "Made on" in client.get("/me/keys").text
    client.post("/sign-out")
    assert not signed_in(client)
    asked = client.post("/enter/passkey/options").json()
    assert not asked.get("allowCredentials")
    assert client.post("/enter/passkey", json=device.get(asked)).json() == {"where": "/me"}
    assert signed_in(client)
    me = web_house.subject(WREN)
    with web_house.open() as archive:
        told = [(one.verb, one.actor) for one in archive.ledger.list(subject=me)]
    assert ("passkey.new", me) in told
    assert told.count(("sign-in", me)) == 2


def test_a_question_is_answered_once(client: TestClient, web_house: House) -> None:
    come_in(client, web_house)
    made = Device(ADDRESS).create(client.post("/me/keys/options").json())
    assert [client.post("/me/keys", json=made).status_code for _ in range(2)] == [201, 403]
    device = add(client)
    answer = device.get(client.post("/enter/passkey/options").json())
    assert [client.post("/enter/passkey", json=answer).status_code for _ in range(2)] == [200, 403]


def test_a_question_for_one_person_is_no_question_for_another(client: TestClient, web_house: House) -> None:
    come_in(client, web_house)
    options = client.post("/me/keys/options").json()
    entering = client.post("/enter/passkey/options").json()
    come_in(client, web_house, ROBIN)
    assert client.post("/me/keys", json=Device(ADDRESS).create(options)).status_code == 403
    mine = client.post("/me/keys/options").json()
    assert client.post("/me/keys", json=Device(ADDRESS).create(mine | entering)).status_code == 403
    assert "You have none yet" in client.get("/me/keys").text


def test_a_question_runs_out(client: TestClient, web_house: House) -> None:
    come_in(client, web_house)
    device = add(client)
    answer = device.get(client.post("/enter/passkey/options").json())
    web_house.clock.move(passkeys.ANSWER_WITHIN + timedelta(seconds=1))
    assert client.post("/enter/passkey", json=answer).status_code == 403


SPOILT: dict[str, Callable[[Device], None]] = {
    "another site": lambda device: setattr(device, "origin", "https://elsewhere.example"),
    "not unlocked": lambda device: setattr(device, "unlocked", False),
    "another host": lambda device: setattr(device, "host", "elsewhere.example"),
    "another key": lambda device: setattr(device, "key", Device(ADDRESS).key),
    "somebody else": lambda device: setattr(device, "user", "MDEyMzQ1Njc4OWFiY2RlZg"),
    "unknown": lambda device: setattr(device, "id", b"nobody's"),
    "a copy": lambda device: setattr(device, "signed", -1),
}


def test_whatever_does_not_fit_opens_nothing_and_says_no_more(client: TestClient, web_house: House) -> None:
    come_in(client, web_house)
    devices = {name: add(client) for name in SPOILT}
    for name, device in devices.items():
        client.post("/sign-out")
        assert try_to_enter(client, device) == 200, name
        client.post("/sign-out")
        SPOILT[name](device)
        credential = device.get(client.post("/enter/passkey/options").json())
        refused = client.post("/enter/passkey", json=credential, headers={"accept": "application/json"})
        assert refused.status_code == 403, name
        assert [one["text"] for one in refused.json()["rules"]] == ["This passkey does not open anything here."], name
        assert not signed_in(client), name


def test_junk_is_refused(client: TestClient, web_house: House) -> None:
    come_in(client, web_house)
    for junk in ({}, {"response": "x"}, {"id": 1, "rawId": [], "response": {"clientDataJSON": "e30"}}):
        assert client.post("/enter/passkey", json=junk).status_code == 403
        assert client.post("/me/keys", json=junk).status_code == 403


def test_a_passkey_is_made_by_an_unlocked_device_only(client: TestClient, web_house: House) -> None:
    come_in(client, web_house)
    locked = Device(ADDRESS, unlocked=False)
    assert client.post("/me/keys", json=locked.create(client.post("/me/keys/options").json())).status_code == 403


def test_a_person_removes_their_own_passkey_and_nobody_elses(client: TestClient, web_house: House) -> None:
    come_in(client, web_house)
    device = add(client)
    come_in(client, web_house, ROBIN)
    assert client.post("/me/keys/remove", data={"passkey": device.id.hex()}).status_code in (400, 404)
    assert client.post("/me/keys/remove", data={"passkey": "no hex"}).status_code in (400, 404)
    client.post("/sign-out")
    assert try_to_enter(client, device) == 200
    assert "You have none yet" in client.post("/me/keys/remove", data={"passkey": device.id.hex()}).text
    client.post("/sign-out")
    assert try_to_enter(client, device) == 403


def test_nobody_has_more_passkeys_than_enough(client: TestClient, web_house: House) -> None:
    come_in(client, web_house)
    for _ in range(passkeys.MOST):
        add(client)
    assert client.post("/me/keys/options").status_code == 400


def test_F4_a_no_destroys_the_passkeys(client: TestClient, web_house: House) -> None:
    come_in(client, web_house)
    device = add(client)
    public = device.key.public_key().public_numbers().x.to_bytes(32, "big")
    assert public in web_house.database.read_bytes() + wal(web_house)
    with web_house.open() as archive:
        archive.people.withdraw(WREN)
    assert web_house.rows("SELECT count(*) FROM passkeys") == [(0,)]
    assert public not in web_house.database.read_bytes() + wal(web_house)
    assert try_to_enter(client, device) == 403


def wal(house: House) -> bytes:
    file = house.database.with_name(house.database.name + "-wal")
    return file.read_bytes() if file.exists() else b""


def test_F10_staff_make_no_passkey_for_a_person(web_house: House) -> None:
    site = Site("localhost", ADDRESS, "The Photo Club", "My photos")
    for name in ("anna", "vito", "clara"):
        with web_house.open(name) as archive, pytest.raises(RefusedError, match=r"may not do `passkey\.new`"):
            archive.passkeys.begin_registration(WREN, site)


def test_a_browser_makes_a_passkey_comes_back_with_it_and_removes_it(browser: Browser, web_house: House) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Browsers bind passkeys to names, not to numbers.
    with served(web_house, "--port", str(port), "--public-url", f"http://localhost:{port}") as server:
        _walk(browser, server)


def _walk(browser: Browser, server: Server) -> None:
    with visiting(browser, server) as page:
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": _PHONE})
        with server.house.open() as archive:
            letter = archive.visits.letter_for(WREN)
        assert letter is not None
        page.goto(f"/l/{letter.token}")
        page.get_by_role("button", name="Open my pages").click()
        page.wait_for_url(re.compile("/me"))
        page.goto("/me/keys")
        page.get_by_role("button", name="Make a passkey").click()
        page.get_by_text("Made on").wait_for()
        page.get_by_role("button", name="Make a passkey").click()
        page.get_by_text("This device has a passkey for these pages already").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(server.url + "/")

        page.goto("/enter")
        page.get_by_role("button", name="Use my passkey").click()
        page.wait_for_url(re.compile("/me"))

        page.goto("/me/keys")
        assert _serious(page) == []
        page.get_by_role("button", name="Remove the passkey").click()
        page.get_by_text("You have none yet").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(server.url + "/")
        page.goto("/enter")
        assert _serious(page) == []
        page.get_by_role("button", name="Use my passkey").click()
        page.get_by_text("This passkey does not open anything here").wait_for()


_PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def _serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]
