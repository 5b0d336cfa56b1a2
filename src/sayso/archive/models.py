"""Front door, the models: which recogniser this archive measures with.

May know: everything below by its front name. Must not know: the CLI, the web.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..finding import models
from ..finding.models import Added, Changed, ModelState, Removed
from ..values import Subject
from .door import Door


class Models:
    """``archive.models``: list, add an own one, choose, remove."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def list(self) -> Sequence[ModelState]:
        """Every recogniser of this archive, with how many templates there are of each; the one in use first."""
        self._door.enter("models.list")
        return models.states(self._door.ground)

    def add(self, file: Path, card: Path) -> Added:
        """Take the operator's own 112 x 112 recogniser from an ONNX file and its card; nothing measures with it yet.

        Raises ModelError, which says what about the two does not hold, UsageError.
        """
        return models.add(self._door.ground, self._door.enter("models.add"), file, card)

    def use(self, model: str) -> Changed:
        """Measure with this model from now on; who has no template of it is asked for a new capture.

        Raises UsageError, ModelError.
        """
        return models.use(self._door.ground, self._door.sight, self._door.enter("models.use"), model)

    def people(self) -> Sequence[Subject]:
        """Who needs a new capture, because their template is of another model."""
        return models.people(self._door.ground, self._door.sight, self._door.enter("models.people"))

    def remove(self, model: str, *, with_templates: bool = False) -> Removed:
        """Remove an own model that is not in use, and with it, if so asked, the templates of it. Raises UsageError."""
        actor = self._door.enter("models.remove")
        return models.remove(self._door.ground, actor, model, with_templates=with_templates)
