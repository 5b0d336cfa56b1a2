"""The same photos searched at each reach, on its own, and judged by what is true.

May know: the front door, the truth. Must not know: vectors, scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from ...archive import Archive
from ...values import Counts, Cues, Face, Outcome, Photo
from .camera import Programme
from .cast import Person
from .truth import Shot, Truth

#: How many of their own faces each person points at when the reach is ``pointed``.
_POINTS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    counts: what the ledger says of the run. doubtful: matches that the run left for people to decide. right, wrong:
    faces that were given to people in the end. wanted: labelled faces that there were to find.
    seconds: of the run alone, without what people need to decide.
    """

    reach: str
    people: int
    counts: Counts
    doubtful: int
    right: int
    wrong: int
    wanted: int
    seconds: float

    @property
    def precision(self) -> float:
        """Share of the faces given that are right, 0 to 1; 1 when none were given."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the faces to be found that were given to their owners, 0 to 1."""
        return self.right / self.wanted if self.wanted else 1.0


class Judge:
    """Knows what is true in one archive's photos and answers for people who would know it of themselves."""

    def __init__(self, house: Archive, truth: Truth) -> None:
        self._house = house
        self._truth = truth

    def shot_of(self, photo: Photo) -> Shot:
        return self._truth.shots[Path(photo.path).stem]

    def faces_of(self, person: Person, collection: str) -> Iterator[tuple[Photo, Face]]:
        """The person's own faces, as far as they were located, photo by photo."""
        for listed in self._house.photos.list(collection=collection):
            shot = self.shot_of(listed.photo)
            if shot.shows(person.truth_id):
                for face in self._house.photos.faces(listed.photo.id):
                    if shot.owner_of(face.box) == person.truth_id:
                        yield listed.photo, face

    def somebody_else(self, person: Person, collection: str) -> tuple[Photo, Face]:
        """The first face that is not the person's, in a photo that shows them."""
        return next(
            (photo, face)
            for photo, _ in self.faces_of(person, collection)
            for face in self._house.photos.faces(photo.id)
            if self.shot_of(photo).owner_of(face.box) != person.truth_id
        )

    def decide_doubts(self, person: Person) -> int:
        """Decide what waits for this person as they say; how many there were."""
        doubts = self._house.review.list(person.subject)
        for doubt in doubts:
            mine = self.shot_of(doubt.photo).owner_of(doubt.face.box) == person.truth_id
            decide = self._house.review.confirm if mine else self._house.review.deny
            decide(doubt.id, said_by_subject=True)
        return len(doubts)

    def row(
        self, reach: str, people: Sequence[Person], collection: str, counts: Counts, doubtful: int, seconds: float
    ) -> Row:
        """The line of the table for a run that is over, doubts decided."""
        right = wrong = wanted = 0
        for person in people:
            wanted += len(self._truth.photos_of(person.truth_id))
            for found in self._house.people.photos(person.subject, collection=collection):
                hit = self.shot_of(found.photo).owner_of(found.own) == person.truth_id
                right, wrong = right + hit, wrong + (not hit)
        return Row(reach, len(people), counts, doubtful, right, wrong, wanted, seconds)


@dataclass(frozen=True, slots=True)
class Missed:
    """What came of pointing at somebody else's face."""

    label: str
    misses_left: int


def pointed(house: Archive, judge: Judge, people: Sequence[Person], collection: str) -> tuple[Row, Missed]:
    """Each person points at two of their own faces; the first one at somebody else's, too."""
    points = [
        (person, photo, face) for person in people for photo, face in list(judge.faces_of(person, collection))[:_POINTS]
    ]
    wrong = (people[0], *judge.somebody_else(people[0], collection))
    counts, misses_left = Counts(), 0
    began = perf_counter()
    for person, photo, face in [*points, wrong]:
        answer = house.people.point(person.subject, photo_id=photo.id, face=face.number)
        counts += answer.counts
        misses_left = answer.misses_left
    seconds = perf_counter() - began
    doubtful = sum(judge.decide_doubts(person) for person in people)
    return judge.row("pointed", people, collection, counts, doubtful, seconds), Missed(people[0].label, misses_left)


def narrowed(
    house: Archive, judge: Judge, people: Sequence[Person], collection: str, truth: Truth, plan: Programme
) -> Row:
    """Each person is looked for in the one hour in which they remember being photographed most."""
    counts, doubtful, seconds = Counts(), 0, 0.0
    for person in people:
        hour = plan.hour_of(shot.scene for shot in truth.photos_of(person.truth_id))
        for report in house.people.find(subject=person.subject, collection=collection, cues=Cues(window=hour)):
            counts += report.counts
            seconds += report.seconds
    doubtful = sum(judge.decide_doubts(person) for person in people)
    return judge.row("narrowed", people, collection, counts, doubtful, seconds)


def swept(house: Archive, judge: Judge, people: Sequence[Person], collection: str) -> Row:
    """All who have a template are looked for in every face, in one run."""
    (report,) = house.people.find(collection=collection)
    doubtful = sum(judge.decide_doubts(person) for person in people)
    return judge.row("swept", people, collection, report.counts, doubtful, report.seconds)


def without_template(house: Archive, judge: Judge, person: Person, collection: str) -> Row:
    """One person points at all of their faces; then they say yes to each, and nothing is measured."""
    mine = list(judge.faces_of(person, collection))
    counts = Counts()
    began = perf_counter()
    for photo, face in mine:
        answer = house.people.point(person.subject, photo_id=photo.id, face=face.number)
        if answer.outcome is not Outcome.REVIEW:
            raise AssertionError("a person without a template was compared")
        counts += answer.counts
    seconds = perf_counter() - began
    doubtful = judge.decide_doubts(person)
    return judge.row("no template", [person], collection, counts, doubtful, seconds)
