"""Commands: init, status, cease.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from typing import Annotated

import typer

from ..errors import UsageError
from ..values import Route
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import counted, fields, notes, show


def register(app: typer.Typer) -> None:
    app.command()(init)
    app.command()(status)
    app.command()(cease)


def init(
    pack: Annotated[
        list[str] | None,
        typer.Option(
            "--pack",
            metavar="PACK",
            help="Law pack: CA, CA-QC, EU, US-IL, US-TX, strict, or a file ID.toml; repeat to add.",
        ),
    ] = None,
    controller: Annotated[str, typer.Option(metavar="NAME", help="Who is responsible: the organisation's name.")] = "",
    contact: Annotated[str, typer.Option(metavar="TEXT", help="Privacy contact that notices and albums name.")] = "",
    calibration: Annotated[str, typer.Option(metavar="SET", help="The set whose thresholds decide.")] = "public-36",
    master_key: Annotated[
        str, typer.Option(metavar="SOURCE", help="Where the master key lies: file, environment, keyring or pkcs11.")
    ] = "file",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Create an archive. Its keys are made outside of it; the law packs are yours to choose.

    Without --controller and --contact they are the name given with --as; notices need better ones.
    """
    # Not needed for a page of help, and slow to load.
    from ..archive import create
    from ..policy import available

    if not pack:
        raise UsageError("No law pack was chosen, and none is a default.", f"Add --pack with {', '.join(available())}.")
    operator = as_ or whoami()
    with create(
        archive,
        packs=pack,
        controller=controller or operator,
        contact=contact or operator,
        operator=operator,
        calibration=calibration,
        master_key=master_key,
        route=Route.CLI,
    ) as made:
        state = made.status()
        lacking = made.law.check()
    text = f"Archive made in {archive} under {' + '.join(state.packs)}, for {state.controller}."
    text += "\nNext: `sayso collection new NAME`."
    show(as_json, {"archive": state, "lacking": lacking}, text)
    if lacking and not as_json:
        notes.print("Before anybody can enrol (see `sayso law check`):")
        for reason in lacking:
            notes.print(f"  [{reason.rule}] {reason.text}", markup=False)


def status(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Show what the archive holds and on what it runs."""
    with opened(archive, as_ or whoami()) as house:
        state = house.status()
    counts = state.counts
    why = f" (not in int8: {state.without_int8})" if state.without_int8 else ""
    open_to_all = " or ".join(state.operators_without_password)
    rows = [
        ("controller", state.controller),
        ("law packs", " ".join(state.packs)),
        ("collections", state.collections),
        ("photos", state.photos),
        ("faces located", state.faces),
        ("subjects", state.subjects),
        *([("to be asked again", f"{state.waiting}; see `sayso notice waiting`")] if state.waiting else []),
        ("templates", state.templates),
        ("matched", state.matched),
        ("in review", state.in_review),
        ("measured so far", counted(counts.measured, "face")),
        ("exposure so far", f"{counted(counts.exposure, 'face')} measured that belong to nobody who consented"),
        ("ledger entries", state.ledger_size),
        ("clocks tended", f"{state.tended_at:%Y-%m-%d %H:%M}" if state.tended_at else "never; run `sayso tend` daily"),
        *((f"due {one.at:%Y-%m-%d}", one.what) for one in state.due),
        *(
            [("second approvals", f"mean little while anybody can act as {open_to_all}; see `sayso account password`")]
            if open_to_all
            else []
        ),
        ("recogniser", f"{state.model}, {state.precision}{why}, {counted(state.workers, 'worker')}"),
    ]
    show(as_json, state, fields(rows))


def cease(archive: ArchiveOption = DEFAULT_ARCHIVE, as_: AsOption = "", as_json: JsonOption = False) -> None:
    """Stop for good: every data key is destroyed. It takes two operators, each running this command."""
    with opened(archive, as_ or whoami()) as house:
        ended = house.cease()
    if ended.at is None:
        text = f"{ended.asked_by} asks for the end. It comes when a second operator runs `sayso cease --as NAME`."
    else:
        text = f"Ceased. Keys destroyed: {ended.keys_destroyed}. The signed report:\n\n{ended.report}"
    show(as_json, ended, text)
