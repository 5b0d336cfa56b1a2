"""Turns captures into one template: one face in each, good enough, and the same person in all of them.

May know: pixels and vectors of captures. Must not know: tables, the law. Must not keep: a picture or a vector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import CaptureError, ImageError
from ..ground import Sight
from ..vision import assess, capture_advice, decode
from ..vision.locate import SCALES

FloatArray = NDArray[np.float32]

#: Long side at which captures are read; a face that fills a third of it is larger than the recogniser's input.
_LONGEST = 1024

#: Score from which a face in a capture counts. In photos more is looked for, so that now and then a pattern is taken
#: for a face; here that would be a second person.
_CERTAIN = 0.5

#: A second face counts only from this part of the largest face's width: pictures on a wall behind are smaller.
_SECOND_FACE = 0.3


class MixedCapturesError(CaptureError):
    """Captures were measured and are not all of one person; which of them differ is never told."""


@contextmanager
def template_of(sight: Sight, captures: Sequence[Path | bytes], *, same_person: float) -> Iterator[FloatArray]:
    """The template of captures that are files, or that lie in memory.

    Raises CaptureError with advice, naming the file, when a capture cannot be read, shows no face, two faces, or a poor
    picture; MixedCapturesError as ``template_of_chips`` does.
    """
    chips = [_chip(sight, one, _name(one, number)) for number, one in enumerate(captures, 1)]
    with template_of_chips(sight, np.concatenate(chips), same_person=same_person) as template:
        yield template


@contextmanager
def template_of_chips(sight: Sight, chips: NDArray[np.uint8], *, same_person: float) -> Iterator[FloatArray]:
    """The mean of the captures' vectors, (dimension,) float32; overwritten when the ``with`` ends.

    All count alike: captures below a quality are refused, and on the demo's people weighting the rest by sharpness,
    size or pose finds no more (``bench/captures.py``).

    chips: (n, size, size, 3), one of each capture. same_person: largest distance between two of them.
    Raises MixedCapturesError, naming none, when they show different people: to name a pair would answer who is whom.
    """
    vectors = np.zeros((len(chips), sight.recognizer.dimension), np.float32)
    template = np.zeros(sight.recognizer.dimension, np.float32)
    try:
        sight.recognizer.measure(chips, vectors)
        between = sight.recognizer.distance(vectors, vectors)
        if np.any(between[0] > same_person):
            raise MixedCapturesError(
                "These captures seem to show more than one person.", "Use captures of one person only."
            )
        np.mean(vectors, axis=0, out=template)
        yield template
    finally:
        vectors.fill(0)
        template.fill(0)


def _name(capture: Path | bytes, number: int) -> str:
    """What a capture is called to whoever made it: what a browser calls a file is nobody's business."""
    return capture.name if isinstance(capture, Path) else f"picture {number}"


def _chip(sight: Sight, capture: Path | bytes, name: str) -> NDArray[np.uint8]:
    try:
        picture = decode(capture, longest=_LONGEST)
    except ImageError as error:
        raise CaptureError(f"The capture '{name}' cannot be used. {error.what}", error.next_step) from None
    located = sight.locator.locate(picture.rgb, scales=SCALES, threshold=_CERTAIN)
    widest = max((one.box.width for one in located), default=0.0)
    people = [one for one in located if one.box.width >= _SECOND_FACE * widest]
    if not people:
        raise CaptureError(f"No face was found in '{name}'.", "Look at the camera, in good light, hair off the face.")
    if len(people) > 1:
        raise CaptureError(f"'{name}' shows {len(people)} faces.", "Use a capture with nobody else in it.")
    aligned = sight.aligner.align(picture.rgb, people)
    advice = capture_advice(assess(aligned.chips[0], aligned.landmarks[0]))
    if advice:
        raise CaptureError(f"'{name}' is not good enough to recognise you by.", " ".join(advice))
    return aligned.chips
