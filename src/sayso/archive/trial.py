"""An archive for a trial: whole, in a temporary folder, with one person enrolled who does not exist; gone afterwards.

May know: the front door itself, made photos. Must not know: models, vectors, anybody who exists.
Must not leave: the folder, the keys, their seal.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..errors import KeyStoreError
from ..keys import Masters, default_places
from ..measure import made
from ..values import Purpose, Reach, Role
from .archive import Archive
from .collecting import Widening
from .opening import create, open_archive

#: The one who is searched for, and the basis on which: nobody in the photos exists.
SOMEBODY = "somebody@trial.example"
_BASIS = "synthetic-people"
_FIRST, _SECOND, _WITNESS = "first", "second", "third"
_HOLDS = timedelta(days=7)


@contextmanager
def trial_archive(collections: Sequence[str]) -> Iterator[tuple[Archive, Path]]:
    """An open archive with empty, swept collections of these names, and a folder beside it for photos.

    One person is enrolled for all of them, by the same steps and under the same rules as anywhere else.
    """
    with tempfile.TemporaryDirectory(prefix="sayso-trial-") as name:
        folder = Path(name)
        archive = create(
            folder / "archive",
            packs=("EU",),
            controller="A trial",
            contact="privacy@trial.example",
            operator=_FIRST,
            calibration="synthetic-40",
        )
        archive_id = archive.status().archive_id
        try:
            _furnish(archive, folder, collections)
            yield archive, folder
        finally:
            archive.close()
            _forget(archive_id)


def _furnish(archive: Archive, folder: Path, collections: Sequence[str]) -> None:
    assessment = folder / "assessment.txt"
    assessment.write_text("Every face in these photos was drawn by a computer.\n", "utf-8")
    widening = Widening(_BASIS, assessment, made.OCCASION, datetime.now(UTC) + _HOLDS)
    archive.accounts.new(_SECOND, Role.OPERATOR)
    archive.accounts.new(_WITNESS, Role.REVIEWER)
    archive.notices.publish("A trial looks for a face that nobody has.")
    for one in collections:
        archive.collections.new(one, reach=Reach.SWEPT, widening=widening)
    with open_archive(folder / "archive", name=_SECOND) as as_second:
        for one in collections:
            as_second.collections.approve(one)
    token = archive.people.invite(SOMEBODY, purposes=[Purpose.FIND], collections=collections)
    enrolled = archive.people.enrol(token, purposes=[Purpose.FIND], captures=made.captures(), witness=_WITNESS)
    archive.people.confirm(enrolled.confirm_code or "")


def _forget(archive_id: str) -> None:
    """Destroy the keys. With them goes what the temporary folder held, wherever copies of it may lie."""
    keys, seal = default_places(archive_id)
    with suppress(KeyStoreError):
        masters = Masters(keys, archive_id)
        masters.remove(masters.first_name("file"))
    shutil.rmtree(keys, ignore_errors=True)
    seal.unlink(missing_ok=True)
