"""Visits: what is in a cookie, when a visit ends, and what of it lies in the archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from sayso.archive import Archive
from sayso.values import Purpose
from sayso.web import Settings, create_app
from tests.house import COLLECTION, ROBIN, WREN, House

from .serving import PASSWORDS
from .signing import cookie_of, sign_in

HTTPS = "https://photos.example.org"


@pytest.fixture
def at_https(web_house: House) -> Iterator[TestClient]:
    """The application as it is reached through a proxy that speaks TLS."""
    with web_house.open() as archive:
        app = create_app(archive, Settings(HTTPS, controller=archive.controller, contact=archive.contact))
        with TestClient(app, base_url=HTTPS, headers={"origin": HTTPS}) as made:
            yield made


def test_a_cookie_is_for_this_host_and_its_pages_alone_and_no_script_reads_it(at_https: TestClient) -> None:
    said = sign_in(at_https).headers["set-cookie"]
    name, *flags = [part.strip().lower() for part in said.split(";")]
    assert name.startswith("__host-sayso-desk=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(flags)
    assert not [flag for flag in flags if flag.startswith(("domain", "max-age", "expires"))]
    headers = at_https.get("/").headers
    assert headers["strict-transport-security"].startswith("max-age=63072000")
    assert headers["cache-control"] == "no-store"


def test_a_cookie_of_plain_http_is_read_by_no_script_either(client: TestClient) -> None:
    said = sign_in(client).headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=lax" in said
    assert "secure" not in said


def test_a_visit_ends_when_nothing_happens_and_after_half_a_day_whatever_happens(
    client: TestClient, web_house: House
) -> None:
    sign_in(client)
    web_house.clock.move(timedelta(minutes=29))
    assert client.get("/desk").url.path == "/desk"
    web_house.clock.move(timedelta(minutes=31))
    assert client.get("/desk").url.path == "/sign-in"
    sign_in(client)
    for _ in range(25):
        web_house.clock.move(timedelta(minutes=29))
        last = client.get("/desk").url.path
    assert last == "/sign-in"


def test_a_visit_ends_with_the_account_and_with_a_new_password(client: TestClient, web_house: House) -> None:
    sign_in(client, "ben")
    with web_house.open("ben") as archive:
        archive.accounts.set_password("ben", "ben has another one now")
    assert client.get("/desk").url.path == "/sign-in"
    sign_in(client, "vito")
    assert client.get("/window").url.path == "/window"
    with web_house.open() as archive:
        archive.accounts.disable("vito")
    assert client.get("/window").url.path == "/sign-in"


def test_F4_whoever_withdraws_is_signed_out_everywhere_and_no_link_lets_them_back_in(
    client: TestClient, web_house: House
) -> None:
    person = web_house.subject(WREN)
    archive: Archive = client.app.state.archive  # type: ignore[attr-defined]
    letter = archive.visits.letter_for(WREN)
    assert letter is not None
    client.cookies.set("sayso-me", archive.visits.welcome(person))
    assert client.get("/me", follow_redirects=False).status_code == 200
    with web_house.open() as own:
        own.people.withdraw(person)
    assert client.get("/me", follow_redirects=False).headers["location"] == "/enter"
    assert client.post(f"/l/{letter.token}").status_code == 403


def test_signing_in_takes_no_token_that_somebody_else_chose_and_ends_the_visit_before(client: TestClient) -> None:
    client.cookies.set("sayso-desk", "a-token-that-an-attacker-knows")
    sign_in(client)
    client.cookies.delete("sayso-desk", domain="")
    first = cookie_of(client)
    assert first != "a-token-that-an-attacker-knows"
    sign_in(client)
    second = cookie_of(client)
    client.cookies.clear()
    client.cookies.set("sayso-desk", first)
    assert client.get("/desk").url.path == "/sign-in"
    client.cookies.clear()
    client.cookies.set("sayso-desk", second)
    assert client.get("/desk").url.path == "/desk"


def test_signing_out_ends_the_visit_itself_not_only_the_cookie(client: TestClient) -> None:
    sign_in(client)
    token = cookie_of(client)
    client.post("/sign-out")
    client.cookies.set("sayso-desk", token)
    assert client.get("/desk").url.path == "/sign-in"


def test_no_token_and_no_password_is_in_the_files_of_the_archive(client: TestClient, web_house: House) -> None:
    archive: Archive = client.app.state.archive  # type: ignore[attr-defined]
    sign_in(client)
    letter = archive.visits.letter_for(ROBIN)
    assert letter is not None
    secrets = [
        cookie_of(client),
        letter.token,
        archive.accounts.new_token("a program")[1],
        archive.people.invite("iris@example.org", purposes=[Purpose.FIND], collections=[COLLECTION]),
        *PASSWORDS.values(),
    ]
    kept = b"".join(one.read_bytes() for one in web_house.archive.glob("sayso.db*"))
    assert b"visits" in kept
    assert [one for one in secrets if one.encode() in kept] == []
