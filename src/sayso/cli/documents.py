"""Commands: document policy, record, assessment, transparency, bystander-notice; breach new, list, notice, told.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..values import Kind, Told
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, moment, spoken, whoami
from .output import page_in, show, table, write_file

if TYPE_CHECKING:
    from ..archive import Document

BreachArgument = Annotated[int, typer.Argument(metavar="ID", help="The number that `sayso breach list` shows.")]

breach = typer.Typer(help="The register of breaches, with drafts and the 72-hour clock.", no_args_is_help=True)

LanguageOption = Annotated[str, typer.Option(metavar="LANGUAGE", help="Language of the text: en or fr.")]
ToOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write it to this file: .pdf to print, .html for the web, else Markdown."),
]


def register(app: typer.Typer) -> None:
    app.command()(document)
    app.add_typer(breach, name="breach")


def document(
    kind: Annotated[
        Kind, typer.Argument(metavar="KIND", help="policy, record, assessment, transparency or bystander-notice.")
    ],
    collection: Annotated[
        str | None, typer.Option("--collection", "-c", metavar="COLLECTION", help="Only this collection.")
    ] = None,
    language: LanguageOption = "en",
    to: ToOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print a document made from the live settings, to publish or to post.

    `policy` is the public retention policy, `record` the record of processing (GDPR 30), `assessment` a draft impact
    assessment (GDPR 35), `transparency` a page of figures, `bystander-notice` a sheet to post where people are
    pictured.
    """
    with opened(archive, as_ or whoami()) as house:
        made = house.papers.document(kind, language=spoken(language), collection=collection)
    _hand_over(made, to, as_json)


@breach.command("new")
def new(
    what: Annotated[
        str, typer.Option(metavar="TEXT", help="What happened, in a sentence or two. It is kept encrypted.")
    ],
    people: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="How many people are concerned, if known.")
    ] = None,
    noticed: Annotated[str | None, typer.Option(metavar="MOMENT", help="When it was noticed, in UTC.")] = None,
    consequences: Annotated[str, typer.Option(metavar="TEXT", help="What it may mean for the people concerned.")] = "",
    measures: Annotated[str, typer.Option(metavar="TEXT", help="What was done, or will be.")] = "",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Note a breach. The regulator must be told within 72 hours of noticing."""
    at = moment(noticed).replace(tzinfo=UTC) if noticed else None
    with opened(archive, as_ or whoami()) as house:
        made = house.breaches.new(what, people=people, noticed_at=at, consequences=consequences, measures=measures)
    text = f"Noted as breach {made.id}. Tell the regulator by {made.due_at:%Y-%m-%d %H:%M} UTC.\n"
    text += f"Next: `sayso breach notice {made.id} --for authority`."
    show(as_json, made, text)


@breach.command("list")
def list_(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """List breaches, and how much of the 72 hours is left."""
    with opened(archive, as_ or whoami()) as house:
        found = house.breaches.list()
    now = datetime.now(UTC)
    rows = [
        (
            one.id,
            f"{one.noticed_at:%Y-%m-%d %H:%M}",
            _left(one.left(now)),
            f"{one.people_told_at:%Y-%m-%d}" if one.people_told_at else "no",
            one.people if one.people is not None else "?",
            one.what,
        )
        for one in found
    ]
    columns = ["#id", "noticed (UTC)", "regulator", "people told", "#people", "what"]
    show(as_json, found, table(columns, rows) if rows else "No breach was ever noted.")


@breach.command("notice")
def notice(
    breach_id: BreachArgument,
    whom: Annotated[
        Told, typer.Option("--for", metavar="WHO", help="authority (the regulator), or people (those concerned).")
    ] = Told.AUTHORITY,
    language: LanguageOption = "en",
    to: ToOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print a draft notice of a breach. Nothing is sent; `breach told` notes that you sent it."""
    with opened(archive, as_ or whoami()) as house:
        made = house.breaches.notice(breach_id, whom, language=spoken(language))
    _hand_over(made, to, as_json)


@breach.command("told")
def told(
    breach_id: BreachArgument,
    whom: Annotated[
        Told, typer.Option("--for", metavar="WHO", help="authority (the regulator), or people (those concerned).")
    ],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Note that the regulator or the people concerned were told; the regulator's clock stops."""
    with opened(archive, as_ or whoami()) as house:
        done = house.breaches.told(breach_id, whom)
    show(as_json, done, f"Noted: breach {done.id}, {whom} told.")


def _hand_over(made: Document, to: Path | None, as_json: bool) -> None:
    if to is not None:
        write_file(to, page_in(made, to.suffix.lower()))
    body = {
        "name": made.name,
        "language": made.language,
        "title": made.title,
        "sha256": made.sha256,
        "file": to,
        "markdown": made.markdown,
    }
    show(as_json, body, f"'{made.title}' written to {to}." if to else made.markdown)


def _left(left: timedelta | None) -> str:
    if left is None:
        return "told"
    hours = round(abs(left) / timedelta(hours=1))
    return f"{hours} h left" if left > timedelta() else f"LATE by {hours} h"
