"""What the tests of this room share: prepared models, and the pictures of people who do not exist."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from sayso.values import Box
from sayso.vision.align import Aligner
from sayso.vision.locate import Locator
from sayso.vision.models import ModelStore, prepare

Picture = npt.NDArray[np.uint8]


@pytest.fixture(scope="session")
def demo() -> Path:
    """The folder of synthetic people."""
    return Path(__file__).parents[2] / "demo"


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    return prepare(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def locator(store: ModelStore) -> Locator:
    return Locator(store)


@pytest.fixture(scope="session")
def aligner(store: ModelStore) -> Aligner:
    return Aligner(store)


@pytest.fixture(scope="session")
def picture(demo: Path) -> Callable[[str], Picture]:
    """Reads a picture of the demo by its path there: (h, w, 3) uint8, red first."""

    def read(path: str) -> Picture:
        with Image.open(demo / path) as file:
            return np.asarray(file.convert("RGB"))

    return read


@pytest.fixture(scope="session")
def portraits(demo: Path) -> dict[str, Box]:
    """All portraits with the true place of the face."""
    truth = {}
    for path in sorted((demo / "people").glob("*/meta.json")):
        for photo in json.loads(path.read_text())["photos"]:
            truth[f"people/{path.parent.name}/{photo['k']}.jpg"] = box_of(photo["box"])
    return truth


@pytest.fixture(scope="session")
def groups(demo: Path) -> dict[str, list[Box]]:
    """All group photos with the true places of the faces."""
    return {
        f"event/{path.stem}.jpg": [box_of(one["box"]) for one in json.loads(path.read_text())["people"]]
        for path in sorted((demo / "event").glob("*.json"))
    }


@pytest.fixture(scope="session")
def chips(
    picture: Callable[[str], Picture], portraits: dict[str, Box], aligner: Aligner
) -> tuple[Picture, npt.NDArray[np.intp]]:
    """Chips of the first four portraits of 16 people (64, 150, 150, 3), and whose each is (64,)."""
    names = [name for name in portraits if int(name[8:10]) <= 16 and int(name[11]) < 4]
    aligned = [aligner.align_boxes(picture(name), [portraits[name]]).chips for name in names]
    return np.concatenate(aligned), np.array([int(name[8:10]) for name in names])


def box_of(corners: list[float]) -> Box:
    left, top, right, bottom = corners
    return Box(left, top, right - left, bottom - top)
