"""Exposure counted in whole archives: what a search would plan, of whom recall is told, and what is in no count."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from PIL import Image

from sayso.errors import RefusedError, UsageError
from sayso.measure import exposure_page
from sayso.values import Box, Cues, FrozenBy, Kind, Purpose, Reach, Window
from sayso.vision import Aligner, DlibRecognizer
from tests.house import COLLECTION, NOON, WREN, House

from .test_exposure import recalled

PEOPLE = 20


def test_what_is_counted_is_what_a_search_plans(enrolled: House) -> None:
    with enrolled.open() as archive:
        report = archive.collections.measure_exposure(COLLECTION)
        (time,) = (curve for curve in report.curves if curve.cue == "time")
        (sweep,) = (curve.points[0] for curve in report.curves if curve.reach is Reach.SWEPT)
        twenty = next(one for one in time.points if one.size == 20)
        moments = [one.photo.taken_at for one in archive.photos.list(collection=COLLECTION)]
    # Every photo in turn is the remembered one; each search starts from the archive as it was counted.
    planned = []
    for number, moment in enumerate(moments):
        assert moment is not None
        around = Cues(window=Window(moment - timedelta(minutes=10), moment + timedelta(minutes=10)))
        planned.append(_planned(enrolled.copy(enrolled.root.parent / f"copy{number}"), around))
    assert twenty.photos == pytest.approx(np.mean([photos for photos, _ in planned]))
    assert twenty.measured == pytest.approx(np.mean([faces for _, faces in planned]))
    assert _planned(enrolled, Cues()) == (8, sweep.measured_in_all)


def _planned(house: House, cues: Cues) -> tuple[int, int]:
    """Photos and faces that a search for one person was about to measure, as the ledger has it."""
    with house.open() as archive:
        archive.people.find(subject=WREN, cues=cues)
        facts = next(dict(entry.facts) for entry in archive.ledger.list() if entry.verb == "find.begin")
    return int(facts["photos_planned"]), int(facts["faces_planned"])


def test_nobody_is_measured_and_nothing_of_the_collection_changes(
    found: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def watched(self: DlibRecognizer, chips: Any, out: Any, measure: Any = DlibRecognizer.measure) -> None:
        seen.append(bool((chips == chips[0, 0, 0]).all()))
        measure(self, chips, out)

    def aligned(self: Aligner, rgb: Any, boxes: Any, align: Any = Aligner.align) -> Any:
        seen.append(bool((rgb == rgb[0, 0, 0]).all()))
        return align(self, rgb, boxes)

    monkeypatch.setattr(DlibRecognizer, "measure", watched)
    monkeypatch.setattr(Aligner, "align", aligned)
    tables = [f"SELECT * FROM {name} ORDER BY 1" for name in ("photos", "faces", "matches", "searched", "collections")]
    before = [found.rows(query) for query in tables]
    with found.open() as archive:
        measured = archive.status().counts.measured
        report = archive.collections.measure_exposure(COLLECTION)
        assert archive.status().counts.measured == measured
        last = archive.ledger.list()[-1]
    assert seen
    assert all(seen)
    assert [found.rows(query) for query in tables] == before
    assert (last.verb, last.actor, last.counts) == ("measure.exposure", "anna", None)
    assert report.price is not None
    assert report.price is not None


def test_F12_recall_is_not_told_of_fewer_than_twenty_people(found: House) -> None:
    with found.open() as archive:
        report = archive.collections.measure_exposure(COLLECTION)
    assert report.people == 0
    assert all(one.recall is None and one.bystanders is None for curve in report.curves for one in curve.points)
    assert "pointed" not in {curve.reach for curve in report.curves}
    assert any("[F12]" in note for note in report.notes)


@pytest.fixture(scope="module")
def _confirmed(_base_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Twenty people without a template, each with two faces that they confirmed, in photos ten minutes apart."""
    with pytest.MonkeyPatch.context() as patch:
        house = _base_house.copy(tmp_path_factory.mktemp("confirmed") / "house")
        for name, value in house.environment().items():
            patch.setenv(name, value)
        with house.open() as archive:
            listed = sorted(archive.photos.list(), key=lambda one: one.photo.taken_at or NOON)
            ids = [one.photo.id for one in listed]
            for person in range(PEOPLE):
                token = archive.people.invite(f"p{person}", purposes=[Purpose.FIND], collections=[COLLECTION])
                archive.people.enrol(token, purposes=[Purpose.FIND])
                for photo in (ids[person % 7], ids[person % 7 + 1]):
                    face = archive.photos.redact(photo, Box(30 * person, 2, 20, 20))
                    archive.people.point(f"p{person}", photo_id=photo, face=face.number)
            for doubt in archive.review.list():
                archive.review.confirm(doubt.id, said_by_subject=True)
    return house


@pytest.fixture
def confirmed(_confirmed: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> House:
    house = _confirmed.copy(tmp_path / "house")
    for name, value in house.environment().items():
        monkeypatch.setenv(name, value)
    return house


def test_recall_is_told_of_twenty_people_from_what_they_confirmed(confirmed: House) -> None:
    with confirmed.open() as archive:
        report = archive.collections.measure_exposure(COLLECTION)
    by_cue = {curve.cue: curve.points for curve in report.curves}
    assert report.people == PEOPLE
    # Their two photos lie ten minutes apart: a window of ten minutes reaches five to each side, one of twenty ten.
    sizes = {one.size: one for one in by_cue["time"]}
    assert (recalled(sizes[10]), recalled(sizes[20])) == (0.5, 1)
    (sweep,) = by_cue["none"]
    assert sweep.measured_in_all == report.faces
    assert sweep.bystanders_in_all == report.faces - 2 * PEOPLE
    assert [recalled(one) for one in by_cue["points"]] == [0.5, 1]
    assert [one.bystanders_in_all for one in by_cue["points"]] == [0, 0]
    shown = json.dumps(report.to_json())
    assert '"recall": {"rate": 0.5, "interval_95"' in shown
    assert not any(f'"p{person}"' in shown for person in range(PEOPLE))


def test_L6_the_assessment_tells_what_was_counted_and_when(confirmed: House) -> None:
    with confirmed.open() as archive:
        assert "is not counted yet" in archive.papers.document(Kind.ASSESSMENT).markdown
        report = archive.collections.measure_exposure(COLLECTION)
        english = archive.papers.document(Kind.ASSESSMENT).markdown
        french = archive.papers.document(Kind.ASSESSMENT, language="fr").markdown
    assert f"swept: {report.faces} faces once for all people, of which {report.bystanders} are bystanders'." in english
    assert "- narrowed to 60 minutes" in english
    assert re.search(r"faces for each person, of which \d+ are bystanders', and reach 100% of a person's", english)
    assert "holds for 20 people" in english
    assert f": {report.faces} visages une fois pour toutes les personnes, dont {report.bystanders}" in french
    assert "is not counted yet" not in english


def test_F6_a_frozen_person_is_not_counted_and_nineteen_are_too_few(confirmed: House) -> None:
    with confirmed.open() as archive:
        archive.people.freeze("p3", by=FrozenBy.SUBJECT)
        assert archive.collections.measure_exposure(COLLECTION).people == 0


def test_F12_two_faces_of_one_photo_are_one_confirmed_photo(confirmed: House) -> None:
    with confirmed.open() as archive:
        photo = archive.photos.list()[0].photo.id
        token = archive.people.invite("twice", purposes=[Purpose.FIND], collections=[COLLECTION])
        archive.people.enrol(token, purposes=[Purpose.FIND])
        for left in (400, 500):
            face = archive.photos.redact(photo, Box(left, 200, 20, 20))
            archive.people.point("twice", photo_id=photo, face=face.number)
        for doubt in archive.review.list():
            archive.review.confirm(doubt.id, said_by_subject=True)
        assert archive.collections.measure_exposure(COLLECTION).people == PEOPLE


def test_R2_a_closed_face_is_in_no_count(confirmed: House) -> None:
    with confirmed.open() as archive:
        before = archive.collections.measure_exposure(COLLECTION)
        photo = archive.photos.list()[0].photo.id
        archive.photos.hide(photo, 1)
        after = archive.collections.measure_exposure(COLLECTION)
    assert (before.closed, after.closed) == (0, 1)
    assert after.curves[-1].points[0].measured_in_all == (before.curves[-1].points[0].measured_in_all or 0) - 1


def test_F3_photos_outside_the_occasion_stay_pointed_in_the_counts_too(house: House, tmp_path: Any) -> None:
    folder = tmp_path / "late"
    folder.mkdir()
    # A copy of a photo without a time.
    (folder / "untimed.png").write_bytes(_png(house.photos / "g00.jpg"))
    with house.open() as archive:
        archive.photos.add([folder], COLLECTION)
        report = archive.collections.measure_exposure(COLLECTION)
    assert report.left_pointed == 1
    assert (report.curves[-1].points[0].measured_in_all or 0) < report.faces


def _png(path: Any) -> bytes:
    out = io.BytesIO()
    with Image.open(path) as image:
        image.convert("RGB").resize((640, 426)).save(out, "PNG")
    return out.getvalue()


def test_an_empty_collection_and_an_unknown_one_are_told_so(empty_house: House) -> None:
    empty_house.collection("Empty")
    with empty_house.open() as archive:
        for name, said in (("Empty", "holds no photo"), ("nowhere", "no collection")):
            with pytest.raises(UsageError, match=said):
                archive.collections.measure_exposure(name)


def test_F10_only_an_operator_counts_exposure(house: House) -> None:
    with house.open("clara") as archive, pytest.raises(RefusedError):
        archive.collections.measure_exposure(COLLECTION)


def test_the_page_says_what_was_counted_names_nobody_and_loads_nothing(confirmed: House) -> None:
    with confirmed.open() as archive:
        page = exposure_page(archive.collections.measure_exposure(COLLECTION))
    assert page.count("<svg") == 2
    assert f"Exposure: {COLLECTION}" in page
    assert "narrowed, time" in page
    assert not re.search(r"<script|https?://(?!www\.w3\.org)|\bp1?\d\b(?=<)", page)


def test_the_page_of_few_people_shows_faces_and_no_recall(found: House) -> None:
    with found.open() as archive:
        page = exposure_page(archive.collections.measure_exposure(COLLECTION))
    assert "Faces in a window of time" in page
    assert "Recall against bystanders measured</title>" not in page
    assert "[F12]" in page
