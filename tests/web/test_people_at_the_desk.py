"""The operator's desk: invite, look, freeze, withdraw, posters, the notice; and what it must not tell."""

from __future__ import annotations

import html
import re
from email import message_from_string

import pytest
from starlette.testclient import TestClient

from sayso.values import Purpose, Role
from tests.house import COLLECTION, PEOPLE, ROBIN, SECOND, WITNESS, WREN, House

from .serving import PASSWORDS

ASKED = {"purpose": ["find", "share"], "collection": ["1"]}


def enter(client: TestClient, name: str = "anna", password: str = "") -> TestClient:
    client.post("/sign-out")
    sent = client.post("/sign-in", data={"name": name, "password": password or PASSWORDS[name]})
    assert sent.status_code == 200
    return client


@pytest.fixture
def desk(client: TestClient) -> TestClient:
    return enter(client)


def links(text: str, way: str = "i") -> list[str]:
    return re.findall(rf"http://127\.0\.0\.1:8000(/{way}/[\w-]+)", text)


def letters(house: House) -> list[tuple[str, str]]:
    files = sorted((house.root / "letters").glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
    read = [message_from_string(one.read_text("utf-8")) for one in files]
    return [(str(one["To"]), one.get_payload(decode=True).decode()) for one in read]  # type: ignore[union-attr]


def test_one_person_is_invited_by_a_link_that_is_shown_once_and_mailed(desk: TestClient, web_house: House) -> None:
    text = desk.post("/desk/invite", data={**ASKED, "label": "lark@example.org", "mail": "yes"}).text
    (link,) = set(links(text))
    assert "<svg" in text
    ((to, letter),) = letters(web_house)
    assert to == "lark@example.org"
    assert links(letter) == [link]
    assert "Summer party" in desk.get(link).text
    assert link not in desk.get("/desk/people").text
    by_name = desk.post("/desk/invite", data={**ASKED, "label": "Lark Two", "mail": "yes"}).text
    assert len(set(links(by_name))) == 1
    assert len(letters(web_house)) == 1


@pytest.mark.parametrize(
    "change", [{"purpose": []}, {"collection": []}, {"label": ""}, {"purpose": ["police"]}, {"child": "yes"}]
)
def test_an_invite_that_lacks_something_says_what(desk: TestClient, change: dict[str, object]) -> None:
    answer = desk.post("/desk/invite", data={**ASKED, "label": "lark@example.org", **change})  # type: ignore[arg-type]
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert links(answer.text) == []


def test_a_list_invites_whom_it_can_and_tells_which_lines_were_wrong(desk: TestClient, web_house: House) -> None:
    listed = (
        "Name;Guardian;Relation\nlark@example.org\n;\nfinch@example.org;jay@example.org;parent\n"
        "LARK@example.org\nowl;owl;parent\n" + "x" * 201 + "\n"
    )
    answer = desk.post(
        "/desk/invite/list", data={**ASKED, "mail": "yes"}, files={"list": ("people.csv", listed.encode("utf-8-sig"))}
    )
    assert "2 people are invited" in answer.text
    assert re.findall(r"Line (\d+):", answer.text) == ["5", "6", "7"]
    made = links(answer.text)
    assert len(made) == 2
    assert {to for to, _ in letters(web_house)} == {"lark@example.org", "jay@example.org"}
    assert "guardian" in desk.get(made[1]).text
    kept = b"".join(one.read_bytes() for one in web_house.archive.rglob("*") if one.is_file())
    assert b"finch@example" not in kept
    for wrong in (b"", b"\xff\xfe\x00bad", b"name\n"):
        sent = desk.post("/desk/invite/list", data=ASKED, files={"list": ("people.csv", wrong)})
        assert sent.status_code == 400


@pytest.mark.law("R3")
def test_R3_the_desk_looks_the_same_whether_somebody_read_their_invite_or_nobody_did(
    desk: TestClient, web_house: House
) -> None:
    (link,) = set(links(desk.post("/desk/invite", data={**ASKED, "label": "lark@example.org"}).text))
    before = [desk.get(path).text for path in ("/desk", "/desk/people", "/desk/posters", "/desk/invite")]
    assert desk.get(link).status_code == 200
    after = [desk.get(path).text for path in ("/desk", "/desk/people", "/desk/posters", "/desk/invite")]
    assert before == after
    assert "lark" not in "".join(after)
    with web_house.open() as archive:
        assert "lark" not in repr(archive.ledger.list())


def test_the_people_are_those_with_a_living_record_and_each_look_is_theirs_to_read(
    desk: TestClient, web_house: House
) -> None:
    wren = web_house.subject(WREN)
    text = desk.get("/desk/people").text
    assert WREN in text
    assert ROBIN in text
    assert COLLECTION in desk.get(f"/desk/people/{wren}").text
    with web_house.open() as archive:
        seen = [one for one in archive.ledger.list(subject=wren) if one.verb == "people.list" and one.actor == "anna"]
    assert len(seen) >= 2


def test_two_people_end_a_freeze(desk: TestClient, web_house: House) -> None:
    wren = web_house.subject(WREN)
    assert desk.post(f"/desk/people/{wren}/freeze", data={"by": "because"}).status_code == 400
    assert "Frozen" in desk.post(f"/desk/people/{wren}/freeze", data={"by": "safeguarding"}).text
    assert "1" in desk.get("/desk").text
    assert "Everything about one person is frozen" in desk.get("/desk").text
    assert "Somebody else has to lift it" in desk.post(f"/desk/people/{wren}/unfreeze").text
    assert desk.post(f"/desk/people/{wren}/unfreeze").status_code == 403
    enter(desk, SECOND)
    assert "anna asks for the end of it" in desk.get(f"/desk/people/{wren}").text
    assert "Frozen" not in desk.post(f"/desk/people/{wren}/unfreeze").text


def test_a_yes_is_taken_back_on_request_with_a_receipt(desk: TestClient, web_house: House) -> None:
    wren = web_house.subject(WREN)
    assert WREN in desk.get(f"/desk/people/{wren}/withdraw").text
    assert desk.post(f"/desk/people/{wren}/withdraw", data={}).status_code == 400
    done = desk.post(f"/desk/people/{wren}/withdraw", data={"sure": "yes"})
    assert "c2sp.org/tlog-proof" in done.text
    assert WREN not in desk.get("/desk/people").text
    with web_house.open() as archive:
        assert [one.label for one in archive.people.list()] == [ROBIN]


def test_a_poster_is_answered_by_an_invite_of_ones_own(desk: TestClient, web_house: House) -> None:
    assert desk.post("/desk/posters", data={"purpose": "find"}).status_code == 400
    poster = desk.post("/desk/posters", data={"purpose": "find", "collection": "1"})
    (way,) = set(links(poster.text, "p"))
    drawn = desk.get(f"{poster.url.path}.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.content.startswith(b"<?xml")
    desk.post(way, data={"contact": "lark@example.org"})
    desk.post(way, data={"contact": "Lark of the hill"})
    waiting = desk.get("/desk/posters").text
    assert "lark@example.org" in waiting
    asked = re.findall(r"/desk/asking/(\d+)/approve", waiting)
    assert desk.post(f"/desk/asking/{asked[0]}/approve").url.path == "/desk/posters"
    ((to, letter),) = letters(web_house)
    assert to == "lark@example.org"
    (link,) = links(letter)
    assert desk.get(link).status_code == 200
    shown = desk.post(f"/desk/asking/{asked[1]}/approve")
    assert len(set(links(shown.text))) == 1
    assert "lark" not in desk.get("/desk/posters").text.lower()
    desk.post(f"{poster.url.path}/end")
    assert desk.get(way).status_code != 200


def test_a_notice_tells_how_easily_it_reads_before_it_is_published(desk: TestClient) -> None:
    hard = "Biometrische " + "Verarbeitungstätigkeiten " * 30 + "."
    checked = desk.post("/desk/notices", data={"text": hard, "language": "de", "do": "check"}).text
    assert "Hard to read" in checked
    assert "Version 1" in checked
    assert "Version 2" not in checked
    easy = "We look for your face. You can say no.\r\n\r\nAsk us <why>."
    published = desk.post("/desk/notices", data={"text": easy, "language": "en", "how": "new", "do": "publish"}).text
    assert "Version 2, en" in published
    assert html.escape("Ask us <why>.") in published
    assert "2 people have to be asked again" in desk.get("/desk").text
    more = desk.post("/desk/notices", data={"text": "Nous cherchons.", "language": "fr", "how": "translation"})
    assert "Version 2, fr" in more.text
    assert desk.post("/desk/notices", data={"text": "", "language": "en"}).status_code == 400


@pytest.mark.law("F11")
def test_F11_a_witness_proves_who_they_are_and_the_capture_sleeps_until_it_is_confirmed(
    desk: TestClient, web_house: House
) -> None:
    with web_house.open() as archive:
        token = archive.people.invite("P12@example.org", purposes=[Purpose.FIND], collections=[COLLECTION])
        done = archive.people.enrol(token, purposes=[Purpose.FIND], capture_later=True)
    subject = done.subject.id
    captures = [("capture", (f"{n}.jpg", (PEOPLE / "P12" / f"{n}.jpg").read_bytes())) for n in range(3)]

    def vouch(name: str, password: str) -> tuple[int, str]:
        sent = desk.post(f"/desk/witness/{subject}", data={"witness": name, "password": password}, files=captures)
        return sent.status_code, sent.text

    code, text = vouch(WITNESS, "clara has none")
    assert (code, "has no password" in text) == (400, True)
    assert vouch("anna", PASSWORDS["anna"])[0] == 400
    with web_house.open(WITNESS) as archive:
        archive.accounts.set_password(WITNESS, "clara sees who it is")
    assert vouch(WITNESS, "not hers, not hers")[0] == 400
    code, text = vouch(WITNESS, "clara sees who it is")
    assert code == 200, text
    assert "Waits to be confirmed" in desk.get("/desk/people").text
    ((to, letter),) = letters(web_house)
    assert to == "P12@example.org"
    (link,) = links(letter, "c")
    assert "Is this you?" in desk.get(link).text
    assert "Waits to be confirmed" in desk.get("/desk/people").text
    assert "Thank you" in desk.post(link).text
    assert "Waits to be confirmed" not in desk.get("/desk/people").text
    assert desk.post(link).status_code == 400


def test_reviewers_see_people_and_can_only_freeze(client: TestClient, web_house: House) -> None:
    with web_house.open() as archive:
        archive.accounts.new("rita", Role.REVIEWER)
        archive.accounts.set_password("rita", "rita looks at doubts")
    enter(client, "rita", "rita looks at doubts")
    wren = web_house.subject(WREN)
    assert client.get("/desk").status_code == 200
    assert WREN in client.get("/desk/people").text
    assert client.get(f"/desk/people/{wren}").status_code == 200
    assert "Frozen" in client.post(f"/desk/people/{wren}/freeze", data={"by": "child"}).text
    for path in ("/desk/invite", "/desk/posters", "/desk/notices", "/desk/collections/new", f"/desk/witness/{wren}"):
        assert client.get(path).url.path == "/desk" or client.get(path).status_code in (401, 403), path
