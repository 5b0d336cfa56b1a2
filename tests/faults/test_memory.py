"""Opening and closing an archive many times does not pile up models in memory."""

from __future__ import annotations

import gc
import weakref

from tests.house import WREN, House


def test_a_closed_archive_lets_go_of_its_models_at_once(enrolled: House) -> None:
    gc.disable()
    try:
        with enrolled.open() as archive:
            archive.people.find(subject=WREN)
            sight = archive._door.sight
            models = [weakref.ref(model) for model in (sight.recognizer, sight.aligner, sight.locator, sight.closer)]
        assert [model() for model in models] == [None] * 4
    finally:
        gc.enable()
