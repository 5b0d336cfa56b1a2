"""Tokens that are handed to a person once: made here, kept only as their hash.

May know: randomness and SHA-256. Must not know: tables, or what a token opens.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets


def fresh(size: int) -> tuple[str, str]:
    """A new token of ``size`` random bytes (URL-safe text), and its hash: 64 hex digits of SHA-256.

    The tokens are random, not chosen by people, so that a plain hash cannot be searched.
    """
    token = secrets.token_urlsafe(size)
    return token, digest(token)


def digest(token: str) -> str:
    """SHA-256 of a token, 64 hex digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def fits(token: str, kept: str) -> bool:
    """Whether ``kept`` is the hash of ``token``; takes the same time whatever the answer."""
    return hmac.compare_digest(digest(token), kept)
