"""The measure room: what the program does well and badly, in rates and counts."""

from .accuracy import measure_accuracy
from .accuracy_page import accuracy_page, accuracy_rows
from .accuracy_report import AccuracyReport, Rate
from .calibrate import CalibrationReport, calibrate
from .copies import LabelledCopy, leaks_in
from .labels import read_labels
from .leaks import GOAL_SIZE, Band, LeakReport
from .leaks_page import leaks_page
from .leaks_report import LeaksReport
from .redaction import measure_redaction
from .redaction_page import redaction_page
from .redaction_report import RedactionReport
from .remains import Remains, search_for_template
from .visible import measure_leaks

__all__ = [
    "GOAL_SIZE",
    "AccuracyReport",
    "Band",
    "CalibrationReport",
    "LabelledCopy",
    "LeakReport",
    "LeaksReport",
    "Rate",
    "RedactionReport",
    "Remains",
    "accuracy_page",
    "accuracy_rows",
    "calibrate",
    "leaks_in",
    "leaks_page",
    "measure_accuracy",
    "measure_leaks",
    "measure_redaction",
    "read_labels",
    "redaction_page",
    "search_for_template",
]
