"""The front door: ``sayso.open(path) -> Archive``. It composes rooms into namespaces and decides nothing itself."""

from ..engine import Job, Progress
from ..finding import Doubt
from ..measure.made import Kind as MadeKind
from ..values import Kind, Right, Told
from .archive import Archive, PreparedModels, Status, create, open_archive, prepare_models
from .collecting import Collections, Photos, Widening
from .editing import Editing, Sheet, Shelf
from .looks import Look, Looks
from .models import Models
from .papers import Breach, Breaches, Document, Papers, Receipt, Request, Requests
from .people import Notices, People, Review
from .publishing import Manner, Publishable, Published, Publishing
from .speed import measure_growth, measure_speed
from .visiting import Letter, Visits
from .working import Jobs, Work

__all__ = [
    "Archive",
    "Breach",
    "Breaches",
    "Collections",
    "Document",
    "Doubt",
    "Editing",
    "Job",
    "Jobs",
    "Kind",
    "Letter",
    "Look",
    "Looks",
    "MadeKind",
    "Manner",
    "Models",
    "Notices",
    "Papers",
    "People",
    "Photos",
    "PreparedModels",
    "Progress",
    "Publishable",
    "Published",
    "Publishing",
    "Receipt",
    "Request",
    "Requests",
    "Review",
    "Right",
    "Sheet",
    "Shelf",
    "Status",
    "Told",
    "Visits",
    "Widening",
    "Work",
    "create",
    "measure_growth",
    "measure_speed",
    "open_archive",
    "prepare_models",
]
