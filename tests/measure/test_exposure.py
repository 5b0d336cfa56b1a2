"""Exposure is counted as a search would go: by hand on small events, against the cues themselves, and against a run."""

from __future__ import annotations

import io
import json
import math
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sayso.errors import RefusedError, UsageError
from sayso.measure import Point, exposure_page
from sayso.measure.exposure import RADII, WIDTHS, Event, Pictured, _Nearness, _Tags, _Time, narrowed, pointed, swept
from sayso.photos.cues import passes
from sayso.values import Box, Cues, FrozenBy, Kind, Photo, Place, Purpose, Reach, Window
from sayso.vision import Aligner, DlibRecognizer
from tests.house import COLLECTION, NOON, WREN, House

PEOPLE = 20


def at(minutes: float, *people: int, faces: int = 4, **facts: Any) -> Pictured:
    """A photo so many minutes after noon, with these people and others."""
    taken = NOON + timedelta(minutes=minutes)
    return Pictured(taken, None, (), faces, min(len(people), faces), frozenset(people), **facts)


def point(event: Event, cue: str, size: float | None) -> Point:
    """The point of one size on the curve of one cue."""
    (curve,) = (one for one in narrowed(event) if one.cue == cue)
    return next(one for one in curve.points if one.size == size)


def recalled(one: Point) -> float:
    assert one.recall is not None
    assert one.recall.value is not None
    return one.recall.value


def test_a_window_lies_around_each_remembered_photo_in_turn() -> None:
    # Person 0 at minute 0, 4 and 60; person 1 at 60 and 64. Five minutes reach two and a half to each side.
    event = Event([at(0, 0), at(2), at(4, 0), at(60, 0, 1), at(64, 1)], 2)
    five = point(event, "time", 5)
    assert recalled(five) == pytest.approx((3 / 9 + 2 / 4) / 2, abs=0.005)
    # Person 0: two photos, two, one; person 1: one each time. Of each photo's four faces the people's own count off.
    assert five.photos == pytest.approx((5 / 3 + 1) / 2)
    assert five.measured == pytest.approx(((8 + 8 + 4) / 3 + 4) / 2)
    assert five.bystanders == pytest.approx(((7 + 7 + 2) / 3 + (2 + 3) / 2) / 2)
    assert (five.measured_in_all, five.bystanders_in_all) == (round(20 / 3 + 4), round(16 / 3 + 2.5))
    # How likely each photo is looked at by either search, and how many bystanders it shows.
    likely = [1 / 3, 2 / 3, 1 / 3, 1 - (2 / 3) * (1 / 2), 1 / 2]
    others = [3, 4, 3, 2, 3]
    expected = sum(chance * faces for chance, faces in zip(likely, others, strict=True))
    assert abs((five.different or 0) - expected) <= 0.5
    ten = point(event, "time", 10)
    assert recalled(ten) == pytest.approx((5 / 9 + 1) / 2, abs=0.005)


def test_both_ends_of_a_window_are_inside_it_to_the_microsecond() -> None:
    event = Event([at(0, 0), at(5, 0), at(60)], 1)
    assert recalled(point(event, "time", 10)) == 1
    event = Event([at(0, 0), at(5 + 1e-6, 0), at(60)], 1)
    assert recalled(point(event, "time", 10)) == 0.5


def test_the_widest_window_finds_all_that_bears_a_time_and_nothing_else() -> None:
    untimed = Pictured(None, None, (), 3, 1, frozenset({0}))
    event = Event([at(0, 0), at(500, 0), untimed, at(900)], 1)
    everything = point(event, "time", math.inf)
    assert recalled(everything) == pytest.approx(2 / 3, abs=0.005)
    assert everything.measured == 12


def test_a_person_whose_photos_bear_no_cue_is_not_found_and_costs_nothing() -> None:
    untimed = Pictured(None, None, (), 3, 1, frozenset({1}))
    everything = point(Event([at(0, 0), at(5, 0), untimed, untimed], 2), "time", math.inf)
    assert (recalled(everything), everything.measured) == (0.5, 4)


def test_a_photo_out_of_reach_is_found_for_nobody_at_any_reach() -> None:
    event = Event([at(0, 0), at(1, 0, faces=0)], 1)
    assert recalled(point(event, "time", math.inf)) == 0.5
    assert recalled(swept(event).points[0]) == 0.5


def test_what_a_run_did_not_find_is_no_recall_however_wide_the_cue() -> None:
    event = Event([at(0, 0, found=frozenset({0})), at(1, 0, found=frozenset())], 1)
    assert recalled(swept(event).points[0]) == 0.5
    assert recalled(point(event, "time", math.inf)) == 0.5


def test_a_sweep_measures_every_face_once_for_all_people() -> None:
    (one,) = swept(Event([at(0, 0), at(1, 0, 1), at(2, 1), at(3)], 2)).points
    assert (one.measured_in_all, one.bystanders_in_all, one.different) == (16, 12, 12)
    assert (one.measured, one.bystanders, recalled(one)) == (8, 6, 1)


def test_points_measure_own_faces_and_as_many_others_as_people_mistook() -> None:
    event = Event([at(0, 0), at(1, 0), at(2, 0, 1), at(3, 1)], 2)
    curve = pointed(event, misses=0.0)
    assert curve is not None
    assert [one.size for one in curve.points] == [1, 2, 3]
    assert [recalled(one) for one in curve.points] == [pytest.approx((1 / 3 + 1 / 2) / 2, abs=0.005), 0.83, 1]
    assert [one.bystanders for one in curve.points] == [0, 0, 0]
    assert [one.measured for one in curve.points] == [1, 2, 2.5]
    mistaken = pointed(event, misses=0.5)
    assert mistaken is not None
    assert [one.bystanders for one in mistaken.points] == [0.5, 1, 1.25]
    assert pointed(Event([at(0)], 0), misses=0.0) is None


def test_with_nobody_known_faces_are_counted_and_recall_is_not() -> None:
    event = Event([at(0), at(1), at(60)], 0)
    two = point(event, "time", 2)
    assert two.measured == pytest.approx((8 + 8 + 4) / 3)
    assert (two.recall, two.bystanders, two.measured_in_all) == (None, None, None)
    (all_of_them,) = swept(event).points
    assert (all_of_them.measured_in_all, all_of_them.recall) == (12, None)


places = st.builds(Place, st.floats(46.0, 46.01), st.floats(6.0, 6.01)) | st.just(Place(-89.99, 179.999))
moments = st.integers(0, 3000).map(lambda minutes: NOON + timedelta(minutes=minutes))
snaps = st.builds(
    lambda taken, place, tags, people: Pictured(taken, place, tuple(sorted(tags)), 3, len(people), frozenset(people)),
    st.none() | moments,
    st.none() | places,
    st.sets(st.sampled_from(["17", "start", "finish"])),
    st.sets(st.integers(0, 2)),
)


def as_photo(one: Pictured) -> Photo:
    return Photo(0, 0, "", "", False, 1, 1, one.taken_at, one.place, one.tags)


@given(st.lists(snaps, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_what_passes_here_passes_the_cues_of_a_search(event: list[Pictured]) -> None:
    time, nearness, tags = _Time(event), _Nearness(event), _Tags(event)
    for number, one in enumerate(event):
        this = np.arange(len(event)) == number
        if one.taken_at is not None:
            (moment,) = time.remembered(this, known=True)
            for width in WIDTHS:
                half = timedelta(minutes=width / 2)
                cues = Cues(window=Window(one.taken_at - half, one.taken_at + half))
                assert time.inside(moment, width).tolist() == [passes(as_photo(other), cues) for other in event]
        if one.place is not None:
            (place,) = nearness.remembered(this, known=True)
            for radius in RADII:
                cues = Cues(near=one.place, radius_km=radius)
                assert nearness.inside(place, radius).tolist() == [passes(as_photo(other), cues) for other in event]
        for tag in tags.remembered(this, known=False):
            cues = Cues(tags=(tag,))
            assert tags.inside(tag, None).tolist() == [passes(as_photo(other), cues) for other in event]


def test_of_tags_people_know_the_one_that_most_of_their_photos_bear() -> None:
    def tagged(*tags: str, people: tuple[int, ...] = ()) -> Pictured:
        return Pictured(None, None, tags, 4, len(people), frozenset(people))

    # Person 0 wears bib 17, which one photo lacks; person 1 is in two photos of the start, both with bib 4.
    event = Event(
        [
            tagged("start", "17", people=(0,)),
            tagged("finish", "17", people=(0,)),
            tagged("finish", people=(0,)),
            tagged("start", "4", people=(1,)),
            tagged("start", "4", people=(1,)),
            tagged("start"),
            tagged("finish", "17"),
        ],
        2,
    )
    one = point(event, "tag", None)
    # Bib 17 and the finish are both on two of the first person's photos and on three in all; the name decides.
    assert recalled(one) == pytest.approx((2 / 3 + 1) / 2, abs=0.005)
    assert one.measured == pytest.approx((12 + 8) / 2)
    assert one.bystanders == pytest.approx((10 + 6) / 2)
    nobody = Event([replace(one, people=frozenset()) for one in event.photos], 0)
    assert point(nobody, "tag", None).measured == pytest.approx(4 * (4 + 3 + 3 + 2) / 4)


@given(st.lists(snaps, min_size=2, max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_wider_cue_never_finds_less_and_never_spares_more(photos: list[Pictured]) -> None:
    everybody = [Pictured(NOON, None, (), 1, 1, frozenset({0, 1, 2}))]
    for curve in narrowed(Event(photos + everybody, 3)):
        shares = [recalled(one) for one in curve.points]
        faces = [one.measured for one in curve.points]
        assert shares == sorted(shares)
        assert faces == sorted(faces)
        assert all(0 <= (one.bystanders or 0) <= one.measured for one in curve.points)
        there = sum(one.faces - one.of_consenting for one in photos + everybody)
        assert all(0 <= (one.different or 0) <= there for one in curve.points)


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
