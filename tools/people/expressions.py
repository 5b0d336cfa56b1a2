"""Expressions as weights of the mesh's face units.

May know: names of face units. Must not know: whose face it is.
"""

from __future__ import annotations

import numpy as np

NAMES = ("neutral", "neutral", "smile", "big smile", "surprise", "frown", "talk", "squint", "smirk")
BLINK = {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}


def draw_expression(r: np.random.Generator, name: str | None = None) -> tuple[str, dict[str, float]]:
    """The expression of this name, or any; its strength is drawn."""
    name = name or str(r.choice(NAMES))
    if name == "smile":
        return name, _both(mouthSmile=(s := float(r.uniform(0.3, 0.75))), cheekSquint=s * 0.5)
    if name == "big smile":
        s = float(r.uniform(0.6, 0.95))
        units = _both(mouthSmile=s, cheekSquint=s * 0.6, eyeSquint=0.3, mouthUpperUp=0.35)
        return name, units | {"jawOpen": float(r.uniform(0.06, 0.18))}
    if name == "surprise":
        units = {"browInnerUp": float(r.uniform(0.3, 0.7)), "jawOpen": float(r.uniform(0.1, 0.3))}
        return name, units | _both(browOuterUp=0.5, eyeWide=0.4)
    if name == "frown":
        return name, _both(browDown=(s := float(r.uniform(0.3, 0.6))), mouthFrown=s)
    if name == "talk":
        return name, {"jawOpen": float(r.uniform(0.08, 0.25)), "mouthFunnel": float(r.uniform(0, 0.4))}
    if name == "squint":
        return name, _both(eyeSquint=float(r.uniform(0.3, 0.7)))
    if name == "smirk":
        return name, {"mouthSmileLeft": float(r.uniform(0.3, 0.6))}
    return name, {}


def _both(**units: float) -> dict[str, float]:
    return {f"{unit}{side}": weight for unit, weight in units.items() for side in ("Left", "Right")}
