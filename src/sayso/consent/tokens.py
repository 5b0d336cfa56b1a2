"""Tokens that are handed to a person once: made here, kept only as their hash.

May know: randomness and SHA-256. Must not know: tables, or what a token opens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets


def fresh(size: int) -> tuple[str, str]:
    """A new token of ``size`` random bytes (base32 of RFC 4648, small, unpadded), and its SHA-256, 64 hex digits.

    The tokens are random, not chosen by people, so that a plain hash cannot be searched. They hold letters and digits
    only: one that began with a dash would be taken for an option, and small letters alone can be read out aloud.
    """
    token = base64.b32encode(secrets.token_bytes(size)).decode().rstrip("=").lower()
    return token, digest(token)


def digest(token: str) -> str:
    """SHA-256 of a token, 64 hex digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def fits(token: str, kept: str) -> bool:
    """Whether ``kept`` is the hash of ``token``; takes the same time whatever the answer."""
    return hmac.compare_digest(digest(token), kept)
