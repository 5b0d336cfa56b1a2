"""Pixels in, faces and vectors out: models, locating, aligning, measuring."""

from .align import Aligned, Aligner, Template, mesh29
from .locate import Located, Locator
from .models import Calibration, ModelCard, ModelStore, cards, prepare, read_card
from .recognize import DlibRecognizer, OnnxRuntimeRecognizer, Recognizer, load_recognizer
from .runtime import precision

__all__ = [
    "Aligned",
    "Aligner",
    "Calibration",
    "DlibRecognizer",
    "Located",
    "Locator",
    "ModelCard",
    "ModelStore",
    "OnnxRuntimeRecognizer",
    "Recognizer",
    "Template",
    "cards",
    "load_recognizer",
    "mesh29",
    "precision",
    "prepare",
    "read_card",
]
