"""The invitation: read without a trace, said yes to purpose by purpose, refused with what to do next."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from sayso.errors import RefusedError
from sayso.values import Guardian, Purpose
from tests.house import CONTACT, CONTROLLER, NOTICE, WREN, House

from .saying import FIND, invited, say_yes

EVERY = (Purpose.FIND, Purpose.SHARE, Purpose.SHOW)


def test_the_notice_comes_first_and_nothing_is_ticked(client: TestClient, web_house: House) -> None:
    path = invited(web_house, "heron@example.org", EVERY)
    text = client.get(path).text
    assert text.index(NOTICE[:40]) < text.index('<form method="post" action="/i/')
    assert CONTROLLER in text
    assert CONTACT in text
    assert "data protection authority" in text
    assert "checked" not in text
    assert len(re.findall('name="purpose"', text)) == len(EVERY)


def test_R3_reading_declining_and_not_answering_leave_the_same(client: TestClient, web_house: House) -> None:
    path = invited(web_house, "heron@example.org")
    before = {name: web_house.rows(f"SELECT * FROM {name}") for name in ("invites", "ledger_entries", "visits")}
    client.get(path)
    assert "Nothing was written down" in client.get("/not-now").text
    assert before == {name: web_house.rows(f"SELECT * FROM {name}") for name in before}


def test_saying_yes_writes_exactly_what_was_ticked_and_lets_the_person_in(client: TestClient, web_house: House) -> None:
    path = invited(web_house, "heron@example.org", EVERY)
    assert say_yes(client, path, (Purpose.FIND, Purpose.SHARE)).url.path == "/me"
    with web_house.open() as archive:
        subject = web_house.subject("heron@example.org")
        (record,) = archive.papers.receipt(subject).data["consent_records"]
    assert record["purpose"] == ["find", "share"]
    assert record["template_purposes"] == []
    assert client.get(path).url.path == "/me"
    client.post("/sign-out")
    again = client.get(path)
    assert again.status_code == 410
    assert "used already" in again.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"purpose": []}, "Tick what you say yes to"),
        ({"purpose": ["show"]}, "Tick what you say yes to"),
        ({"way": ""}, "Choose how your photos"),
        ({"age": ""}, "Say whether you are 18"),
        ({"age": "young"}, "Write the month of birth"),
        ({"version": "7"}, "has changed while you were reading"),
    ],
)
def test_an_answer_that_lacks_something_is_shown_again_and_nothing_is_written(
    client: TestClient, web_house: House, changed: dict[str, object], said: str
) -> None:
    path = invited(web_house, "heron@example.org")
    answer = say_yes(client, path, **changed)
    assert answer.status_code == 422
    assert said in answer.text
    with web_house.open() as archive:
        assert all(one.label != "heron@example.org" for one in archive.people.list())
    assert say_yes(client, path).url.path == "/me"


def test_F6_a_child_alone_is_sent_to_a_guardian_who_then_says_yes(client: TestClient, web_house: House) -> None:
    now = web_house.clock()
    ten = f"{now.year - 10}-01"
    alone = say_yes(client, invited(web_house, "kid@example.org"), age="young", birth=ten)
    assert alone.status_code == 403
    assert "Please ask your guardian" in alone.text
    with web_house.open() as archive:
        archive.notices.publish("We look for you in our photos.", for_children=True)
    path = invited(web_house, "kid@example.org", guardian=Guardian("mum@example.org", "parent"))
    page = client.get(path).text
    assert "for you, the guardian" in page
    assert "We look for you in our photos." in page
    short = say_yes(client, path, birth=ten)
    assert "Tell the child first" in short.text
    assert say_yes(client, path, birth=ten, told="true", guardian="true").url.path == "/me"


def test_whoever_lets_their_face_be_measured_goes_on_to_the_camera_and_the_record_says_so(
    client: TestClient, web_house: House
) -> None:
    path = invited(web_house, "heron@example.org", EVERY)
    sent = client.post(
        path,
        data={"version": "1", "language": "en", "purpose": ["find", "show"], "way": "face", "age": "full"},
        follow_redirects=False,
    )
    assert sent.headers["location"] == "/me/capture"
    with web_house.open() as archive:
        (record,) = archive.papers.receipt(web_house.subject("heron@example.org")).data["consent_records"]
        assert record["template_purposes"] == ["find"]
        assert archive.status().templates == 2


def test_F1_a_yes_to_another_notice_than_the_one_that_was_shown_is_refused(house: House) -> None:
    path = invited(house, "heron@example.org")
    with house.open() as archive:
        archive.notices.publish("The notice says something else by now.")
        with pytest.raises(RefusedError, match="has changed since it was shown"):
            archive.people.enrol(path.removeprefix("/i/"), purposes=FIND, notice_version=1)
        assert archive.people.list() == []


def test_wrong_and_expired_links_say_what_to_do(client: TestClient, web_house: House) -> None:
    path = invited(web_house, "heron@example.org")
    unknown = client.get("/i/nothing")
    assert unknown.status_code == 404
    assert "copied whole" in unknown.text
    web_house.clock.move(timedelta(days=15))
    late = client.get(path)
    assert late.status_code == 410
    assert "time of this invite is over" in late.text
    assert "time of this invite is over" in say_yes(client, path).text


def test_an_invite_for_somebody_who_said_yes_before_opens_no_pages_of_theirs(
    client: TestClient, web_house: House
) -> None:
    """Otherwise whoever invites, and holds the link, could look at that person's photos."""
    answer = say_yes(client, invited(web_house, WREN, EVERY), EVERY)
    assert "Your yes is written down" in answer.text
    assert client.get("/me").url.path == "/enter"


def test_whoever_no_letter_reaches_comes_back_by_an_invite(client: TestClient, web_house: House) -> None:
    for _ in range(2):
        assert say_yes(client, invited(web_house, "Kim Heron")).url.path == "/me"
        client.post("/sign-out")


def test_each_language_of_the_notice_can_be_read_and_is_the_one_agreed_to(client: TestClient, web_house: House) -> None:
    with web_house.open() as archive:
        archive.notices.publish("Nous cherchons votre visage si vous dites oui.", language="fr", version=1)
    path = invited(web_house, "heron@example.org")
    french = client.get(path + "?lang=fr").text
    assert "Nous cherchons votre visage" in french
    assert "À quoi dites-vous oui" in french
    say_yes(client, path, language="fr")
    with web_house.open() as archive:
        (record,) = archive.papers.receipt(web_house.subject("heron@example.org")).data["consent_records"]
    assert record["language"] == "fr"
    assert record["privacy_notice"]["language"] == "fr"


def test_a_poster_takes_a_request_and_says_the_same_to_everybody(client: TestClient, web_house: House) -> None:
    with web_house.open() as archive:
        poster = archive.posters.new(purposes=FIND, collections=["Summer party"])
    assert "Summer party" in client.get(f"/p/{poster.code}").text
    same = [client.post(f"/p/{poster.code}", data={"contact": one}).text for one in (WREN, "heron@example.org", WREN)]
    assert len(set(same)) == 1
    assert client.post(f"/p/{poster.code}", data={"contact": " "}).status_code == 422
    assert client.get("/p/nothing").status_code == 404
    with web_house.open() as archive:
        assert [one.contact for one in archive.posters.waiting()] == [WREN, "heron@example.org"]
        archive.posters.end(poster.id)
    assert "asks nobody any more" in client.get(f"/p/{poster.code}").text
