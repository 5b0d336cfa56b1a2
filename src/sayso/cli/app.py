"""The ``sayso`` command: its page of help, and what becomes of an error.

May know: Typer, the other command files. Must not know: the archive's inside.
"""

from __future__ import annotations

import sys

import typer

from ..errors import SaysoError
from . import accounts, collections, demo, keys, law, ledger, measuring, people, photos, reviewing, setup
from .output import complain

app = typer.Typer(
    name="sayso",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Face search on a person's say-so.

Finds a person's photos only when that person says yes, measures as few other faces as it can, closes everyone else
in what it delivers, and forgets for good when told to.

**The way of a collection:** `init` → `collection new` → `add` → `notice publish` → `invite` → `enrol` → `confirm`
→ `find` or `point` → `review` → `album` → `withdraw`. Try it on made-up people: `sayso demo`.

**Exit codes:** 0 done · 1 failed · 2 usage · 3 refused by a rule of law · 4 done, but items were skipped.

**Environment:** `SAYSO_ARCHIVE` the archive's folder · `SAYSO_AS` who you are · `SAYSO_KEYS`, `SAYSO_STATE` where keys
and their seal lie · `SAYSO_MASTER_KEY` the master key, if not in a file · `SAYSO_PKCS11_MODULE`,
`SAYSO_PKCS11_TOKEN`, `SAYSO_PIN` library, label and PIN of the token that keeps it · `SAYSO_MODELS` prepared models ·
`SAYSO_WORKERS`, `SAYSO_PRECISION` (`f32`, `bf16`) how to run them.

It never fetches pictures, watches cameras, or looks for anybody who has not said yes.""",
)

for part in (setup, accounts, collections, photos, people, reviewing, ledger, keys, law, measuring, demo):
    part.register(app)


def main() -> None:
    """Run the command line; exits with the code that the help page promises."""
    try:
        app()
    except SaysoError as error:
        complain(error, "--json" in sys.argv)
        sys.exit(error.exit_code)
