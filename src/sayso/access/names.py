"""Account names in the one form that is compared.

May know: text. Must not know: accounts, roles.
"""

from __future__ import annotations

import unicodedata


def normalised(name: str) -> str:
    """``name`` as it is kept and compared: Unicode NFKC, case folded, single spaces, nothing invisible.

    Two names that a reader cannot tell apart by case, spacing or zero-width signs are the same person.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    visible = "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")
    return " ".join(visible.split())


def same_name(one: str, other: str) -> bool:
    """Whether two spellings name one account."""
    return normalised(one) == normalised(other)
