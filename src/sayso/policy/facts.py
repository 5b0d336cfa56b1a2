"""What may be asked of the policy room, and the facts that an answer rests on.

May know: the shared values and plain facts. Must not know: where a fact was read, or what a law says about it.
Must not do: guess. A fact that nobody supplied is None, and None never allows anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ..errors import UsageError
from ..values import Purpose, Reach, Window


class Action(StrEnum):
    """What somebody wants to do. ``widen`` asks for a wider reach, ``approve`` grants it."""

    INIT = "init"
    ADD = "add"
    WIDEN = "widen"
    APPROVE = "approve"
    SWEEP_PHOTO = "sweep-photo"
    MEASURE_POINT = "measure-point"
    ENROL = "enrol"
    USE_TEMPLATE = "use-template"
    DELIVER = "deliver"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    CEASE = "cease"
    EXPORT = "export"
    MEASURE_ACCURACY = "measure-accuracy"
    VERIFY = "verify"
    KEEP_CHIPS = "keep-chips"


_MOMENTS = ("now", "reach_expires", "chips_until", "policy_published_at", "last_contact", "purpose_ended")
_COUNTS = ("people_consented", "faces_in_photo", "age", "witnessed_today", "persons_in_folder", "misses_today")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that a rule may look at. Supply what you know; ``explain`` lists what an action is checked for.

    Moments are aware; ``photo_taken_at`` and ``occasion`` are naive camera time. Counts are zero or more.
    Facts about a person are about the one whose template, album or face the action concerns.

    Raises UsageError when a moment has no time zone, a camera time has one, or a count is negative.
    """

    #: The moment of the action.
    now: datetime | None = None
    #: Ids of the packs; ``decide`` fills this in from its own argument.
    packs: tuple[str, ...] | None = None
    #: Those of the packs that have a rule of their own on the action; ``decide`` fills this in as well.
    named_by: tuple[str, ...] | None = None

    #: Kind of store that photos come from: ``folder``, ``file``, ``zip``, ``bucket``; anything else is refused.
    source: str | None = None
    #: The collection that the action touches, and those that the person's consent names.
    collection: int | None = None
    collections: tuple[int, ...] | None = None

    #: The reach asked for, or of this run: the narrower of the collection's and the command's.
    reach: Reach | None = None
    basis: str | None = None
    assessment_present: bool | None = None
    occasion: Window | None = None
    reach_expires: datetime | None = None
    #: When the collection's face chips go.
    chips_until: datetime | None = None
    proposed_by: str | None = None
    approved_by: str | None = None
    photo_taken_at: datetime | None = None
    #: The photo passed at least one cue that is no biometric.
    cues_passed: bool | None = None
    #: People who consented and may be in this photo, and faces located in it.
    people_consented: int | None = None
    faces_in_photo: int | None = None

    #: ``given``, ``withdrawn`` or ``expired``.
    consent_state: str | None = None
    purpose: Purpose | None = None
    purposes_agreed: frozenset[Purpose] | None = None
    #: The invited contact confirmed that the enrolment is theirs.
    confirmed: bool | None = None
    frozen: bool | None = None

    #: Whole years; somebody who stated that they are of age is 18.
    age: int | None = None
    #: The consent in force was given by a guardian.
    guardian_consented: bool | None = None
    child_told: bool | None = None
    #: The album carries no time, place or collection name.
    album_bare: bool | None = None

    inviter: str | None = None
    capture_live: bool | None = None
    capture_from_archive: bool | None = None
    witness: str | None = None
    #: Enrolments that this witness vouched for today, without the present one.
    witnessed_today: int | None = None

    #: Languages in which the notice is published, as ISO 639-1 codes.
    notice_languages: frozenset[str] | None = None
    #: Code of each declaration made to a regulator, with its date.
    declarations: Mapping[str, date] | None = None
    policy_published_at: datetime | None = None

    #: Pointings today at faces that turned out to be somebody else's, without the present one.
    misses_today: int | None = None
    #: The face that is pointed at bears a do-not-measure mark.
    do_not_measure: bool | None = None
    #: A check is made against the asking person's own template.
    own_template: bool | None = None
    last_contact: datetime | None = None
    #: When the purpose ends or ended: the consent's expiry or the collection's retention date, the earlier of both.
    purpose_ended: datetime | None = None

    persons_in_folder: int | None = None
    approvers: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for name in _MOMENTS:
            moment = getattr(self, name)
            if moment is not None and moment.utcoffset() is None:
                raise UsageError(f"The fact {name} has no time zone.", "Give an aware moment, in UTC.")
        camera = [self.photo_taken_at] + ([self.occasion.start, self.occasion.end] if self.occasion else [])
        if any(moment is not None and moment.utcoffset() is not None for moment in camera):
            raise UsageError("A camera time has a time zone.", "Give the local time as the camera wrote it.")
        for name in _COUNTS:
            count = getattr(self, name)
            if count is not None and count < 0:
                raise UsageError(f"The fact {name} is negative.", "Give zero or more.")
