"""Subjects, notices, invites, consents and purposes. Knows who said yes to what; never a pixel, never a template.

Others use the modules named here. ``LiveConsent`` is the proof that a consent was checked: functions that may only run
with consent take one, and only ``records.live`` and ``records.gallery`` make it.
"""

from . import (
    children,
    counting,
    enrolments,
    erasing,
    invites,
    linked,
    notices,
    packs,
    receipts,
    records,
    subjects,
    tombstones,
    withdrawal,
)
from .invites import Invite, InviteError
from .live import LiveConsent
from .orphans import orphans

__all__ = [
    "Invite",
    "InviteError",
    "LiveConsent",
    "children",
    "counting",
    "enrolments",
    "erasing",
    "invites",
    "linked",
    "notices",
    "orphans",
    "packs",
    "receipts",
    "records",
    "subjects",
    "tombstones",
    "withdrawal",
]
