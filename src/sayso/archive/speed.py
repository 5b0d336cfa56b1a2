"""Front door, speed: stages, whole ``add`` and ``find`` in a trial archive, and whether they hold when it grows.

May know: the measure room, trial archives, the clock of the processor. Must not know: vectors, anybody who exists.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..engine import Progress, workers
from ..errors import UsageError
from ..measure import Growth, PeakMemory, Row, SpeedReport, speed
from ..measure.made import Kind, write_photos
from .archive import Archive
from .trial import SOMEBODY, trial_archive

#: Small photos, so that a disk has room for as many as a trial may hold at once.
GROWING = Kind(640, 480, 2)

#: Photos that are made, added, searched and deleted again together while an archive grows.
STEP = 1000

_WHOLE_ROUNDS = 3

Tell = Callable[[Progress], None]


@dataclass(slots=True)
class _Whole:
    """Seconds for a photo of each round of one command, and the most memory."""

    seconds: list[float] = field(default_factory=list)
    faces: int = 0
    photos: int = 0
    peak: int | None = None


def _row(step: str, whole: _Whole, bound: speed.Bound | None) -> list[Row]:
    if not whole.seconds:
        return []
    mean = whole.faces / whole.photos
    return [speed.whole_row(step, whole.seconds, mean, whole.peak, bound, workers())]


def measure_speed(
    folder: Path | None = None,
    *,
    photos: int = 24,
    kind: Kind | None = None,
    rounds: int = 5,
    detector: Path | None = None,
    recognizer: Path | None = None,
    up_to: int = 0,
    progress: Tell | None = None,
) -> SpeedReport:
    """How fast this machine is, stage by stage and as a whole, beside other ways and a lower bound.

    folder: photos to read, decode, locate in, close and add: at most ``photos`` of them. None: made photos of ``kind``.
    What measures always runs on made photos, of the given ones' size and number of faces: nobody's face is measured.
    detector, recognizer: ONNX files of a two-stage pipeline to be shown too. up_to: as ``measure_growth``; 0 for not.
    Stopped by ctrl-C, it reports what was finished, marked ``partial``. Raises UsageError, ModelError.
    """
    if photos < 1 or rounds < 1:
        raise UsageError("At least one photo and one round are needed.", "Choose larger numbers.")
    _check_growth(up_to)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="sayso-speed-") as name:
        if folder is None:
            chosen = kind or Kind()
            paths = write_photos(Path(name), range(photos), chosen)
            sample = speed.Sample(tuple(paths), chosen, chosen.faces, len(paths))
        else:
            sample = speed.sample_of(folder, photos)
        speed.check(sample.kind, detector, recognizer)
        # First, so that their memory is not that of the stages, which hold many photos at once.
        add, find = _Whole(), _Whole()
        finished = _time_whole(
            sample, (add, find), own=folder is not None, rounds=min(rounds, _WHOLE_ROUNDS), progress=progress
        )
        stages, growth = speed.no_stages(), tuple[Growth, ...]()
        if finished:
            with suppress(KeyboardInterrupt):
                stages = speed.time_stages(
                    sample, rounds=rounds, detector=detector, recognizer=recognizer, progress=progress
                )
            finished = stages.finished
        if finished and up_to:
            growth, finished = measure_growth(up_to, progress=progress)
    wide, high = sample.kind.width, sample.kind.height
    made = f"made photos of {wide} × {high} pixels with {sample.kind.faces} faces"
    given = (
        f"{len(sample.paths)} of {sample.total} photos of a folder, {sample.faces:.1f} faces each; to measure, {made}"
    )
    return SpeedReport(
        photos=f"{len(sample.paths)} {made}" if folder is None else given,
        workers=workers(),
        precision=stages.precision,
        gflops=stages.gflops,
        rows=(*stages.rows, *_row(speed.ADD, add, stages.bound), *_row(speed.FIND, find, stages.bound)),
        growth=growth,
        notes=stages.notes,
        skipped=sample.skipped,
        partial=not finished,
        seconds=time.perf_counter() - start,
    )


def measure_growth(up_to: int, *, step: int = STEP, progress: Tell | None = None) -> tuple[tuple[Growth, ...], bool]:
    """Add and search made photos in one archive, ``step`` at a time, until it holds so many; whether it came that far.

    Time for a photo and memory must stay flat. A step's files are deleted once they were searched, so the disk holds
    one step at a time; the archive keeps its rows. Stopped by ctrl-C, the finished steps are given back.
    """
    _check_growth(up_to)
    steps: list[Growth] = []
    try:
        with trial_archive(["growing"]) as (archive, folder):
            _warm(archive, folder)
            for first in range(0, up_to, step):
                numbers = range(first, min(first + step, up_to))
                steps.append(_grow(archive, folder, numbers))
                if progress is not None:
                    progress(Progress(numbers.stop, up_to))
    except KeyboardInterrupt:
        return tuple(steps), False
    return tuple(steps), True


def _check_growth(up_to: int) -> None:
    if up_to < 0 or up_to > 100_000:
        raise UsageError(f"An archive cannot grow to {up_to} made photos.", "Choose a number up to 100,000.")


def _time_whole(
    sample: speed.Sample, into: tuple[_Whole, _Whole], *, own: bool, rounds: int, progress: Tell | None
) -> bool:
    """Whole ``add`` and ``find``, each round in a collection of its own; whether nobody stopped it.

    own: the sample are somebody's photos. They are added to collections that nothing is searched in.
    """
    names = [f"round {number}" for number in range(rounds + 1)]
    add, find = into
    try:
        with trial_archive(names) as (archive, folder):
            shown = sample.paths
            if own:
                shown = tuple(write_photos(folder / "photos", range(len(sample.paths)), sample.kind))
            for number, name in enumerate(names):
                if own:
                    archive.collections.new(f"own {name}")
                    _timed_add(archive, sample.paths, f"own {name}", add, counts=number > 0)
                    _add(archive, shown, name)
                else:
                    _timed_add(archive, shown, name, add, counts=number > 0)
                with PeakMemory() as memory:
                    began = time.perf_counter()
                    (report,) = archive.people.find(subject=SOMEBODY, collection=name)
                    passed = time.perf_counter() - began
                if number and report.counts.photos:
                    find.seconds.append(passed / report.counts.photos)
                    find.faces += report.counts.seen
                    find.photos += report.counts.photos
                    find.peak = _larger(find.peak, memory.bytes)
                if progress is not None:
                    progress(Progress(number + 1, len(names)))
    except KeyboardInterrupt:
        return False
    return True


def _timed_add(archive: Archive, paths: Sequence[Path], collection: str, into: _Whole, *, counts: bool) -> None:
    with PeakMemory() as memory:
        began = time.perf_counter()
        report = archive.photos.add(list(paths), collection)
        passed = time.perf_counter() - began
    if counts and report.counts.photos:
        into.seconds.append(passed / report.counts.photos)
        into.faces += report.counts.seen
        into.photos += report.counts.photos
        into.peak = _larger(into.peak, memory.bytes)


def _add(archive: Archive, paths: Sequence[Path], collection: str) -> None:
    archive.photos.add(list(paths), collection)


def _warm(archive: Archive, folder: Path) -> None:
    """Start workers and load models, so that the first step is like every other."""
    few = write_photos(folder / "first", range(100_000, 100_000 + 4 * workers()), GROWING)
    _add(archive, few, "growing")
    archive.people.find(subject=SOMEBODY, collection="growing")


def _grow(archive: Archive, folder: Path, numbers: range) -> Growth:
    paths = write_photos(folder / "photos", numbers, GROWING)
    with PeakMemory() as memory:
        began = time.perf_counter()
        _add(archive, paths, "growing")
        added = time.perf_counter()
        archive.people.find(subject=SOMEBODY, collection="growing")
        searched = time.perf_counter()
    for path in paths:
        path.unlink()
    size = sum(path.stat().st_size for path in (folder / "archive").glob("sayso.db*"))
    count = len(numbers)
    return Growth(numbers.stop, (added - began) / count, (searched - added) / count, memory.bytes, size)


def _larger(one: int | None, other: int | None) -> int | None:
    return other if one is None else max(one, other or 0)
