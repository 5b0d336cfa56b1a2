"""Times keys, consent, the ledger and a withdrawal, and prints one table.

May know: the rooms behind the front door, this machine. Must not know: pictures, the web.
Run: ``.venv/bin/python bench/ledger_and_keys.py [--write docs/benchmarks.md]``. All rows come from one run, on the disk
that holds the system's temporary folder; every write waits for that disk.
"""

from __future__ import annotations

import argparse
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
from sqlalchemy import text

import sayso
from report import load, machine, write_section
from sayso.archive import Archive
from sayso.consent import invites, notices, records
from sayso.keys import KeyStore, MasterKey
from sayso.ledger import Ledger
from sayso.matches import owner_tag
from sayso.storage import Database
from sayso.values import Act, Actor, Purpose, Role

ROUNDS = 5
KEYS = 2000
MATCHES = 100_000
TEMPLATE = np.arange(128, dtype="<f4").data.cast("B")
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ACT = Act("find", Actor("ada", Role.OPERATOR), ("s1",), collection_id=1, purpose=Purpose.FIND)


@dataclass(slots=True)
class Row:
    """One timed step: how many things its work does, and the seconds of each round."""

    title: str
    things: str
    items: int
    work: Callable[[], object] | None = None
    seconds: list[float] = field(default_factory=list)

    def markdown(self) -> str:
        """The median as things per second and milliseconds a thing, with the slowest and fastest round."""
        paces = sorted(self.items / one for one in self.seconds)
        each = statistics.median(self.seconds) / self.items * 1000
        spread = f"{_shown(paces[0])} – {_shown(paces[-1])}"
        return f"| {self.title} | {_shown(statistics.median(paces))} {self.things}/s | {spread} | {each:,.3f} |"


def _shown(pace: float) -> str:
    return f"{pace:,.0f}" if pace >= 10 else f"{pace:.2f}"


def run(rows: list[Row]) -> None:
    """Every round runs all rows, so that a disturbance hits them alike; the first round does not count."""
    for number in range(ROUNDS + 1):
        for row in rows:
            start = time.perf_counter()
            if row.work is not None:
                row.work()
            if number:
                row.seconds.append(time.perf_counter() - start)


def new_store(folder: Path, name: str, count: int = 0) -> KeyStore:
    """A key store with so many keys in it."""
    store = KeyStore.create(folder / name, folder / f"{name}.seal", MasterKey(os.urandom(32), "the bench"))
    store.new_many(f"data-{number:06}" for number in range(count))
    return store


def key_rows(folder: Path) -> list[Row]:
    """Sealing and opening templates, each under a key of its own; making and destroying keys."""
    store = new_store(folder, "keys", KEYS)
    ids = store.ids()
    sealed = [store.seal(key_id, TEMPLATE, b"bench") for key_id in ids]
    out = bytearray(TEMPLATE.nbytes)

    def seal() -> None:
        for key_id in ids:
            store.seal(key_id, TEMPLATE, b"bench")

    def unseal() -> None:
        for key_id, one in zip(ids, sealed, strict=True):
            store.unseal_into(key_id, one, b"bench", out)

    rows = [
        Row("encrypt a template of 512 bytes under its own key", "templates", KEYS, seal),
        Row("decrypt it into memory that is wiped", "templates", KEYS, unseal),
    ]
    for size in (100, 10_000):
        made = new_store(folder, f"making-{size}", size)
        rows.append(Row(f"make a key, one by one, beside {size:,} others", "keys", 20, partial(make, made, 20, 1)))
    made = new_store(folder, "together")
    rows.append(Row("make keys, 100 together", "keys", 100, partial(make, made, 1, 100)))
    for size in (1000, 10_000):
        doomed = new_store(folder, f"destroying-{size}", size)
        title = f"destroy one key of {size:,} and wrap all others anew"
        rows.append(Row(title, "destructions", 1, partial(make_and_destroy, doomed)))
    return rows


def make(store: KeyStore, times: int, each: int) -> None:
    """New keys, some together."""
    for _ in range(times):
        store.new_many([secrets.token_hex(8) for _ in range(each)])


def make_and_destroy(store: KeyStore) -> None:
    """One key comes and goes."""
    store.destroy([store.new()])


def consent_rows(folder: Path) -> list[Row]:
    """Saying yes, from the invite's token to the written record, in archives of several sizes."""
    rows = []
    for size in (0, 1000, 3000):
        database = Database(folder / f"consent-{size}.db")
        database.migrate()
        keys = new_store(folder, f"consent-{size}")
        keys.new_many(["archive", "signing"])
        with database.begin() as session:
            notices.publish(session, "We look for your face.", "en", NOW)
        say_yes(database, keys, size)
        title = f"say yes to two purposes, in an archive of {size:,} people"
        rows.append(Row(title, "people", 20, partial(say_yes, database, keys, 20)))
    return rows


def say_yes(database: Database, keys: KeyStore, count: int) -> None:
    """So many people are invited, and agree."""
    purposes = (Purpose.FIND, Purpose.SHARE)
    for _ in range(count):
        with database.begin() as session:
            token = invites.create(
                session,
                keys,
                label=secrets.token_hex(8),
                purposes=purposes,
                collections=(1,),
                invited_by="ada",
                now=NOW,
                expires=NOW + timedelta(days=7),
            )
        with database.begin() as session:
            records.agree(
                session,
                keys,
                invites.open_invite(session, token, NOW),
                purposes=purposes,
                notice_version=1,
                language="en",
                jurisdiction="EU",
                controller="The bench",
                now=NOW,
                expires=NOW + timedelta(days=300),
            )


def ledger_rows(folder: Path) -> list[Row]:
    """Appending in transactions of one and of a hundred; verifying; proving."""
    growing, grown = new_ledger(folder, "growing"), new_ledger(folder, "grown")
    append(*grown, 100, 100)
    return [
        Row("append an entry, one to a transaction", "entries", 20, partial(append, *growing, 20, 1)),
        Row("append entries, 100 to a transaction", "entries", 1000, partial(append, *growing, 10, 100)),
        Row("verify a ledger of 10,000 entries", "entries", 10_000, partial(verify, *grown)),
        Row("prove an entry of 10,000", "proofs", 100, partial(prove, *grown)),
    ]


def new_ledger(folder: Path, name: str) -> tuple[Ledger, Database]:
    """An empty ledger with a database and keys of its own."""
    keys = new_store(folder, name)
    keys.new_many(["signing", "record-s1"])
    database = Database(folder / f"{name}.db")
    database.migrate()
    return Ledger(keys, "bench.example/archive"), database


def append(ledger: Ledger, database: Database, transactions: int, each: int) -> None:
    """So many entries to each transaction."""
    for _ in range(transactions):
        with database.begin() as session:
            for _ in range(each):
                ledger.append(session, ACT, NOW)


def verify(ledger: Ledger, database: Database) -> None:
    """The whole ledger."""
    with database.begin() as session:
        ledger.verify(session)


def prove(ledger: Ledger, database: Database) -> None:
    """A hundred entries, here and there."""
    with database.begin() as session:
        for index in range(0, 10_000, 100):
            ledger.proof(session, index)


def withdrawal_row(folder: Path) -> Row:
    """A whole withdrawal of somebody with many matches, each time in the same archive."""
    for name in ("SAYSO_KEYS", "SAYSO_STATE"):
        os.environ[name] = str(folder / name)
    archive = folder / "archive"
    with sayso.create(archive, packs=("EU",), controller="The bench", contact="x@example.org", operator="ada") as made:
        made.notices.publish("We look for your face.")
        made.collections.new("Fair")
        taken = [_withdraw_once(made) for _ in range(3)]
    return Row(f"withdraw a person with {MATCHES:,} matches", "withdrawals", 1, seconds=taken)


def _withdraw_once(archive: Archive) -> float:
    token = archive.people.invite(secrets.token_hex(8), purposes=[Purpose.FIND], collections=["Fair"])
    subject = archive.people.enrol(token, purposes=[Purpose.FIND]).subject
    ground = archive._door.ground
    with ground.database.begin() as session:
        (living,) = records.given(session, subject.id)
        owner = owner_tag(ground.keys, living.consent.key_id)
        session.execute(text("DELETE FROM photos"))
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MATCHES})"
        session.execute(
            text(
                "INSERT INTO photos (id, collection_id, sha256, perceptual_hash, path, copied, width, height, tags, "
                f"added_at) {numbers} SELECT i, 1, hex(i), '', 'p', 0, 9, 9, '[]', '2026-05-01' FROM n"
            )
        )
        session.execute(
            text(
                "INSERT INTO faces (id, photo_id, number, x, y, width, height, score, by_hand, do_not_measure) "
                f"{numbers} SELECT i, i, 1, 0, 0, 9, 9, 1, 0, 0 FROM n"
            )
        )
        session.execute(
            text(
                "INSERT INTO matches (face_id, photo_id, owner, outcome, confirmed, pointed, decided_at) "
                f"{numbers} SELECT i, i, :owner, 'matched', 0, 0, '2026-05-01' FROM n"
            ),
            {"owner": owner},
        )
    start = time.perf_counter()
    archive.people.withdraw(subject.id)
    return time.perf_counter() - start


def main(page: Path | None) -> None:
    busy = load()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [*key_rows(folder), *consent_rows(folder), *ledger_rows(folder)]
        run(rows)
        rows.append(withdrawal_row(folder))
    lines = [
        "## Keys, consent, ledger",
        "",
        f"Medians of {ROUNDS} rounds (withdrawal: 3) in one run of `bench/ledger_and_keys.py`; {busy} before it.",
        f"Machine: {machine(['cryptography', 'sqlalchemy'])}.",
        "Every row that writes waits until the disk has it. A round runs all rows, so a disturbance hits them alike.",
        "",
        "| step | median | slowest – fastest round | ms each |",
        "|---|---:|---:|---:|",
        *(row.markdown() for row in rows),
    ]
    told = "\n".join(lines)
    print(told)
    if page:
        write_section(page, "ledger_and_keys", told)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Time keys, consent, the ledger and a withdrawal.")
    arguments.add_argument("--write", type=Path, help="also put the table into its section of this page")
    main(arguments.parse_args().write)
