"""An open archive: it holds the namespaces of the front door.

May know: which namespaces there are. Must not know: what they do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from .. import consent, lifecycle, matches, photos, vault
from ..access import accounts
from ..engine import workers
from ..values import Counts, Outcome, Role, Route
from ..vision import ModelStore, default_folder, find_int8, prepare, prepare_int8, recognizer_precision
from .agreed import Consents
from .closing import Closing
from .collecting import Collections, Photos
from .door import Door
from .editing import Editing
from .hiding import Hiding
from .inviting import Invites
from .keyring import Keyring
from .law import Law
from .living import Live
from .looks import Looks
from .mine import Mine
from .models import Models
from .oversight import Oversight
from .overview import Overview
from .papers import Breaches, Papers, Requests
from .passkeys import Passkeys
from .people import Notices, People
from .pointing import Pointing
from .posting import Posters
from .publishing import Publishing
from .reaches import Reaches
from .register import Accounts, Register
from .reviewing import Review
from .roster import Roster
from .taking import Taking
from .uploading import Uploads
from .visiting import Visits
from .working import Jobs


@dataclass(frozen=True, slots=True)
class Status:
    """What an archive holds, in numbers. ``counts`` adds up every run that the ledger knows of; ``due`` is what the
    clocks bring next, soonest first; ``waiting`` are subjects who have to say yes again, as the notice changed.
    ``without_int8`` says why the recogniser does not run in int8, if it does not. ``operators_without_password`` is
    empty while there is only one operator."""

    archive_id: str
    controller: str
    packs: tuple[str, ...]
    collections: int
    photos: int
    faces: int
    subjects: int
    waiting: int
    templates: int
    matched: int
    in_review: int
    counts: Counts
    ledger_size: int
    precision: str
    without_int8: str
    model: str
    workers: int
    ceased: bool
    tended_at: datetime | None
    due: tuple[lifecycle.Due, ...]
    operators_without_password: tuple[str, ...]


class Archive:
    """An open archive. Use it in a ``with``, or call ``close``: it holds keys in memory and worker processes."""

    def __init__(self, door: Door) -> None:
        self._door = door

    @cached_property
    def collections(self) -> Collections:
        return Collections(self._door)

    @cached_property
    def photos(self) -> Photos:
        return Photos(self._door)

    @cached_property
    def notices(self) -> Notices:
        return Notices(self._door)

    @cached_property
    def people(self) -> People:
        return People(self._door)

    @cached_property
    def invites(self) -> Invites:
        return Invites(self._door)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self._door)

    @cached_property
    def taking(self) -> Taking:
        return Taking(self._door)

    @cached_property
    def posters(self) -> Posters:
        return Posters(self._door)

    @cached_property
    def live(self) -> Live:
        return Live(self._door)

    @cached_property
    def review(self) -> Review:
        return Review(self._door)

    @cached_property
    def editing(self) -> Editing:
        return Editing(self._door)

    @cached_property
    def looks(self) -> Looks:
        return Looks(self._door)

    @cached_property
    def publishing(self) -> Publishing:
        return Publishing(self._door)

    @cached_property
    def ledger(self) -> Register:
        return Register(self._door)

    @cached_property
    def law(self) -> Law:
        return Law(self._door)

    @cached_property
    def closing(self) -> Closing:
        return Closing(self._door)

    @cached_property
    def keys(self) -> Keyring:
        return Keyring(self._door)

    @cached_property
    def models(self) -> Models:
        return Models(self._door)

    @cached_property
    def papers(self) -> Papers:
        return Papers(self._door)

    @cached_property
    def requests(self) -> Requests:
        return Requests(self._door)

    @cached_property
    def breaches(self) -> Breaches:
        return Breaches(self._door)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self._door)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self._door)

    @cached_property
    def overview(self) -> Overview:
        return Overview(self._door)

    @cached_property
    def reaches(self) -> Reaches:
        return Reaches(self._door)

    @cached_property
    def roster(self) -> Roster:
        return Roster(self._door)

    @cached_property
    def uploads(self) -> Uploads:
        return Uploads(self._door)

    @cached_property
    def visits(self) -> Visits:
        return Visits(self._door)

    @cached_property
    def passkeys(self) -> Passkeys:
        return Passkeys(self._door)

    @cached_property
    def oversight(self) -> Oversight:
        return Oversight(self._door)

    @cached_property
    def mine(self) -> Mine:
        return Mine(self._door)

    @cached_property
    def pointing(self) -> Pointing:
        return Pointing(self._door)

    @cached_property
    def hiding(self) -> Hiding:
        return Hiding(self._door)

    def acting(self, name: str, role: Role | None = None, route: Route | None = None) -> Archive:
        """The same archive as somebody else uses it, of whom the caller has made sure that they are who they say.

        role: ``subject`` when the name is a person's id; without it the name is an account's. route: through which
        they came in, if not as this one. It shares everything with this one, and must not be closed.
        """
        return Archive(replace(self._door, name=name, role=role, route=route or self._door.route, served=True))

    @property
    def controller(self) -> str:
        """Who is responsible for the archive: every notice and page says so."""
        return self._door.particulars.controller

    @property
    def contact(self) -> str:
        """Whom people ask about privacy: every notice and page says so (R5)."""
        return self._door.particulars.contact

    @property
    def now(self) -> datetime:
        """The archive's own time, by which everything here is due or over."""
        return self._door.ground.clock()

    def cease(self) -> lifecycle.Ceased:
        """Ask for the end of all finding, or approve it as a second person; then every data key is destroyed."""
        return lifecycle.cease(self._door.ground, self._door.enter("cease"))

    def tend(self, *, clock_is_right: bool = False) -> lifecycle.Tended:
        """End whatever has run out: consents, guardianships, collections, invites, proofs, photos that are gone.

        clock_is_right: somebody looked at the clock after it had been wrong.
        """
        self._door.enter("tend")
        return lifecycle.tend(self._door.ground, self._door.sight, self._door.route, clock_is_right=clock_is_right)

    def status(self) -> Status:
        """What the archive holds, in numbers."""
        door = self._door
        door.enter("status")
        models = ModelStore(default_folder(), door.sight.own)
        precision = recognizer_precision(models)
        with door.ground.database.begin() as session:
            held = photos.totals(session)
            entries = door.ground.ledger.entries(session)
            return Status(
                door.particulars.archive_id,
                door.particulars.controller,
                door.particulars.packs,
                held.collections,
                held.photos,
                held.faces,
                len(consent.subjects.living_ids(session)),
                len(consent.records.waiting(session, door.ground.clock())),
                vault.count(session),
                matches.count(session, Outcome.MATCHED),
                matches.count(session, Outcome.REVIEW),
                sum((one.counts for one in entries if one.counts), Counts()),
                len(entries),
                precision,
                "" if precision == "int8" else find_int8(models).why,
                door.sight.card.id,
                workers(),
                lifecycle.has_ceased(session),
                lifecycle.tended_at(session),
                lifecycle.due(session, door.ground),
                tuple(accounts.operators_without_password(session)),
            )

    def close(self) -> None:
        """Let go of workers, live captures, models, keys and the database."""
        self._door.sittings.close()
        self._door.threads.close()
        self._door.processes.close()
        self._door.sight.close()
        self._door.ground.keys.close()
        self._door.ground.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class PreparedModels:
    """Where the models' files lie, and what the recogniser computes in; ``without_int8`` as in ``Status``."""

    folder: Path
    precision: str
    without_int8: str


def prepare_models(source: Path | None, tell: Callable[[str], None]) -> PreparedModels:
    """Check and prepare the models' files for this machine, from installed packages or from ``source``.

    Raises ModelError when a published file is missing or is another one than its card names.
    """
    store = prepare(source=source, progress=tell)
    int8 = prepare_int8(store, tell)
    return PreparedModels(store.folder, recognizer_precision(store), int8.why)
