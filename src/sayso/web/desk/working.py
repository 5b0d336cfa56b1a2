"""The long work of the desk: adding photos, searching, counting exposure. Each kind can be cut off and repeated.

May know: the front door as whoever asked uses it. Must not know: pages, cookies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...archive import Archive, Progress
from ...values import Skipped
from ..cues import from_words
from ..me.automatic import look_for_everybody

Tell = Callable[[Progress], None]

#: So many files that were left out are kept with a job; a report is no second archive.
_MOST_SKIPPED = 5000


def add(archive: Archive, parameters: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
    """Add an upload, or a folder of the server, and look for everybody who lets themselves be found there."""
    collection = str(parameters["collection"])
    if "batch" in parameters:
        report = archive.uploads.add(str(parameters["batch"]), progress=tell)
    else:
        report = archive.photos.add(
            [str(parameters["folder"])],
            collection,
            copy=bool(parameters.get("copy")),
            small_faces=bool(parameters.get("small_faces")),
            progress=tell,
        )
    people = look_for_everybody(archive, collection, tell)
    if "batch" in parameters:
        # Not before everything is done: work that is cut off begins again, and needs the files to know what it was.
        archive.uploads.discard(str(parameters["batch"]))
    return {
        "photos": report.added,
        "already": report.already_there,
        "faces": report.counts.seen,
        "people": people,
        "seconds": round(report.seconds, 1),
        **_left_out(report.skipped),
    }


def find(archive: Archive, parameters: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
    """Search one collection, or what passes cues in it, for everybody who lets themselves be found there, and write the
    albums of whom there are new photos."""
    collection = str(parameters["collection"])
    cues = from_words(parameters["cues"]) if "cues" in parameters else None
    (report,) = archive.people.find(collection=collection, cues=cues, progress=tell)
    look_for_everybody(archive, collection, tell)
    counts = report.counts
    return {
        "people": report.subjects,
        "photos": counts.photos,
        "measured": counts.measured,
        "exposure": counts.exposure,
        "matched": report.matched,
        "review": report.review,
        "left_pointed": report.left_pointed,
        "before": report.done_before,
        "seconds": round(report.seconds, 1),
        **_left_out(report.skipped),
    }


def measure_exposure(archive: Archive, parameters: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
    """Count what each reach would measure in a collection; nobody is measured."""
    tell(Progress(0, 1))
    report = archive.collections.measure_exposure(str(parameters["collection"]))
    widest = {one.reach.value: one.points[-1].measured_in_all for one in report.curves if one.points}
    return {
        "people": report.people,
        "photos": report.photos,
        "faces": report.faces,
        "left_pointed": report.left_pointed,
        "bystanders": report.bystanders,
        "widest": widest,
    }


def _left_out(skipped: tuple[Skipped, ...]) -> dict[str, Any]:
    listed = [[one.name, one.reason] for one in skipped[:_MOST_SKIPPED]]
    return {"skipped": listed, "skipped_in_all": len(skipped)}
