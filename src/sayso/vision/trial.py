"""Tries a recogniser on people who do not exist: does it give numbers, the same ones twice, and tell people apart?

May know: rendered faces, a recogniser's card, its vectors of those faces. Must not know: anybody.
A trial finds files that are broken or no recognisers at all; it says nothing about real people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..errors import ModelError
from .models import OwnModel
from .own import SIZE, Plain, opened
from .own_network import OnnxRuntimeOwnRecognizer, OwnRecognizer, load_own
from .recognize import Recognizer
from .rendered import equal_error_rate, sheet
from .runtime import Bytes, Floats

#: The largest equal error rate on the sheet with which a recogniser is taken; noise has 0.5, a good one under 0.05.
MOST_ERRORS = 0.15

# Vectors outside these lengths overflow or drown in rounding when they are compared.
_LENGTHS = (1e-3, 1e4)

# How far vectors of one face may lie apart in different runs and batches, and on different runtimes (bf16 against f32),
# in parts of the distance between different people.
_SAME_RUN = 0.02
_OTHER_RUNTIME = 0.25


@dataclass(frozen=True, slots=True)
class Trial:
    """How a recogniser did on the sheet. ``eer``: equal error rate, 0 to 1; ``dimension``: numbers in a vector."""

    eer: float
    dimension: int
    people: int
    faces: int


def try_out(own: OwnModel, plain: Plain | None = None) -> Trial:
    """Check an own model's file against its card, unless it was (``plain``), and measure the sheet's faces with it.

    Raises ModelError, which says what is wrong, if the file is not the card's, if its graph is not plain, or if the
    vectors are not finite, not of a usable length, not the same twice, or do not tell people apart.
    """
    plain = plain or opened(own)
    recognizer = load_own(own, plain=plain)
    faces, people = sheet("arcface112", SIZE)
    vectors = _measured(recognizer, faces)
    _check_numbers(vectors)
    between = recognizer.distance(vectors, vectors)
    genuine, impostor = _pairs(between, people)
    typical = float(np.median(impostor))
    if not np.isfinite(typical) or typical <= 0:
        raise _unfit("it gives every face the same vector")
    again = np.vstack([_measured(recognizer, faces[:3]), _measured(recognizer, faces[3:4])])
    if _apart(recognizer, again, vectors[:4]) > _SAME_RUN * typical:
        raise _unfit("it measures the same face differently from one time to the next")
    if not isinstance(recognizer, OnnxRuntimeOwnRecognizer):
        elsewhere = _measured(OnnxRuntimeOwnRecognizer(own, plain=plain), faces[:4])
        if _apart(recognizer, elsewhere, vectors[:4]) > _OTHER_RUNTIME * typical:
            raise _unfit(
                "it counts differently in this processor's short numbers", "Set SAYSO_PRECISION=f32 and add it again."
            )
    eer = equal_error_rate(genuine, impostor)
    if eer > MOST_ERRORS:
        raise _unfit(
            f"on rendered people it errs in {eer:.0%} of comparisons at best, and at most {MOST_ERRORS:.0%} is taken",
            "Check mean, scale, channels and metric on its card: wrong ones look just like this.",
        )
    return Trial(eer, recognizer.dimension, len(np.unique(people)), len(faces))


def _measured(recognizer: Recognizer, faces: Bytes) -> Floats:
    out = np.zeros((len(faces), recognizer.dimension), np.float32)
    recognizer.measure(np.ascontiguousarray(faces), out)
    return out


def _check_numbers(vectors: Floats) -> None:
    if not np.isfinite(vectors).all():
        raise _unfit("it gives numbers that are not finite")
    lengths = np.linalg.norm(vectors, axis=1)
    if lengths.min() < _LENGTHS[0] or lengths.max() > _LENGTHS[1]:
        raise _unfit(f"its vectors have lengths from {lengths.min():.3g} to {lengths.max():.3g}")


def _apart(recognizer: OwnRecognizer, some: Floats, same: Floats) -> float:
    """The largest distance between vectors that should be equal."""
    return float(np.diagonal(recognizer.distance(some, same)).max())


def _pairs(between: Floats, people: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Distances of two pictures of one person, and of two people; each pair once."""
    first, second = np.triu_indices(len(people), 1)
    same = people[first] == people[second]
    distances = between[first, second]
    return distances[same], distances[~same]


def _unfit(why: str, next_step: str = "Check the file, and mean, scale and channels on its card.") -> ModelError:
    return ModelError(f"This model cannot be added: {why}.", next_step)
