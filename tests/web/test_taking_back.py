"""What a person reads about their yes, takes away, asks for, stops and takes back; and the proofs that they keep."""

from __future__ import annotations

import base64
import io
import json
import re
import time
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import sayso_verify
from sayso.values import Purpose
from sayso.web.speaking import words
from tests.house import CONTACT, ROBIN, WREN, House

from .saying import enter, invited, say_yes

EVERY = (Purpose.FIND, Purpose.SHARE, Purpose.SHOW)


@pytest.fixture
def wren(client: TestClient, web_house: House) -> TestClient:
    """The client, signed in as a person with photos."""
    return enter(client, web_house, WREN)


def test_a_person_reads_what_they_said_and_takes_the_receipt_away(wren: TestClient, web_house: House) -> None:
    text = wren.get("/me/consent").text
    assert "Find my photos" in text
    assert "Summer party" in text
    assert CONTACT in text
    receipt = wren.get("/me/receipt.json")
    assert receipt.json()["consent_records"][0]["purpose"] == ["find"]
    assert "attachment" in receipt.headers["content-disposition"]
    assert wren.get("/me/receipt.pdf").content.startswith(b"%PDF")
    assert "@context" in wren.get("/me/receipt.jsonld").json()
    assert wren.get("/me/receipt.exe").status_code == 404
    assert ROBIN not in text
    assert web_house.subject(ROBIN) not in text


def test_F4_one_tap_and_one_confirmation_take_everything_back_with_a_proof_that_anybody_checks(
    wren: TestClient, web_house: House, tmp_path: Path
) -> None:
    subject = web_house.subject(WREN)
    with web_house.open() as archive:
        key = archive.ledger.verifier_key
    before = wren.get("/me/withdraw").text
    assert "cannot be undone" in before
    answer = wren.post("/me/withdraw")
    assert answer.status_code == 200
    assert "You are signed out" in answer.text
    proof, receipt = re.findall(r'href="data:[^,]+,([^"]+)"', answer.text)
    file = tmp_path / "mine.tlog-proof"
    file.write_bytes(base64.b64decode(proof))
    assert sayso_verify.main(["proof", str(file), "--key", key]) == 0
    kept = json.loads(base64.b64decode(receipt))
    assert kept["consent_records"][0]["states"] == {"find": "withdrawn"}
    assert wren.get("/me").url.path == "/enter"
    assert wren.post("/me/withdraw", headers={"accept": "application/json"}).status_code == 401
    with web_house.open() as archive:
        assert all(one.id != subject for one in archive.people.list())
        assert archive.status().templates == 1


def test_one_purpose_is_taken_back_and_the_others_stay(client: TestClient, web_house: House) -> None:
    say_yes(client, invited(web_house, "heron@example.org", EVERY), EVERY)
    assert client.get("/me/withdraw?purpose=show").text.count('name="purpose"') == 1
    answer = client.post("/me/withdraw", data={"purpose": "show"})
    assert "What you still say yes to" in answer.text
    text = client.get("/me/consent").text
    assert "Take everything back" in text
    assert "taken back on" in text
    # Twice does no harm, and what is not given cannot be taken back.
    assert client.post("/me/withdraw", data={"purpose": "show"}).url.path == "/me/consent"


def test_L4_a_copy_of_everything_is_made_taken_once_and_gone(wren: TestClient, web_house: House) -> None:
    assert wren.get("/me/copy.zip").status_code == 400
    wren.post("/me/copy")
    until = time.monotonic() + 120
    while "Your copy is ready" not in wren.get("/me/copy").text:
        assert time.monotonic() < until
        time.sleep(0.2)
    waiting = web_house.archive / "exports"
    assert web_house.subject(WREN) not in str(list(waiting.iterdir()))
    with zipfile.ZipFile(io.BytesIO(wren.get("/me/copy.zip").content)) as whole:
        assert whole.testzip() is None
        names = whole.namelist()
        assert {"index.html", "data.json", "receipt.json"} <= set(names)
        assert len([one for one in names if one.startswith("album/photos/")]) == 3
        assert json.loads(whole.read("data.json"))["subject"]["label"] == WREN
    assert list(waiting.iterdir()) == []
    assert wren.get("/me/copy.zip").status_code == 400


def test_L5_a_copy_that_nobody_took_is_deleted_by_a_no_and_by_the_clock(found: House) -> None:
    waiting = found.archive / "exports"
    with found.open() as archive:
        archive.taking.make(found.subject(WREN))
        archive.taking.make(found.subject(ROBIN))
        assert len(list(waiting.iterdir())) == 2
        assert archive.people.withdraw(WREN).albums_out_of_reach == 0
        assert len(list(waiting.iterdir())) == 1
        assert archive.tend().exports_deleted == 0
        found.clock.move(timedelta(days=2))
        assert archive.tend().exports_deleted == 1
        assert list(waiting.iterdir()) == []
        assert archive.people.withdraw(ROBIN).albums_out_of_reach == 0


def test_a_person_asks_by_right_and_puts_their_name_right(wren: TestClient, web_house: House) -> None:
    assert "at the latest" in wren.post("/me/requests", data={"kind": "erasure"}).text
    with web_house.open() as archive:
        assert [one.kind.value for one in archive.requests.list()] == ["erasure"]
    assert "WREN@example.org" in wren.post("/me/name", data={"label": "WREN@example.org"}).text
    # Another address may be another person's: whose it is, and whether they are here, nobody is told.
    answers = [wren.post("/me/name", data={"label": one}) for one in (ROBIN, "wren@new.example")]
    assert [one.status_code for one in answers] == [422, 422]
    assert len({one.text.split("Only how your name")[1] for one in answers}) == 1
    assert wren.post("/me/requests", data={"kind": "everything"}).status_code == 422


def test_F6_everything_about_a_person_stops_when_they_say_so(wren: TestClient, web_house: House) -> None:
    assert "It takes two people" in wren.get("/me/freeze").text
    assert "is stopped since" in wren.post("/me/freeze").text
    with web_house.open() as archive:
        assert archive.consents.of(WREN).frozen_at is not None


def test_F10_a_person_reads_who_looked_and_checks_it_alone(wren: TestClient, web_house: House, tmp_path: Path) -> None:
    with web_house.open() as archive:
        archive.people.photos(WREN)
        archive.consents.of(WREN)
        archive.people.photos(ROBIN)
        key = archive.ledger.verifier_key
    text = wren.get("/me/looked").text
    assert "The list of your photos was looked at" in text
    assert "anna, who runs this" in text
    assert text.index("Your receipt was made") < text.index("Your yes was written down")
    first = re.findall(r"/me/looked/(\d+)\.tlog-proof", text)[0]
    (tmp_path / "one").write_text(wren.get(f"/me/looked/{first}.tlog-proof").text)
    assert sayso_verify.main(["proof", str(tmp_path / "one"), "--key", key]) == 0
    with zipfile.ZipFile(io.BytesIO(wren.get("/me/looked.zip").content)) as whole:
        proofs = [one for one in whole.namelist() if one.endswith(".tlog-proof")]
        assert whole.read("key.txt").decode().strip() == key
        shown = {f"{int(one):06}.tlog-proof" for one in re.findall(r"/me/looked/(\d+)\.tlog-proof", text)}
        # What was done meanwhile is in it as well.
        assert shown <= set(proofs)
    with web_house.open() as archive:
        others = {one.index for one in archive.ledger.list(subject=ROBIN)}
        mine = {one.index for one in archive.ledger.list(subject=WREN)}
    assert wren.get(f"/me/looked/{min(others - mine)}.tlog-proof").status_code == 403


def test_every_word_is_there_in_both_languages() -> None:
    assert words("en").keys() == words("fr").keys()
