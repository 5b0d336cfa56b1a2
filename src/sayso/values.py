"""The frozen values that flow through every room unchanged.

May know: nothing but the standard library. Must not know: pixels, vectors, tables, or who anybody is.
Coordinates are pixels of the upright photo (EXIF orientation applied), origin top left, x to the right.
Times are aware ``datetime`` objects in UTC; a photo's own capture time is naive local time, as cameras write it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a person may say yes to. There is no purpose for people who were not asked."""

    FIND = "find"
    SHARE = "share"
    SHOW = "show"
    VERIFY = "verify"
    ERASE = "erase"
    TEST = "test"


#: Purposes that need a template; the others rest on matches alone.
TEMPLATE_PURPOSES = frozenset({Purpose.FIND, Purpose.VERIFY, Purpose.ERASE, Purpose.TEST})


class Reach(StrEnum):
    """Whose faces a collection allows to be measured, from the narrowest to the widest."""

    POINTED = "pointed"
    NARROWED = "narrowed"
    SWEPT = "swept"

    @property
    def width(self) -> int:
        """0 for ``pointed``, 1 for ``narrowed``, 2 for ``swept``."""
        return list(Reach).index(self)


class Outcome(StrEnum):
    """A decision on one face and one subject (ISO/IEC 19795-1)."""

    MATCHED = "matched"
    REVIEW = "review"
    REJECTED = "rejected"


class Role(StrEnum):
    """Who acts."""

    OPERATOR = "operator"
    REVIEWER = "reviewer"
    OVERSEER = "overseer"
    SUBJECT = "subject"


class Route(StrEnum):
    """Through which door an act came in."""

    CLI = "cli"
    API = "api"
    WEB = "web"


class FrozenBy(StrEnum):
    """On whose word everything about a person stops. Everyone here may say it without giving a reason."""

    SUBJECT = "subject"
    CHILD = "child"
    GUARDIAN = "guardian"
    OTHER_GUARDIAN = "other-guardian"
    SAFEGUARDING = "safeguarding"


class Right(StrEnum):
    """What a person may ask for (GDPR, Articles 15, 17 and 16)."""

    ACCESS = "access"
    ERASURE = "erasure"
    CORRECTION = "correction"


class Kind(StrEnum):
    """A document that is made from the live settings."""

    POLICY = "policy"
    RECORD = "record"
    ASSESSMENT = "assessment"
    TRANSPARENCY = "transparency"
    BYSTANDER_NOTICE = "bystander-notice"


class Told(StrEnum):
    """Who is told of a breach: the regulator (GDPR, Article 33) or the people concerned (Article 34)."""

    AUTHORITY = "authority"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright photo; width and height are above zero."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def overlap(self, other: Box) -> float:
        """Area shared with ``other``, in square pixels."""
        wide = min(self.right, other.right) - max(self.x, other.x)
        high = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(wide, 0.0) * max(high, 0.0)

    def iou(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        shared = self.overlap(other)
        return shared / (self.area + other.area - shared) if shared else 0.0

    def scaled(self, factor: float) -> Box:
        """The same place in a photo that is ``factor`` times as large."""
        return Box(self.x * factor, self.y * factor, self.width * factor, self.height * factor)


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the earth, degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Face:
    """A place in a photo where a face was found. ``number`` counts from 1 within the photo."""

    id: int
    photo_id: int
    number: int
    box: Box
    score: float
    by_hand: bool = False
    do_not_measure: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of a collection. ``taken_at`` is the camera's local time without a zone, or None."""

    id: int
    collection_id: int
    sha256: str
    path: str
    copied: bool
    width: int
    height: int
    taken_at: datetime | None = None
    place: Place | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, both ends included."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment <= self.end


@dataclass(frozen=True, slots=True)
class Collection:
    """Photos of one occasion with their legal facts.

    ``reach`` is what was asked for; it holds only once ``approved_by`` names a second person, inside ``occasion``
    (camera time) and before ``reach_expires``. ``calibration`` names the set whose thresholds decide;
    ``notice_version`` is that of the notice which the people of this occasion were told to read. While
    the aligned pixels of measured faces are kept, ``chips_until`` says how long, and ``chips_key`` encrypts them.
    """

    id: int
    name: str
    packs: tuple[str, ...]
    reach: Reach
    calibration: str
    basis: str | None = None
    assessment_sha256: str | None = None
    occasion: Window | None = None
    reach_expires: datetime | None = None
    proposed_by: str | None = None
    approved_by: str | None = None
    retention_until: datetime | None = None
    notice_version: int | None = None
    chips_until: datetime | None = None
    chips_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Cues:
    """What narrows photos without measuring faces. ``window`` is in camera time; ``radius_km`` belongs to ``near``."""

    window: Window | None = None
    near: Place | None = None
    radius_km: float = 1.0
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.window or self.near or self.tags)


@dataclass(frozen=True, slots=True)
class Counts:
    """What one run did to faces. ``seen`` were located only; of ``measured``, ``kept`` matched and the rest were
    compared in memory and discarded."""

    photos: int = 0
    seen: int = 0
    measured: int = 0
    kept: int = 0
    discarded: int = 0

    @property
    def exposure(self) -> int:
        """Faces measured that were not found to belong to anybody who consented."""
        return self.measured - self.kept

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.photos + other.photos,
            self.seen + other.seen,
            self.measured + other.measured,
            self.kept + other.kept,
            self.discarded + other.discarded,
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision fell: the rule's id (LAW row), a sentence, and the source it rests on."""

    rule: str
    text: str
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of the policy room. When it is not allowed, ``reasons`` says why."""

    allowed: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which role, through which door."""

    name: str
    role: Role = Role.OPERATOR
    route: Route = Route.API


@dataclass(frozen=True, slots=True)
class Act:
    """What was done, as the ledger writes it: everything in clear but the link to the subjects.

    ``subjects`` are subject ids; the ledger encrypts each under that subject's record key. ``facts`` holds only
    numbers, ids, codes and the names of those who act, never a subject's name, a vector or a score.
    """

    verb: str
    actor: Actor
    subjects: tuple[str, ...] = ()
    collection_id: int | None = None
    purpose: Purpose | None = None
    reach: Reach | None = None
    counts: Counts | None = None
    facts: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A person who has a consent record. ``label`` is what the operator called them on the invite."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who says yes for a child: a label, and what they are to the child, such as ``parent``."""

    label: str
    relation: str


@dataclass(frozen=True, slots=True)
class Youth:
    """What is said of somebody under age when they enrol. ``birth`` is a month, ``2014-03``; ``child_told``: in the
    plain words of the notice for children."""

    birth: str
    guardian_agrees: bool = False
    child_told: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """The text that a person saw before saying yes. ``sha256`` is over the UTF-8 text; ``same_meaning`` when it says in
    other words what the version before it said."""

    version: int
    language: str
    sha256: str
    text: str
    published_at: datetime
    same_meaning: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """One person's yes for one purpose, as it stands now; ``by_guardian`` when it is a guardian's for a child."""

    id: int
    subject_id: str
    purpose: Purpose
    collections: tuple[int, ...]
    notice_version: int
    given_at: datetime
    expires_at: datetime
    key_id: str
    by_guardian: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item that was left out of a run, by name, with a reason that a person can act on."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """How a run over many items ended."""

    counts: Counts = field(default_factory=Counts)
    added: int = 0
    already_there: int = 0
    skipped: tuple[Skipped, ...] = ()
    seconds: float = 0.0
