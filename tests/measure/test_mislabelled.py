"""Labels that are likely wrong: told for all photos together, from several on, and never which."""

from __future__ import annotations

import numpy as np
import pytest

from sayso.measure.mislabelled import wrong_folder_note
from sayso.measure.trials import Faces


def _folder(moved: int) -> Faces:
    """30 people far apart, four photos each; the first photo of so many people lies in the next one's folder."""
    random = np.random.default_rng(3)
    truth = np.repeat(np.arange(30), 4)
    vectors = (np.eye(30)[truth] * 10 + random.normal(size=(120, 30)) * 0.1).astype(np.float32)
    labels = truth.copy()
    labels[: moved * 4 : 4] = (truth[: moved * 4 : 4] + 1) % 30

    def distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.linalg.norm(a[:, None] - b[None], axis=2).astype(np.float32)

    return Faces(vectors, labels, 30, distance)


@pytest.mark.parametrize("moved", [0, 1, 4])
def test_F12_one_photo_in_another_folder_changes_no_word(moved: int) -> None:
    assert wrong_folder_note(_folder(moved), 5.0) == ""


@pytest.mark.parametrize(("moved", "told"), [(5, 5), (9, 5), (12, 10)])
def test_many_photos_in_wrong_folders_are_told_in_steps_and_not_which(moved: int, told: int) -> None:
    note = wrong_folder_note(_folder(moved), 5.0)
    assert f"About {told} photos" in note
    assert "picture" not in note
