"""The measure room: what the program does well and badly, in rates and counts."""

from .accuracy import measure_accuracy
from .accuracy_report import AccuracyReport

__all__ = ["AccuracyReport", "measure_accuracy"]
