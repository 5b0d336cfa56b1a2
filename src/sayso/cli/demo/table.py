"""The demo's numbers: one table for people, the same as JSON for programs.

May know: numbers. Must not know: how they came about.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.table import Table

from ..output import table
from .albums import Checked
from .goodbye import Goodbye
from .reaches import Row


@dataclass(frozen=True, slots=True)
class Result:
    """What the story led to. ``faces`` are the labelled ones of the event, ``located`` those that were found."""

    rows: tuple[Row, ...]
    checked: Checked
    goodbye: Goodbye
    photos: int
    faces: int
    located: int
    ledger_entries: int


_COLUMNS = (
    *("reach", "#people", "#photos", "#seen", "#measured", "#kept"),
    *("#doubtful", "#exposure", "#precision", "#recall", "#seconds"),
)


def as_text(result: Result, seconds: float) -> Table:
    """The table, and below it what it does not hold."""
    checked, goodbye = result.checked, result.goodbye
    counted = (
        f"\n{result.photos} photos, {result.faces} faces in them, {result.located} located. "
        f"{result.ledger_entries} ledger entries, all verified. {seconds:.0f} s in all."
    )
    leaks = (
        f"Leak rate: {checked.leaked} of {checked.others} other people’s faces of {checked.leaks.goal.smallest} pixels "
        f"or more can be seen in {checked.files} delivered photos."
    )
    remains = (
        f"After {goodbye.label}’s no: {len(goodbye.remains.hits)} of {goodbye.remains.files} files hold anything of "
        f"their template or name; their face is seen in {goodbye.seen_after} photos of others’ albums."
    )
    caution = "These people were made to be told apart; no rate here says anything about real ones."
    made = _rows(result)
    made.title, made.title_justify, made.title_style = "\nWhat each reach costs", "left", "bold"
    made.caption = "\n".join((counted, leaks, remains, caution))
    made.caption_justify, made.caption_style = "left", ""
    return made


def as_json(result: Result, seconds: float) -> dict[str, object]:
    """The same numbers for programs; rates are 0 to 1."""
    checked, goodbye = result.checked, result.goodbye
    return {
        "reaches": [
            {
                "reach": row.reach,
                "people": row.people,
                "photos": row.counts.photos,
                "seen": row.counts.seen,
                "measured": row.counts.measured,
                "kept": row.counts.kept,
                "doubtful": row.doubtful,
                "exposure": row.counts.exposure,
                "precision": round(row.precision, 4),
                "recall": round(row.recall, 4),
                "seconds": round(row.seconds, 2),
            }
            for row in result.rows
        ],
        "photos": result.photos,
        "faces": result.faces,
        "located": result.located,
        "albums": {
            "photos": checked.files,
            "others": checked.others,
            "leaked": checked.leaked,
            "with_place_or_thumbnail": checked.private,
            "with_credit": checked.credited,
        },
        "withdrawal": {
            "album_gone": goodbye.album_gone,
            "seen_before": goodbye.seen_before,
            "seen_after": goodbye.seen_after,
            "files_searched": goodbye.remains.files,
            "bytes_searched": goodbye.remains.bytes,
            "files_with_remains": len(goodbye.remains.hits),
            "find_refused": bool(goodbye.refusal),
            "receipt_verifies": goodbye.receipt_holds,
        },
        "ledger_entries": result.ledger_entries,
        "seconds": round(seconds, 1),
    }


def _rows(result: Result) -> Table:
    return table(
        _COLUMNS,
        [
            (
                row.reach,
                row.people,
                row.counts.photos,
                row.counts.seen,
                row.counts.measured,
                row.counts.kept,
                row.doubtful,
                row.counts.exposure,
                f"{row.precision:.1%}",
                f"{row.recall:.1%}",
                f"{row.seconds:.1f}",
            )
            for row in result.rows
        ],
    )
