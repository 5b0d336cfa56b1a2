"""Errors as a reader gets them: in their language, no command in a browser, and programs told as ever."""

from __future__ import annotations

import html
import io
from datetime import timedelta

import pytest
from PIL import Image, ImageFilter
from starlette.testclient import TestClient

from sayso import policy
from sayso.archive import Mine
from sayso.errors import RefusedError, SaysoError
from sayso.policy import Action, available, load_pack
from sayso.values import Purpose
from sayso.web.speaking import words
from sayso.web.telling import Teller
from tests.house import COLLECTION, DEMO, WREN, House

from .entering import enter
from .saying import invited, say_yes
from .signing import sign_in
from .test_api import api, token_of  # noqa: F401 - a fixture
from .waiting import until

FRENCH = {"accept-language": "fr-CA, fr;q=0.9"}
PEOPLE = DEMO / "people"

told = Teller("fr")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("There is no photo 7.", "Il n’y a pas de photo 7."),
        ("The consent to `find` has expired.", "Le oui à « Retrouver mes photos » est échu."),
        ("The consent to `nothing` has expired.", "Le oui à « nothing » est échu."),
        ("Come closer to the camera. Turn to the light.", "Approchez-vous de la caméra. Tournez-vous vers la lumière."),
        (
            "The capture 'x' cannot be used. This file is empty.",
            "L’image « x » ne peut pas servir. Ce fichier est vide.",
        ),
        ("There is nothing to add in /a/Try again., now.", "Il n’y a rien à ajouter dans /a/Try again., now."),
        ("This collection is closed on Sundays.", "This collection is closed on Sundays."),
        ("", ""),
    ],
)
def test_a_text_is_told_whole_or_left_as_it_is(text: str, said: str) -> None:
    assert told(text) == said


def test_a_refusal_keeps_its_rules_and_sources() -> None:
    error = RefusedError.because("F6", "Everything about this person is frozen.", citation="Civil Code, 35; GDPR")
    assert told(error.what) == "Refusé. Tout ce qui concerne cette personne est arrêté. [F6: Civil Code, 35; GDPR]"
    assert Teller("en")(error.what) == error.what


def test_the_law_speaks_in_its_own_words_and_is_asked_only_when_it_has_to() -> None:
    asked = []

    def law() -> dict[str, str]:
        asked.append(True)
        return {"Ask Québec. Then wait.": "Demandez au Québec. Puis attendez."}

    teller = Teller("fr", law)
    assert teller("There is no photo 7.") == "Il n’y a pas de photo 7."
    assert teller("Refused. Everything about this person is frozen. [F6]").startswith("Refusé. Tout")
    assert asked == []
    lacking = "Refused. Ask Québec. Then wait. Not known: when the declaration was made. [L2: LCCJTI]"
    assert teller(lacking) == (
        "Refusé. Demandez au Québec. Puis attendez. On ne sait pas : quand la déclaration a été faite. [L2: LCCJTI]"
    )


def test_every_law_pack_says_as_many_rules_in_each_language() -> None:
    packs = [load_pack(one) for one in available()]
    for action in Action:
        for some in (packs, *([one] for one in packs)):
            plain, here = (policy.explain(action, some, language=one) for one in ("en", "fr"))
            assert [one.rule for one in plain] == [one.rule for one in here]


def test_a_french_person_who_points_wrongly_too_often_is_told_so_in_french(
    client: TestClient, web_house: House
) -> None:
    enter(client, web_house, WREN)
    others = [*web_house.faces("P26").items()]
    for photo, number in others * 20:
        answer = client.post(f"/me/point/{photo}", data={"face": number}, headers=FRENCH)
        if answer.status_code == 403:
            break
    text = html.unescape(answer.text)
    assert "Refusé. Après" in text
    assert "réessayez demain" in text
    assert "Refused" not in text
    assert "tomorrow" not in text


def test_an_invite_that_opens_nothing_says_so_in_french(client: TestClient, web_house: House) -> None:
    path = invited(web_house, "heron@example.org")
    say_yes(client, path)
    client.post("/sign-out")
    assert "Cette invitation a déjà servi" in client.get(path, headers=FRENCH).text
    late = invited(web_house, "crane@example.org")
    web_house.clock.move(timedelta(days=60))
    assert "Le temps de cette invitation est passé" in client.get(late, headers=FRENCH).text
    unknown = html.unescape(client.post("/c/nobodys-code", headers=FRENCH).text)
    assert "Ce code de confirmation n’est pas connu." in unknown
    assert "Ce lien n’ouvre plus rien" in html.unescape(client.post("/l/nobodys-link", headers=FRENCH).text)


def test_a_french_reader_who_closes_too_many_faces_is_told_to_wait(client: TestClient) -> None:
    first = client.post("/hide/nothing", data={"face": 1}, headers=FRENCH)
    assert first.status_code == 400
    assert "Ce lien ne mène à aucune photo." in html.unescape(first.text)
    for _ in range(30):
        last = client.post("/hide/nothing", data={"face": 1}, headers=FRENCH)
    assert last.status_code == 429
    text = html.unescape(last.text)
    assert "Il y a eu trop d’essais." in text
    assert "Attendez quelques minutes, puis réessayez." in text


def test_bad_captures_come_back_with_french_advice(client: TestClient, web_house: House) -> None:
    with web_house.open() as archive:
        token = archive.people.invite("P12@example.org", purposes=[Purpose.FIND], collections=[COLLECTION])
        subject = archive.people.enrol(token, purposes=[Purpose.FIND], capture_later=True).subject.id
    with web_house.open("clara") as archive:
        archive.accounts.set_password("clara", "clara sees who it is")
    sign_in(client)

    def vouch(picture: Image.Image) -> str:
        file = io.BytesIO()
        picture.save(file, "PNG")
        answer = client.post(
            f"/desk/witness/{subject}",
            data={"witness": "clara", "password": "clara sees who it is"},
            files=[("capture", ("me.png", file.getvalue()))],
            headers=FRENCH,
        )
        assert answer.status_code == 400
        return html.unescape(answer.text)

    assert "Aucun visage n’a été vu dans « image 1 »." in vouch(Image.new("RGB", (600, 600), "grey"))
    with Image.open(PEOPLE / "P12" / "0.jpg") as sharp:
        blurred = vouch(sharp.convert("RGB").filter(ImageFilter.GaussianBlur(6)))
    assert "« image 1 » n’est pas assez bonne pour vous reconnaître." in blurred
    assert "l’image n’est pas nette." in blurred


def test_scripts_of_a_page_are_told_in_the_readers_language(client: TestClient, web_house: House) -> None:
    enter(client, web_house, WREN)
    over = client.post("/me/capture/nobodys/frame?at=0", content=b"", headers=FRENCH)
    assert (over.status_code, over.json()["code"]) == (409, "over")
    assert over.json()["title"] == "Cette capture n’est plus en cours."
    asked = client.get("/me/point/123456", headers={**FRENCH, "accept": "application/json"})
    assert asked.json()["title"] == "Il n’y a pas de photo 123456."


def test_a_search_that_failed_says_why_in_french(
    client: TestClient, web_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise RefusedError.because(
            "F1",
            "There is no template of this person that may be used.",
            "Enrol somebody with a capture and let the invited contact confirm, or let people point. "
            "`sayso notice waiting` lists who has to say yes again.",
        )

    monkeypatch.setattr(Mine, "refresh", busy)
    enter(client, web_house, WREN)
    client.post("/me/look")
    text = until(lambda: client.get("/me", headers=FRENCH).text, lambda one: "Refus" in one)
    assert "Refusé. Il n’y a pas de gabarit qui puisse servir. [F1] Il faut une capture" in html.unescape(text)
    english = client.get("/me").text
    assert "Refused. There is no template of this person that may be used. [F1] A capture is needed" in english
    assert "sayso notice" not in english


def test_english_readers_are_told_no_commands(client: TestClient, web_house: House) -> None:
    say_yes(client, invited(web_house, "heron@example.org", [Purpose.SHOW]), [Purpose.SHOW])
    photo = next(iter(web_house.faces("P26")))
    refused = client.get(f"/me/point/{photo}")
    assert refused.status_code == 403
    assert "Refused. The yes does not name “Find my photos”. [F2]" in refused.text
    assert "`" not in refused.text


def test_programs_are_told_as_ever(api: TestClient, found: House) -> None:  # noqa: F811 - the fixture
    for headers in ({}, FRENCH):
        missing = api.post("/api/v1/requests/999/done", headers=headers)
        assert missing.json()["title"] == "There is no request 999."
        assert missing.json()["detail"] == "List them with `sayso request list`."
        refused = api.post("/api/v1/collections", headers={**headers, **token_of(found, "clara")}, json={"name": "A"})
        assert refused.json()["title"] == "Refused. The role reviewer may not do `collection.new`. [F10]"
        assert refused.json()["rules"][0]["text"] == "The role reviewer may not do `collection.new`."


def test_what_is_no_error_of_ours_stays(client: TestClient) -> None:
    assert str(words("fr")["common.not_found"]) in html.unescape(client.get("/nowhere", headers=FRENCH).text)
    assert Teller("fr").in_full(SaysoError("Something new.", "Try again.")) == "Something new. Réessayez."


def test_a_text_that_somebody_made_long_is_not_searched_for_long() -> None:
    text = "There is no photo " + "a. " * 100_000
    assert Teller("fr")(text) == text
