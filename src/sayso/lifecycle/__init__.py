"""Acts that cross rooms, each in a fixed order that can be resumed: withdraw, cease, delete, export."""

from . import requests
from .cease import Ceased, cease, complete_cease, has_ceased, refuse_if_ceased
from .export import Holdings, complete_export, export
from .remove import delete_collection, delete_photos
from .requests import Request, Right
from .restore import AcceptedRestore, accept_restore
from .tables import RequestRow, WithdrawalRow
from .withdraw import Withdrawn, complete_interrupted, withdraw

__all__ = [
    "AcceptedRestore",
    "Ceased",
    "Holdings",
    "Request",
    "RequestRow",
    "Right",
    "WithdrawalRow",
    "Withdrawn",
    "accept_restore",
    "cease",
    "complete_cease",
    "complete_export",
    "complete_interrupted",
    "delete_collection",
    "delete_photos",
    "export",
    "has_ceased",
    "refuse_if_ceased",
    "requests",
    "withdraw",
]
