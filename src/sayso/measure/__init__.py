"""The measure room: what the program does well and badly, in rates and counts."""

from .accuracy import measure_accuracy
from .accuracy_page import accuracy_page, accuracy_rows
from .accuracy_report import AccuracyReport, Rate
from .calibrate import CalibrationReport, calibrate
from .copies import LabelledCopy, leaks_in
from .exposure_page import exposure_page
from .exposure_report import Curve, ExposureReport, Point
from .exposure_words import point_words, recall_words, seconds_words
from .kept_charts import accuracy_picture, counted_picture, exposure_picture
from .labels import read_labels
from .leaks import GOAL_SIZE, Band, LeakReport
from .leaks_page import leaks_page
from .leaks_report import LeaksReport
from .memory import PeakMemory
from .own_exposure import measure_exposure, read_exposure
from .price import PEOPLE as LATE_PEOPLE
from .price import Pieces, Price, Priced, Way, Work
from .redaction import measure_redaction
from .redaction_page import redaction_page
from .redaction_report import RedactionReport
from .remains import Remains, search_for_template
from .speed_report import Growth, Row, SpeedReport
from .visible import measure_leaks

__all__ = [
    "GOAL_SIZE",
    "LATE_PEOPLE",
    "AccuracyReport",
    "Band",
    "CalibrationReport",
    "Curve",
    "ExposureReport",
    "Growth",
    "LabelledCopy",
    "LeakReport",
    "LeaksReport",
    "PeakMemory",
    "Pieces",
    "Point",
    "Price",
    "Priced",
    "Rate",
    "RedactionReport",
    "Remains",
    "Row",
    "SpeedReport",
    "Way",
    "Work",
    "accuracy_page",
    "accuracy_picture",
    "accuracy_rows",
    "calibrate",
    "counted_picture",
    "exposure_page",
    "exposure_picture",
    "leaks_in",
    "leaks_page",
    "measure_accuracy",
    "measure_exposure",
    "measure_leaks",
    "measure_redaction",
    "point_words",
    "read_exposure",
    "read_labels",
    "recall_words",
    "redaction_page",
    "search_for_template",
    "seconds_words",
]
