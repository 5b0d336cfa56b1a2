"""Looking for a template that should be gone: it is found in every form it could be kept in, and nowhere else."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from sayso.finding.captures import template_of
from sayso.ground import Sight
from sayso.measure import search_for_template

DEMO = Path(__file__).parents[2] / "demo" / "people"
SET = "synthetic-40"


def captures(person: str) -> list[Path]:
    return [DEMO / person / f"{number}.jpg" for number in range(3)]


@pytest.fixture(scope="module")
def vector() -> np.ndarray:
    sight = Sight()
    with template_of(sight, captures("P10"), same_person=1.0) as made:
        return made.copy()


def test_F4_the_template_is_found_in_each_form(vector: np.ndarray, tmp_path: Path):
    forms = {
        f"{kind.__name__}-{name}": form
        for kind in (np.float32, np.float16)
        for name, form in {
            "raw": vector.astype(kind).tobytes(),
            "hex": vector.astype(kind).tobytes().hex().encode(),
            "base64": base64.b64encode(vector.astype(kind).tobytes()),
            "base64 after one byte": base64.b64encode(b"a" + vector.astype(kind).tobytes()),
            "base64 after two bytes": base64.b64encode(b"ab" + vector.astype(kind).tobytes()),
            "part": vector.astype(kind).tobytes()[40:-40],
        }.items()
    }
    for name, form in forms.items():
        (tmp_path / name).write_bytes(b"before" + form + b"after")
    found = search_for_template(captures("P10"), [tmp_path], calibration=SET)
    assert {path.name for path in found.hits} == set(forms)
    assert found.files == len(forms)
    assert found.bytes == sum(path.stat().st_size for path in tmp_path.iterdir())


def test_somebody_elses_template_is_not_found(vector: np.ndarray, tmp_path: Path):
    (tmp_path / "other").write_bytes(vector.tobytes())
    assert search_for_template(captures("P11"), [tmp_path], calibration=SET).hits == ()


def test_words_are_found_besides(tmp_path: Path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "note.txt").write_text("Nélia was here", "utf-8")
    (tmp_path / "other.txt").write_text("nobody was here", "utf-8")
    found = search_for_template(captures("P11"), [tmp_path, tmp_path / "deep"], calibration=SET, words=["Nélia"])
    assert [path.name for path in found.hits] == ["note.txt"]
    assert found.files == 2
