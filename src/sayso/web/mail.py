"""Letters to people: over SMTP, or into a folder for whoever sends them on.

May know: addresses and texts of letters, while they are sent. Must not know: the archive. Must not do: log them.
"""

from __future__ import annotations

import re
import secrets
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..errors import SaysoError
from .settings import Settings

_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_SECONDS = 20


class MailError(SaysoError):
    """A letter could not be sent."""


def can_send(settings: Settings, to: str) -> bool:
    """Whether a letter can be sent to this contact: it is an address, and there is a way."""
    return settings.mail is not None and _ADDRESS.fullmatch(to) is not None


def send(settings: Settings, to: str, subject: str, text: str) -> None:
    """Send a letter of plain text. Raises MailError, which names no address."""
    if _ADDRESS.fullmatch(to) is None:
        raise MailError("This is no address that a letter can be sent to.", "Write it like name@example.org.")
    letter = EmailMessage()
    # A line that ends in a header begins another one: no word that somebody chose may end a line.
    letter["From"], letter["To"] = _one_line(settings.sender or f"sayso@{settings.host}"), to
    letter["Subject"] = _one_line(subject)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    try:
        if isinstance(settings.mail, Path):
            settings.mail.mkdir(parents=True, exist_ok=True, mode=0o700)
            target = settings.mail / f"{secrets.token_hex(8)}.eml"
            target.touch(mode=0o600)
            target.write_bytes(bytes(letter))
        elif settings.mail is not None:
            _over_smtp(settings.mail, letter)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        raise MailError(
            f"The letter could not be sent ({type(error).__name__}).", "Try again later, or ask the contact below."
        ) from None


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _over_smtp(where: str, letter: EmailMessage) -> None:
    address = urlsplit(where)
    host, at_once = address.hostname or "127.0.0.1", address.scheme == "smtps"
    context = ssl.create_default_context()
    if at_once:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, address.port or 465, timeout=_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, address.port or 587, timeout=_SECONDS)
    with server:
        # To this machine nothing travels; to any other a letter goes encrypted or not at all.
        if not at_once and host not in ("127.0.0.1", "localhost", "::1"):
            server.starttls(context=context)
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        server.send_message(letter)
