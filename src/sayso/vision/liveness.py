"""Judges a live capture, frame by frame: does a head of flesh do what it is asked, in order and in time?

Names follow ISO/IEC 30107-3: a presentation is bona fide or an attack. What is injected past the camera is not seen.

May know: pixels of one frame, mesh landmarks, what was asked. Must not know: whose face it is, vectors.
Must not keep: frames, but for the grey one before and one upright face a prompt, which are overwritten by ``close``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from .align import Aligner
from .challenge import SIDEWAYS, Challenge, Prompt
from .follow import Follower
from .images import RgbArray
from .locate import Locator
from .quality import CAPTURE_DYNAMIC_RANGE, CAPTURE_LUMINANCE, CAPTURE_SHARPNESS, Quality, assess
from .relief import plane_residual
from .stance import Stance, held, stance_of, strays
from .tracking import Tracked, Tracker

Grey = npt.NDArray[np.uint8]

#: The nearest and the farthest that a face may be at first: eye distances in pixels, and in parts of the frame's width.
_FARTHEST, _NEAREST = 36.0, 0.16

#: What looking straight is: degrees from the camera at first, later from how the person looked at first.
_FIRST_YAW, _FIRST_PITCH, _ROLL = 12.0, 20.0, 18.0
_YAW, _PITCH, _SCALE = 8.0, 7.0, (0.82, 1.18)
_STRAIGHT_MS = 350

#: Bounds in milliseconds: for the first straight look, for coming back to it, for one prompt, and for everything.
_FIRST_MS, _BACK_MS, _PROMPT_MS, _WHOLE_MS = 45_000, 12_000, 12_000, 120_000

#: A way that nobody asked for fails once it is held for so long, in so many frames.
_ASTRAY_MS, _ASTRAY_FRAMES = 450, 3

#: Longest time between two frames, and how many frames a prompt takes at least, from straight to held.
_GAP_MS, _LEAST_FRAMES = 1_000, 4

#: How often the thread may tear (a jump, a gap, a face that is gone): the prompt is then asked for again.
_MOST_TEARS = 4

#: What a head shows that turns or nods, in eye distances, as ``Relief`` says it; measured by ``bench/liveness.py``. A
#: nose that stands out further than the second height was lost, and tells nothing.
_LEAST_SHIFT, _LEAST_RESIDUAL, _HEIGHT, _LEAST_NOD = 0.20, 0.07, (0.14, 1.2), 0.02
_NODS = frozenset({Prompt.UP, Prompt.DOWN})


class Advice(StrEnum):
    """What would help, as a code that pages put into words."""

    NO_FACE = "no-face"
    TWO_FACES = "two-faces"
    TOO_DARK = "too-dark"
    TOO_BRIGHT = "too-bright"
    TOO_FAR = "too-far"
    TOO_NEAR = "too-near"
    HOLD_STILL = "hold-still"
    UPRIGHT = "upright"
    LOOK_STRAIGHT = "look-straight"
    TURN_MORE = "turn-more"
    KEEP_IT = "keep-it"
    WRONG_WAY = "wrong-way"
    SLOWER = "slower"


class Failure(StrEnum):
    """Why a presentation was judged no live person doing what was asked."""

    WRONG_ORDER = "wrong-order"
    TOO_SLOW = "too-slow"
    CUT = "cut"
    FLAT = "flat"
    CLOCK = "clock"


class State(StrEnum):
    """How far the judge is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Guidance:
    """What the person should do now.

    asked: the prompt, or None while they should look straight. number: how many prompts they have done. held: how much
    of the present one, or of the straight look, is done: 0 to 1.
    """

    state: State
    asked: Prompt | None
    number: int
    held: float
    advice: Advice | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Relief:
    """What one prompt showed, in eye distances, for the measurement and for nobody else. All but ``height`` are medians
    over its held frames.

    shift: of the nose along the eyes by the mesh. height: of the nose above the face by the pixels alone, negative to
    the left. residual: what no plane explains of the mesh.
    """

    prompt: Prompt
    shift: float
    height: float
    residual: float


@dataclass(frozen=True, slots=True, eq=False)
class Straight:
    """The straight look from which a prompt begins."""

    stance: Stance
    landmarks: npt.NDArray[np.float32]


class Judge:
    """Judges one presentation. Use one judge for one person and one challenge; it is not for two threads at once."""

    def __init__(self, challenge: Challenge, locator: Locator, aligner: Aligner) -> None:
        self._challenge = challenge
        self._tracker = Tracker(locator, aligner)
        self._follower = Follower()
        self._done = 0
        self._began: int | None = None
        self._phase_began = 0
        self._at: int | None = None
        self._good_since: int | None = None
        self._stray_since: int | None = None
        self._strayed = 0
        self._moving = 0
        self._tears = 0
        self._failure: Failure | None = None
        self._last = Guidance(State.RUNNING, None, 0, 0.0)
        self._first: Stance | None = None
        self._straight: Straight | None = None
        self._evidence: list[tuple[float, ...]] = []
        self._chips: list[tuple[float, RgbArray]] = []
        self.frames = 0
        self.faces = 0
        self.relief: list[Relief] = []

    @property
    def chips(self) -> npt.NDArray[np.uint8]:
        """The sharpest straight look before each prompt, (n, size, size, 3); a copy, which the caller overwrites."""
        return np.stack([chip for _, chip in self._chips])

    @property
    def looks(self) -> int:
        """How many straight looks there are."""
        return len(self._chips)

    @property
    def state(self) -> State:
        if self._failure is not None:
            return State.FAILED
        return State.DONE if self._done == len(self._challenge) else State.RUNNING

    def look(self, rgb: RgbArray, at: int) -> Guidance:
        """Judge the next frame. rgb: (h, w, 3) uint8, red first. at: when it was taken, in milliseconds that grow."""
        if self.state is not State.RUNNING:
            return self._guidance(0.0)
        before = self._at
        if before is not None and at <= before:
            # It was overtaken on its way here.
            return self._last
        self._at = at
        if self._began is None:
            self._began = self._phase_began = at
        self.frames += 1
        if at - self._began > _WHOLE_MS or at - self._phase_began > self._patience:
            return self._fail(Failure.TOO_SLOW)
        seen = self._tracker.see(rgb)
        face = seen.face
        if face is None:
            if self._tracker.lost:
                # Nobody was there a moment ago either: one absence tears once.
                return self._guidance(0.0, Advice.TWO_FACES if seen.faces else Advice.NO_FACE)
            return self._tear(Advice.TWO_FACES if seen.faces else Advice.NO_FACE)
        self.faces += 1
        if before is not None and (at - before > _GAP_MS or face.jumped):
            return self._tear(Advice.SLOWER)
        grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        if self._straight is None:
            return self._looking_straight(face, grey, at)
        return self._prompted(face, self._straight, grey, at)

    def fail(self, failure: Failure) -> None:
        """What somebody else has found: frames that came with false times."""
        self._failure = self._failure or failure

    def close(self) -> None:
        """Overwrite everything that was kept of the person."""
        self._follower.close()
        self._tracker.close()
        for _, chip in self._chips:
            chip.fill(0)
        self._chips.clear()
        self._forget_straight()
        self._first = None
        self._evidence.clear()

    @property
    def _asked(self) -> bool:
        """Whether a prompt is asked now: then there is a straight look to compare with."""
        return self._straight is not None

    @property
    def _patience(self) -> int:
        if self._asked:
            return _PROMPT_MS
        return _BACK_MS if self._done else _FIRST_MS

    def _looking_straight(self, face: Tracked, grey: Grey, at: int) -> Guidance:
        """Before each prompt: straight, near enough, in good light. The best such look is kept for the template."""
        quality = assess(face.chip, face.landmarks)
        advice = self._not_straight(quality, face, grey.shape[1])
        if advice is not None:
            self._begin_again()
            return self._guidance(0.0, advice)
        if self._good_since is None:
            self._good_since = at
            self._chips.append((quality.sharpness, face.chip.copy()))
        elif quality.sharpness > self._chips[-1][0]:
            self._chips[-1][1].fill(0)
            self._chips[-1] = (quality.sharpness, face.chip.copy())
        share = (at - self._good_since) / _STRAIGHT_MS
        if share < 1:
            return self._guidance(share)
        stance = stance_of(face.landmarks)
        self._first = self._first or stance
        self._straight = Straight(stance, np.array(face.landmarks, np.float32))
        self._follower.begin(grey, face.landmarks)
        self._moving = 0
        self._turn_page(at)
        return self._guidance(0.0)

    def _not_straight(self, quality: Quality, face: Tracked, wide: int) -> Advice | None:
        darkest, brightest = CAPTURE_LUMINANCE
        first = self._first
        if first is None:
            # Straight first: eyes that are turned away look nearer together.
            if abs(quality.yaw) > _FIRST_YAW or abs(quality.pitch) > _FIRST_PITCH:
                return Advice.LOOK_STRAIGHT
            if quality.inter_eye_distance < _FARTHEST:
                return Advice.TOO_FAR
            if quality.inter_eye_distance > _NEAREST * wide:
                return Advice.TOO_NEAR
        else:
            stance = stance_of(face.landmarks)
            scale = stance.size / first.size
            if scale > _SCALE[1]:
                return Advice.TOO_NEAR
            if scale < _SCALE[0]:
                return Advice.TOO_FAR
            if abs(stance.yaw - first.yaw) > _YAW or abs(stance.pitch - first.pitch) > _PITCH:
                return Advice.LOOK_STRAIGHT
        if abs(quality.roll) > _ROLL:
            return Advice.UPRIGHT
        if quality.luminance < darkest or quality.dynamic_range < CAPTURE_DYNAMIC_RANGE:
            return Advice.TOO_DARK
        if quality.luminance > brightest:
            return Advice.TOO_BRIGHT
        return Advice.HOLD_STILL if quality.sharpness < CAPTURE_SHARPNESS else None

    def _prompted(self, face: Tracked, straight: Straight, grey: Grey, at: int) -> Guidance:
        """While a prompt is asked: the head goes that way, on an unbroken path, and stays for its time."""
        step = self._challenge[self._done]
        self._moving += 1
        stance = stance_of(face.landmarks)
        self._follower.step(grey)
        if strays(step.prompt, straight.stance, stance):
            self._good_since = None
            self._evidence.clear()
            self._strayed += 1
            self._stray_since = at if self._stray_since is None else self._stray_since
            if self._strayed >= _ASTRAY_FRAMES and at - self._stray_since >= _ASTRAY_MS:
                return self._fail(Failure.WRONG_ORDER)
            return self._guidance(0.0, Advice.WRONG_WAY)
        self._stray_since, self._strayed = None, 0
        if not held(step.prompt, straight.stance, stance):
            self._good_since = None
            self._evidence.clear()
            return self._guidance(0.0, Advice.TURN_MORE)
        self._good_since = at if self._good_since is None else self._good_since
        shift = stance.nose - straight.stance.nose
        unexplained = plane_residual(straight.landmarks, face.landmarks)
        self._evidence.append((shift, unexplained))
        share = (at - self._good_since) / step.dwell
        if share < 1 or self._moving < _LEAST_FRAMES:
            return self._guidance(min(share, 0.99), Advice.KEEP_IT)
        shift, unexplained = np.median(np.array(self._evidence), axis=0).tolist()
        self.relief.append(Relief(step.prompt, shift, self._follower.height, unexplained))
        self._done += 1
        self._forget_straight()
        self._turn_page(at)
        # Only at the end, so that nobody learns which prompt gave them away.
        if self._done == len(self._challenge) and not stands_out(self.relief):
            return self._fail(Failure.FLAT)
        return self._guidance(0.0)

    def _tear(self, advice: Advice) -> Guidance:
        """The thread from one frame to the next is torn: what was begun begins again, but not for ever."""
        if self._first is not None:
            self._tears += 1
            if self._tears > _MOST_TEARS:
                return self._fail(Failure.CUT)
        self._begin_again()
        return self._guidance(0.0, advice)

    def _begin_again(self) -> None:
        if self._asked or self._good_since is not None:
            _, chip = self._chips.pop()
            chip.fill(0)
        self._forget_straight()
        self._good_since = None
        self._evidence.clear()
        self._follower.close()

    def _forget_straight(self) -> None:
        if self._straight is not None:
            self._straight.landmarks.fill(0)
            self._straight = None

    def _turn_page(self, at: int) -> None:
        self._phase_began = at
        self._good_since = self._stray_since = None
        self._strayed = 0
        self._evidence.clear()

    def _fail(self, failure: Failure) -> Guidance:
        self.fail(failure)
        return self._guidance(0.0)

    def _guidance(self, share: float, advice: Advice | None = None) -> Guidance:
        asked = self._challenge[self._done].prompt if self._asked and self._done < len(self._challenge) else None
        self._last = Guidance(self.state, asked, self._done, float(share), advice, self._failure)
        return self._last


def stands_out(relief: Sequence[Relief]) -> bool:
    """Whether the prompts together showed a head, and no picture of one however it is bent.

    Nothing is read into coming closer: perspective changes by less than the mesh errs.
    """
    sideways = [(1 if one.prompt is Prompt.LEFT else -1, one) for one in relief if one.prompt in SIDEWAYS]
    low, high = _HEIGHT
    followed = [way * one.height for way, one in sideways if abs(one.height) < high]
    return (
        all(way * one.shift >= _LEAST_SHIFT and one.residual >= _LEAST_RESIDUAL for way, one in sideways)
        and len(followed) * 2 > len(sideways)
        and float(np.mean(followed)) >= low
        and all(one.residual >= _LEAST_NOD for one in relief if one.prompt in _NODS)
    )
