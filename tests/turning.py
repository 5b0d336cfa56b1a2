"""Somebody before a camera, for tests: frames of demo people who do what is asked, as JPEG, as a camera or as a video.

``Sitter("P10").frame(asked, number)`` is the next frame for whatever the last guidance asked; ``sit(live, sitter,
begun)`` plays a whole capture. ``FakeCamera`` is a file that Chromium takes for a camera and that a test changes while
the browser looks: ``--use-fake-ui-for-media-stream --use-fake-device-for-media-stream
--use-file-for-fake-video-capture=FILE.y4m``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from sayso.archive import Begun, Guidance, Live, Prompt, State
from sayso.measure.presenting import Frames, Presenter
from sayso.vision import decode, encode_jpeg

LIVE = Path(__file__).parents[1] / "demo" / "live"

#: Milliseconds between two frames: eight a second.
EVERY = 125


@cache
def frames_of(person: str) -> Frames:
    """The live poses of a demo person: P10, P14 or P26."""
    steps = json.loads((LIVE / person / "meta.json").read_text())["frames"]
    ways: dict[str, list[np.ndarray]] = {}
    for number, step in enumerate(steps):
        ways.setdefault(step["way"], []).append(decode(LIVE / person / f"frame_{number:02}.jpg").rgb)
    return Frames(ways["straight"], {prompt: ways[prompt.value] for prompt in Prompt})


class Sitter:
    """A demo person, or whatever ``frames`` show, who does what is asked. instead: as ``Presenter`` has it."""

    def __init__(
        self, person: str = "P10", *, frames: Frames | None = None, instead: dict[int, Prompt] | None = None
    ) -> None:
        self._presenter = Presenter(frames or frames_of(person), instead=instead)

    def picture(self, asked: Prompt | str | None, number: int) -> np.ndarray:
        """The next frame's pixels (h, w, 3). asked, number: as the last guidance said."""
        return self._presenter.next(Prompt(asked) if asked else None, number)

    def frame(self, asked: Prompt | str | None, number: int) -> bytes:
        """The next frame as JPEG."""
        return encode_jpeg(self.picture(asked, number), quality=85)


def sit(
    live: Live, sitter: Sitter, begun: Begun, *, tick: Callable[[float], None], most: int = 600, every: int = EVERY
) -> Guidance:
    """Play a capture until the judge has decided. tick: is told the seconds that have passed before each frame."""
    asked: Prompt | None = None
    number = 0
    for count in range(most):
        tick(count * every / 1000)
        said = live.look(begun.nonce, sitter.frame(asked, number), count * every)
        if said.state is not State.RUNNING:
            break
        asked, number = said.asked, said.number
    return said


class FakeCamera:
    """A Y4M file of one frame, which Chromium plays in a loop: what is written to it is what the camera sees next."""

    SIZE = (640, 480)

    def __init__(self, path: Path, *, rate: int = 10) -> None:
        wide, high = self.SIZE
        self.path = path
        self._header = f"YUV4MPEG2 W{wide} H{high} F{rate}:1 Ip A1:1 C420\n".encode() + b"FRAME\n"
        path.write_bytes(self._header + bytes(wide * high * 3 // 2))
        self.show(np.full((high, wide, 3), 96, np.uint8))

    def show(self, rgb: np.ndarray) -> None:
        """Let the camera see this picture (h, w, 3) from now on, laid into its frame without distorting it."""
        wide, high = self.SIZE
        scale = min(wide / rgb.shape[1], high / rgb.shape[0])
        fitted = cv2.resize(rgb, (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale)))
        whole = np.zeros((high, wide, 3), np.uint8)
        top, left = (high - fitted.shape[0]) // 2, (wide - fitted.shape[1]) // 2
        whole[top : top + fitted.shape[0], left : left + fitted.shape[1]] = fitted
        planes = cv2.cvtColor(whole, cv2.COLOR_RGB2YUV_I420).tobytes()
        # In place and in one call: the browser keeps the file open, and reads a frame at a time.
        handle = os.open(self.path, os.O_WRONLY)
        try:
            os.pwrite(handle, planes, len(self._header))
        finally:
            os.close(handle)
