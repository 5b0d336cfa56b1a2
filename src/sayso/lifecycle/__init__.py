"""Acts that cross rooms, each in a fixed order that can be resumed: withdraw, cease, delete."""

from .cease import Ceased, cease, complete_cease, has_ceased, refuse_if_ceased
from .remove import delete_collection, delete_photos
from .tables import WithdrawalRow
from .withdraw import Withdrawn, complete_interrupted, withdraw

__all__ = [
    "Ceased",
    "WithdrawalRow",
    "Withdrawn",
    "cease",
    "complete_cease",
    "complete_interrupted",
    "delete_collection",
    "delete_photos",
    "has_ceased",
    "refuse_if_ceased",
    "withdraw",
]
