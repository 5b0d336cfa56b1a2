"""The measure room: what the program does well and badly, in rates and counts."""

from .accuracy import measure_accuracy
from .accuracy_page import accuracy_page, accuracy_rows
from .accuracy_report import AccuracyReport, Rate
from .calibrate import CalibrationReport, calibrate
from .copies import LabelledCopy, leaks_in
from .leaks import Band, LeakReport
from .remains import Remains, search_for_template

__all__ = [
    "AccuracyReport",
    "Band",
    "CalibrationReport",
    "LabelledCopy",
    "LeakReport",
    "Rate",
    "Remains",
    "accuracy_page",
    "accuracy_rows",
    "calibrate",
    "leaks_in",
    "measure_accuracy",
    "search_for_template",
]
