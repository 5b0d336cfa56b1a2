"""The front door: ``sayso.open(path) -> Archive``. It composes rooms into namespaces and decides nothing itself."""

from ..consent import InviteError, InviteExpiredError, InviteUsedError
from ..consent.ease import Ease, Level
from ..consent.posters import PosterError, PosterFullError
from ..delivery import BusyError
from ..engine import Job, Progress
from ..finding import Doubt, Pointed
from ..finding.live import Begun, Captured
from ..lifecycle import Refreshed
from ..lifecycle.standing import UnfinishedError
from ..measure.made import Kind as MadeKind
from ..photos import Arriving, Batch
from ..values import Kind, Right, Told
from ..vision.challenge import Prompt
from ..vision.liveness import Advice, Failure, Guidance, State
from .agreed import Agreed, Consents
from .archive import Archive, PreparedModels, Status, prepare_models
from .collecting import Collections, Photos, Widening
from .editing import Editing, Sheet, Shelf
from .hiding import HideView, Hiding
from .inviting import Invitation, Invites
from .living import Live
from .looking import Numbered
from .looks import Look, Looks
from .mine import Mine, MyAlbum, MyPhoto, News
from .models import Models
from .opening import create, open_archive
from .oversight import Figures, Oversight, Vouched
from .overview import Held, Overview, Waits
from .papers import Breach, Breaches, Document, Papers, Receipt, Request, Requests
from .passkeys import Passkey, Passkeys, Site
from .people import Notices, People
from .pointing import Pointing, PointPhoto, PointView
from .posting import Asking, Poster, Posters
from .publishing import Manner, Publishable, Published, Publishing
from .reaches import Judged, Opening, PackTitle, Reaches
from .reviewing import Review
from .roster import Enlisted, Roster
from .speed import measure_growth, measure_speed
from .taking import Taking
from .uploading import Uploads
from .visiting import Letter, Visits
from .working import Jobs, Work

__all__ = [
    "Advice",
    "Agreed",
    "Archive",
    "Arriving",
    "Asking",
    "Batch",
    "Begun",
    "Breach",
    "Breaches",
    "BusyError",
    "Captured",
    "Collections",
    "Consents",
    "Document",
    "Doubt",
    "Ease",
    "Editing",
    "Enlisted",
    "Failure",
    "Figures",
    "Guidance",
    "Held",
    "HideView",
    "Hiding",
    "Invitation",
    "InviteError",
    "InviteExpiredError",
    "InviteUsedError",
    "Invites",
    "Job",
    "Jobs",
    "Judged",
    "Kind",
    "Letter",
    "Level",
    "Live",
    "Look",
    "Looks",
    "MadeKind",
    "Manner",
    "Mine",
    "Models",
    "MyAlbum",
    "MyPhoto",
    "News",
    "Notices",
    "Numbered",
    "Opening",
    "Oversight",
    "Overview",
    "PackTitle",
    "Papers",
    "Passkey",
    "Passkeys",
    "People",
    "Photos",
    "PointPhoto",
    "PointView",
    "Pointed",
    "Pointing",
    "Poster",
    "PosterError",
    "PosterFullError",
    "Posters",
    "PreparedModels",
    "Progress",
    "Prompt",
    "Publishable",
    "Published",
    "Publishing",
    "Reaches",
    "Receipt",
    "Refreshed",
    "Request",
    "Requests",
    "Review",
    "Right",
    "Roster",
    "Sheet",
    "Shelf",
    "Site",
    "State",
    "Status",
    "Taking",
    "Told",
    "UnfinishedError",
    "Uploads",
    "Visits",
    "Vouched",
    "Waits",
    "Widening",
    "Work",
    "create",
    "measure_growth",
    "measure_speed",
    "open_archive",
    "prepare_models",
]
