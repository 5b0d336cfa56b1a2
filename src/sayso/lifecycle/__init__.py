"""Acts that cross rooms, each in a fixed order that can be resumed: to withdraw, freeze,
hide, correct, tend, export, cease."""

from . import exported, packing, requests
from .cease import Ceased, cease, complete_cease, has_ceased
from .correct import disown, rename, undo
from .drill import Drill, drill
from .due import Due, due
from .export import Holdings, complete_export, export
from .freeze import complete_freezes, freeze, unfreeze
from .hide import Hidden, any_closing, complete_hides, hidden, hide, is_closing, keep_hidden, redact, unhide
from .redraw import move_box, remove_box
from .refresh import Refreshed, behind, forecast, refresh, refresh_collection
from .remove import delete_collection, delete_photos, settle, settle_in_time
from .requests import Request
from .restore import AcceptedRestore, accept_restore
from .standing import UnfinishedError
from .tables import HiddenRow, RequestRow, WithdrawalRow
from .tend import InvitedAnew, Tended, expire, tend, tended_at
from .withdraw import Withdrawn, any_ending, complete_interrupted, withdraw

__all__ = [
    "AcceptedRestore",
    "Ceased",
    "Drill",
    "Due",
    "Hidden",
    "HiddenRow",
    "Holdings",
    "InvitedAnew",
    "Refreshed",
    "Request",
    "RequestRow",
    "Tended",
    "UnfinishedError",
    "WithdrawalRow",
    "Withdrawn",
    "accept_restore",
    "any_closing",
    "any_ending",
    "behind",
    "cease",
    "complete_cease",
    "complete_export",
    "complete_freezes",
    "complete_hides",
    "complete_interrupted",
    "delete_collection",
    "delete_photos",
    "disown",
    "drill",
    "due",
    "expire",
    "export",
    "exported",
    "forecast",
    "freeze",
    "has_ceased",
    "hidden",
    "hide",
    "is_closing",
    "keep_hidden",
    "move_box",
    "packing",
    "redact",
    "refresh",
    "refresh_collection",
    "remove_box",
    "rename",
    "requests",
    "settle",
    "settle_in_time",
    "tend",
    "tended_at",
    "undo",
    "unfreeze",
    "unhide",
    "withdraw",
]
