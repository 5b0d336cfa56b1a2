"""A master key that never leaves a hardware token or security module: it wraps and unwraps inside (PKCS#11).

May know: the token's library, its label, the PIN in the environment. Must not know: what the master key wraps.
AES-256-GCM (PKCS#11 v2.40 mechanisms, 2.12.6) as nonce(12) | ciphertext | tag(16), on a key that is sensitive, not
extractable and stays on the token. The unwrapped secret comes back as an object of Python's, which nobody can
overwrite: that copy lives until its memory is used again.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import KeyStoreError
from .envelope import KEY_BYTES
from .master import not_the_one

MODULE, TOKEN, PIN = "SAYSO_PKCS11_MODULE", "SAYSO_PKCS11_TOKEN", "SAYSO_PIN"

_LABEL = "sayso master key"
_NONCE_BYTES = 12
_TAG_BITS = 128


class TokenMasterKey:
    """One AES key on a token, by its id in hex. Each use opens a session of its own and logs out after it."""

    def __init__(self, key_id: str) -> None:
        """Raises KeyStoreError when the token cannot be reached or holds no such key."""
        self.source = f"the token '{_environment(TOKEN)}'"
        self.name = f"pkcs11:{key_id}"
        self._id = bytes.fromhex(key_id)
        with _session(write=False) as session:
            self._key(session)

    def wrap(self, secret: bytes | bytearray | memoryview, context: bytes) -> bytes:
        """``secret`` encrypted on the token, bound to ``context``."""
        nonce = os.urandom(_NONCE_BYTES)
        with _session(write=False) as session:
            sealed: bytes = self._key(session).encrypt(bytes(secret), **_gcm(nonce, context))
            return nonce + sealed

    def unwrap(self, wrapped: bytes, context: bytes, out: bytearray | memoryview) -> None:
        """Decrypt on the token into ``out``. Raises KeyStoreError when this is not the key that wrapped it."""
        with _session(write=False) as session:
            key = self._key(session)
            try:
                secret = key.decrypt(wrapped[_NONCE_BYTES:], **_gcm(wrapped[:_NONCE_BYTES], context))
            except _library().exceptions.PKCS11Error:
                raise not_the_one(self.source) from None
        memoryview(out)[:] = secret

    def close(self) -> None:
        """Nothing is held here between two uses."""

    def __repr__(self) -> str:
        return f"<TokenMasterKey on {self.source}>"

    def _key(self, session: Any) -> Any:
        pkcs11 = _library()
        try:
            return session.get_key(object_class=pkcs11.ObjectClass.SECRET_KEY, id=self._id)
        except pkcs11.exceptions.PKCS11Error:
            raise KeyStoreError(
                f"There is no such master key on {self.source}.", "Connect the token that this archive was made with."
            ) from None


def make_on_token(key_id: str) -> TokenMasterKey:
    """Make an AES-256 key on the token under ``key_id`` (hex), unless it is there. Raises KeyStoreError."""
    pkcs11 = _library()
    attribute = pkcs11.Attribute
    may = (attribute.ENCRYPT, attribute.DECRYPT, attribute.SENSITIVE, attribute.PRIVATE)
    may_not = (attribute.EXTRACTABLE, attribute.WRAP, attribute.UNWRAP, attribute.SIGN, attribute.VERIFY)
    template = dict.fromkeys(may, True) | dict.fromkeys(may_not, False)
    with _session(write=True) as session:
        if not _found(session, key_id):
            session.generate_key(
                pkcs11.KeyType.AES, KEY_BYTES * 8, id=bytes.fromhex(key_id), label=_LABEL, store=True, template=template
            )
    return TokenMasterKey(key_id)


def remove_from_token(key_id: str) -> None:
    """Destroy the key under ``key_id`` (hex) on the token; no error when it is gone. Raises KeyStoreError."""
    with _session(write=True) as session:
        for key in _found(session, key_id):
            key.destroy()


def _found(session: Any, key_id: str) -> list[Any]:
    pkcs11 = _library()
    wanted = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY,
        pkcs11.Attribute.ID: bytes.fromhex(key_id),
    }
    return list(session.get_objects(wanted))


def _gcm(nonce: bytes, context: bytes) -> dict[str, Any]:
    pkcs11 = _library()
    return {
        "mechanism": pkcs11.Mechanism.AES_GCM,
        "mechanism_param": pkcs11.GCMParams(nonce, context, _TAG_BITS),
    }


@contextmanager
def _session(*, write: bool) -> Iterator[Any]:
    """A session with the token, logged in. Raises KeyStoreError with what is wrong, never with the PIN."""
    pkcs11 = _library()
    errors = pkcs11.exceptions
    module, label, pin = _environment(MODULE), _environment(TOKEN), _environment(PIN)
    try:
        token = pkcs11.lib(module).get_token(token_label=label)
        with token.open(rw=write, user_pin=pin) as session:
            yield session
    except errors.PinLocked:
        raise KeyStoreError(f"The token '{label}' is locked.", "Unlock it with the security officer's PIN.") from None
    except (errors.PinIncorrect, errors.PinInvalid, errors.PinLenRange):
        raise KeyStoreError(
            f"The PIN in {PIN} is not that of the token '{label}'.", "Correct it; tokens lock after a few wrong PINs."
        ) from None
    except errors.NoSuchToken:
        raise KeyStoreError(f"There is no token '{label}'.", f"Connect it, or correct {TOKEN}.") from None
    except errors.PKCS11Error as error:
        raise KeyStoreError(
            f"The token '{label}' did not answer ({type(error).__name__}).", f"Check {MODULE} and the token."
        ) from None


def _environment(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise KeyStoreError(
            f"The environment variable {name} is not set.",
            f"A token needs {MODULE} (its library's path), {TOKEN} (its label) and {PIN}.",
        )
    return value


def _library() -> Any:
    try:
        return importlib.import_module("pkcs11")
    except ImportError:
        raise KeyStoreError(
            "The package that talks to tokens is not installed.", "Install it: pip install 'sayso[pkcs11]'"
        ) from None
