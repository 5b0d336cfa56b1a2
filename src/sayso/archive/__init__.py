"""The front door: ``sayso.open(path) -> Archive``. It composes rooms into namespaces and decides nothing itself."""

from ..finding import Doubt
from ..values import Kind, Right, Told
from .archive import Archive, PreparedModels, Status, create, open_archive, prepare_models
from .collecting import Collections, Photos, Widening
from .models import Models
from .papers import Breach, Breaches, Document, Papers, Receipt, Request, Requests
from .people import Notices, People, Review

__all__ = [
    "Archive",
    "Breach",
    "Breaches",
    "Collections",
    "Document",
    "Doubt",
    "Kind",
    "Models",
    "Notices",
    "Papers",
    "People",
    "Photos",
    "PreparedModels",
    "Receipt",
    "Request",
    "Requests",
    "Review",
    "Right",
    "Status",
    "Told",
    "Widening",
    "create",
    "open_archive",
    "prepare_models",
]
