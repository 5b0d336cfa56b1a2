"""Pixels in, faces and vectors out: reading, models, locating, aligning, quality, measuring, redacting."""

from .align import Aligned, Aligner, Template, mesh29
from .close import Closer, Region
from .images import Header, Limits, Picture, decode, encode_jpeg, header, near, perceptual_hash
from .locate import Located, Locator
from .metadata import CueFacts, delivery_exif, read_cues
from .models import (
    DEFAULT_MODEL,
    Calibration,
    ModelCard,
    ModelStore,
    OwnModel,
    cards,
    default_folder,
    prepare,
    read_card,
)
from .quality import Quality, assess, capture_advice, head_pose, hopeless, hopeless_at, inter_eye_distance
from .quantize import Int8, find_int8, prepare_int8, recognizer_precision
from .recognize import DlibRecognizer, OnnxRuntimeRecognizer, Recognizer, load_recognizer
from .redact import grown, redact
from .remembered import RememberingCloser
from .runtime import precision

__all__ = [
    "DEFAULT_MODEL",
    "Aligned",
    "Aligner",
    "Calibration",
    "Closer",
    "CueFacts",
    "DlibRecognizer",
    "Header",
    "Int8",
    "Limits",
    "Located",
    "Locator",
    "ModelCard",
    "ModelStore",
    "OnnxRuntimeRecognizer",
    "OwnModel",
    "Picture",
    "Quality",
    "Recognizer",
    "Region",
    "RememberingCloser",
    "Template",
    "assess",
    "capture_advice",
    "cards",
    "decode",
    "default_folder",
    "delivery_exif",
    "encode_jpeg",
    "find_int8",
    "grown",
    "head_pose",
    "header",
    "hopeless",
    "hopeless_at",
    "inter_eye_distance",
    "load_recognizer",
    "mesh29",
    "near",
    "perceptual_hash",
    "precision",
    "prepare",
    "prepare_int8",
    "read_card",
    "read_cues",
    "recognizer_precision",
    "redact",
]
