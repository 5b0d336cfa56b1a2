"""What an attacker tries at the pages, and what becomes of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import h11
import pytest
import uvicorn
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient
from uvicorn.server import ServerState

import sayso.web
from sayso.archive import Archive
from sayso.errors import SaysoError
from sayso.values import Purpose, Role
from sayso.web import Settings, create_app, mail, security, serving
from sayso.web.limits import ALL_STREAMS, STREAMS, Limits, TooOftenError
from sayso.web.security import POLICY
from tests.house import ROBIN, WREN, House

from .conftest import ADDRESS
from .serving import PASSWORDS
from .signing import sign_in

HOSTILE = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"


def pages(client: TestClient, *methods: str) -> list[Any]:
    """Every page that is asked for in one of these ways."""
    app: Any = client.app
    found = [one for one in iter_route_contexts(app.routes) if set(methods) & set(one.methods or ())]
    return [one for one in found if not one.path.startswith("/api/")]


def filled(path: str) -> str:
    """A page's path with something in its places."""
    return re.sub(r"\{[^}]+\}", "1", path)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/..%5capp.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/",
        "/static",
        "/desk/upload/..%2f..%2fsayso.db",
        "/words/en/common.toml",
        "/templates/base.html",
        "/.git/config",
    ],
)
def test_no_path_leads_out_of_what_is_served_and_no_folder_is_listed(client: TestClient, path: str) -> None:
    sign_in(client)
    answer = client.get(path)
    assert answer.status_code in (400, 404)
    assert "sayso.css" not in re.sub(r'href="/static/[^"]+"', "", answer.text)
    assert "root:" not in answer.text


def test_no_page_changes_anything_on_the_word_of_another_site(client: TestClient) -> None:
    sign_in(client)
    changing = pages(client, "POST", "PUT", "PATCH", "DELETE")
    assert len(changing) > 10
    for route in changing:
        for method in route.methods - {"GET", "HEAD"}:
            for headers in ({"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site", "origin": ""}):
                answer = client.request(method, filled(route.path), headers=headers)
                assert answer.status_code == 403, route.path
                assert "another site" in answer.text
    assert client.get("/desk").status_code == 200


def test_a_change_without_a_word_on_where_it_comes_from_is_refused(web_house: House) -> None:
    with web_house.open() as archive:
        app = create_app(archive, Settings(ADDRESS))
        with TestClient(app, base_url=ADDRESS) as bare:
            data = {"name": "anna", "password": PASSWORDS["anna"]}
            assert bare.post("/sign-in", data=data).status_code == 403


def test_nobody_who_is_not_signed_in_sees_a_page_of_the_desk_the_window_or_a_person(client: TestClient) -> None:
    closed = [one for one in pages(client, "GET") if re.match(r"/(me|desk|window|jobs)\b", one.path)]
    assert len(closed) > 8
    for route in closed:
        answer = client.get(filled(route.path), follow_redirects=False)
        # What an address looks like may be judged before who asks; nothing of the archive stands in that answer.
        assert answer.status_code in (303, 401, 422), route.path
        assert answer.headers.get("location", "/sign-in") in ("/sign-in", "/enter")


def test_no_spelling_of_a_name_is_tried_oftener_than_the_name(client: TestClient) -> None:
    spellings = ["ben", "BEN", " ben", "Ben ", "b\u200ben", "ｂｅｎ", "be\u00adn", "ben", "bEn", "beN", "BeN"]
    codes = [client.post("/sign-in", data={"name": one, "password": "guess"}).status_code for one in spellings]
    assert codes == [403] * 10 + [429]


def test_links_are_not_asked_for_without_end(client: TestClient) -> None:
    codes = [client.post("/enter", data={"contact": f"{n}@example.org"}).status_code for n in range(11)]
    assert codes == [200] * 10 + [429]


def asking(address: str) -> Any:
    return SimpleNamespace(client=SimpleNamespace(host=address))


def test_one_who_has_many_addresses_of_version_6_counts_once() -> None:
    limits = Limits()
    for n in range(3):
        limits.count(asking(f"2001:db8:1:2::{n}"), "link", "3/hour")
    with pytest.raises(TooOftenError):
        limits.count(asking("2001:db8:1:2:ffff::1"), "link", "3/hour")
    limits.count(asking("2001:db8:1:3::1"), "link", "3/hour")


def test_streams_that_stay_open_are_counted_until_they_end() -> None:
    limits = Limits()
    leave = [limits.stay(asking("192.0.2.1")) for _ in range(STREAMS)]
    with pytest.raises(TooOftenError):
        limits.stay(asking("192.0.2.1"))
    leave.pop()()
    leave.append(limits.stay(asking("192.0.2.1")))
    leave += [limits.stay(asking(f"198.51.100.{n}")) for n in range(ALL_STREAMS - STREAMS)]
    with pytest.raises(TooOftenError):
        limits.stay(asking("203.0.113.1"))


def test_F10_nobody_follows_or_stops_somebody_elses_job(client: TestClient, web_house: House) -> None:
    archive: Archive = client.app.state.archive  # type: ignore[attr-defined]
    person, other = web_house.subject(WREN), web_house.subject(ROBIN)
    job = archive.acting(other, Role.SUBJECT).jobs.new("find", subject=other).id
    client.cookies.set("sayso-me", archive.visits.welcome(person))
    for method, path in (("GET", f"/jobs/{job}"), ("GET", f"/jobs/{job}/events"), ("POST", f"/jobs/{job}/stop")):
        refused = client.request(method, path)
        assert refused.status_code == 403, path
        assert other not in refused.text


def test_every_error_carries_the_headers_too(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client)

    def broken(_: Archive) -> None:
        raise ValueError("words that nobody may read")

    monkeypatch.setattr(Archive, "status", broken)
    answers = {
        404: client.get("/nowhere"),
        403: client.post("/sign-in", headers={"origin": "https://elsewhere.example"}),
        413: client.post("/sign-in", headers={"content-length": "99999999999"}),
        421: client.get("/", headers={"host": "elsewhere.example"}),
        422: client.post("/sign-in", data={"name": "anna"}),
        405: client.put("/sign-in"),
    }
    assert {code: one.status_code for code, one in answers.items()} == {code: code for code in answers}
    for one in answers.values():
        assert one.headers["content-security-policy"] == POLICY
        assert one.headers["x-content-type-options"] == "nosniff"
        assert one.headers["cache-control"] == "no-store"
        assert "server" not in one.headers


def test_a_mistake_of_ours_is_answered_with_the_headers_and_its_words_go_nowhere(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(client)

    def broken(_: Archive) -> None:
        raise ValueError("words that nobody may read")

    monkeypatch.setattr(sayso.archive.Collections, "list", broken)
    token = client.app.state.archive.accounts.new_token("tests")[1]  # type: ignore[attr-defined]
    answer = client.get("/api/v1/collections", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert "words that nobody" not in answer.text + caplog.text
    assert "ValueError" in caplog.text


def test_what_somebody_calls_a_thing_is_shown_and_never_run(client: TestClient, web_house: House) -> None:
    archive: Archive = client.app.state.archive  # type: ignore[attr-defined]
    name = f"{HOSTILE} fair"
    archive.collections.new(name)
    archive.accounts.new(HOSTILE, Role.REVIEWER)
    archive.notices.publish(f"{HOSTILE} We look for your face only if you say yes.")
    token = archive.people.invite(HOSTILE, purposes=[Purpose.FIND], collections=[name])
    hostile = web_house.root / "card"
    hostile.mkdir()
    photo = next(web_house.photos.glob("*.jpg"))
    (hostile / "<img src=x onerror=alert(1)>.jpg").write_bytes(photo.read_bytes())
    archive.photos.add([hostile], name)
    archive.breaches.new(HOSTILE)
    sign_in(client)
    shown = ""
    paths = [filled(one.path).replace("/1", f"/{n}") for one in pages(client, "GET") for n in (1, 2)]
    for path in [*dict.fromkeys(paths), f"/i/{token}", f"/enter?lang={HOSTILE}", f"/l/{HOSTILE}"]:
        if not path.endswith("/events"):
            shown += client.get(path).text
    assert "&lt;script&gt;alert" in shown
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


def test_no_template_script_or_style_names_another_site() -> None:
    here = Path(sayso.web.__file__).parent
    looked_at, named = 0, []
    for file in here.rglob("*"):
        if file.suffix in (".html", ".js", ".css", ".svg", ".webmanifest", ".toml"):
            looked_at += 1
            text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
            named += [f"{file.name}: {found}" for found in re.findall(r"(?:https?:)?//[\w-]+\.[\w.-]+", text)]
    assert looked_at > 20
    assert [one for one in named if "example.org" not in one] == []


def test_no_page_has_a_script_or_a_style_in_its_text_and_no_script_makes_markup() -> None:
    here = Path(sayso.web.__file__).parent
    for file in here.joinpath("templates").rglob("*.html"):
        text = file.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", text), file.name
        assert "|safe" not in text.replace(" ", ""), file.name
    for file in here.joinpath("static").glob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", file.read_text()), file


def test_links_in_letters_lead_here_whatever_a_request_says(client: TestClient, web_house: House) -> None:
    client.post(
        "/enter", data={"contact": WREN}, headers={"x-forwarded-host": "evil.example", "forwarded": "host=evil"}
    )
    (letter,) = [one.read_bytes() for one in (web_house.root / "letters").glob("*.eml")]
    assert ADDRESS.encode() in letter
    assert b"evil" not in letter


def test_no_word_that_somebody_chose_begins_another_header_of_a_letter(tmp_path: Path) -> None:
    settings = Settings(ADDRESS, mail=tmp_path, sender="club@example.org\r\nBcc: all@example.org")
    mail.send(settings, "wren@example.org", "Photos of\r\nBcc: all@example.org\r\n\r\nthe party", "Hello")
    (file,) = tmp_path.glob("*.eml")
    letter = message_from_bytes(file.read_bytes())
    assert letter["Bcc"] is None
    assert "\n" not in letter["Subject"]
    for to in ("wren@example.org\nBcc: all@example.org", "a@b.example, c@d.example", "<a@b.example>"):
        assert not mail.can_send(settings, to)
        with pytest.raises(SaysoError):
            mail.send(settings, to, "Photos", "Hello")


def test_a_connection_that_asks_for_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "SECONDS_TO_ASK", 0.3)

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def talk() -> list[bytes]:
        config = uvicorn.Config(app, http=serving.Patient, lifespan="off")
        config.load()
        made = await asyncio.get_running_loop().create_server(
            lambda: serving.Patient(config, ServerState(), {}), "127.0.0.1", 0
        )
        port = made.sockets[0].getsockname()[1]
        heard = []
        whole = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n"
        for said in (b"", b"GET / HTTP/1.1\r\nhost: he", whole + b"GET / HTT"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            heard.append(await asyncio.wait_for(reader.read(), 20))
            writer.close()
        made.close()
        return heard

    silent, half, second = asyncio.run(talk())
    assert silent == half == b""
    assert second.startswith(b"HTTP/1.1 204")
    assert h11.PRODUCT_ID


def test_a_body_that_stops_coming_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "PATIENCE", 0.1)

    async def receive() -> Any:
        await asyncio.sleep(30)

    with pytest.raises(security.TooSlowError):
        asyncio.run(security._bounded(receive, 10)())  # type: ignore[arg-type]


def test_a_body_that_announces_too_much_is_heard_out_and_told_what_to_do(client: TestClient) -> None:
    """A browser that is answered before it has sent everything shows no answer; what it sends is kept nowhere."""
    heard: list[int] = []

    def body() -> Iterator[bytes]:
        for number in range(4):
            heard.append(number)
            yield b"x" * (1 << 20)

    told = client.post("/sign-in", content=body(), headers={"content-length": str(4 << 20)})
    assert told.status_code == 413
    assert heard == [0, 1, 2, 3]
    assert "at most 2 MB" in told.text
    assert "Go back" in told.text
    assert "<h1>" in told.text


def test_a_body_that_announces_too_much_and_stops_coming_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "PATIENCE", 0.1)

    async def receive() -> Any:
        await asyncio.sleep(30)

    asyncio.run(asyncio.wait_for(security._forget(receive), 20))
