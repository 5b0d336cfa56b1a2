"""Run work over many items: in this process or in worker processes. Knows no meaning of the work."""

from .jobs import Board, Job
from .pool import Done, Engine, InProcess
from .processes import Processes
from .progress import Progress, Tracker
from .size import workers
from .worker import no_core_dumps

__all__ = [
    "Board",
    "Done",
    "Engine",
    "InProcess",
    "Job",
    "Processes",
    "Progress",
    "Tracker",
    "no_core_dumps",
    "workers",
]
