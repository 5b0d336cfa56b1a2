"""Passkeys (WebAuthn): a subject comes back with what unlocks their own device, and types no name.

May know: the ids under which subjects come in, public keys. Must not know: who a subject is, faces or fingerprints
(they never leave the device), pages. The library is loaded with the first passkey only.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from ..errors import RefusedError, UsageError
from ..storage import Session
from .tables import PasskeyRow

#: A question that a device has to answer is good once, within this time.
ANSWER_WITHIN = timedelta(minutes=5)
#: So many passkeys may one person have.
MOST = 10

_BYTES = 32
#: So many questions may be open at once; past it the oldest are forgotten.
_OPEN_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are good: the host and the origin that browsers name, and what devices call the place and what
    is kept there. Neither name says who a person is, because devices copy passkeys to their makers."""

    host: str
    origin: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey of a subject. ``id`` is the credential's, in hex."""

    id: str
    made_at: datetime


class Challenges:
    """The questions that are open, in this process' memory; each is good once, for one subject or for whoever comes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[bytes, tuple[str, datetime]] = {}

    def ask(self, name: str, now: datetime) -> bytes:
        """A new question. name: the subject who is to answer it, empty when nobody knows yet."""
        made = secrets.token_bytes(_BYTES)
        with self._lock:
            while len(self._open) >= _OPEN_AT_ONCE:
                del self._open[next(iter(self._open))]
            self._open[made] = (name, now + ANSWER_WITHIN)
        return made

    def take(self, challenge: bytes, name: str, now: datetime) -> bool:
        """Whether the question was open for this subject; it is not any more."""
        with self._lock:
            whom, until = self._open.pop(challenge, (None, now))
        return whom == name and now < until


def options_to_add(session: Session, challenges: Challenges, site: Site, name: str, now: datetime) -> Mapping[str, Any]:
    """What a browser needs to make a passkey for the subject ``name``. Raises UsageError when they have enough."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    there = _rows(session, name)
    if len(there) >= MOST:
        raise UsageError(f"You have {MOST} passkeys already.", "Remove one that you no longer use first.")
    made = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=name.encode(),
        user_name=site.title,
        challenge=challenges.ask(name, now),
        timeout=_milliseconds(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in there],
    )
    options: dict[str, Any] = json.loads(options_to_json(made))
    return options


def add(
    session: Session, challenges: Challenges, site: Site, name: str, credential: Mapping[str, Any], now: datetime
) -> Passkey:
    """Keep the passkey that a browser made for the subject ``name``. Raises RefusedError (F10)."""
    from webauthn import verify_registration_response

    challenge = _challenge(credential)
    if not challenges.take(challenge, name, now):
        raise _late()
    try:
        made = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception:
        # What came is somebody else's, and the library's words about it may repeat it.
        raise _unfit() from None
    if session.get(PasskeyRow, made.credential_id) is not None or len(_rows(session, name)) >= MOST:
        raise _unfit()
    row = PasskeyRow(
        credential_id=made.credential_id,
        name=name,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return _value(row)


def options_to_enter(challenges: Challenges, site: Site, now: datetime) -> Mapping[str, Any]:
    """What a browser needs to ask for a passkey of this site, whosever it is."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    made = generate_authentication_options(
        rp_id=site.host,
        challenge=challenges.ask("", now),
        timeout=_milliseconds(),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    options: dict[str, Any] = json.loads(options_to_json(made))
    return options


def enter(session: Session, challenges: Challenges, site: Site, credential: Mapping[str, Any], now: datetime) -> str:
    """The id of the subject whose passkey answered. Raises RefusedError (F10), the same for every passkey that does
    not fit, whether it was removed, never there, or somebody's who withdrew."""
    from webauthn import verify_authentication_response

    challenge = _challenge(credential)
    if not challenges.take(challenge, "", now):
        raise _late()
    credential_id, whose = _claimed(credential)
    row = session.get(PasskeyRow, credential_id)
    if row is None or not hmac.compare_digest(whose, row.name.encode()):
        raise _unfit()
    try:
        done = verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except Exception:
        raise _unfit() from None
    row.sign_count = done.new_sign_count
    session.flush()
    return row.name


def list_all(session: Session, name: str) -> list[Passkey]:
    """A subject's passkeys, the oldest first."""
    return [_value(row) for row in _rows(session, name)]


def remove(session: Session, name: str, passkey: str) -> None:
    """Forget one of a subject's passkeys. Raises UsageError when they have none of that id."""
    try:
        credential_id = bytes.fromhex(passkey)
    except ValueError:
        credential_id = b""
    gone = delete(PasskeyRow).where(PasskeyRow.credential_id == credential_id, PasskeyRow.name == name)
    if session.scalar(gone.returning(PasskeyRow.name)) is None:
        raise UsageError("You have no such passkey.", "It may be removed already: load the page again.")


def _rows(session: Session, name: str) -> list[PasskeyRow]:
    query = select(PasskeyRow).where(PasskeyRow.name == name).order_by(PasskeyRow.made_at, PasskeyRow.credential_id)
    return list(session.scalars(query))


def _value(row: PasskeyRow) -> Passkey:
    return Passkey(row.credential_id.hex(), row.made_at)


def _challenge(credential: Mapping[str, Any]) -> bytes:
    """The question that a credential says it answers. Raises RefusedError (F10) when it says nothing of the kind."""
    from webauthn.helpers import base64url_to_bytes, parse_client_data_json

    try:
        told = parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"]))
    except Exception:
        raise _unfit() from None
    return told.challenge


def _claimed(credential: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Which passkey a browser says it used, and whose. Raises RefusedError (F10) when it says nothing of the kind."""
    from webauthn.helpers import base64url_to_bytes

    try:
        return base64url_to_bytes(credential["rawId"]), base64url_to_bytes(credential["response"]["userHandle"])
    except Exception:
        raise _unfit() from None


def _milliseconds() -> int:
    return int(ANSWER_WITHIN / timedelta(milliseconds=1))


def _late() -> RefusedError:
    return RefusedError.because("F10", "This took too long, or was answered already.", "Load the page and try again.")


def _unfit() -> RefusedError:
    return RefusedError.because(
        "F10", "This passkey does not open anything here.", "Come in by a link instead, then add a passkey."
    )
