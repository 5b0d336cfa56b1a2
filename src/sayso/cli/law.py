"""Commands: law explain, check, declare, publish-policy.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

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
    """List what this archive still lacks before anybody may enrol."""
    with opened(archive, as_ or whoami()) as house:
        lacking = house.law.check(language=spoken(language))
    rows = [(one.rule, one.text, one.citation) for one in lacking]
    show(as_json, lacking, table(["rule", "still lacking", "source"], rows) if rows else "Nothing is lacking.")


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


@law.command("publish-policy")
def publish_policy(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Note that your public retention policy, as `sayso document policy` prints it now, is published from now on."""
    with opened(archive, as_ or whoami()) as house:
        texts = house.law.publish_policy()
    hashes = {language: text.sha256 for language, text in texts.items()}
    told = "".join(f"\n  {language}: sha256 {each}" for language, each in hashes.items())
    show(as_json, {"published": True, "sha256": hashes}, f"Noted: the public policy is published.{told}")
