"""The measure room: what the program does well and badly, in rates and counts."""

from .accuracy import measure_accuracy
from .accuracy_report import AccuracyReport, Rate

__all__ = ["AccuracyReport", "Rate", "measure_accuracy"]
