"""From reach and cues to candidates, decisions and review. The only room where a vector and a person meet."""

from . import chips, live, models
from .enrol import Enrolment, confirm, enrol
from .forecast import Forecast, forecast
from .making import ArchiveFacts
from .point import Pointed, forget_all_misses, forget_misses, point
from .reach import widening_facts
from .review import Doubt, decide_doubt, one_waiting, people_in, reopen, waiting, waiting_ids
from .search import FindReport, find
from .sittings import Sittings
from .tables import LiveAttemptRow, PointMissRow
from .verify import verify
from .witnessing import witness

__all__ = [
    "ArchiveFacts",
    "Doubt",
    "Enrolment",
    "FindReport",
    "Forecast",
    "LiveAttemptRow",
    "PointMissRow",
    "Pointed",
    "Sittings",
    "chips",
    "confirm",
    "decide_doubt",
    "enrol",
    "find",
    "forecast",
    "forget_all_misses",
    "forget_misses",
    "live",
    "models",
    "one_waiting",
    "people_in",
    "point",
    "reopen",
    "verify",
    "waiting",
    "waiting_ids",
    "widening_facts",
    "witness",
]
