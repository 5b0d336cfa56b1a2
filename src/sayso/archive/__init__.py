"""The front door: ``sayso.open(path) -> Archive``. It composes rooms into namespaces and decides nothing itself."""

from .archive import Archive, Status, create, open_archive, prepare_models
from .collecting import Collections, Photos, Widening
from .people import Notices, People, Review

__all__ = [
    "Archive",
    "Collections",
    "Notices",
    "People",
    "Photos",
    "Review",
    "Status",
    "Widening",
    "create",
    "open_archive",
    "prepare_models",
]
