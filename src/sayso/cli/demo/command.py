"""The ``demo`` command: checks its two folders, tells the story, ends with the table and where to look.

May know: the story's parts by name. Must not know: how any of them is done.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from ..options import JsonOption
from ..output import show


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    to: Annotated[Path, typer.Option(metavar="DIR", help="A new or empty folder, or an earlier demo.")] = Path(
        "demo-out"
    ),
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The made-up people; found by itself in a checkout.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show the whole idea on made-up people: find them at each reach, write albums, withdraw, prove it."""
    # Not needed for a page of help, and slow to load.
    from .folder import DemoFolder
    from .story import tell_story
    from .table import as_json, as_text
    from .telling import Telling
    from .truth import find_data, read_truth

    truth = read_truth(find_data(data))
    telling = Telling(quiet=json)
    began = perf_counter()
    with DemoFolder(to).fresh() as folder:
        result = tell_story(folder, truth, telling)
    seconds = perf_counter() - began
    show(json, as_json(result, seconds), as_text(result, seconds))
    if not json:
        telling.look(folder.root)
