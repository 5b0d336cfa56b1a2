"""The look that all pages share: colours, letters and space, light and dark, on screen and on paper.

May know: style sheets. Must not know: pages, rooms, what is shown.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from markupsafe import Markup


@cache
def style(package: str, path: str) -> Markup:
    """The shared sheet with a page's own after it: the text of ``path`` inside ``package``.

    Both are our own files, so that they are not escaped when a template shows them.
    """
    own = resources.files(package).joinpath(path).read_text("utf-8")
    return Markup(resources.files(__name__).joinpath("base.css").read_text("utf-8") + own)
