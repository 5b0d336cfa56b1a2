"""From reach and cues to candidates, decisions and review. The only room where a vector and a person meet."""

from . import chips, models
from .enrol import ArchiveFacts, Enrolment, confirm, enrol
from .point import Pointed, forget_all_misses, forget_misses, point
from .reach import widening_facts
from .review import Doubt, decide_doubt, one_waiting, people_in, waiting, waiting_ids
from .search import FindReport, find
from .tables import PointMissRow
from .verify import verify

__all__ = [
    "ArchiveFacts",
    "Doubt",
    "Enrolment",
    "FindReport",
    "PointMissRow",
    "Pointed",
    "chips",
    "confirm",
    "decide_doubt",
    "enrol",
    "find",
    "forget_all_misses",
    "forget_misses",
    "models",
    "one_waiting",
    "people_in",
    "point",
    "verify",
    "waiting",
    "waiting_ids",
    "widening_facts",
]
