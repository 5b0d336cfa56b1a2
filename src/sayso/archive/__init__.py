"""The front door: ``sayso.open(path) -> Archive``. It composes rooms into namespaces and decides nothing itself."""

from ..engine import Job, Progress
from ..finding import Doubt
from ..lifecycle.standing import UnfinishedError
from ..measure.made import Kind as MadeKind
from ..values import Kind, Right, Told
from .archive import Archive, PreparedModels, Status, create, open_archive, prepare_models
from .collecting import Collections, Photos, Widening
from .models import Models
from .oversight import Figures, Look, Oversight, Vouched
from .papers import Breach, Breaches, Document, Papers, Receipt, Request, Requests
from .passkeys import Passkey, Passkeys, Site
from .people import Notices, People, Review
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
    "Figures",
    "Job",
    "Jobs",
    "Kind",
    "Letter",
    "Look",
    "MadeKind",
    "Models",
    "Notices",
    "Oversight",
    "Papers",
    "Passkey",
    "Passkeys",
    "People",
    "Photos",
    "PreparedModels",
    "Progress",
    "Receipt",
    "Request",
    "Requests",
    "Review",
    "Right",
    "Site",
    "Status",
    "Told",
    "UnfinishedError",
    "Visits",
    "Vouched",
    "Widening",
    "Work",
    "create",
    "measure_growth",
    "measure_speed",
    "open_archive",
    "prepare_models",
]
