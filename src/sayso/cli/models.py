"""Commands: models prepare, list, add, use, people, remove.

May know: the front door. Must not know: vectors, the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import console, counted, show, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..finding.models import Changed
    from ..values import Subject

ModelArgument = Annotated[str, typer.Argument(metavar="MODEL", help="The model's id.")]

models = typer.Typer(
    help="The models and their files; which recogniser an archive measures with.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    app.add_typer(models, name="models")


@models.command("prepare")
def prepare(
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FOLDER", help="A folder that holds the published files.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check the models' files and prepare them once for this machine. Connects nowhere."""
    if source is not None and not source.is_dir():
        raise UsageError(f"There is no folder {source}.", "Give the folder that holds the models' published files.")
    # Not needed for a page of help, and slow to load.
    from ..archive import prepare_models

    made = prepare_models(source, (lambda _: None) if as_json else lambda text: console.print(text, markup=False))
    why = f" (not in int8: {made.without_int8})" if made.without_int8 else ""
    show(as_json, made, f"Models are ready in {made.folder}. The recogniser runs in {made.precision}{why}.")


@models.command("list")
def list_(
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """The recognisers of the archive: which is in use, and how many templates there are of each."""
    with opened(archive, as_ or whoami()) as house:
        found = house.models.list()
    rows = [
        (
            one.id,
            one.version,
            "yes" if one.in_use else "",
            one.templates,
            ", ".join(one.thresholds) or "none",
            one.problem or one.licence,
        )
        for one in found
    ]
    show(as_json, found, table(["model", "version", "in use", "#templates", "thresholds", "licence"], rows))


@models.command("add")
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The recogniser: one ONNX file, for 112 x 112 chips.")],
    card: Annotated[Path, typer.Option(metavar="CARD", help="Its model card: a TOML file.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Add a recogniser of your own from a local file: its card is checked, and it is tried on rendered people.

    Nothing measures with it yet: `sayso models use` chooses it.
    """
    with opened(archive, as_ or whoami()) as house:
        added = house.models.add(file, card)
    text = (
        f"Added {added.model}, version {added.version}: vectors of {added.dimension} numbers, equal error rate "
        f"{added.eer:.1%} on {added.people} rendered people, which says nothing about real ones.\n"
        f"Measure with it: `sayso models use {added.model}`."
    )
    show(as_json, added, text)


@models.command("use")
def use(
    model: ModelArgument,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Measure with another model from now on. Who has a template of an earlier one is asked for a new capture."""
    with opened(archive, as_ or whoami()) as house:
        changed = house.models.use(model)
    show(as_json, changed, _changed(changed))


@models.command("people")
def people(
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Who needs a new capture, because their template is of another model; each of them can read that you looked."""
    with opened(archive, as_ or whoami()) as house:
        found = house.models.people()
    show(as_json, found, _again(found) or "Nobody: every template is of the model in use.")


@models.command("remove")
def remove(
    model: ModelArgument,
    with_templates: Annotated[
        bool, typer.Option("--with-templates", metavar="", help="Destroy the templates of this model as well.")
    ] = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Remove a model that is not in use. Refused while people's templates are of it, unless they go as well."""
    with opened(archive, as_ or whoami()) as house:
        removed = house.models.remove(model, with_templates=with_templates)
    show(as_json, removed, f"Removed {removed.model}; {counted(removed.templates, 'template')} destroyed.")


def _changed(changed: Changed) -> str:
    lines = [f"Faces are measured with {changed.model} from now on; before, with {changed.before}."]
    if not changed.thresholds:
        lines.append("It has no thresholds yet: nothing is found until `sayso measure calibrate` has measured them.")
    if changed.again:
        lines.append(_again(changed.again))
    return "\n".join(lines)


def _again(people: Sequence[Subject]) -> str:
    if not people:
        return ""
    names = "\n".join(f"  {one.id}  {one.label}" for one in people)
    return f"{counted(len(people), 'person', 'people')} to invite for a new capture, skipped until then:\n{names}"
