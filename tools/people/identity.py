"""Who a made-up person is: shape, colours, hair, beard, marks. All drawn from one seed; equal seeds are equal people.

May know: names of targets, colours, styles. Must not know: how anything is drawn.
The values stand for nobody: they are independent draws within what looks plausible.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from .anatomy import anatomy
from .compiled import Reals

_OPPOSITES = (
    ("incr", "decr"),
    ("up", "down"),
    ("out", "in"),
    ("forward", "backward"),
    ("convex", "concave"),
    ("uncompress", "compress"),
)
# Standard deviation of a shape's weight, by region; then where a single one needs its own.
_SPREAD = {
    "head": 0.38, "eyes": 0.42, "nose": 0.5, "mouth": 0.5, "chin": 0.5, "cheek": 0.5, "forehead": 0.42, "ears": 0.5,
    "eyebrows": 0.5, "neck": 0.3,
}  # fmt: skip
_OWN_SPREAD = {
    "head/head-trans": 0.0, "head/head-angle": 0.2, "head/head-scale-depth": 0.3, "head/head-scale-horiz": 0.45,
    "head/head-scale-vert": 0.45, "head/head-fat": 0.5, "eyes/eye-push1": 0.2, "eyes/eye-push2": 0.2,
    "eyes/eye-trans": 0.55, "eyes/eye-scale": 0.5, "eyes/eye-height1": 0.35, "eyes/eye-height2": 0.35,
    "eyes/eye-height3": 0.35, "mouth/mouth-trans": 0.4, "nose/nose-trans": 0.3, "nose/nose-compression": 0.4,
    "neck/neck-trans": 0.1, "neck/neck-scale-depth": 0.2, "neck/neck-double": 0.3, "mouth/mouth-laugh-lines": 0.4,
    "ears/ear-trans": 0.3, "nose/nose-septumangle": 0.4, "forehead/forehead-trans": 0.3, "chin/chin-jaw-drop": 0.25,
    "mouth/mouth-dimples": 0.4, "head/head-age": 0.3,
}  # fmt: skip
_HEAD_SHAPES = ("diamond", "invertedtriangular", "oval", "rectangular", "round", "square", "triangular")

# Skin from light to dark, as displayed (0 to 1).
_SKINS = np.array(
    [
        [0.86, 0.66, 0.56], [0.90, 0.73, 0.64], [0.80, 0.58, 0.46], [0.74, 0.53, 0.40], [0.66, 0.46, 0.33],
        [0.57, 0.38, 0.26], [0.46, 0.29, 0.19], [0.36, 0.22, 0.145], [0.31, 0.195, 0.14], [0.265, 0.165, 0.12],
    ]
)  # fmt: skip
_HAIRS = {
    "black": (0.035, 0.03, 0.03), "dark brown": (0.09, 0.055, 0.035), "brown": (0.17, 0.10, 0.06),
    "light brown": (0.28, 0.18, 0.10), "auburn": (0.26, 0.09, 0.04), "red": (0.42, 0.16, 0.06),
    "blond": (0.55, 0.40, 0.20), "light blond": (0.70, 0.56, 0.36), "grey": (0.22, 0.215, 0.21),
    "white": (0.42, 0.41, 0.40),
}  # fmt: skip
_IRISES = np.array(
    [
        [0.10, 0.055, 0.025], [0.16, 0.09, 0.04], [0.22, 0.15, 0.06], [0.16, 0.20, 0.09], [0.13, 0.24, 0.16],
        [0.14, 0.26, 0.40], [0.22, 0.32, 0.40], [0.30, 0.34, 0.36],
    ]
)  # fmt: skip
_LIPSTICKS = np.array([[0.45, 0.05, 0.07], [0.5, 0.15, 0.16], [0.35, 0.06, 0.12], [0.55, 0.22, 0.18]])
_FRAMES = np.array([[0.02, 0.02, 0.02], [0.12, 0.06, 0.03], [0.35, 0.3, 0.25], [0.05, 0.06, 0.15], [0.3, 0.05, 0.05]])
_WOMENS_STYLES = ("bob", "long", "wavy", "bun", "short", "fringe", "curly", "pixie", "long parted")
_MENS_STYLES = ("buzz", "short", "side", "back", "messy", "bald", "receding", "crew")
_BEARDS = (
    *("none",) * 7, "stubble", "stubble", "heavy stubble", "moustache", "goatee", "full", "short full", "chinstrap",
    "vandyke",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brow:
    """Half thickness, arch, height, tilt, inner and outer end (dm); density and taper (0 to 1)."""

    thickness: float
    arch: float
    height: float
    tilt: float
    inner: float
    outer: float
    density: float
    taper: float


@dataclass(frozen=True, slots=True)
class Frames:
    """Spectacles: shape (0 round, 1 square, 2 between), half width and height of a lens, tube radius (dm), colour."""

    shape: int
    width: float
    height: float
    thickness: float
    colour: Reals


@dataclass(frozen=True, slots=True)
class Identity:
    """A made-up person. Colours are linear rgb; a plain float is a strength from 0 on, most often up to 1."""

    seed: int
    female: bool
    gender: float
    age: float
    mixture: Reals
    muscle: float
    weight: float
    targets: dict[str, float]
    tone: float
    skin: Reals
    redness: float
    mottle: float
    hair_name: str
    hair: Reals
    greying: float
    style: str
    style_numbers: Reals
    brow: Brow
    brow_colour: Reals
    beard: str
    beard_shadow: float
    beard_numbers: Reals
    iris: Reals
    lips: Reals
    lipstick: float
    lipstick_colour: Reals
    freckles: float
    moles: list[tuple[Reals, float, float]]
    eye_shadow: float
    eye_bags: float
    eye_liner: float
    age_spots: float
    blotches: float
    nose_redness: float
    wrinkles: float
    wrinkle_numbers: Reals
    lashes: float
    wears_glasses: bool
    frames: Frames


@cache
def _shape_pairs() -> list[tuple[str, list[str], list[str]]]:
    """Opposite targets: region and name, those for a positive weight, those for a negative one."""
    targets = anatomy().assets.targets
    done: set[str] = set()
    pairs = []
    for name in sorted(name for name in targets if name.split("/")[0] in _SPREAD):
        region, word = name.split("/")
        if name in done or word.startswith("r-"):
            continue
        two_sided = word.startswith("l-")
        base = word[2:] if two_sided else word
        for one, other in _OPPOSITES:
            if base.endswith("-" + one):
                stem = base[: -len(one)]
                sides = ("l-", "r-") if two_sided else ("",)
                positive = [f"{region}/{side}{stem}{one}" for side in sides]
                negative = [f"{region}/{side}{stem}{other}" for side in sides]
                if all(opposite in targets for opposite in negative):
                    pairs.append((f"{region}/{stem[:-1]}", positive, negative))
                    done.update(positive + negative)
                break
    return pairs


def draw_identity(seed: int) -> Identity:
    """The person of this seed."""
    r = np.random.default_rng(seed)
    female = bool(r.random() < 0.5)
    gender = 0.25 * r.beta(1, 2) if female else 0.75 + 0.25 * r.beta(2, 1)
    age = float(r.beta(0.65, 1.0))
    origin = int(r.integers(0, 4))
    mixture = r.dirichlet([0.35, 0.35, 0.35]) if origin == 3 else np.eye(3)[origin] * 0.9 + 0.1 * r.dirichlet([1, 1, 1])
    muscle, weight = r.random(), float(np.clip(r.normal(0.5, 0.28), 0, 1))
    targets = _draw_targets(r)
    tone, skin, redness, mottle = _draw_skin(r, mixture)
    hair_name, hair, greying = _draw_hair_colour(r, mixture, tone, age)
    styles: tuple[str, ...] = _WOMENS_STYLES + (("afro", "buzz") if mixture[0] > 0.4 else ())
    if not female:
        last = "horseshoe" if age > 0.4 else "side"
        styles = (*_MENS_STYLES, last, *(("afro", "buzz", "curly") if mixture[0] > 0.4 else ("curly",)))
    style, style_numbers = str(r.choice(styles)), r.random(12)
    brow = Brow(
        thickness=float(r.uniform(0.02, 0.062) * (0.8 if female else 1.1)),
        arch=float(r.uniform(-0.01, 0.07)),
        height=float(r.normal(0, 0.02)),
        tilt=float(r.normal(0, 0.045)),
        inner=float(r.uniform(0.05, 0.14)),
        outer=float(r.uniform(0.48, 0.60)),
        density=float(r.uniform(0.35, 1)),
        taper=float(r.uniform(0.3, 1)),
    )
    brow_colour = hair.copy()
    if hair_name in ("blond", "light blond", "red"):
        brow_colour = brow_colour * r.uniform(0.35, 0.8)
    if hair_name in ("white", "grey"):
        brow_colour = brow_colour * r.uniform(0.2, 0.8) * (1 if tone < 5 else 0.35)
    beard = "none" if female else str(r.choice(_BEARDS))
    beard_shadow = 0.0 if female else float(r.uniform(0.05, 0.6)) * (1 if hair.mean() < 0.2 else 0.4)
    beard_numbers = r.random(8)
    brown_eyed = tone > 3.2 or mixture[1] > 0.5
    iris = _IRISES[int(r.integers(0, 2 if brown_eyed else 8))] * (1 + r.normal(0, 0.1))
    lips = r.random(3)
    lipstick = float(r.uniform(0.3, 1)) if female and r.random() < 0.45 else 0.0
    lipstick_colour = _LIPSTICKS[r.integers(0, 4)]
    freckles = float(r.uniform(0.4, 1)) if tone < 2.2 and r.random() < 0.35 else 0.0
    moles = _draw_moles(r)
    eye_shadow = float(r.uniform(0.2, 0.8)) if female and r.random() < 0.35 else 0.0
    eye_bags = float(r.uniform(0, 0.9)) * (0.4 + age)
    eye_liner = float(r.uniform(0.3, 1)) if female and r.random() < 0.5 else 0.0
    age_spots = float(np.clip(age - 0.5, 0, 1) * r.uniform(0, 1.6))
    blotches, nose_redness = float(r.uniform(0, 1)), float(r.uniform(0, 1)) ** 2
    r.random(2)  # keeps the draws that follow, and so the people of the demo, as they are
    wrinkles = float(np.clip(age * 1.5 - 0.25 + r.normal(0, 0.15), 0, 1.3))
    wrinkle_numbers = r.random(10)
    lashes = float(r.uniform(0.5, 1) if female else r.uniform(0.15, 0.5))
    wears_glasses = bool(r.random() < 0.25)
    frames = Frames(
        shape=int(r.integers(0, 3)),
        width=float(r.uniform(0.26, 0.33)),
        height=float(r.uniform(0.17, 0.27)),
        thickness=float(r.uniform(0.008, 0.022)),
        colour=_FRAMES[r.integers(0, 5)],
    )
    return Identity(
        seed, female, gender, age, mixture, muscle, weight, targets, tone, skin, redness, mottle, hair_name, hair,
        greying, style, style_numbers, brow, brow_colour, beard, beard_shadow, beard_numbers, iris, lips, lipstick,
        lipstick_colour, freckles, moles, eye_shadow, eye_bags, eye_liner, age_spots, blotches, nose_redness, wrinkles,
        wrinkle_numbers, lashes, wears_glasses, frames,
    )  # fmt: skip


def _draw_targets(r: np.random.Generator) -> dict[str, float]:
    weights: dict[str, float] = {}
    for key, positive, negative in _shape_pairs():
        spread = _OWN_SPREAD.get(key, _SPREAD[key.split("/")[0]])
        value = float(np.clip(r.normal(0, spread), -1.1, 1.1))
        weights |= dict.fromkeys(positive if value > 0 else negative, abs(value))
    for name in r.choice(_HEAD_SHAPES, 2, replace=False):
        weights[f"head/head-{name}"] = float(r.uniform(0.05, 0.55) * (0.6 if name in ("square", "rectangular") else 1))
    if r.random() < 0.3:
        weights["chin/chin-triangle"] = float(r.uniform(0.2, 0.8))
    for name in anatomy().assets.targets:
        if name.startswith("asym/") and "trunk" not in name and "breast" not in name:
            value = r.normal(0, 0.16)
            if value > 0.08:
                weights[name] = float(min(value, 0.4))
    return weights


def _draw_skin(r: np.random.Generator, mixture: Reals) -> tuple[float, Reals, float, float]:
    """Tone (0 light to 9 dark), linear colour, redness, mottling."""
    tone = mixture[0] * r.uniform(6, 9) + mixture[1] * r.uniform(1, 4) + mixture[2] * r.uniform(0, 2.6)
    tone = float(np.clip(tone + r.normal(0, 0.7), 0, 8.99))
    step, share = int(tone), tone - int(tone)
    shown = _SKINS[step] * (1 - share) + _SKINS[step + 1] * share
    shown = shown * (1 + np.array([r.normal(0, 0.03), r.normal(0, 0.035), r.normal(0, 0.05)]))
    return tone, np.clip(shown, 0, 1) ** 2.2, float(r.uniform(0, 1)), float(r.uniform(0.3, 1))


def _draw_hair_colour(r: np.random.Generator, mixture: Reals, tone: float, age: float) -> tuple[str, Reals, float]:
    dark = ("black", "black", "dark brown")
    any_colour = tuple(_HAIRS)[:8]
    name = r.choice(dark if tone > 3.2 or mixture[1] >= 0.5 else any_colour)
    if age > 0.55 and r.random() < (age - 0.4) * 1.6:
        name = r.choice(("grey", "white", "grey"))
    colour = np.array(_HAIRS[str(name)]) * (1 + r.normal(0, 0.12))
    return str(name), colour, float(max(0.0, age - 0.45) * r.uniform(0, 0.8))


def _draw_moles(r: np.random.Generator) -> list[tuple[Reals, float, float]]:
    """Place at rest, radius (dm) and darkness of each mole."""
    a = anatomy()
    count = r.poisson(2.5)
    on_face = a.body & (a.rest[:, 2] > 0.5) & (a.rest[:, 1] > 6.2) & (a.rest[:, 1] < 8)
    plain = (a.lips < 0.1) & (a.ears < 0.1) & (a.inside_mouth < 0.2) & (a.lids < 0.2)
    return [
        (a.rest[vertex], float(r.uniform(0.008, 0.022)), float(r.uniform(0.3, 0.8)))
        for vertex in r.choice(np.flatnonzero(on_face & plain), count)
    ]
