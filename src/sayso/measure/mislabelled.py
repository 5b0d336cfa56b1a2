"""Whether many photos of a labelled folder seem to lie in another person's folder: a number for all together.

May know: vectors, and people by number. Must not know: names, files, photos.
Must not tell: which photo or which folder. Whoever puts one stranger's photo into the folder of somebody else and reads
that this photo, or this folder, is fine or is not, has been told whether the two are one person, however many other
people lie beside them (LAW F12). A number answers the same question when everything else is known to be right; it is
therefore given only from several photos on, in steps, and as a reason to look through the folder with one's own eyes.
"""

from __future__ import annotations

import numpy as np

from .trials import Faces

#: Fewer than this are not told, and what is told is a multiple of it.
STEP = 5

_ROWS = 1024


def wrong_folder_note(faces: Faces, threshold: float) -> str:
    """A sentence when at least ``STEP`` photos look like another person's and not like their own; empty otherwise.

    threshold: the distance at which comparisons match.
    """
    several = faces.per_person()[faces.person] > 1
    suspicious = 0
    for start in range(0, len(faces.person), _ROWS):
        part = slice(start, start + _ROWS)
        distances = faces.distance(faces.vectors[part], faces.vectors)
        same = faces.person[part, None] == faces.person[None]
        rows = np.arange(len(distances))
        # No photo is compared with itself.
        distances[rows, start + rows] = np.inf
        own = np.where(same, distances, np.inf).min(1)
        others = np.where(same, np.inf, distances).min(1)
        suspicious += int(np.count_nonzero(several[part] & (own > threshold) & (others <= threshold)))
    told = suspicious // STEP * STEP
    if not told:
        return ""
    return (
        f"About {told} photos look like another person's and not like their own folder's: some are likely in the wrong "
        "folder. Look through the folders, for the rates count these as errors."
    )
