"""Run work over many items: in this process or in worker processes. Knows no meaning of the work."""

from .pool import Done, Engine, InProcess
from .processes import Processes
from .progress import Progress, Tracker
from .size import workers
from .worker import no_core_dumps

__all__ = ["Done", "Engine", "InProcess", "Processes", "Progress", "Tracker", "no_core_dumps", "workers"]
