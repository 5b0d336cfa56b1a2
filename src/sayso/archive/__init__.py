"""The front door: ``sayso.open(path) -> Archive``. It composes rooms into namespaces and decides nothing itself."""

from ..consent import InviteError, InviteExpiredError, InviteUsedError
from ..consent.ease import Ease, Level
from ..consent.posters import PosterError, PosterFullError
from ..engine import Job, Progress
from ..finding import Doubt
from ..finding.live import Begun, Captured
from ..measure.made import Kind as MadeKind
from ..values import Kind, Right, Told
from ..vision.challenge import Prompt
from ..vision.liveness import Advice, Failure, Guidance, State
from .agreed import Agreed, Consents
from .archive import Archive, PreparedModels, Status, create, open_archive, prepare_models
from .collecting import Collections, Photos, Widening
from .inviting import Invitation, Invites
from .living import Live
from .models import Models
from .papers import Breach, Breaches, Document, Papers, Receipt, Request, Requests
from .people import Notices, People, Review
from .posting import Asking, Poster, Posters
from .speed import measure_growth, measure_speed
from .taking import Taking
from .visiting import Letter, Visits
from .working import Jobs, Work

__all__ = [
    "Advice",
    "Agreed",
    "Archive",
    "Asking",
    "Begun",
    "Breach",
    "Breaches",
    "Captured",
    "Collections",
    "Consents",
    "Document",
    "Doubt",
    "Ease",
    "Failure",
    "Guidance",
    "Invitation",
    "InviteError",
    "InviteExpiredError",
    "InviteUsedError",
    "Invites",
    "Job",
    "Jobs",
    "Kind",
    "Letter",
    "Level",
    "Live",
    "MadeKind",
    "Models",
    "Notices",
    "Papers",
    "People",
    "Photos",
    "Poster",
    "PosterError",
    "PosterFullError",
    "Posters",
    "PreparedModels",
    "Progress",
    "Prompt",
    "Receipt",
    "Request",
    "Requests",
    "Review",
    "Right",
    "State",
    "Status",
    "Taking",
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
