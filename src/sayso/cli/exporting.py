"""Commands: receipt, export; request new, list, done.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ..values import Right
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, moment, spoken, whoami
from .output import page_in, show, show_run, table, write_file

if TYPE_CHECKING:
    from ..archive import Receipt, Request

request = typer.Typer(help="What people asked for by right, and until when it is due.", no_args_is_help=True)

LanguageOption = Annotated[str, typer.Option(metavar="LANGUAGE", help="Language of the text: en or fr.")]


def register(app: typer.Typer) -> None:
    app.command()(receipt)
    app.command()(export)
    app.add_typer(request, name="request")


def receipt(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="An id or a label; an id after withdrawal.")],
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write it to this file: .pdf to print, .html, .md, .jsonld as linked data, else JSON.",
        ),
    ] = None,
    language: LanguageOption = "en",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print a person's consent receipt: what they agreed to, and what became of it."""
    with opened(archive, as_ or whoami()) as house:
        made = house.papers.receipt(subject, language=spoken(language))
    if to is not None:
        write_file(to, _as_file(made, to.suffix.lower()))
    show(as_json, made.data, f"Receipt written to {to}." if to else made.page.markdown)


def export(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="An id or a label; an id after withdrawal.")],
    to: Annotated[
        Path, typer.Option(metavar="DIR", help="An empty or new folder, or an earlier export for the same person.")
    ],
    language: LanguageOption = "en",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write everything that is held about a person into a folder for them. Nothing is deleted.

    Photos with everyone else closed, consents, every ledger entry with its proof, and all of it as JSON. Run it again
    if it was stopped. After a withdrawal, name the person by their id: the proofs still exist.
    """
    with opened(archive, as_ or whoami()) as house:
        held = house.papers.export(subject, to, language=spoken(language))
    text = f"{held.photos} photos and {held.entries} ledger entries in {to / 'index.html'}."
    body = {
        "subject": held.subject_id,
        "folder": to,
        "photos": held.photos,
        "entries": held.entries,
        "request": held.request,
        "skipped": held.skipped,
    }
    show_run(as_json, body, text, held.skipped)


@request.command("new")
def new(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="An id or a label.")],
    kind: Annotated[Right, typer.Option(metavar="KIND", help="access, erasure or correction.")] = Right.ACCESS,
    asked: Annotated[str | None, typer.Option(metavar="DAY", help="When it came in, if not today.")] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Note a request; it is due within a month."""
    at = moment(asked).replace(tzinfo=UTC) if asked else None
    with opened(archive, as_ or whoami()) as house:
        made = house.requests.new(subject, kind, asked_at=at)
    does = {
        Right.ACCESS: f"sayso export {made.subject_id} --to DIR",
        Right.ERASURE: f"sayso withdraw {made.subject_id}",
        Right.CORRECTION: "sayso review deny, or a new invite",
    }[kind]
    show(as_json, made, f"Noted as request {made.id}, due by {made.due_at:%Y-%m-%d}.\nNext: `{does}`.")


@request.command("list")
def list_(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """List requests, those due soonest first."""
    with opened(archive, as_ or whoami()) as house:
        found = house.requests.list()
    show(as_json, found, _listed(found) if found else "Nobody has asked for anything yet.")


@request.command("done")
def done(
    request_id: Annotated[int, typer.Argument(metavar="ID", help="The number that `sayso request list` shows.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Note that a request is fulfilled. `sayso export` does so by itself."""
    with opened(archive, as_ or whoami()) as house:
        finished = house.requests.done(request_id)
    show(as_json, finished, f"Request {finished.id} is done.")


def _as_file(made: Receipt, ending: str) -> str | bytes:
    if ending in (".pdf", ".html", ".htm", ".md"):
        return page_in(made.page, ending)
    return json.dumps(made.linked if ending == ".jsonld" else made.data, ensure_ascii=False, indent=1) + "\n"


def _listed(found: Sequence[Request]) -> Table:
    now = datetime.now(UTC)
    rows = [
        (
            one.id,
            one.kind,
            one.subject_id,
            f"{one.asked_at:%Y-%m-%d}",
            f"{one.due_at:%Y-%m-%d}",
            f"done {one.done_at:%Y-%m-%d}" if one.done_at else ("OVERDUE" if one.overdue(now) else "open"),
        )
        for one in found
    ]
    return table(["#id", "what", "subject", "asked", "due", ""], rows)
