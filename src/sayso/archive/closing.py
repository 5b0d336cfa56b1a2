"""Front door, closing: how well faces that must not be seen are found, and how little is left of them.

May know: measurements by their front name. Must not know: persons, collections.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from .. import measure
from ..engine import Progress
from ..measure import LeaksReport, RedactionReport
from ..values import Act
from .door import Door


class Closing:
    """``archive.closing``: leaks and the strength of redaction, on pictures whose truth is known."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def measure_leaks(
        self,
        folder: Path,
        *,
        labels: Path | None = None,
        opened: Collection[str] = (),
        progress: Callable[[Progress], None] | None = None,
    ) -> LeaksReport:
        """Which faces of others stay visible in renditions of a folder's photos, against labels; nobody is measured.

        labels: a file for all photos; the folder's own if None. opened: ids in the labels of people who may be seen.
        Raises UsageError when nothing is labelled or no photo can be read.
        """
        ground, sight = self._door.ground, self._door.sight
        actor = self._door.enter("measure.leaks")
        read = measure.read_labels(folder, file=labels, opened=opened)
        report = measure.measure_leaks(
            read, locator=sight.locator, closer=sight.closer, clock=ground.clock, progress=progress
        )
        with ground.database.begin() as session:
            goal = report.leaks.goal
            noted = (("others", goal.others), ("leaked", goal.leaked))
            ground.note(session, Act("measure.leaks", actor, counts=report.counts, facts=noted))
        return report

    def measure_redaction(
        self, folder: Path, *, basis: str, progress: Callable[[Progress], None] | None = None
    ) -> RedactionReport:
        """How often closed faces are found on a labelled folder (F12): in memory, at least 20 persons, rates only."""
        ground = self._door.ground
        actor = self._door.enter("measure.redaction")
        report = measure.measure_redaction(
            folder,
            basis=basis,
            packs=ground.packs_of(),
            store=self._door.sight.store,
            clock=ground.clock,
            begin=self._door.begins("measure.redaction", actor, basis),
            progress=progress,
        )
        with ground.database.begin() as session:
            noted = (("basis", basis), ("persons", report.persons))
            ground.note(session, Act("measure.redaction", actor, counts=report.counts, facts=noted))
        return report
