"""Which recogniser an archive measures with: the one that comes with Sayso, or the operator's own, from a local file.

May know: settings, model files, how many templates each model has and whose consent they serve. Must not know: vectors.
Templates of two models never meet: who has none of the model in use is asked for a new capture, and skipped until then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .. import consent, vault
from ..consent import LiveConsent
from ..errors import ModelError, SaysoError, UsageError
from ..ground import Ground, Sight
from ..storage import FolderBlobs, Session, read_setting, write_setting
from ..values import Act, Actor, Subject
from ..vision import DEFAULT_MODEL, Calibration, ModelCard, OwnModel, cards
from ..vision.own import opened, read_own_card, verified

_IN_USE = "model"
_CARDS = "models"
_EARLIER = "models_earlier"
_THRESHOLDS = "model_thresholds"

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

# A card is a screenful of text.
_LARGEST_CARD = 64 << 10


@dataclass(frozen=True, slots=True)
class Added:
    """An own model that passed its trial. ``eer``: equal error rate on ``people`` rendered people, 0 to 1."""

    model: str
    version: str
    sha256: str
    dimension: int
    eer: float
    people: int


@dataclass(frozen=True, slots=True)
class ModelState:
    """A recogniser that this archive can measure with, or has templates of.

    own: the operator's. thresholds: names of the sets that it is calibrated on. problem: why it cannot be used, or "".
    """

    id: str
    version: str
    in_use: bool
    own: bool
    templates: int
    thresholds: tuple[str, ...]
    licence: str
    training_data: str
    sha256: str
    problem: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of models led to. ``again``: people whose template is of another model."""

    before: str
    model: str
    thresholds: tuple[str, ...]
    again: tuple[Subject, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed. ``templates`` of the model were destroyed with it."""

    model: str
    templates: int


def add(ground: Ground, actor: Actor, file: Path, card: Path) -> Added:
    """Take an operator's own recogniser: check its card and its file, try it on rendered people, and keep a copy.

    Raises ModelError when anything about it does not hold, UsageError when the archive has another model of that id.
    """
    text = _card_text(card)
    facts, wiring = read_own_card(text)
    with ground.database.begin() as session:
        _refuse_taken(session, facts)
    # Only here, because it loads the runtimes.
    from ..vision.trial import try_out

    given = OwnModel(facts, wiring, file)
    plain = opened(given)
    trial = try_out(given, plain)
    # Written before the transaction, because it may be large; without its card it is nothing.
    ground.blobs.put(plain.data, _key(facts))
    try:
        with ground.database.begin() as session:
            _refuse_taken(session, facts)
            if not ground.blobs.path(_key(facts)).exists():
                # Meanwhile somebody removed another model of the same file.
                ground.blobs.put(plain.data, _key(facts))
            _write(session, _CARDS, _read(session, _CARDS) | {facts.id: text})
            _forget_thresholds(session, facts.id)
            noted = (
                ("model", facts.id),
                ("version", facts.version),
                ("sha256", facts.sha256),
                ("licence", facts.licence),
            )
            ground.note(session, Act("models.add", actor, facts=noted))
    except BaseException:
        _drop_file(ground, _key(facts))
        raise
    return Added(facts.id, facts.version, facts.sha256, trial.dimension, trial.eer, trial.people)


def use(ground: Ground, sight: Sight, actor: Actor, model_id: str) -> Changed:
    """Measure with another model from now on.

    Raises UsageError for an unknown one, ModelError if its file is not the one that was added.
    """
    with ground.database.begin() as session:
        asked = _own(session, ground.blobs, model_id)
    if asked is not None:
        # Outside of a transaction, because it reads the whole file; an id never comes to mean another one.
        verified(asked)
    with ground.database.begin() as session:
        before = in_use(session)
        own = _own(session, ground.blobs, model_id)
        write_setting(session, _IN_USE, model_id)
        again = _again(session, ground, model_id)
        noted = (("from", before), ("to", model_id), ("people_without_template", len(again)))
        ground.note(session, Act("models.use", actor, tuple(one.id for one in again), facts=noted))
        measured = thresholds(session, model_id)
    sight.use(own, measured)
    return Changed(before, model_id, tuple(one.set for one in sight.card.calibrations), again)


def people(ground: Ground, sight: Sight, actor: Actor) -> Sequence[Subject]:
    """Who needs a new capture, because their template is of another model; each can read that somebody looked."""
    with ground.database.begin() as session:
        found = _again(session, ground, sight.card.id)
        ground.note(session, Act("models.people", actor, tuple(one.id for one in found)))
    return found


def remove(ground: Ground, actor: Actor, model_id: str, *, with_templates: bool) -> Removed:
    """Remove an own model's file, card and thresholds; ``with_templates`` destroys the templates of it first.

    Each person whose template is destroyed can read that it was. Of a model that comes with Sayso only the templates
    go. Raises UsageError for the model in use, for one that is not there, and while people's templates are of it.
    """
    with ground.database.begin() as session:
        if model_id == in_use(session):
            raise UsageError(
                f"The archive measures with {model_id}.", "Choose another model first: `sayso models use MODEL`."
            )
        texts = _read(session, _CARDS)
        living = vault.count_by_model(session).get(model_id, 0)
        if model_id not in texts and not living:
            if model_id == DEFAULT_MODEL:
                raise UsageError(f"{model_id} comes with Sayso and has no templates here.", "Nothing needs to be done.")
            raise _unknown(session, model_id)
        if living and not with_templates:
            raise UsageError(
                f"{living} of people's templates are of {model_id}, and only that model can read them.",
                "Ask those people for a new capture first, or destroy the templates as well: add --with-templates.",
            )
        whose = _of_model(session, model_id)
        gone = vault.forget_model(session, model_id)
        text = texts.pop(model_id, None)
        key = None
        if text is not None:
            card, _ = read_own_card(text)
            key = _key(card)
            _write(session, _CARDS, texts)
            # They hold for its card's metric and colours too, and the next card of that id may say others.
            _forget_thresholds(session, model_id)
            _write(session, _EARLIER, _read(session, _EARLIER) | {model_id: card.sha256})
        ground.note(session, Act("models.remove", actor, whose, facts=(("model", model_id), ("templates", gone))))
    if key is not None:
        _drop_file(ground, key)
    if gone:
        ground.database.scrub()
    return Removed(model_id, gone)


def states(ground: Ground) -> list[ModelState]:
    """Every recogniser of this archive, and every model of which there are templates; the one in use first."""
    with ground.database.begin() as session:
        chosen, templates = in_use(session), vault.count_by_model(session)
        known = [
            (card, _own(session, ground.blobs, card.id), thresholds(session, card.id))
            for card in (*(card for card in cards() if card.job == "measure"), *own_cards(session))
        ]
    # Outside of the transaction, because it reads whole files.
    found = [
        ModelState(
            card.id,
            card.version,
            card.id == chosen,
            own is not None,
            templates.pop(card.id, 0),
            tuple(one.set for one in (*card.calibrations, *measured)),
            card.licence,
            card.training_data,
            card.sha256,
            _problem(own),
        )
        for card, own, measured in known
    ]
    lost = "its card and file are gone; only `sayso models remove` is left for its templates"
    found += [ModelState(id, "", False, True, number, (), "", "", "", lost) for id, number in templates.items()]
    return sorted(found, key=lambda one: (not one.in_use, one.own, one.id))


def own_cards(session: Session) -> Iterator[ModelCard]:
    """The cards of the operator's own recognisers."""
    for text in _read(session, _CARDS).values():
        yield read_own_card(text)[0]


def in_use(session: Session) -> str:
    """The id of the recogniser that the archive measures with."""
    return read_setting(session, _IN_USE) or DEFAULT_MODEL


def chosen(session: Session, blobs: FolderBlobs) -> OwnModel | None:
    """The operator's own recogniser, if the archive measures with one; the file is checked when it is loaded."""
    return _own(session, blobs, in_use(session))


def require_current(session: Session, sight: Sight) -> None:
    """Raises SaysoError when somebody chose another recogniser since this process loaded its own."""
    if in_use(session) != sight.card.id:
        raise SaysoError(
            f"The archive measures with {in_use(session)} now, and this process still with {sight.card.id}.",
            "Open the archive again.",
        )


def of_another_model(session: Session, consents: Sequence[LiveConsent], model_id: str) -> int:
    """How many of these consents have templates, but none of this model."""
    return sum(_other(session, one, model_id) for one in consents)


def thresholds(session: Session, model_id: str) -> tuple[Calibration, ...]:
    """The thresholds that were measured here for a model."""
    return tuple(Calibration(**one) for one in _read(session, _THRESHOLDS).get(model_id, []))


def require_new_name(session: Session, card: ModelCard, name: str) -> None:
    """Raises UsageError for a name that is none, or that thresholds of this model bear already: collections rest on
    them, and what was decided with them must stay explained."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"'{name}' is no name for thresholds.", "Use small letters, digits and hyphens, 64 at most: 'choir-2026'."
        )
    if any(name == one.set for one in (*card.calibrations, *thresholds(session, card.id))):
        raise UsageError(f"The model {card.id} has thresholds '{name}' already.", "Choose another name.")


def keep_thresholds(session: Session, model_id: str, measured: Calibration) -> None:
    """Keep thresholds for a model, in place of older ones of the same name."""
    held = _read(session, _THRESHOLDS)
    others = [one for one in held.get(model_id, []) if one["set"] != measured.set]
    _write(session, _THRESHOLDS, held | {model_id: [*others, asdict(measured)]})


def _again(session: Session, ground: Ground, model_id: str) -> tuple[Subject, ...]:
    now = ground.clock()
    return tuple(
        one
        for one in consent.subjects.list_all(session, ground.keys)
        if any(_other(session, given, model_id) for given in consent.records.given(session, one.id, now))
    )


def _other(session: Session, living: LiveConsent, model_id: str) -> bool:
    models = {model for model, _ in vault.made(session, living)}
    return bool(models) and model_id not in models


def _of_model(session: Session, model_id: str) -> tuple[str, ...]:
    """Ids of the people who have a template of a model."""
    return tuple(
        one
        for one in consent.subjects.living_ids(session)
        if any(
            model_id == model
            for given in consent.records.given(session, one)
            for model, _ in vault.made(session, given)
        )
    )


def _own(session: Session, blobs: FolderBlobs, model_id: str) -> OwnModel | None:
    """An own model by its id; None for the one that comes with Sayso. Raises UsageError if there is none."""
    if model_id == DEFAULT_MODEL:
        return None
    text = _read(session, _CARDS).get(model_id)
    if text is None:
        raise _unknown(session, model_id)
    card, wiring = read_own_card(text)
    return OwnModel(replace(card, calibrations=thresholds(session, model_id)), wiring, blobs.path(_key(card)))


def _problem(own: OwnModel | None) -> str:
    try:
        if own is not None:
            verified(own)
    except ModelError as error:
        return error.what
    return ""


def _unknown(session: Session, model_id: str) -> UsageError:
    known = ", ".join([DEFAULT_MODEL, *_read(session, _CARDS)])
    return UsageError(f"There is no model '{model_id}' in this archive.", f"Choose one of these: {known}.")


def _refuse_taken(session: Session, card: ModelCard) -> None:
    if any(card.id == other.id for other in cards()):
        raise UsageError(f"{card.id} is the id of a model that comes with Sayso.", "Give the new one another id.")
    if card.id in _read(session, _CARDS):
        raise UsageError(
            f"There is a model {card.id} already.", "Remove it first, or give the new one another id on its card."
        )
    before = _read(session, _EARLIER).get(card.id)
    living = vault.count_by_model(session).get(card.id, 0)
    if before not in (None, card.sha256) or (living and before is None):
        raise UsageError(
            f"The id {card.id} was that of another file here; templates of the two must never be taken for each other.",
            "Give the new model another id on its card.",
        )


def _card_text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_CARD:
            raise ModelError(f"The model card {path.name} is no card: it is far too long.", "Give the TOML file.")
        return path.read_text("utf-8")
    except OSError as error:
        raise ModelError(f"The model card {path} cannot be read: {error.strerror}.", "Check the path.") from None
    except UnicodeDecodeError:
        raise ModelError(f"The model card {path.name} is no text.", "Give the TOML file, in UTF-8.") from None


def _key(card: ModelCard) -> str:
    """Where the archive keeps the file, among its other files."""
    return f"models/{card.sha256}.onnx"


def _drop_file(ground: Ground, key: str) -> None:
    """Delete a model's file, unless another card is about the same file."""
    with ground.database.begin() as session:
        if not any(_key(card) == key for card in own_cards(session)):
            ground.blobs.delete(key)


def _forget_thresholds(session: Session, model_id: str) -> None:
    held = _read(session, _THRESHOLDS)
    if held.pop(model_id, None) is not None:
        _write(session, _THRESHOLDS, held)


def _read(session: Session, name: str) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(read_setting(session, name) or "{}")
    return held


def _write(session: Session, name: str, content: object) -> None:
    write_setting(session, name, json.dumps(content, ensure_ascii=False, sort_keys=True))
