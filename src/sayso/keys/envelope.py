"""Sealing, tagging and signing with one 32-byte key: pure arithmetic on ``cryptography``.

May know: keys as bytes. Must not know: files, key ids, or what is sealed.
Formats: AES-256-GCM (NIST SP 800-38D) as nonce(12) | ciphertext | tag(16); HMAC-SHA256 (RFC 2104) under a subkey
from HKDF-SHA256 (RFC 5869); Ed25519 (RFC 8032) with the key as its seed.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..errors import KeyStoreError
from .buffers import wipe

KEY_BYTES = 32
OVERHEAD = 28
_NONCE_BYTES = 12
_TAG_INFO = b"sayso tag"

Bytes = bytes | bytearray | memoryview


def seal(key: Bytes, plaintext: Bytes, context: bytes) -> bytes:
    """Encrypt ``plaintext`` so that it opens only with ``key`` and the same ``context``.

    Returns ``OVERHEAD`` bytes more than ``plaintext`` has. The nonce is random: seal at most 2**32 messages per key
    (NIST SP 800-38D, 8.3).
    """
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context)


def unseal(key: Bytes, sealed: Bytes, context: bytes) -> bytes:
    """The plaintext of ``sealed``. Raises KeyStoreError when key, context or bytes are not the ones sealed.

    The result is an immutable ``bytes`` object that nobody can overwrite; use ``unseal_into`` for templates and keys.
    """
    view = memoryview(sealed)
    try:
        return AESGCM(key).decrypt(view[:_NONCE_BYTES], view[_NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise _does_not_open() from None


def unseal_into(key: Bytes, sealed: Bytes, context: bytes, out: bytearray | memoryview) -> None:
    """Decrypt ``sealed`` straight into ``out``, which must have exactly the plaintext's length.

    No other copy of the plaintext is made. ``out`` is overwritten when it fails, because the cipher writes before it
    has checked. Raises KeyStoreError as ``unseal`` does, ValueError when ``out`` has the wrong length.
    """
    view = memoryview(sealed)
    if len(view) < OVERHEAD:
        raise _does_not_open()
    if memoryview(out).nbytes != len(view) - OVERHEAD:
        raise ValueError(f"the output must have {len(view) - OVERHEAD} bytes")
    try:
        AESGCM(key).decrypt_into(view[:_NONCE_BYTES], view[_NONCE_BYTES:], context, out)
    except InvalidTag:
        wipe(out)
        raise _does_not_open() from None


def tag(key: Bytes, message: Bytes) -> str:
    """A keyed hash of ``message``: 64 hex digits, the same for the same key and message, telling nothing else."""
    subkey = bytearray(KEY_BYTES)
    try:
        HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=_TAG_INFO).derive_into(key, subkey)
        digest = hmac.HMAC(subkey, hashes.SHA256())
        digest.update(message)
        return digest.finalize().hex()
    finally:
        wipe(subkey)


def sign(key: Bytes, message: Bytes) -> bytes:
    """The Ed25519 signature (64 bytes) of ``message`` with ``key`` as the seed."""
    return Ed25519PrivateKey.from_private_bytes(key).sign(message)


def public_key(key: Bytes) -> bytes:
    """The 32-byte Ed25519 public key that belongs to the seed ``key``."""
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def _does_not_open() -> KeyStoreError:
    return KeyStoreError(
        "Something encrypted does not open: it was changed, or it belongs to another key or place.",
        "Restore the archive's last good copy; the key store itself is never part of a backup.",
    )
