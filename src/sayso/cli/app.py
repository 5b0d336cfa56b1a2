"""The ``sayso`` command: its page of help, and what becomes of an error.

May know: Typer, the other command files. Must not know: the archive's inside.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from traceback import extract_tb
from typing import Annotated

import typer

from .. import __version__
from ..errors import SaysoError, UsageError
from . import (
    accounts,
    collections,
    correcting,
    demo,
    documents,
    exporting,
    keys,
    law,
    ledger,
    measuring,
    people,
    photos,
    publishing,
    reviewing,
    serving,
    setup,
    tending,
)
from .chapters import Chapters
from .output import complain

app = typer.Typer(
    name="sayso",
    cls=Chapters,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Face search on a person's say-so.

Finds a person's photos only when that person says yes, measures as few other faces as it can, closes everyone else
in what it delivers, and forgets for good when told to. It never fetches pictures, watches cameras, or looks for
anybody who has not said yes.

The way of a collection: `init` → `collection new` → `add` → `notice publish` → `invite` → `enrol` → `confirm`
→ `find` or `point` → `review` → `album` → `withdraw`. Try it on made-up people: `sayso demo`.""",
    epilog="""Exit codes: 0 done · 1 failed, or the answer is no · 2 the command makes no sense · 3 refused by a rule
of law · 4 done, but some items were skipped.

Environment: `SAYSO_ARCHIVE` the archive's folder · `SAYSO_AS` your account's name ·
`SAYSO_PASSWORD` or `SAYSO_TOKEN` what proves that it is yours, if it has a password · `SAYSO_WITNESS_PASSWORD` the
same for a witness · `SAYSO_NEW_PASSWORD` one to set · `SAYSO_KEYS`, `SAYSO_STATE` where
the keys and their seal lie · `SAYSO_MASTER_KEY` the master key, if it is in no file · `SAYSO_PKCS11_MODULE`,
`SAYSO_PKCS11_TOKEN`, `SAYSO_PIN` library, label and PIN of the token that keeps it · `SAYSO_MODELS` where prepared
models lie · `SAYSO_WORKERS` how many run at once · `SAYSO_PRECISION` how they count: `f32` or `bf16`.""",
)


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"sayso {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", metavar="", is_eager=True, callback=_tell_version, help="Print the version, and end."
        ),
    ] = False,
) -> None:
    pass


#: What Typer makes of ctrl-C.
_INTERRUPTED = 130

for part in (
    setup,
    accounts,
    collections,
    photos,
    people,
    reviewing,
    publishing,
    tending,
    ledger,
    keys,
    law,
    documents,
    correcting,
    exporting,
    measuring,
    demo,
    serving,
):
    part.register(app)


def main() -> None:
    """Run the command line; exits with the code that the help page promises, and never with a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal of few signs, or a file name of none, must not stop a command that has done its work.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        _refuse_bytes_that_are_no_text(sys.argv)
        code = app(prog_name="sayso", standalone_mode=False)
    except typer.Abort:
        # Whoever was asked for a password pressed ctrl-C or ctrl-D.
        code = _INTERRUPTED
    except typer.TyperException as error:
        sys.exit(_fail(_usage(error)))
    except SaysoError as error:
        sys.exit(_fail(error))
    except OSError as error:
        sys.exit(_fail(_machine(error)))
    except Exception as error:
        sys.exit(_fail(_mistake(error)))
    if code == _INTERRUPTED:
        code = _fail(SaysoError("Stopped.", "Nothing was left half-done; run the same command again to go on."))
    sys.exit(code if isinstance(code, int) else 0)


def _refuse_bytes_that_are_no_text(words: list[str]) -> None:
    """A word that the terminal's encoding does not explain could be neither kept nor shown again."""
    try:
        "".join(words).encode()
    except UnicodeEncodeError:
        raise UsageError(
            "A word of this command is no text in this terminal's encoding.", "Rename the file, or type the word anew."
        ) from None


def _fail(error: SaysoError) -> int:
    complain(error, "--json" in sys.argv)
    return error.exit_code


def _usage(error: typer.TyperException) -> SaysoError:
    """What is wrong with the words of the command, and the page that tells the right ones."""
    context = getattr(error, "ctx", None)
    said = error.format_message().replace("Value error, ", "")
    if not said:
        # The page of help was printed already, because no command was given.
        sys.exit(UsageError.exit_code)
    return UsageError(said, f"See `{context.command_path if context else 'sayso'} --help`.")


def _machine(error: OSError) -> SaysoError:
    where = f" at {error.filename}" if error.filename else ""
    return SaysoError(
        f"A file or the disk did not do its work{where}: {error.strerror}.", "Put that right, then go on."
    )


def _mistake(error: Exception) -> SaysoError:
    """An error that nobody foresaw. Its own words are left out, because they may hold what must stay secret."""
    last = extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}, line {last.lineno}"
    return SaysoError(
        f"This is a mistake in Sayso itself ({type(error).__name__} in {where}).",
        "Nothing was left half-done. Please report these words.",
    )
