"""How the long work is done that is asked for here: adding photos, finding people's, and what is handed over.

May know: the front door as whoever asked uses it. Must not know: HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from ...archive import Archive, Progress
from .finding import Find
from .photos import NewPhotos

#: So many files that were left out are kept with a job; a report is no second archive.
_MOST_SKIPPED = 5000


def add(archive: Archive, words: Mapping[str, Any], tell: Callable[[Progress], None]) -> Mapping[str, Any]:
    """Add photos that lie on the server."""
    asked = NewPhotos.model_validate(_asked(words))
    report = archive.photos.add(
        list(asked.paths),
        str(asked.collection),
        copy=asked.keep_copy,
        small_faces=asked.small_faces,
        tags=asked.tags,
        progress=tell,
    )
    return asdict(replace(report, skipped=report.skipped[:_MOST_SKIPPED])) | {"skipped_in_all": len(report.skipped)}


def find(archive: Archive, words: Mapping[str, Any], tell: Callable[[Progress], None]) -> Mapping[str, Any]:
    """Find the photos of one person, or of everybody who said yes."""
    asked = Find.model_validate(_asked(words))
    reports = archive.people.find(
        subject=asked.subject,
        collection=str(asked.collection) if asked.collection is not None else None,
        cues=asked.cues(),
        reach=asked.reach,
        progress=tell,
    )
    return {"collections": [asdict(one) for one in reports]}


def album(archive: Archive, words: Mapping[str, Any], tell: Callable[[Progress], None]) -> Mapping[str, Any]:
    """Search for one person, and write the album of their own pages."""
    done = archive.mine.refresh(words["subject"], progress=tell)
    return {"photos": done.photos, "new": done.new, "behind": done.behind}


def export(archive: Archive, words: Mapping[str, Any], tell: Callable[[Progress], None]) -> Mapping[str, Any]:
    """Make ready what is held about one person."""
    held = archive.taking.make(words["subject"], progress=lambda done, total: tell(Progress(done, total)))
    return {"photos": held.photos, "entries": held.entries, "request": held.request.id}


def _asked(words: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if name != "route"}
