"""Subjects, notices, invites, consents and purposes. Knows who said yes to what; never a pixel, never a template.

Others use the modules named here. ``LiveConsent`` is the proof that a consent was checked: functions that may only run
with consent take one, and only ``records.live`` and ``records.gallery`` make it.
"""

from . import (
    children,
    counting,
    ease,
    enrolments,
    erasing,
    invites,
    linked,
    notices,
    packs,
    posters,
    receipts,
    records,
    subjects,
    tombstones,
    withdrawal,
)
from .invites import Invite, InviteError, InviteExpiredError, InviteUsedError
from .live import LiveConsent
from .orphans import orphans

__all__ = [
    "Invite",
    "InviteError",
    "InviteExpiredError",
    "InviteUsedError",
    "LiveConsent",
    "children",
    "counting",
    "ease",
    "enrolments",
    "erasing",
    "invites",
    "linked",
    "notices",
    "orphans",
    "packs",
    "posters",
    "receipts",
    "records",
    "subjects",
    "tombstones",
    "withdrawal",
]
