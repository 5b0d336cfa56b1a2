"""The page of an album: one HTML file that works from a disk, without a network and without scripts.

May know: file names inside the album, sizes, counts, dates. Must not know: pixels, the operator's folders, who is who.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..look import style
from .words import Pictured, Words

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class PagePhoto:
    """One photo on the page: paths relative to the page, sizes in pixels, and who can be seen.

    reference: the number under which the photo's holder knows it, for whoever wants a face in it closed. link: where
    they close it themselves; empty when the holder has no such page.
    """

    file: str
    thumb: str
    width: int
    height: int
    thumb_width: int
    thumb_height: int
    taken_at: datetime | None
    pictured: Pictured
    reference: int
    link: str = ""


def album_page(
    photos: Sequence[PagePhoto],
    *,
    title: str,
    language: str,
    contact: str,
    regulators: Sequence[str],
    made_at: datetime,
) -> str:
    """The HTML of an album. Its notice stands in English and in French, the page's own ``language`` first.

    Raises UsageError when ``language`` is neither ``en`` nor ``fr``.
    """
    environment = _environment()
    address = _ADDRESS.search(contact)
    return environment.get_template("album.html").render(
        photos=photos,
        title=title,
        words=Words(language),
        english_words=Words("en"),
        french_words=Words("fr"),
        contact=contact,
        address=address.group() if address else None,
        regulators=regulators,
        made_at=made_at,
        closed=sum(photo.pictured.others_closed for photo in photos),
        css=style("sayso.delivery", "templates/album.css"),
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("sayso.delivery"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
