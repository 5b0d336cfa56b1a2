"""Commands: account new, list, disable, password; account token new, list, revoke.

May know: the front door. Must not know: the archive's inside. Must not do: print a password, or take one as an option.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from ..values import Role
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import show, table
from .proving import new_password

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The account's name.")]

accounts = typer.Typer(help="Who may act, in which role.", no_args_is_help=True)
tokens = typer.Typer(help="Tokens by which your programs act as you.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    accounts.add_typer(tokens, name="token")
    app.add_typer(accounts, name="account")


@accounts.command("new")
def account_new(
    name: NameArgument,
    role: Annotated[Role, typer.Option(metavar="ROLE", help="operator, reviewer or overseer.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Open an account. An overseer reads and checks, and changes nothing."""
    with opened(archive, as_ or whoami()) as house:
        account = house.accounts.new(name, role)
    show(as_json, account, f"Account '{account.name}' opened as {account.role}.")


@accounts.command("list")
def account_list(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """List accounts: who may act, in which role, since when, with a password or not."""
    with opened(archive, as_ or whoami()) as house:
        found = house.accounts.list()
    rows = [
        (
            one.name,
            one.role,
            f"{one.created_at:%Y-%m-%d}",
            "closed" if one.disabled_at else "open",
            "yes" if one.has_password else "no",
        )
        for one in found
    ]
    show(as_json, found, table(["name", "role", "since", "state", "password"], rows))


@accounts.command("disable")
def account_disable(
    name: NameArgument, archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False
) -> None:
    """Close an account for good."""
    with opened(archive, as_ or whoami()) as house:
        house.accounts.disable(name)
    show(as_json, {"disabled": name}, f"Account '{name}' is closed.")


@accounts.command("password")
def account_password(
    name: NameArgument, archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False
) -> None:
    """Give an account a password; every command of theirs asks for it then.

    It is asked for twice and never shown; a program sets SAYSO_NEW_PASSWORD. An operator gives others their first one,
    but nobody replaces somebody else's.
    """
    with opened(archive, as_ or whoami()) as house:
        house.accounts.set_password(name, new_password())
    show(as_json, {"account": name}, f"The password of '{name}' is set.")


@tokens.command("new")
def token_new(
    note: Annotated[str, typer.Argument(metavar="NOTE", help="What it is for.")],
    days: Annotated[int, typer.Option(metavar="DAYS", min=1, max=3650, help="For how many days it holds.")] = 90,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a token for your account. It is printed this once; whoever holds it acts as you."""
    with opened(archive, as_ or whoami()) as house:
        made, token = house.accounts.new_token(note, holds=timedelta(days=days))
    show(as_json, {"token": token, "id": made.id, "expires_at": made.expires_at}, token)


@tokens.command("list")
def token_list(
    everybodys: Annotated[bool, typer.Option("--all", metavar="", help="Everybody's, not only yours.")] = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """List tokens: whose, what for, until when; never the token itself."""
    with opened(archive, as_ or whoami()) as house:
        found = house.accounts.list_tokens(everybodys=everybodys)
    rows = [
        (one.id, one.name, one.note, f"{one.expires_at:%Y-%m-%d}", "revoked" if one.revoked_at else "open")
        for one in found
    ]
    listed = table(["#id", "account", "for", "until", "state"], rows)
    show(as_json, found, listed if rows else "There are no tokens.")


@tokens.command("revoke")
def token_revoke(
    token_id: Annotated[int, typer.Argument(metavar="ID", help="The number that `sayso account token list` shows.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """End a token at once."""
    with opened(archive, as_ or whoami()) as house:
        house.accounts.revoke_token(token_id)
    show(as_json, {"revoked": token_id}, f"Token {token_id} opens nothing any more.")
