"""The measure room: what the program does well and badly, in rates and counts."""

from .accuracy import measure_accuracy
from .accuracy_report import AccuracyReport, Rate
from .copies import LabelledCopy, leaks_in
from .exposure_page import exposure_page
from .exposure_report import Curve, ExposureReport, Point
from .exposure_words import point_words, recall_words, seconds_words
from .leaks import Band, LeakReport
from .own_exposure import measure_exposure, read_exposure
from .price import PEOPLE as LATE_PEOPLE
from .price import Pieces, Price, Priced, Way, Work
from .remains import Remains, search_for_template

__all__ = [
    "LATE_PEOPLE",
    "AccuracyReport",
    "Band",
    "Curve",
    "ExposureReport",
    "LabelledCopy",
    "LeakReport",
    "Pieces",
    "Point",
    "Price",
    "Priced",
    "Rate",
    "Remains",
    "Way",
    "Work",
    "exposure_page",
    "leaks_in",
    "measure_accuracy",
    "measure_exposure",
    "point_words",
    "read_exposure",
    "recall_words",
    "search_for_template",
    "seconds_words",
]
