"""The link under which anybody has a face in a delivered photo closed, without an account, a name or a reason (LAW R2).

May know: photos' ids, the archive's own key, the address under which people reach it. Must not know: persons, pixels.
"""

from __future__ import annotations

import hmac

from ..consent.contacts import ARCHIVE_KEY
from ..errors import UsageError
from ..keys import KeyStore
from ..storage import Session, read_setting, write_setting

_SETTING = "public_url"

#: Hex digits of a tag: 128 bits, which nobody guesses.
_DIGITS = 32

#: A number with more digits is no id that a database could have given.
_MOST_DIGITS = 18


def publish_address(session: Session, url: str) -> bool:
    """Note under which address people reach the archive's pages; whether that is new."""
    if read_setting(session, _SETTING) == url:
        return False
    write_setting(session, _SETTING, url)
    return True


def public_address(session: Session) -> str:
    """The address that was noted; empty when the archive has no pages that people reach."""
    return read_setting(session, _SETTING) or ""


def reference(keys: KeyStore, photo_id: int) -> str:
    """What a link names a photo by: its id, and a keyed tag that only this archive can make."""
    return f"{photo_id}-{_tag(keys, photo_id)}"


def referred(keys: KeyStore, text: str) -> int:
    """The id of the photo that a reference names. Raises UsageError when it was not made here."""
    number, _, tag = text.partition("-")
    if number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS:
        photo_id = int(number)
        if hmac.compare_digest(tag.encode(), _tag(keys, photo_id).encode()):
            return photo_id
    raise UsageError(
        "This link leads to no photo.", "Check that it was copied whole, or write to the contact that the photo names."
    )


def hide_link(keys: KeyStore, address: str, photo_id: int) -> str:
    """The whole link; empty without an address."""
    return f"{address}/hide/{reference(keys, photo_id)}" if address else ""


def _tag(keys: KeyStore, photo_id: int) -> str:
    return keys.tag(ARCHIVE_KEY, b"hide:%d" % photo_id)[:_DIGITS]
