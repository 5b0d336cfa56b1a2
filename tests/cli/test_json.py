"""What programs rely on: every command prints JSON that parses, under keys that stay as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeHouse
from tests.house import COLLECTION, PEOPLE, ROBIN, SECOND, WITNESS, WREN, House, captures_of

from .conftest import Answer, Run

COUNTS = {"photos", "seen", "measured", "kept", "discarded"}
STATUS = {
    "archive_id",
    "controller",
    "packs",
    "collections",
    "photos",
    "faces",
    "subjects",
    "templates",
    "matched",
    "in_review",
    "counts",
    "ledger_size",
    "precision",
    "without_int8",
    "model",
    "workers",
    "ceased",
}
COLLECTION_KEYS = {
    "id",
    "name",
    "packs",
    "reach",
    "calibration",
    "basis",
    "assessment_sha256",
    "occasion",
    "reach_expires",
    "proposed_by",
    "approved_by",
    "retention_until",
    "chips_until",
    "notice_version",
}
FACE = {"id", "photo_id", "number", "box", "score", "by_hand", "do_not_measure"}
PHOTO = {"id", "collection_id", "sha256", "path", "copied", "width", "height", "taken_at", "place", "tags"}
ENTRY = {
    "index",
    "at",
    "verb",
    "actor",
    "role",
    "route",
    "collection",
    "purpose",
    "reach",
    "counts",
    "facts",
    "subjects_sealed",
    "body",
}
REASON = {"rule", "text", "citation"}


def good(answer: Answer) -> Any:
    """The JSON of a command that succeeded, and nothing beside it."""
    assert answer.code == 0, answer.err
    assert answer.err == ""
    return answer.json


def test_setting_up(new_house: MakeHouse, sayso: Run) -> None:
    house = new_house()
    house.root.mkdir(parents=True)
    made = good(sayso("init", "--pack", "CA-QC", "--pack", "EU", "--calibration", "synthetic-40", "--json"))
    assert set(made) == {"archive", "lacking"}
    assert set(made["archive"]) >= STATUS
    assert made["archive"]["packs"] == ["CA-QC", "EU"]
    assert {one["rule"] for one in made["lacking"]} >= {"F1", "L2"}
    assert all(set(one) == REASON | {"declaration", "where"} for one in made["lacking"])

    assert good(sayso("law", "check", "--json")) == made["lacking"]
    assert all(set(one) == REASON for one in good(sayso("law", "explain", "enrol", "--language", "fr", "--json")))
    declared = good(sayso("law", "declare", "biometric-bank", "--on", "2026-01-01", "--json"))
    assert declared == {"declaration": "biometric-bank", "on": "2026-01-01"}
    assert good(sayso("law", "publish-policy", "--json"))["published"] is True

    account = good(sayso("account", "new", "Olga", "--role", "overseer", "--json"))
    assert set(account) >= {"name", "role", "created_at", "created_by", "disabled_at"}
    assert [one["name"] for one in good(sayso("account", "list", "--json"))] == ["anna", "olga"]
    assert good(sayso("account", "disable", "olga", "--json")) == {"disabled": "olga"}

    assert set(good(sayso("collection", "new", "Race", "--json"))) == COLLECTION_KEYS
    assert good(sayso("collection", "show", "race", "--json")) == good(sayso("collection", "list", "--json"))[0]
    assert good(sayso("collection", "delete", "Race", "--json")) == {"deleted": "Race", "photos": 0}
    assert set(good(sayso("status", "--json"))) >= STATUS
    assert set(good(sayso("keys", "check", "--json"))) >= {"keys", "master", "findings"}


def test_photos(house: House, sayso: Run, tmp_path: Path) -> None:
    report = good(sayso("add", house.photos, "--collection", COLLECTION, "--tag", "start", "--json"))
    assert set(report) == {"counts", "added", "already_there", "skipped", "seconds"}
    assert set(report["counts"]) == COUNTS
    assert (report["added"], report["already_there"]) == (0, 8)

    listed = good(sayso("photo", "list", "--from", "2026-06-14T12:00", "--to", "2026-06-14T12:20", "--json"))
    assert len(listed) == 3
    assert set(listed[0]) == {"photo", "faces"}
    assert set(listed[0]["photo"]) == PHOTO
    first = listed[0]["photo"]["id"]

    faces = good(sayso("photo", "show", first, "--to", tmp_path / "preview.jpg", "--json"))
    assert all(set(face) == FACE for face in faces)
    assert (tmp_path / "preview.jpg").read_bytes().startswith(b"\xff\xd8")
    by_hand = good(sayso("photo", "redact", first, "--box", "10,10,60,60", "--json"))
    assert set(by_hand) == FACE
    assert by_hand["by_hand"] is True
    assert by_hand["number"] == len(faces) + 1
    assert good(sayso("photo", "delete", first, "--json")) == {"deleted": 1}


@pytest.mark.usefixtures("found")
def test_a_persons_way(sayso: Run, tmp_path: Path) -> None:
    notice = tmp_path / "notice.txt"
    notice.write_text("Read this first.", "utf-8")
    published = good(sayso("notice", "publish", notice, "--json"))
    assert set(published) >= {"version", "language", "sha256", "text", "published_at"}
    token = good(sayso("invite", "Zoë", "--purpose", "find", "--purpose", "verify", "-c", COLLECTION, "--json"))
    assert set(token) == {"token"}
    captures = [word for path in captures_of("P12") for word in ("--capture", path)]
    agreed = ("--agree", "find", "--agree", "verify", "--witness", WITNESS)
    enrolled = good(sayso("enrol", token["token"], *agreed, *captures, "--json"))
    assert set(enrolled) >= {"subject", "consents", "with_template", "confirm_code", "ledger_index"}
    assert enrolled["subject"]["label"] == "Zoë"
    assert "key_id" in enrolled["consents"][0]
    confirmed = good(sayso("confirm", enrolled["confirm_code"], "--json"))
    assert confirmed == {"subject": enrolled["subject"]["id"]}

    report = good(sayso("find", "--subject", "Zoë", "--json"))
    assert len(report) == 1
    assert set(report[0]) == {
        "collection",
        "reach",
        "subjects",
        "counts",
        "matched",
        "review",
        "left_pointed",
        "done_before",
        "other_model",
        "skipped",
        "seconds",
    }
    assert set(report[0]["counts"]) == COUNTS

    same = good(sayso("verify", "Zoë", "--capture", captures_of("P12", 1)[0], "--witness", WITNESS, "--json"))
    assert same == {"same": True}
    album = good(sayso("album", "Zoë", "--to", tmp_path / "album", "--json"))
    assert set(album) == {"written", "closed", "skipped", "files", "kept"}
    assert (tmp_path / "album" / "index.html").is_file()
    withdrawn = good(sayso("withdraw", "Zoë", "--receipt", tmp_path / "receipt.tlog-proof", "--json"))
    assert set(withdrawn) >= {"subject_id", "purposes", "at", "ledger_index", "proof", "albums_out_of_reach"}
    assert (tmp_path / "receipt.tlog-proof").read_text() == withdrawn["proof"]
    assert not (tmp_path / "album" / "index.html").exists()


def test_pointing_and_review(house: House, sayso: Run) -> None:
    pointer = house.enrol("pointer", None)
    shown = good(sayso("photo", "list", "--json"))[0]["photo"]["id"]
    pointed = good(sayso("point", "--subject", pointer, "--photo", shown, "--face", 1, "--json"))
    assert set(pointed) == {"outcome", "counts", "misses_left"}
    assert pointed["outcome"] == "review"
    assert pointed["counts"]["measured"] == 0
    doubts = good(sayso("review", "list", "--json"))
    assert set(doubts[0]) >= {"id", "subject", "photo", "face", "pointed", "reference"}
    assert good(sayso("review", "deny", doubts[0]["id"], "--json")) == {"outcome": "rejected"}
    assert good(sayso("review", "list", "--json")) == []


@pytest.mark.usefixtures("found")
def test_the_ledger(sayso: Run, tmp_path: Path) -> None:
    entries = good(sayso("ledger", "list", "--json"))
    assert all(set(one) == ENTRY for one in entries)
    assert [one["index"] for one in entries] == list(range(len(entries)))
    assert [one["index"] for one in good(sayso("ledger", "list", "--start", 3, "--limit", 2, "--json"))] == [3, 4]
    about = good(sayso("ledger", "list", "--subject", WREN, "--json"))
    assert {one["verb"] for one in about} == {"enrol", "confirm", "find.begin", "find"}
    verified = good(sayso("ledger", "verify", "--json"))
    assert set(verified) >= {"verified", "key"}
    assert verified["verified"]["size"] == len(good(sayso("ledger", "list", "--json")))
    proof = good(sayso("ledger", "proof", 2, "--to", tmp_path / "two.tlog-proof", "--json"))
    assert set(proof) == {"index", "proof", "entry"}
    assert (tmp_path / "two.tlog-proof").read_text() == proof["proof"]


@pytest.mark.usefixtures("found")
def test_ceasing(sayso: Run) -> None:
    asked = good(sayso("cease", "--json"))
    assert set(asked) == {"at", "asked_by", "keys_destroyed", "report"}
    assert asked["at"] is None
    done = good(sayso("cease", "--json", as_=SECOND))
    assert done["asked_by"] == "anna"
    assert done["keys_destroyed"] >= 2
    assert good(sayso("status", "--json"))["ceased"] is True
    refused = sayso("find", "--json")
    assert (refused.code, refused.out) == (3, "")
    assert refused.error["reasons"][0]["rule"] == "F5"


@pytest.mark.usefixtures("empty_house")
def test_accuracy(sayso: Run, tmp_path: Path) -> None:
    for person in sorted(PEOPLE.iterdir())[:20]:
        (tmp_path / "set" / person.name).mkdir(parents=True)
        for number in (0, 2):
            name = f"{number}.jpg"
            (tmp_path / "set" / person.name / name).write_bytes((person / name).read_bytes())
    rates = good(sayso("measure", "accuracy", tmp_path / "set", "--basis", "synthetic-people", "--json"))
    assert set(rates) >= {"persons", "photos", "faces", "acquisition", "verification", "identification", "notes"}
    assert (rates["persons"], rates["photos"]) == (20, 40)
    assert set(good(sayso("models", "prepare", "--json"))) == {"folder", "precision", "without_int8"}


@pytest.mark.usefixtures("enrolled")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("find", "--nonsense"), 2, "No such option"),
        (("nonsense",), 2, "No such command"),
        (("enrol",), 2, "TOKEN"),
        (("photo", "show", "one"), 2, "ID"),
        (("invite", "x", "--purpose", "spy", "-c", "y"), 2, "'spy' is not one of"),
        (("photo", "show", 999), 2, "no photo 999"),
        (("find", "--subject", ROBIN, "--reach", "pointed"), 3, "F3"),
        (("confirm", "wrong"), 1, "not known"),
        (("status", "--as", "mallory"), 3, "F10"),
    ],
)
def test_errors_are_objects_too(sayso: Run, words: tuple[str | int, ...], code: int, said: str) -> None:
    answer = sayso(*words, "--json")
    assert (answer.code, answer.out) == (code, "")
    assert set(answer.error) == {"error", "next_step", "exit_code", "reasons"}
    assert answer.error["exit_code"] == code
    assert said in answer.error["error"]
    assert answer.error["next_step"]


def test_no_command_gives_the_page_of_help_and_exit_code_2(sayso: Run) -> None:
    answer = sayso()
    assert answer.code == 2
    assert "Face search on a person's say-so." in answer.out
