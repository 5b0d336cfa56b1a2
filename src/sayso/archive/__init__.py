"""The front door: ``sayso.open(path) -> Archive``. It composes rooms into namespaces and decides nothing itself."""

from ..engine import Job, Progress
from ..finding import Doubt
from ..measure.made import Kind as MadeKind
from ..photos import Arriving, Batch
from ..values import Kind, Right, Told
from .archive import Archive, PreparedModels, Status, create, open_archive, prepare_models
from .collecting import Collections, Photos, Widening
from .models import Models
from .overview import Held, Overview, Waits
from .papers import Breach, Breaches, Document, Papers, Receipt, Request, Requests
from .people import Notices, People, Review
from .reaches import Judged, Opening, PackTitle, Reaches
from .speed import measure_growth, measure_speed
from .uploading import Uploads
from .visiting import Letter, Visits
from .working import Jobs, Work

__all__ = [
    "Archive",
    "Arriving",
    "Batch",
    "Breach",
    "Breaches",
    "Collections",
    "Document",
    "Doubt",
    "Held",
    "Job",
    "Jobs",
    "Judged",
    "Kind",
    "Letter",
    "MadeKind",
    "Models",
    "Notices",
    "Opening",
    "Overview",
    "PackTitle",
    "Papers",
    "People",
    "Photos",
    "PreparedModels",
    "Progress",
    "Reaches",
    "Receipt",
    "Request",
    "Requests",
    "Review",
    "Right",
    "Status",
    "Told",
    "Uploads",
    "Visits",
    "Waits",
    "Widening",
    "Work",
    "create",
    "measure_growth",
    "measure_speed",
    "open_archive",
    "prepare_models",
]
