"""The exposure of one collection of the archive: what each reach would measure in it, counted and not measured.

May know: photos, boxes, what people confirmed as theirs. Must not know: vectors, labels of people. Must not hand on:
anything about one person.

Who is where is known from what people themselves confirmed. Nothing is compared for it, so no basis is needed; but
recall is a rate over people, and like every such rate (LAW F12) it is told of twenty or more, in whole percents. With
fewer there are counts, which need nobody: how many faces an hour holds says nothing about anyone. Whoever may run this
can look at each of these people's photos one by one; those looks stand in the ledger, and so does this one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .. import consent, matches, photos, policy
from ..errors import ImageError, UsageError
from ..finding import widening_facts
from ..finding.reach import photo_is_open
from ..ground import Ground, Sight
from ..policy import Action
from ..storage import Session
from ..values import Collection, Cues, Face, Outcome, Photo, Purpose, Reach
from .exposure import Event, Pictured, narrowed, pointed, swept
from .exposure_report import Curve, ExposureReport
from .price import NARROWED_WAYS, SWEPT_WAYS, Price, Priced, Work
from .slices import LEAST_PEOPLE
from .timing import time_pieces

#: A narrowed search is priced at the window of an hour, or at the widest below it that the photos need.
_PRICED_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Read:
    """A collection as it was read to be counted.

    people: how many have two confirmed photos or more. misses: mistaken points for each that met. points: how many
    points the ledger knows of. searched: photos in reach, each with the faces that may be measured.
    """

    collection: Collection
    reach: Reach
    event: Event
    people: int
    faces: int
    left_pointed: int
    closed: int
    points: int
    misses: float
    searched: tuple[tuple[Photo, tuple[Face, ...]], ...]


def read_exposure(session: Session, ground: Ground, collection: Collection) -> Read:
    """Read photos, boxes and confirmed matches of a collection. Raises UsageError when it holds no photo."""
    now, packs = ground.clock(), ground.packs_of(collection)
    present = photos.passing(session, collection.id, Cues())
    if not present:
        raise UsageError(f"The collection '{collection.name}' holds no photo.", "Add photos first: `sayso add`.")
    consenting = consent.records.gallery(session, Purpose.FIND, collection.id, now)
    opened = policy.decide(Action.APPROVE, widening_facts(collection, collection.reach, now), packs).allowed
    reach = collection.reach if opened else Reach.POINTED
    faces_of = photos.faces_of_photos(session, [photo.id for photo in present])
    owners = {matches.owner_tag(ground.keys, one.consent.key_id) for one in consenting}
    matched = [
        one
        for one in matches.on_photos(session, [photo.id for photo in present])
        if one.owner in owners and one.outcome is Outcome.MATCHED
    ]
    belonging = {one.face_id for one in matched}
    # In a photo one face at most is matched to a person, so this counts photos.
    confirmed = Counter(one.owner for one in matched if one.confirmed)
    known = sorted(owner for owner, count in confirmed.items() if count > 1)
    numbers = {owner: number for number, owner in enumerate(known)} if len(known) >= LEAST_PEOPLE else {}
    people_in: dict[int, set[int]] = {}
    for one in matched:
        if one.confirmed and one.owner in numbers:
            people_in.setdefault(one.photo_id, set()).add(numbers[one.owner])
    pictured, searched, left = [], [], 0
    for photo in present:
        faces = faces_of.get(photo.id, [])
        # While no wider reach is open, what it would measure is counted as if it were open for every photo.
        open_ = reach is Reach.POINTED or photo_is_open(
            collection,
            photo,
            reach=reach,
            faces=len(faces),
            people_consented=len(consenting),
            packs=packs,
            now=now,
        )
        left += not open_
        free = tuple(face for face in faces if open_ and not face.do_not_measure)
        if free:
            searched.append((photo, free))
        of_consenting = sum(face.id in belonging for face in free)
        people = frozenset(people_in.get(photo.id, ()))
        pictured.append(Pictured(photo.taken_at, photo.place, photo.tags, len(free), of_consenting, people))
    points, misses = _points(session, ground, collection)
    every = [face for faces in faces_of.values() for face in faces]
    return Read(
        collection,
        reach,
        Event(pictured, len(numbers)),
        len(known),
        len(every),
        left,
        sum(face.do_not_measure for face in every),
        points,
        misses,
        tuple(searched),
    )


def measure_exposure(ground: Ground, sight: Sight, read: Read) -> ExposureReport:
    """Count every curve, and time what a late consent costs here. Nobody is measured, and nothing is written."""
    by_points = pointed(read.event, misses=read.misses)
    narrow, sweep = narrowed(read.event), swept(read.event)
    curves = (*([by_points] if by_points else []), *narrow, sweep)
    notes = _notes(read, {curve.cue for curve in narrow})
    try:
        pieces, timed_on = time_pieces(ground, sight, read.searched)
        price = Price(pieces, _priced(read, narrow), timed_on)
    except ImageError as error:
        price = None
        notes.append(f"The price of consent could not be timed. {error.what}")
    return ExposureReport(
        read.collection.name,
        read.reach,
        read.event.people,
        len(read.event.photos),
        read.faces,
        read.left_pointed,
        read.closed,
        int(read.event.bystanders.sum()) if read.event.people else None,
        curves,
        price,
        tuple(notes),
    )


def _points(session: Session, ground: Ground, collection: Collection) -> tuple[int, float]:
    """How many faces were measured because somebody pointed at them, and misses for each hit."""
    counted = [
        entry.counts
        for entry in ground.ledger.entries(session)
        if entry.verb == "point" and entry.collection == collection.id and entry.counts is not None
    ]
    measured, kept = sum(one.measured for one in counted), sum(one.kept for one in counted)
    return measured, (measured - kept) / kept if kept else 0.0


def _priced(read: Read, narrow: Sequence[Curve]) -> tuple[Priced, ...]:
    """A sweep, and where the photos bear times a search of an hour or the widest below it that they need."""
    sweep = Work(len(read.searched), sum(len(faces) for _, faces in read.searched))
    hours = [
        (point.size, Work(round(point.photos), round(point.measured)))
        for curve in narrow
        if curve.cue == "time"
        for point in curve.points
        if point.size is not None and point.size <= _PRICED_MINUTES
    ]
    narrowed_to = [Priced(f"narrowed to {minutes:g} minutes", work, NARROWED_WAYS) for minutes, work in hours[-1:]]
    return (*narrowed_to, Priced("swept", sweep, SWEPT_WAYS))


def _notes(read: Read, cues: set[str]) -> list[str]:
    """What the numbers do not say by themselves."""
    notes = []
    if read.event.people:
        notes.append(
            "Recall is about photos that people confirmed as theirs; photos that nobody confirmed are unknown."
        )
        notes.append("Bystanders are faces not known to belong to anybody who consented: an upper bound.")
    else:
        notes.append(
            f"Recall and bystanders are not told [F12]: {read.people} people have confirmed two photos or more, and "
            f"rates are told of {LEAST_PEOPLE} or more. Each photo was in turn the remembered one."
        )
    if read.reach is Reach.POINTED:
        notes.append("Only pointing is open in this collection; wider reaches are counted as if all photos were open.")
    elif read.left_pointed:
        notes.append("Photos that stay pointed are found by pointing alone; searches do not measure them.")
    if not read.points:
        notes.append("Nobody has been measured by pointing here yet, so mistaken points are not in the counts.")
    without = [name for name in ("time", "place", "tag") if name not in cues]
    if without:
        notes.append(f"The photos differ in no {' and no '.join(without)}, so there is no curve for it.")
    notes.append("Without a template a person points, confirms, and nobody is measured.")
    return notes
