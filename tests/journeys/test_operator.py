"""An organiser's journey: a race with bib numbers, from an empty folder to albums, papers and the end of it all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import sayso
from sayso.archive import Kind, Widening
from sayso.errors import RefusedError
from sayso.values import Box, Cues, Purpose, Reach, Role, Window
from tests.conftest import MakeHouse
from tests.house import NOON, OCCASION, House, captures_of, pictured


def test_an_organiser_runs_a_race_within_its_occasion(new_house: MakeHouse, tmp_path: Path) -> None:
    house = new_house()
    _set_up(house)
    runners = {"bib 7": "P10", "bib 26": "P26"}
    with house.open() as archive:
        assert archive.law.check() == []
        for label, person in runners.items():
            token = archive.people.invite(label, purposes=[Purpose.FIND, Purpose.SHARE], collections=["Race"])
            agreed = (Purpose.FIND, Purpose.SHARE) if label == "bib 7" else (Purpose.FIND,)
            yes = archive.people.enrol(token, purposes=agreed, captures=captures_of(person), witness="clara")
            archive.people.confirm(str(yes.confirm_code))

        # A narrowed reach asks for a cue, and the cue spares everybody outside of it.
        with pytest.raises(RefusedError, match="F3"):
            archive.people.find(collection="Race")
        first_hour = Cues(window=Window(NOON, NOON + timedelta(minutes=30)))
        narrow = archive.people.find(collection="Race", cues=first_hour)[0]
        assert narrow.reach is Reach.NARROWED
        assert narrow.counts.photos == 4
        assert narrow.counts.measured < archive.status().faces
        again = archive.people.find(collection="Race", cues=first_hour)[0]
        assert (again.counts.measured, again.done_before) == (0, 4)
        whole_day = archive.people.find(collection="Race", cues=Cues(window=OCCASION))[0]
        assert (whole_day.counts.photos, whole_day.done_before) == (4, 4)
        for doubt in archive.review.list():
            archive.review.deny(doubt.id, said_by_subject=True)

        # One runner shares, the other does not: only the first is open in the other's album.
        first = archive.people.album("bib 7", tmp_path / "seven")
        second = archive.people.album("bib 26", tmp_path / "twentysix")
        assert first.written >= 2
        assert second.written >= 2
        together = next(
            one.photo for one in archive.photos.list() if {*runners.values()} <= {*pictured(Path(one.photo.path).stem)}
        )
        before = _files(tmp_path / "seven")

        # A face that nobody found is closed by hand, at once, in what was handed out already.
        archive.photos.redact(together.id, Box(5, 5, 90, 90))
        assert _files(tmp_path / "seven") != before

        # What the runners' photos cost others is known to the face.
        counts = archive.status().counts
        assert counts.exposure == counts.measured - counts.kept
        assert counts.measured == narrow.counts.measured + whole_day.counts.measured
        assert "Race" in archive.papers.document(Kind.RECORD).markdown

        # Deleting the collection takes matches along and leaves the organiser's own files.
        assert archive.collections.delete("Race") == 8
        status = archive.status()
        assert (status.photos, status.faces, status.matched, status.collections) == (0, 0, 0, 0)
    assert len(list(house.photos.glob("*.jpg"))) == 8


def test_the_end_takes_two_and_leaves_the_ledger(found: House) -> None:
    with found.open() as archive:
        assert archive.cease().at is None
        with pytest.raises(RefusedError, match="F5"):
            archive.cease()
        assert archive.people.list() != []
    with found.open("ben") as archive:
        ended = archive.cease()
        assert ended.at is not None
        assert ended.keys_destroyed >= 2
        for refused in (archive.people.find, archive.people.list, archive.review.list):
            with pytest.raises(RefusedError, match="F5"):
                refused()
        assert archive.status().ceased
        assert archive.ledger.verify().size == archive.status().ledger_size
    with found.open() as archive:
        assert archive.status().templates == 0


def _set_up(house: House) -> None:
    house.root.mkdir(parents=True)
    house.assessment.write_text("Runners were told at the start.", "utf-8")
    with sayso.create(
        house.archive,
        packs=["EU"],
        controller="City Run",
        contact="privacy@run.example",
        operator="anna",
        calibration="synthetic-40",
        clock=house.clock,
    ) as archive:
        assert [reason.rule for reason in archive.law.check()] == ["F1"]
        archive.notices.publish("We look for you in the photos of the race.")
        archive.accounts.new("ben", Role.OPERATOR)
        archive.accounts.new("clara", Role.REVIEWER)
        facts = Widening("synthetic-people", house.assessment, OCCASION, house.clock() + timedelta(days=60))
        made = archive.collections.new("Race", reach=Reach.NARROWED, widening=facts)
        assert made.approved_by is None
        with pytest.raises(RefusedError, match="F3"):
            archive.collections.approve("Race")
        report = archive.photos.add([house.photos], "Race", tags=["race"])
        assert (report.added, report.counts.measured) == (8, 0)
    with house.open("ben") as archive:
        assert archive.collections.approve("Race").approved_by == "ben"


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "photos").iterdir()}
