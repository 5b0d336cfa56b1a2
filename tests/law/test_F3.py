"""F3: only stores that the operator configured; no address, no connection; portraits from the web measure nobody."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

import pytest
from PIL import Image

from sayso.archive import Archive
from sayso.errors import RefusedError, UsageError
from sayso.values import Reach
from tests.conftest import MakeHouse
from tests.house import COLLECTION, EVENT, OPERATOR, PEOPLE, SECOND, WITNESS, WREN, House, captures_of, child

ADDRESSES = [
    "https://example.org/photos/",
    "http://127.0.0.1:8080/a.jpg",
    "ftp://example.org/a.zip",
    "rtsp://camera.local/stream1",
    "s3://bucket/photos",
    "file:///tmp/photos",
    "HTTPS://EXAMPLE.ORG/a.jpg",
    "https:/example.org/a.jpg",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_F3_an_address_is_refused_whatever_it_points_to(house: House, address: str) -> None:
    with house.open() as archive:
        before = archive.status()
        with pytest.raises(RefusedError) as refused:
            archive.photos.add([house.photos, address], COLLECTION)
        assert [reason.rule for reason in refused.value.reasons] == ["F3"]
        assert archive.status().photos == before.photos


def test_F3_the_command_refuses_an_address_with_exit_3(house: House) -> None:
    done = house.cli("add", ADDRESSES[0], "-c", COLLECTION)
    assert (done.returncode, done.stdout) == (3, "")
    assert "[F3" in done.stderr or "F3" in done.stderr


def test_F3_a_list_of_addresses_is_no_picture(house: House, tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "urls.txt").write_text("\n".join(ADDRESSES))
    (lists / "link.url").write_text(f"[InternetShortcut]\nURL={ADDRESSES[0]}\n")
    with house.open() as archive:
        report = archive.photos.add([lists], COLLECTION)
    assert (report.added, report.counts.photos, len(report.skipped)) == (0, 0, 2)


# Loaded by every Python that starts, also in worker processes: it writes down whoever would connect, and stops them.
_BLOCKED = """
import os, sys

_NAMES = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
          "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo", "urllib.Request", "ftplib.connect",
          "http.client.connect", "smtplib.connect"}

def _watch(event, arguments):
    if event in _NAMES:
        with open(os.environ["BLOCKED_LOG"], "a") as log:
            log.write(f"{event} {arguments[1:]!r}\\n")
        raise PermissionError(f"{event} is blocked")

sys.addaudithook(_watch)
"""


def test_F3_the_whole_journey_passes_with_sockets_blocked(
    new_house: MakeHouse, tmp_path: Path, event_photos: Path
) -> None:
    house = new_house()
    log = tmp_path / "log.txt"
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked" / "sitecustomize.py").write_text(_BLOCKED)
    paths = [str(tmp_path / "blocked"), *filter(None, [os.environ.get("PYTHONPATH")])]
    blocked = {"PYTHONPATH": os.pathsep.join(paths), "BLOCKED_LOG": str(log)}
    attempt = child("-c", "import socket; socket.create_connection(('127.0.0.1', 9))", environment=blocked)
    assert "is blocked" in attempt.stderr
    assert log.read_text().startswith("socket.")
    log.unlink()

    def run(*words: str | Path, as_: str = OPERATOR) -> str:
        done = house.cli(*words, as_=as_, **blocked)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    house.root.mkdir()
    house.assessment.write_text("Nobody in these photos exists.")
    notice = tmp_path / "notice.txt"
    notice.write_text("We look for your face if you say yes.")
    run("models", "prepare")
    run("init", "--pack", "EU", "--contact", "privacy@club.example", "--calibration", "synthetic-40")
    run("account", "new", SECOND, "--role", "operator")
    run("account", "new", WITNESS, "--role", "reviewer")
    widening = ["--reach", "swept", "--basis", "synthetic-people", "--assessment", str(house.assessment)]
    run("collection", "new", COLLECTION, *widening, "--occasion", "2026-06-14", "2026-06-14", "--expires", "2099-01-01")
    run("collection", "approve", COLLECTION, as_=SECOND)
    run("add", event_photos, "-c", COLLECTION)
    run("notice", "publish", notice)
    token = json.loads(run("invite", WREN, "--purpose", "find", "-c", COLLECTION, "--json"))["token"]
    captures = itertools.chain(*(("--capture", str(path)) for path in captures_of("P10")))
    enrolled = json.loads(run("enrol", token, "--agree", "find", *captures, "--witness", WITNESS, "--json"))
    run("confirm", enrolled["confirm_code"])
    found = json.loads(run("find", "-c", COLLECTION, "--json"))
    assert found[0]["matched"] >= 2
    run("photo", "show", "1", "--to", tmp_path / "preview.jpg")
    run("point", "--subject", WREN, "--photo", str(min(house.shows("P10"))), "--face", "1")
    run("review", "list")
    run("album", WREN, "--to", tmp_path / "album")
    run("withdraw", WREN)
    run("ledger", "verify")
    assert not log.exists(), log.read_text()


def test_F3_five_hundred_portraits_without_a_capture_time_measure_nobody(house: House, tmp_path: Path) -> None:
    portraits = tmp_path / "portraits"
    portraits.mkdir()
    sources = sorted(PEOPLE.glob("P*/*.jpg"))
    for number in range(500):
        with Image.open(sources[number % len(sources)]) as opened:
            image = opened.convert("RGB")
            image.thumbnail((320, 320))
        # A corner in another colour makes another file of a person who was there already.
        image.paste((number % 251, number // 251 * 120, 0), (0, 0, 8, 8))
        image.save(portraits / f"{number}.jpg", quality=85)
    house.collection("Portraits", add=portraits)
    house.enrol(WREN, "P10", collections=[COLLECTION, "Portraits"])
    with house.open() as archive:
        listed = archive.photos.list(collection="Portraits")
        assert len(listed) == 500
        assert sum(one.faces for one in listed) >= 490
        before = archive.status().counts
        with pytest.raises(RefusedError) as refused:
            archive.people.find(collection="Portraits")
        assert [reason.rule for reason in refused.value.reasons] == ["F3"]
    done = house.cli("find", "-c", "Portraits", "--json")
    assert (done.returncode, done.stdout) == (3, "")
    assert json.loads(done.stderr)["reasons"][0]["rule"] == "F3"
    with house.open() as archive:
        assert archive.status().counts.measured == before.measured == 0
        assert archive.status().matched == 0


def test_F3_photos_outside_the_occasion_stay_pointed(house: House) -> None:
    house.enrol(WREN, "P10")
    with house.open() as archive:
        widening = house.widening()
        inside = [one for one in archive.photos.list() if one.photo.taken_at]
        late = type(widening.occasion)(
            max(one.photo.taken_at for one in inside if one.photo.taken_at), widening.occasion.end
        )
        archive.collections.new(
            "Evening",
            reach=Reach.SWEPT,
            widening=type(widening)(widening.basis, widening.assessment, late, widening.expires),
        )
    with house.open(SECOND) as archive:
        archive.collections.approve("Evening")
    house.enrol(WREN, "P10", collections=["Evening"])
    with house.open() as archive:
        archive.photos.add([house.photos], "Evening")
        report = archive.people.find(subject=WREN, collection="Evening")[0]
    assert (report.counts.photos, report.left_pointed) == (1, len(EVENT) - 1)


@pytest.mark.parametrize("lacking", ["basis", "assessment", "second person", "own approval", "expired", "free text"])
def test_F3_a_wider_reach_needs_all_of_its_reasons(house: House, lacking: str) -> None:
    house.enrol(WREN, "P10")
    how = house.widening()
    basis = {"basis": "", "free text": "we asked everybody"}.get(lacking, how.basis)
    assessment = house.root / "missing.txt" if lacking == "assessment" else how.assessment
    expires = house.clock() if lacking == "expired" else how.expires
    widening = type(how)(basis, assessment, how.occasion, expires)

    def widen_and_search(archive: Archive) -> None:
        archive.collections.new("Wide", reach=Reach.SWEPT, widening=widening)
        if lacking == "own approval":
            archive.collections.approve("Wide")
        archive.photos.add([house.photos], "Wide")
        archive.people.find(collection="Wide")

    with house.open() as archive, pytest.raises((RefusedError, UsageError)):
        widen_and_search(archive)
    with house.open() as archive:
        assert archive.status().counts.measured == 0


def test_F3_a_command_narrows_the_reach_and_never_widens_it(house: House) -> None:
    house.collection("Pointed", reach=Reach.POINTED, add=house.photos)
    house.enrol(WREN, "P10", collections=[COLLECTION, "Pointed"])
    with house.open() as archive:
        for reach in (None, Reach.NARROWED, Reach.SWEPT):
            with pytest.raises(RefusedError) as refused:
                archive.people.find(collection="Pointed", reach=reach)
            assert refused.value.reasons[0].rule == "F3"
        with pytest.raises(RefusedError):
            archive.people.find(collection=COLLECTION, reach=Reach.POINTED)
        with pytest.raises(RefusedError, match="cue"):
            archive.people.find(collection=COLLECTION, reach=Reach.NARROWED)
        assert archive.status().counts.measured == 0


def test_F3_the_assessment_itself_is_kept_until_no_collection_rests_on_it(house: House) -> None:
    kept = house.archive / "photos" / "assessments"
    text = house.assessment.read_bytes()
    house.assessment.write_bytes(b"changed afterwards")
    assert [file.read_bytes() for file in kept.iterdir()] == [text]
    house.assessment.write_bytes(text)
    house.collection("Another day")
    with house.open() as archive:
        archive.collections.delete("Another day")
        assert [file.read_bytes() for file in kept.iterdir()] == [text]
        archive.collections.delete(COLLECTION)
    assert not kept.exists() or not list(kept.iterdir())
