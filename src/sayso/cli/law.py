"""Commands: law explain, check, declare, add, publish-policy.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, day, spoken, whoami
from .output import show, table

law = typer.Typer(help="What the chosen law packs ask. Engineering, not legal advice.", no_args_is_help=True)

LanguageOption = Annotated[str, typer.Option(metavar="LANGUAGE", help="Language of the answer: en or fr.")]


def register(app: typer.Typer) -> None:
    app.add_typer(law, name="law")


@law.command("explain")
def explain(
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="init, add, widen, enrol, use-template, deliver, cease, …")
    ],
    language: LanguageOption = "en",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print every rule that an action is checked against, with its source."""
    with opened(archive, as_ or whoami()) as house:
        reasons = house.law.explain(action, language=spoken(language))
    rows = [(one.rule, one.text, one.citation) for one in reasons]
    show(as_json, reasons, table(["rule", "what it asks", "source"], rows))


@law.command("check")
def check(
    language: LanguageOption = "en",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """List what is lacking before anybody may enrol: here, in a collection, or under a pack that people brought."""
    with opened(archive, as_ or whoami()) as house:
        lacking = house.law.check(language=spoken(language))
    rows = [(one.rule, ", ".join(one.where) or "everybody", one.text, one.declaration, one.citation) for one in lacking]
    columns = ["rule", "for", "still lacking", "declare", "source"]
    show(as_json, lacking, table(columns, rows) if rows else "Nothing is lacking.")


@law.command("declare")
def declare(
    declaration: Annotated[
        str, typer.Argument(metavar="DECLARATION", help="As `law check` names it, such as biometric-bank.")
    ],
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The day on which it was made.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Note that a declaration to a regulator was made."""
    made = day(on)
    with opened(archive, as_ or whoami()) as house:
        house.law.declare(declaration, made)
    show(as_json, {"declaration": declaration, "on": made}, f"Noted: {declaration}, made on {made}.")


@law.command("add")
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The pack, named after its id, such as CA-BC.toml.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Keep a law pack of your own, to be named with --pack. Packs cumulate, so it can only make things stricter."""
    with opened(archive, as_ or whoami()) as house:
        made = house.law.add(file)
    text = f"Law pack {made.id} is kept: {made.title}, sha256 {made.sha256[:16]}…. Name it with --pack {made.id}."
    show(as_json, made, text)


@law.command("publish-policy")
def publish_policy(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Note that your public retention policy, as `sayso document policy` prints it now, is published from now on."""
    with opened(archive, as_ or whoami()) as house:
        texts = house.law.publish_policy()
    hashes = {language: text.sha256 for language, text in texts.items()}
    told = "".join(f"\n  {language}: sha256 {each}" for language, each in hashes.items())
    show(as_json, {"published": True, "sha256": hashes}, f"Noted: the public policy is published.{told}")
