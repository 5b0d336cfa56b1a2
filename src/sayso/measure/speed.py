"""Measures speed: every stage of a photo's way and other ways of doing the same, in one run, beside a lower bound.

May know: photos as pixels, made photos, models. Must not know: archives, people.
Must not measure a face of a photo that somebody gave: how fast it goes does not depend on whose face it is, so nobody's
is measured for it. Given photos are decoded, located in and closed, as when they are added.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..clock import Clock, system_clock
from ..engine import Progress, Tracker
from ..errors import ImageError, UsageError
from ..photos.sources import find_sources
from ..values import Skipped
from ..vision import Locator, ModelStore, decode, prepare, recognizer_precision
from ..vision.locate import SCALES
from .made import Kind, made_photo
from .rounds import Timed, run_rounds
from .speed_bound import MatrixProduct, located_pixels, work_of_models
from .speed_others import (
    DLIB_ALIGN,
    DLIB_LOCATE,
    DLIB_MEASURE,
    DLIB_VECTORS,
    LIBRARY_DECODE,
    LIBRARY_SEARCH,
    ONE_BY_ONE,
    TWO_STAGES,
    dlib_steps,
    library_decode,
    one_by_one,
    two_stages,
)
from .speed_others import OF_A_FACE as OTHERS_OF_A_FACE
from .speed_report import Part, Row, Unit, with_ratios
from .speed_stages import (
    ALIGN,
    COMPARE,
    DECODE,
    DECODE_SEARCH,
    DECODE_SMALL,
    GALLERY,
    LOCATE,
    MEASURE,
    OF_A_FACE,
    VECTORS,
    MadePhoto,
    Tools,
    chips_of,
    look,
    stages_of_faces,
    stages_of_photos,
)

#: Photos that each stage works on in a round.
STAGE_PHOTOS = 4

ADD, FIND = "add, all workers", "find, all workers"

_MATRIX, _MATRIX_F32 = "matrix product", "matrix product, f32"
_OF_A_FACE = OF_A_FACE | OTHERS_OF_A_FACE
_OF_A_MADE_PHOTO = frozenset({DECODE_SEARCH, VECTORS, LIBRARY_SEARCH, TWO_STAGES, DLIB_LOCATE, DLIB_VECTORS})
_RATIOS = (
    (DECODE_SMALL, DECODE),
    (LOCATE, DLIB_LOCATE),
    (ALIGN, DLIB_ALIGN),
    (MEASURE, DLIB_MEASURE),
    (ONE_BY_ONE, DLIB_MEASURE),
    (VECTORS, DLIB_VECTORS),
    (TWO_STAGES, DLIB_VECTORS),
)
_NOBODY = (
    "No face of anybody was measured: what measures ran on made photos, whose faces were drawn by a computer. Speed "
    "does not depend on whose face it is."
)
_NO_DLIB = "dlib is not installed (dlib-bin), so nothing is compared with it."
_NO_PATHS = "No detector and recogniser were given by path, so no two-stage pipeline is shown."


@dataclass(frozen=True, slots=True)
class Sample:
    """Photos to work on. faces: located in a photo, on average. total: how many there were to choose from."""

    paths: tuple[Path, ...]
    kind: Kind
    faces: float
    total: int
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """Seconds below which this machine could not do it: decoding by the library alone, and the networks' operations."""

    decode: float
    decode_search: float
    locate: float
    align: float
    measure: float
    compare: float

    def add(self, workers: int) -> float:
        """For a photo."""
        return (self.decode + self.locate) / workers

    def find(self, workers: int, faces: float) -> float:
        """For a photo whose faces were located before."""
        return (self.decode_search + faces * (self.align + self.measure)) / workers


@dataclass(frozen=True, slots=True)
class Stages:
    """What the stages took. finished: nobody stopped the run."""

    rows: tuple[Row, ...]
    bound: Bound | None
    precision: str
    gflops: float
    notes: tuple[str, ...]
    finished: bool


def no_stages() -> Stages:
    """What there is when the run was stopped before the first stage."""
    return Stages((), None, recognizer_precision(), 0.0, (_NOBODY,), False)


def sample_of(folder: Path, most: int) -> Sample:
    """At most so many photos of a folder, evenly spread over it; what cannot be read is skipped and named.

    Raises UsageError when there is no folder, or no photo in it that can be read; RefusedError (F3) for an address.
    """
    found = find_sources([folder])
    files = [one.path for one in found.sources.values() if one.member is None]
    chosen = _spread(files, most)
    locator = Locator(prepare())
    usable, sizes, faces, skipped = [], [], 0, list(found.skipped)
    for path in chosen:
        try:
            picture = decode(path, longest=max(SCALES))
        except ImageError as error:
            skipped.append(Skipped(str(path), str(error)))
            continue
        usable.append(path)
        sizes.append((picture.width, picture.height))
        faces += len(locator.locate(picture.rgb))
    if not usable:
        raise UsageError(
            f"There is no photo in {folder} that can be read.", "Give another folder, or none: photos are then made."
        )
    wide, high = (round(statistics.median(sides)) for sides in zip(*sizes, strict=True))
    mean = faces / len(usable)
    return Sample(tuple(usable), Kind(wide, high, max(1, round(mean))), mean, len(files), tuple(skipped))


def check(kind: Kind, detector: Path | None, recognizer: Path | None) -> None:
    """Raise UsageError or ModelError now for what would stop the run later."""
    if (detector is None) != (recognizer is None):
        raise UsageError("A two-stage pipeline takes a detector and a recogniser.", "Give both files, or neither.")
    made = _made(kind, Locator(prepare()))
    if detector is not None and recognizer is not None:
        two_stages(made[:1], detector, recognizer)


def time_stages(
    sample: Sample,
    *,
    rounds: int,
    detector: Path | None = None,
    recognizer: Path | None = None,
    store: ModelStore | None = None,
    clock: Clock = system_clock,
    progress: Callable[[Progress], None] | None = None,
) -> Stages:
    """Medians and spreads of every stage, and of other ways of doing the same, over ``rounds`` rounds in one run.

    detector, recognizer: ONNX files of the caller's for a two-stage pipeline; shown when both are given.
    Raises UsageError, ModelError when a network cannot be used; ``check`` finds that out in advance.
    """
    models = store or prepare()
    tools = Tools.load(models)
    some = _spread(sample.paths, STAGE_PHOTOS)
    made = _made(sample.kind, tools.locator)
    # What the recogniser counts in; the locator and the mesh never count faster.
    counts = recognizer_precision(models)
    product = MatrixProduct(counts)
    # Vectors are compared in f32, whatever the recogniser counts in.
    plain = MatrixProduct("f32")
    library = library_decode(LIBRARY_DECODE, [path.read_bytes() for path in some], [max(SCALES)] * len(some))
    searching = library_decode(LIBRARY_SEARCH, [one.file for one in made], [one.searched_at for one in made])
    dlib = dlib_steps(made)
    others = [library, searching, one_by_one(chips_of(made, tools), models), *dlib]
    if detector is not None and recognizer is not None:
        others.append(two_stages(made, detector, recognizer))
    own = [*stages_of_photos(some, tools), *stages_of_faces(made, tools)]
    matrix = Timed(_MATRIX, 1, product.run)
    matrix_f32 = Timed(_MATRIX_F32, 1, plain.run)
    table = [matrix, matrix_f32, *own, *others]
    tracker = Tracker(clock, len(table) * (rounds + 1))
    tell = progress or (lambda _: None)
    finished = run_rounds(table, rounds, lambda: tell(tracker.advance()))
    made_faces = sum(len(one.located) for one in made) / len(made)

    def row(part: Part, one: Timed) -> Row:
        on_made = one.name in _OF_A_FACE or one.name in _OF_A_MADE_PHOTO
        unit: Unit = "face" if one.name in _OF_A_FACE else "photo"
        return Row(part, one.name, unit, tuple(one.seconds), made_faces if on_made else sample.faces)

    rows = [row("stage", one) for one in own if one.seconds] + [row("other", one) for one in others if one.seconds]
    rate = product.operations / min(matrix.seconds) if matrix.seconds else 0.0
    bound = None
    if library.seconds and searching.seconds:
        work, kind = work_of_models(models), sample.kind
        pixels = located_pixels(kind.width, kind.height)
        bound = Bound(
            decode=min(library.seconds),
            decode_search=min(searching.seconds),
            locate=work.locate_per_pixel * pixels / rate,
            align=work.align / rate,
            measure=work.measure / rate,
            compare=2 * tools.recognizer.dimension * GALLERY * min(matrix_f32.seconds) / plain.operations,
        )
        known = {
            LOCATE: bound.locate,
            ALIGN: bound.align,
            MEASURE: bound.measure,
            COMPARE: bound.compare,
            DECODE_SMALL: bound.decode,
            DECODE_SEARCH: bound.decode_search,
        }
        rows = [replace(one, bound=known.get(one.step)) for one in rows]
    notes = (_NOBODY, *([] if dlib else [_NO_DLIB]), *([] if detector else [_NO_PATHS]))
    return Stages(with_ratios(rows, _RATIOS), bound, counts, rate / 1e9, notes, finished)


def _made(kind: Kind, locator: Locator) -> list[MadePhoto]:
    """The made photos in which a face is found. Raises UsageError when there is none."""
    made = [one for one in (look(made_photo(n, kind), locator) for n in range(STAGE_PHOTOS)) if one.located]
    if not made:
        raise UsageError(
            f"In made photos of {kind.width} x {kind.height} pixels with {kind.faces} faces, these are too small to be "
            "found.",
            "Choose a larger size or fewer faces.",
        )
    return made


def whole_row(
    step: str, seconds: Sequence[float], faces: float, peak: int | None, bound: Bound | None, crew: int
) -> Row:
    """The row of a whole command; ``seconds`` are for a photo, ``faces`` those of a photo."""
    least = None
    if bound is not None:
        least = bound.add(crew) if step == ADD else bound.find(crew, faces)
    return Row("whole", step, "photo", tuple(seconds), faces, bound=least, peak_bytes=peak)


def _spread(paths: Sequence[Path], most: int) -> list[Path]:
    count = min(most, len(paths))
    return [paths[number * len(paths) // count] for number in range(count)]
