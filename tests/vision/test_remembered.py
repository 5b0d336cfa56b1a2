"""The closer that remembers: it finds what the plain one finds, looks at a photo once, and mixes nothing up."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sayso.vision import remembered
from sayso.vision.close import Closer
from sayso.vision.locate import Located, Locator
from sayso.vision.models import ModelStore
from sayso.vision.remembered import RememberingCloser

Read = Callable[[str], np.ndarray]


class CountingLocator(Locator):
    """The real locator, with a count of the photos that it was asked about; their turned copies are no photos."""

    looks = 0

    def locate(self, rgb: np.ndarray, **how: Any) -> list[Located]:
        self.looks += rgb.shape[0] != rgb.shape[1]
        return super().locate(rgb, **how)


@pytest.fixture(scope="module")
def counting(store: ModelStore) -> CountingLocator:
    return CountingLocator(store)


def test_it_finds_what_the_plain_closer_finds_and_looks_once(counting: CountingLocator, picture: Read):
    photos = [picture("event/g03.jpg"), picture("event/g24.jpg")]
    expected = [Closer(counting).regions(photo) for photo in photos]
    closer = RememberingCloser(counting)
    before = counting.looks
    assert [closer.regions(photo) for photo in photos] == expected
    assert [closer.regions(photo.copy()) for photo in photos] == expected
    assert counting.looks == before + 2


def test_one_changed_pixel_is_another_photo(counting: CountingLocator, picture: Read):
    closer = RememberingCloser(counting)
    photo = picture("event/g03.jpg")
    closer.regions(photo)
    before = counting.looks
    changed = photo.copy()
    changed[0, 0, 0] ^= 1
    closer.regions(changed)
    closer.regions(photo.reshape(photo.shape[1], photo.shape[0], 3))
    assert counting.looks == before + 2


def test_a_caller_who_changes_the_list_changes_nothing_remembered(counting: CountingLocator, picture: Read):
    closer = RememberingCloser(counting)
    photo = picture("event/g03.jpg")
    first = closer.regions(photo)
    expected = list(first)
    first.clear()
    closer.regions(photo).clear()
    assert closer.regions(photo) == expected


def test_only_the_photos_last_looked_at_are_remembered(
    counting: CountingLocator, picture: Read, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(remembered, "MOST_PHOTOS", 1)
    closer = RememberingCloser(counting)
    first, second = picture("event/g03.jpg"), picture("event/g24.jpg")
    closer.regions(first)
    closer.regions(second)
    before = counting.looks
    closer.regions(second)
    assert counting.looks == before
    closer.regions(first)
    assert counting.looks == before + 1
