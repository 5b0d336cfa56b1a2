"""The measure room: what the program does well and badly, in rates and counts."""

from .accuracy import measure_accuracy
from .accuracy_report import AccuracyReport, Rate
from .copies import LabelledCopy, leaks_in
from .leaks import Band, LeakReport
from .memory import PeakMemory
from .remains import Remains, search_for_template
from .speed_report import Growth, Row, SpeedReport

__all__ = [
    "AccuracyReport",
    "Band",
    "Growth",
    "LabelledCopy",
    "LeakReport",
    "PeakMemory",
    "Rate",
    "Remains",
    "Row",
    "SpeedReport",
    "leaks_in",
    "measure_accuracy",
    "search_for_template",
]
