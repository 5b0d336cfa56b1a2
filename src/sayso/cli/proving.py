"""Asks for the password of an account that has one: from the environment, or on a terminal without showing it.

May know: Typer, the environment. Must not know: which accounts have a password. Must not do: print, keep or log one,
or take one as an option, where every list of processes would show it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import typer

from ..errors import RefusedError, UsageError

PASSWORD, TOKEN, NEW_PASSWORD, WITNESS_PASSWORD = (
    "SAYSO_PASSWORD",
    "SAYSO_TOKEN",
    "SAYSO_NEW_PASSWORD",
    "SAYSO_WITNESS_PASSWORD",
)


def own_proof(name: str) -> Callable[[], str]:
    """Gives the password, or a token, of whoever runs the command; raises RefusedError (F10) if nobody can be asked."""
    return _asking(name, PASSWORD, TOKEN)


def witness_proof(name: str) -> Callable[[], str]:
    """Gives the password of a witness, who types it on the same terminal."""
    return _asking(name, WITNESS_PASSWORD)


def new_password() -> str:
    """A password to set, asked for twice on a terminal. Raises UsageError if nobody can be asked."""
    given = os.environ.get(NEW_PASSWORD)
    if given:
        return given
    if not _terminal():
        raise UsageError("There is no terminal to ask for the password on.", f"Set {NEW_PASSWORD} instead.")
    typed: str = typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def _asking(name: str, *variables: str) -> Callable[[], str]:
    def ask() -> str:
        given = next((found for variable in variables if (found := os.environ.get(variable))), None)
        if given is not None:
            return given
        if not _terminal():
            raise RefusedError.because(
                "F10",
                f"The account '{name}' has a password, which was not given.",
                f"Set {' or '.join(variables)}, or run this on a terminal to be asked for it.",
            )
        typed: str = typer.prompt(f"Password of {name}", hide_input=True, err=True)
        return typed

    return ask


def _terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
