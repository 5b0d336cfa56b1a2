"""The front door: ``sayso.open(path) -> Archive``. It composes rooms into namespaces and decides nothing itself."""

from ..delivery import BusyError
from ..engine import Job, Progress
from ..finding import Doubt, Pointed
from ..lifecycle import Refreshed
from ..measure.made import Kind as MadeKind
from ..values import Kind, Right, Told
from .archive import Archive, PreparedModels, Status, create, open_archive, prepare_models
from .collecting import Collections, Photos, Widening
from .hiding import HideView, Hiding
from .looking import Numbered
from .mine import Mine, MyAlbum, MyPhoto, News
from .models import Models
from .papers import Breach, Breaches, Document, Papers, Receipt, Request, Requests
from .people import Notices, People, Review
from .pointing import Pointing, PointPhoto, PointView
from .speed import measure_growth, measure_speed
from .visiting import Letter, Visits
from .working import Jobs, Work

__all__ = [
    "Archive",
    "Breach",
    "Breaches",
    "BusyError",
    "Collections",
    "Document",
    "Doubt",
    "HideView",
    "Hiding",
    "Job",
    "Jobs",
    "Kind",
    "Letter",
    "MadeKind",
    "Mine",
    "Models",
    "MyAlbum",
    "MyPhoto",
    "News",
    "Notices",
    "Numbered",
    "Papers",
    "People",
    "Photos",
    "PointPhoto",
    "PointView",
    "Pointed",
    "Pointing",
    "PreparedModels",
    "Progress",
    "Receipt",
    "Refreshed",
    "Request",
    "Requests",
    "Review",
    "Right",
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
