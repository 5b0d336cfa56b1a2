"""Counts and runs every reach on the demo's party, whose truth is known, and prices late consents beside their ways.

May know: the front door, the demo's truth, and for one line what a system does that keeps everybody's template.
Run: ``.venv/bin/python bench/exposure.py [--write docs/benchmarks.md]``. Everything comes from one run, on one worker.
Nobody in these photos exists; only therefore is everybody measured here, and for no person's sake.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from time import perf_counter

import numpy as np

from report import load, machine, write_section
from sayso.archive import Archive, Widening, create, open_archive
from sayso.cli.demo.camera import COPYRIGHT, CREATOR, OCCASION, PLACE, Programme, programme
from sayso.cli.demo.cast import WITNESS, Person
from sayso.cli.demo.exif import CameraFacts, with_facts
from sayso.cli.demo.reaches import Judge
from sayso.cli.demo.truth import Truth, read_truth
from sayso.errors import CaptureError
from sayso.finding import FindReport
from sayso.finding.captures import template_of
from sayso.finding.measurer import measured
from sayso.ground import Sight
from sayso.measure import LATE_PEOPLE, Curve, Price, point_words, recall_words, seconds_words
from sayso.measure.exposure import Event, Pictured, narrowed, pointed, swept
from sayso.measure.price import EVERYBODY_KEPT, ONE_BY_ONE, SWEPT_WAYS, TOGETHER
from sayso.values import Place, Purpose, Reach, Role

DEMO = Path(__file__).parents[1] / "demo"
PEOPLE = 20
LATE = 10
_CALIBRATION = "synthetic-40"
_ROUNDS = 5
_TOGETHER, _ALONE = "together", "one by one"

#: How far the places of the party lie apart, in degrees of latitude: about a hundred metres.
_APART = 0.0009


@dataclass(frozen=True, slots=True)
class Late:
    """Seconds and faces measured for so many late consents, one way."""

    way: str
    people: int
    seconds: float
    faces: int


@contextmanager
def party(truth: Truth) -> Iterator[tuple[Archive, list[Person], list[FindReport]]]:
    """An archive with the party twice, twenty people enrolled; and the searches: all together, then ten alone."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        os.environ |= {"SAYSO_KEYS": str(root / "keys"), "SAYSO_STATE": str(root / "state"), "SAYSO_WORKERS": "1"}
        assessment = root / "assessment.txt"
        assessment.write_text("Nobody in these photos exists.", "utf-8")
        folder = root / "archive"
        house = create(
            folder, packs=["EU"], controller="x", contact="x@party.example", operator="anna", calibration=_CALIBRATION
        )
        with house:
            house.accounts.new("bruno", Role.OPERATOR)
            house.accounts.new(WITNESS, Role.REVIEWER)
            house.notices.publish("A bench on people who do not exist.")
            widening = Widening("synthetic-people", assessment, OCCASION, datetime.now(UTC) + timedelta(days=1))
            for collection in (_TOGETHER, _ALONE):
                house.collections.new(collection, reach=Reach.SWEPT, widening=widening)
            with open_archive(folder, name="bruno") as second:
                for collection in (_TOGETHER, _ALONE):
                    second.collections.approve(collection)
            for photo, tags in shoot(truth, programme(truth.shots.values()), root / "photos"):
                for collection in (_TOGETHER, _ALONE):
                    house.photos.add([photo], collection, tags=tags)
            people = [enrol(house, truth, person) for person in truth.most_pictured(PEOPLE)]
            (together,) = house.people.find(collection=_TOGETHER)
            alone = [house.people.find(subject=one.subject, collection=_ALONE)[0] for one in people[:LATE]]
            yield house, people, [together, *alone]


def shoot(truth: Truth, plan: Programme, folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """The party's photos as a camera writes them, each with its tags: its place, and a bib for everybody in it.

    When and where a photo was taken does not depend on who is in it.
    """
    folder.mkdir()
    places = sorted({shot.scene[1] for shot in truth.shots.values()})
    for shot in truth.shots.values():
        where = Place(PLACE.latitude + places.index(shot.scene[1]) * _APART, PLACE.longitude)
        path = folder / shot.path.name
        facts = CameraFacts(plan.taken[shot.name], where, CREATOR, COPYRIGHT)
        path.write_bytes(with_facts(shot.path.read_bytes(), facts))
        yield path, [shot.scene[1], *(f"bib {one.person}" for one in shot.people)]


def enrol(house: Archive, truth: Truth, person: str) -> Person:
    """One person's yes, with three captures."""
    token = house.people.invite(person, purposes=[Purpose.FIND], collections=[_TOGETHER, _ALONE])
    for captures in triples(truth, person):
        with suppress(CaptureError):
            yes = house.people.enrol(token, purposes=[Purpose.FIND], captures=captures, witness=WITNESS)
            house.people.confirm(yes.confirm_code or "")
            return Person(person, person, yes.subject.id, shares=False, has_template=True)
    raise SystemExit(f"No three portraits of {person} are good enough to enrol with.")


def triples(truth: Truth, person: str) -> Iterator[tuple[Path, ...]]:
    """Three portraits at a time, the demo's own first; some are too blurred to enrol with."""
    return combinations(sorted((truth.portraits / person).glob("*.jpg")), 3)


def pictured(house: Archive, truth: Truth, people: Sequence[Person], *, run: bool) -> Event:
    """The party for counting: who is where by the labels, and what the run gave them when ``run``."""
    judge = Judge(house, truth)
    number = {one.truth_id: place for place, one in enumerate(people)}
    given: dict[int, set[int]] = {}
    for one in people if run else ():
        for planned in house.people.photos(one.subject, collection=_TOGETHER):
            if judge.shot_of(planned.photo).owner_of(planned.own) == one.truth_id:
                given.setdefault(planned.photo.id, set()).add(number[one.truth_id])
    photos = []
    for listed in house.photos.list(collection=_TOGETHER):
        photo, shot = listed.photo, judge.shot_of(listed.photo)
        faces = house.photos.faces(photo.id)
        photos.append(
            Pictured(
                photo.taken_at,
                photo.place,
                photo.tags,
                len(faces),
                sum(shot.owner_of(face.box) in number for face in faces),
                frozenset(number[one.person] for one in shot.people if one.person in number),
                frozenset(given.get(photo.id, ())) if run else None,
            )
        )
    return Event(photos, len(people))


def keep_everybody(house: Archive, truth: Truth, people: Sequence[Person]) -> tuple[float, list[Late]]:
    """What a system does that keeps everybody's template: seconds before anyone agrees, then late consents."""
    sight = Sight()
    listed = [(one.photo, house.photos.faces(one.photo.id)) for one in house.photos.list(collection=_TOGETHER)]
    sources = {photo.id: Path(photo.path).read_bytes() for photo, _ in listed}
    gallery = np.zeros((len(people), sight.recognizer.dimension), np.float32)
    for row, person in zip(gallery, people, strict=True):
        for captures in triples(truth, person.truth_id):
            with suppress(CaptureError), template_of(sight, captures, same_person=9.0) as template:
                row[:] = template
                break
    kept = []
    began = perf_counter()
    for photo, faces in listed:
        boxes = [face.box for face in faces]
        with measured(sight, sources[photo.id], boxes, full_size=(photo.width, photo.height)) as result:
            kept.append(result.vectors.copy())
    before = perf_counter() - began
    vectors = np.concatenate(kept)
    late = []
    for count in (1, LATE, len(people)):
        taken = []
        # The least of some rounds: the first product of a size starts threads and fills caches.
        for _ in range(_ROUNDS):
            began = perf_counter()
            sight.recognizer.distance(vectors, gallery[:count])
            taken.append(perf_counter() - began)
        late.append(Late(EVERYBODY_KEPT.name, count, min(taken), 0))
    vectors.fill(0)
    gallery.fill(0)
    return before, late


def curve_lines(counted: Sequence[Curve], run: Sequence[Curve]) -> list[str]:
    """A row for each point: what is inside the cue by the labels, and what the run found of it."""
    columns = ("reach", "cue", "inside the cue", "found in the run", "faces", "bystanders")
    in_all = ("faces, all", "bystanders, all", "different bystanders")
    lines = ["| " + " | ".join((*columns, *in_all)) + " |", "|---|---|" + "---:|" * 7]
    for inside, found in zip(counted, run, strict=True):
        for one, other in zip(inside.points, found.points, strict=True):
            cells = (
                inside.reach.value,
                point_words(inside, one),
                recall_words(one),
                recall_words(other),
                f"{one.measured:.1f}",
                f"{one.bystanders:.1f}",
                f"{one.measured_in_all:,}",
                f"{one.bystanders_in_all:,}",
                f"{one.different:,}",
            )
            lines.append("| " + " | ".join(cells) + " |")
    return lines


def price_lines(price: Price, run: Sequence[Late]) -> list[str]:
    """Late consents: measured where they were run, calculated for the rest, side by side where both are."""
    counts = sorted({*LATE_PEOPLE, *(one.people for one in run)})
    lines = ["| way | late consents | measured | calculated | faces measured |", "|---|---:|---:|---:|---:|"]
    (sweep,) = (one for one in price.priced if one.searched == "swept")
    for way in SWEPT_WAYS:
        for count in counts:
            done = next((one for one in run if (one.way, one.people) == (way.name, count)), None)
            if done is None and count not in LATE_PEOPLE:
                continue
            calculated = seconds_words(way.seconds(price.pieces, sweep.work, count))
            seconds = seconds_words(done.seconds) if done else "–"
            faces = done.faces if done else way.measured(sweep.work, count)
            lines.append(f"| {way.name} | {count:,} | {seconds} | {calculated} | {faces:,} |")
    return lines


def text() -> str:
    """The whole section, from one run."""
    busy = load()
    truth = read_truth(DEMO)
    with party(truth) as (house, people, runs):
        together, *alone = runs
        judge = Judge(house, truth)
        for one in people:
            judge.decide_doubts(one)
        counted, run = (pictured(house, truth, people, run=flag) for flag in (False, True))
        price = house.collections.measure_exposure(_TOGETHER).price
        assert price is not None
        before, late = keep_everybody(house, truth, people)
    for count in (1, LATE):
        some = alone[:count]
        seconds, faces = sum(one.seconds for one in some), sum(one.counts.measured for one in some)
        late.append(Late(ONE_BY_ONE.name, count, seconds, faces))
    late.append(Late(TOGETHER.name, len(people), together.seconds, together.counts.measured))
    faces, others = int(counted.faces.sum()), int(counted.bystanders.sum())
    curves = [[pointed(one, misses=0.0), *narrowed(one), swept(one)] for one in (counted, run)]
    first, second = ([one for one in side if one is not None] for side in curves)
    return _TEXT.format(
        photos=len(truth.shots),
        faces=faces,
        others=others,
        people=PEOPLE,
        busy=busy,
        machine=machine(["openvino", "numpy"]),
        curves="\n".join(curve_lines(first, second)),
        counts=together.counts,
        pieces=price.pieces.to_json(),
        price="\n".join(price_lines(price, late)),
        formulas="\n".join(f"- {way.name}: {way.formula}" for way in SWEPT_WAYS),
        before=seconds_words(before),
    )


_TEXT = """\
## Exposure: recall against bystanders measured

{photos} photos of the demo's party, {faces} faces located; {people} of its 40 people said yes.
One run of `bench/exposure.py`, {busy} before it, one worker. Machine: {machine}.
Recall is the mean over people, with a 95 % interval over people; each of a person's photos is in turn the one that
they remember. *Inside the cue*: what a perfect search would find, by the labels. *Found in the run*: what one search of
all faces found of it, doubts decided by the people themselves. Faces measured and bystanders among them are means for
each person, who is looked for alone; *all* is for all of them, a face counting as often as it is measured; *different
bystanders* counts each bystander's face that is measured at all once, of {others}.
Times and places are those of the party's scenes, which do not depend on who is there: the hardest case for a cue, whose
recall is then little more than its share of the photos. The tag is a bib, as if everybody wore one that could be read.

{curves}

The ledger of the sweep: {counts.measured} faces measured, {counts.kept} kept at once, exposure {counts.exposure}.

### The price of consent

Late consents, each answered by a sweep. *Measured* are those that were run. *Calculated* is from the pieces alone, by
the formulas below; it leaves out the database and the ledger, and that faces already found to be somebody's are not
measured again. Pieces: decode {pieces[decode_ms_per_photo]:.1f} ms a photo, align {pieces[align_ms_per_face]:.1f} ms
and measure {pieces[measure_ms_per_face]:.1f} ms a face, compare {pieces[compare_ns_per_face_and_person]:.0f} ns a face
and person.

{price}

{formulas}

Whoever keeps everybody's template measured {faces} faces, {others} bystanders' among them, in {before} before anyone
had agreed, and keeps them. These people were made to be told apart; no recall here says anything about real ones.
"""


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Count and run every reach on the demo's party.")
    arguments.add_argument("--write", type=Path, help="also write the section to this file")
    target = arguments.parse_args().write
    made = text()
    print(made)
    if target:
        write_section(target, "exposure", made)
