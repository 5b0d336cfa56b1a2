"""Leaks judged by pixels: an untouched copy leaks every face, a delivered one none, and re-saving hides nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sayso.errors import UsageError
from sayso.measure import LabelledCopy, leaks_in
from sayso.measure.copies import covered_in
from sayso.values import Box
from sayso.vision import redact

EVENT = Path(__file__).parents[2] / "demo" / "event"
SOME = ("g03", "g24", "g45", "g66")


def boxes(name: str) -> tuple[Box, ...]:
    facts = json.loads((EVENT / f"{name}.json").read_text())
    return tuple(Box(x, y, right - x, bottom - y) for x, y, right, bottom in (one["box"] for one in facts["people"]))


def copies(folder: Path, closed: slice) -> list[LabelledCopy]:
    """Copies saved anew, with the faces in ``closed`` covered; none of the faces may be seen."""
    made = []
    for name in SOME:
        original = EVENT / f"{name}.jpg"
        rgb, _ = redact(np.asarray(Image.open(original)), boxes(name)[closed])
        copy = folder / f"{name}.jpg"
        Image.fromarray(rgb).save(copy, quality=80)
        made.append(LabelledCopy(original, copy, boxes(name), (False,) * len(boxes(name))))
    return made


def test_L9_faces_in_an_open_copy_all_leak(tmp_path: Path):
    report = leaks_in(copies(tmp_path, slice(0)))
    assert report.others == sum(len(boxes(name)) for name in SOME)
    assert report.leaked == report.others


def test_L9_covered_faces_do_not_leak(tmp_path: Path):
    report = leaks_in(copies(tmp_path, slice(None)))
    assert report.others > 15
    assert report.leaked == 0


def test_L9_the_one_face_left_open_is_the_one_that_leaks(tmp_path: Path):
    assert leaks_in(copies(tmp_path, slice(1, None))).leaked == len(SOME)


def test_a_place_in_another_colour_counts_as_covered_even_where_the_photo_is_flat():
    before = np.full((60, 60, 3), 120, np.uint8)
    after = before.copy()
    after[20:40, 20:40] = 160
    covered = covered_in(before, after)
    assert covered[25:35, 25:35].all()
    assert not covered[:10].any()


def test_a_copy_of_another_size_is_refused(tmp_path: Path):
    small = tmp_path / "small.jpg"
    Image.open(EVENT / "g03.jpg").resize((640, 426)).save(small)
    with pytest.raises(UsageError, match="size"):
        leaks_in([LabelledCopy(EVENT / "g03.jpg", small, boxes("g03"), (False,) * len(boxes("g03")))])
