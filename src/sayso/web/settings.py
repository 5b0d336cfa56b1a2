"""What a server is told when it starts: under which address people reach it, and how letters travel.

May know: addresses. Must not know: persons, pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import UsageError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    """public_url: the address that people type, ``https://…`` in front of a proxy that speaks TLS; plain ``http`` is
    for this machine alone. mail: ``smtp://[user:password@]host[:port]`` (``smtps://`` for TLS from the start), or a
    folder into which letters are written; None when no letter can be sent. sender: whom letters are from. contact:
    whom to ask, on every page. Raises UsageError.
    """

    public_url: str
    controller: str = ""
    contact: str = ""
    mail: str | Path | None = None
    sender: str = ""

    def __post_init__(self) -> None:
        address = urlsplit(self.public_url)
        if address.scheme not in ("http", "https") or not address.hostname or address.path.strip("/"):
            raise UsageError(
                f"{self.public_url!r} is no address of a server.", "Give it as https://photos.example.org."
            )
        if address.scheme == "http" and address.hostname not in _LOOPBACK:
            raise UsageError(
                "Faces and photos do not travel unencrypted.",
                "Put a proxy that speaks TLS in front, and give its https:// address with --public-url.",
            )

    @property
    def secure(self) -> bool:
        """Whether people come in through TLS."""
        return self.public_url.startswith("https://")

    @property
    def origin(self) -> str:
        """``https://host[:port]``, as a browser names it."""
        address = urlsplit(self.public_url)
        return f"{address.scheme}://{address.netloc}".lower()

    @property
    def host(self) -> str:
        """The host without a port: what a passkey is bound to."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """``Host`` headers that are answered."""
        return (urlsplit(self.public_url).netloc.lower(),)

    def link(self, path: str) -> str:
        """The whole address of a page."""
        return self.origin + path
