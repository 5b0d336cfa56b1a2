"""Measures leaks: makes the renditions that would be delivered, and compares them with labels.

May know: photos, labels, models that locate. Must not know: vectors, archives, who anybody is.
Must not leave: a rendition, or any other file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..clock import Clock, system_clock
from ..delivery.renditions import render
from ..engine import InProcess, Progress, Tracker, workers
from ..errors import UsageError
from ..values import Box, Counts, Skipped
from ..vision import Closer, Locator, decode
from .copies import covered_in
from .labels import LabelledPhoto, Labels
from .leaks import LeakReport, is_counted, leak_rate, leaks, no_leaks
from .leaks_report import Judgement, LeaksReport

# The long side at which photos are looked at when they are added: what an archive lists is found there.
_LONGEST = 768

# Intersection over union from which a located face is a labelled one. Labels frame the face closely, the locator wider.
_SAME_FACE = 0.3


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One photo's."""

    leaks: LeakReport
    faces: tuple[Judgement, ...]
    located: int


def measure_leaks(
    labels: Labels,
    *,
    locator: Locator,
    closer: Closer,
    clock: Clock = system_clock,
    progress: Callable[[Progress], None] | None = None,
) -> LeaksReport:
    """How many faces that may not be seen stay visible in renditions (LAW L9), judged by pixels and labels alone.

    Photos are handled as they are for delivery: faces are located as when they are added, opened where labels say so,
    and everything else that may be a face is closed. Nothing is measured and nothing is written.
    Interrupted, it returns what was found so far, marked; with nothing found yet, the interrupt goes on.
    progress: called after each photo. Raises UsageError when no photo can be read.
    """

    def work(photo: LabelledPhoto) -> _Outcome:
        return _judged(photo, locator, closer)

    started = clock()
    tracker = Tracker(clock, len(labels.photos))
    total, faces, photos, located, stopped = no_leaks(), list[Judgement](), 0, 0, False
    skipped = list(labels.skipped)
    try:
        for done in InProcess(workers()).run(work, labels.photos):
            if done.value is None:
                skipped.append(Skipped(done.item.path.name, str(done.error) if done.error else "It gave no result."))
            else:
                total += done.value.leaks
                faces += done.value.faces
                located += done.value.located
                photos += 1
            now = tracker.advance()
            if progress is not None:
                progress(now)
    except KeyboardInterrupt:
        if not photos:
            raise
        stopped = True
    if not photos:
        raise UsageError(
            "None of the labelled photos can be read.", "; ".join(f"{one.name}: {one.reason}" for one in skipped[:3])
        )
    return LeaksReport(
        leaks=total,
        faces=tuple(sorted(faces, key=lambda one: (one.photo, one.box.x, one.box.y))),
        counts=Counts(photos, located),
        # Those without a photo, or with labels that make no sense, were labelled too.
        labelled=len(labels.photos) + len(labels.skipped),
        looked_with=closer.sources,
        skipped=tuple(sorted(skipped, key=lambda one: one.name)),
        stopped=stopped,
        seconds=(clock() - started).total_seconds(),
    )


def _judged(photo: LabelledPhoto, locator: Locator, closer: Closer) -> _Outcome:
    """Raises ImageError when the photo cannot be read."""
    small = decode(photo.path, longest=_LONGEST)
    listed = [one.box.scaled(1 / small.scale) for one in locator.locate(small.rgb)]
    may_be_seen = [box for face in photo.faces if face.opened and (box := _listed_as(face.box, listed)) is not None]
    rendition = render(photo.path, faces=listed, open_faces=may_be_seen, closer=closer)
    covered = covered_in(decode(photo.path).rgb, decode(rendition.jpeg).rgb)
    found = leak_rate(
        [face.box for face in photo.faces],
        [face.opened for face in photo.faces],
        covered,
        [face.detail for face in photo.faces],
    )
    judgements = tuple(
        Judgement(
            photo.path.name,
            face.box,
            face.detail.tilt,
            face.detail.seen,
            leaked,
            is_counted(face.box, face.detail),
        )
        for face in photo.faces
        if not face.opened and (leaked := leaks(face.box, covered)) is not None
    )
    return _Outcome(found, judgements, len(listed))


def _listed_as(face: Box, listed: list[Box]) -> Box | None:
    best = max(listed, key=face.iou, default=None)
    return best if best is not None and best.iou(face) >= _SAME_FACE else None
