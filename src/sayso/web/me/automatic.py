"""New photos come by themselves while a person's yes lives: they are looked for, and told of once a day at most.

May know: the front door as staff uses it, letters. Must not know: faces. Must not do: log whom it writes to.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from ...archive import Archive, News, Progress
from ...errors import SaysoError
from .. import mail
from ..settings import Settings
from ..speaking import Speech, languages

_LOG = logging.getLogger("sayso.web")


def look_for_everybody(archive: Archive, collection: str | int, tell: Callable[[Progress], None] | None = None) -> int:
    """After photos were added: search the collection for everybody who said yes, and write the albums of whom there
    are new photos; how many people that is. Letters follow by themselves."""
    return archive.mine.refresh_everybody(collection, progress=tell)


def write_letters(archive: Archive, settings: Settings) -> None:
    """Tell people that there are new photos of them, if letters can be sent. Nobody else waits for one that cannot."""
    if settings.mail is None:
        return
    for one in archive.mine.letters():
        if mail.can_send(settings, one.to):
            try:
                mail.send(settings, one.to, _subject(settings), _text(settings, one))
            except SaysoError as error:
                _LOG.error("A letter about new photos was not sent: %s", type(error).__name__)


def _subject(settings: Settings) -> str:
    return " · ".join(Speech(one)("mine.letter_subject", controller=settings.controller) for one in languages())


def _text(settings: Settings, news: News) -> str:
    """In every language: which one somebody reads is not kept."""
    texts = (
        Speech(one)("mine.letter", count=news.photos, link=settings.link("/enter"), controller=settings.controller)
        for one in languages()
    )
    return "\n\n".join(texts)
