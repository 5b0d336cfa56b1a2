"""Create an archive, open it, and hold its namespaces.

May know: where an archive's parts lie, and in which order they are opened. Must not know: what the parts do.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from .. import consent, finding, lifecycle, matches, photos, policy, vault
from ..access import accounts
from ..clock import Clock, system_clock
from ..engine import InProcess, Processes, workers
from ..errors import ArchiveError, KeyStoreError, RefusedError, UsageError
from ..ground import Ground, Sight, keep_pack
from ..keys import KeyStore, Masters, default_places, disable_core_dumps
from ..ledger import Ledger
from ..policy import Action, Facts
from ..storage import RESTORE, Database, FolderBlobs
from ..values import Act, Actor, Counts, Outcome, Role, Route
from ..vision import ModelStore, default_folder, find_int8, prepare, prepare_int8, recognizer_precision
from .agreed import Consents
from .closing import Closing
from .collecting import Collections, Photos
from .door import Door
from .editing import Editing
from .facts import Particulars, read_particulars, write_particulars
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
from .people import Notices, People, Review
from .pointing import Pointing
from .posting import Posters
from .publishing import Publishing
from .reaches import Reaches
from .register import Accounts, Register
from .roster import Roster
from .signing_in import require_proof
from .taking import Taking
from .uploading import Uploads
from .visiting import Visits
from .working import Jobs

_DATABASE = "sayso.db"
_BLOBS = "photos"


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


def create(
    path: Path | str,
    *,
    packs: Sequence[str],
    controller: str,
    contact: str,
    operator: str,
    calibration: str = "public-36",
    master_key: str = "file",
    route: Route = Route.API,
    clock: Clock = system_clock,
) -> Archive:
    """Create an archive in an empty or missing folder and open it.

    packs: ids of law packs or files of one's own (``ID.toml``), at least one; none is a default. operator: name of
    the first account. contact: privacy contact, shown in every notice. master_key: where the master key lies, one of
    ``keys.SOURCES``.
    Raises UsageError, ArchiveError, KeyStoreError; then nothing is left behind.
    """
    folder = Path(path).absolute()
    names, own = _packs(packs)
    chosen = [policy.load_pack(name, own) for name in names]
    decision = policy.decide(Action.INIT, Facts(now=clock()), chosen)
    if not decision.allowed:
        raise RefusedError.by(decision, f"Choose with --pack: {', '.join(policy.available())}.")
    facts = Particulars(secrets.token_hex(8), names, controller, contact, calibration)
    keys_folder, seal = default_places(facts.archive_id)
    masters = Masters(keys_folder, facts.archive_id)
    master_name = masters.first_name(master_key)
    Sight().card.calibration(calibration)
    made_folder = _empty_folder(folder)
    try:
        database = Database(folder / _DATABASE)
        database.migrate()
        keys = KeyStore.create(keys_folder, seal, masters.make(master_name))
        keys.new_many(["archive", "signing"])
        with database.begin() as session:
            write_particulars(session, facts)
            account = accounts.new(session, operator, Role.OPERATOR, operator, clock())
            actor, ledger = Actor(account.name, Role.OPERATOR, route), Ledger(keys, f"sayso/{facts.archive_id}")
            ledger.append(session, Act("init", actor, facts=(("packs", " ".join(names)),)), clock())
            for name, text in own.items():
                kept = (("pack", name), ("sha256", keep_pack(session, name, text)))
                ledger.append(session, Act("law.add", actor, facts=kept), clock())
        database.close()
    except BaseException:
        with suppress(KeyStoreError):
            masters.remove(master_name)
        shutil.rmtree(keys_folder, ignore_errors=True)
        seal.unlink(missing_ok=True)
        for left in folder.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        if made_folder:
            folder.rmdir()
        raise
    return open_archive(folder, name=operator, route=route, clock=clock)


def open_archive(
    path: Path | str,
    *,
    name: str,
    password: Callable[[], str] | None = None,
    route: Route = Route.API,
    clock: Clock = system_clock,
) -> Archive:
    """Open an archive as the person ``name``.

    Completes withdrawals that were interrupted, and withdraws again whoever came back through a restored copy.
    password: gives the account's password, or one of its tokens, and is called if the account has a password. Without
    it the name is taken as given: a program that can open the archive's files could read any of them anyway.
    Raises ArchiveError when there is none, or it is from a newer version; KeyStoreError when its keys do not open;
    RefusedError (F10) when the password does not fit.
    """
    folder = Path(path).absolute()
    if not (folder / _DATABASE).is_file():
        raise ArchiveError(
            f"There is no archive in {folder}.", "Create one with `sayso init`, or name another --archive."
        )
    disable_core_dumps()
    database = Database(folder / _DATABASE)
    database.migrate()
    with database.begin() as session:
        particulars = read_particulars(session)
    if not particulars.archive_id:
        raise ArchiveError(
            f"The archive's database in {folder} is damaged: it holds no archive.",
            RESTORE,
        )
    require_proof(database, name, password, route=route, clock=clock)
    keys_folder, seal = default_places(particulars.archive_id)
    masters = Masters(keys_folder, particulars.archive_id)
    keys = KeyStore.open(keys_folder, seal, masters=masters)
    ground = Ground(
        database,
        FolderBlobs(folder / _BLOBS),
        keys,
        Ledger(keys, f"sayso/{particulars.archive_id}"),
        clock,
        particulars.packs,
    )
    crew = workers()
    with database.begin() as session:
        ground.learn_packs(session)
        measured = finding.models.thresholds(session, finding.models.in_use(session))
        sight = Sight(own=finding.models.chosen(session, ground.blobs), measured=measured)
    door = Door(ground, sight, InProcess(crew), Processes(crew), particulars, name, route)
    _settle(ground, sight, route)
    return Archive(door)


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


def _settle(ground: Ground, sight: Sight, route: Route) -> None:
    """What must be true before anybody uses the archive: what was refused stays refused."""
    keeper = Actor("sayso", Role.OPERATOR, route)
    lifecycle.complete_cease(ground, keeper)
    lifecycle.complete_interrupted(ground, sight, keeper)
    lifecycle.complete_freezes(ground, sight, keeper)
    lifecycle.complete_hides(ground, sight, keeper)
    with ground.database.begin() as session:
        returned = consent.tombstones.replay(session, ground.keys)
    for one in returned:
        # A refusal that has to wait for an album stands, and keeps nobody out.
        with suppress(lifecycle.UnfinishedError):
            lifecycle.withdraw(ground, sight, keeper, subject_id=one.subject_id, purposes=one.purposes)


def _packs(given: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Ids of the packs, each once, and the texts of those that were given as files. Raises PackError."""
    own: dict[str, str] = {}
    names = []
    for one in given:
        if one.endswith(".toml"):
            one, text = policy.read_pack(Path(one), own)
            own[one] = text
        names.append(one)
    return tuple(dict.fromkeys(names)), own


def _empty_folder(folder: Path) -> bool:
    """Make the folder if need be; whether it was made. Raises ArchiveError, UsageError when it is not empty."""
    if (folder / _DATABASE).exists():
        raise UsageError(f"There is an archive in {folder} already.", "Open it, or choose another folder.")
    try:
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(f"The folder {folder} is not empty.", "Choose an empty or a new folder.")
        made = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(
            f"The folder {folder} cannot be made: {error.strerror}.", "Check the path and its permissions."
        ) from None
    return made
