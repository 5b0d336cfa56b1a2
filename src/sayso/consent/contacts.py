"""A person's label in the one form that is compared, and the keyed tag that stands for it in the database.

May know: the key store. Must not know: tables; a label never leaves this file in clear.
"""

from __future__ import annotations

import unicodedata

from ..errors import UsageError
from ..keys import KeyStore

#: The archive's own key: seals what has no subject yet and makes the tags of contacts.
ARCHIVE_KEY = "archive"

#: Characters of a label.
LONGEST_LABEL = 200


def normalised(name: str) -> str:
    """``name`` as it is compared: Unicode NFKC, case folded, single spaces, nothing invisible.

    Two names that a reader cannot tell apart by case, spacing or zero-width signs come out the same.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    visible = "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")
    return " ".join(visible.split())


def contact_tag(keys: KeyStore, label: str) -> str:
    """Keyed hash (HMAC-SHA256, 64 hex digits) of a normalised label.

    Raises UsageError when the label is empty, longer than 200 characters, or cannot be shown.
    """
    plain = normalised(label)
    if not plain:
        raise UsageError("A person needs a label.", "Give a name or an e-mail address.")
    if len(label) > LONGEST_LABEL or not plain.isprintable():
        raise UsageError(
            "This is no label that anybody could read.", f"Give a name of at most {LONGEST_LABEL} printable characters."
        )
    return keys.tag(ARCHIVE_KEY, b"contact:" + plain.encode())
