"""Create an archive in a folder, and open it as somebody.

May know: where an archive's parts lie, and in which order they are made and opened. Must not know: what the parts do.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from .. import consent, delivery, finding, lifecycle, policy
from ..access import accounts
from ..clock import Clock, system_clock
from ..engine import InProcess, Processes, workers
from ..errors import ArchiveError, KeyStoreError, RefusedError, UsageError
from ..ground import Ground, Sight, keep_pack
from ..keys import KeyStore, Masters, default_places, disable_core_dumps
from ..ledger import Ledger
from ..policy import Action, Facts
from ..storage import RESTORE, Database, FolderBlobs
from ..values import Act, Actor, Role, Route
from .archive import Archive
from .door import Door
from .facts import Particulars, read_particulars, write_particulars
from .signing_in import require_proof

_DATABASE = "sayso.db"
_BLOBS = "photos"


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
    delivery.delete_orphans(ground)


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
