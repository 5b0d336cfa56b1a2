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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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


@dataclass(frozen=True, slots=True)
class Row:
    """One timed step: how many things it did, and the seconds of each round."""

    title: str
    things: str
    items: int
    seconds: tuple[float, ...]

    def markdown(self) -> str:
        """The median as things per second and milliseconds a thing, with the slowest and fastest round."""
        paces = sorted(self.items / one for one in self.seconds)
        each = statistics.median(self.seconds) / self.items * 1000
        spread = f"{paces[0]:,.0f} – {paces[-1]:,.0f}" if paces[-1] >= 10 else f"{paces[0]:.2f} – {paces[-1]:.2f}"
        pace = statistics.median(paces)
        shown = f"{pace:,.0f}" if pace >= 10 else f"{pace:.2f}"
        return f"| {self.title} | {shown} {self.things}/s | {spread} | {each:,.3f} |"


def timed(title: str, things: str, items: int, work: Callable[[], object], rounds: int = ROUNDS) -> Row:
    """Do ``work`` several times, after one round that does not count."""
    work()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return Row(title, things, items, tuple(taken))


def key_rows(folder: Path) -> list[Row]:
    """Sealing and opening templates, each under a key of its own; making and destroying keys."""
    store = KeyStore.create(folder / "keys", folder / "keys.seal", MasterKey(os.urandom(32), "the bench"))
    ids = [f"data-{number:06}" for number in range(KEYS)]
    store.new_many(ids)
    sealed = [store.seal(key_id, TEMPLATE, b"bench") for key_id in ids]
    out = bytearray(TEMPLATE.nbytes)

    def seal() -> None:
        for key_id in ids:
            store.seal(key_id, TEMPLATE, b"bench")

    def unseal() -> None:
        for key_id, one in zip(ids, sealed, strict=True):
            store.unseal_into(key_id, one, b"bench", out)

    def make() -> None:
        for _ in range(100):
            store.new()

    rows = [
        timed("encrypt a template of 512 bytes under its own key", "templates", KEYS, seal),
        timed("decrypt it into wiped memory", "templates", KEYS, unseal),
        timed(f"make a key, durably, one by one, beside {KEYS:,} others", "keys", 100, make),
        timed("make 100 keys together", "keys", 100, lambda: store.new_many(secrets.token_hex(8) for _ in range(100))),
    ]
    for size in (1000, 10_000):
        store.new_many(secrets.token_hex(8) for _ in range(max(0, size - len(store.ids()))))
        title = f"destroy one key of {len(store.ids()):,} and wrap all others anew"
        rows.append(timed(title, "destructions", 1, lambda: store.destroy([store.new()])))
    store.close()
    return rows


def consent_rows(folder: Path) -> list[Row]:
    """Saying yes, from the invite's token to the written record, in archives of several sizes."""
    database = Database(folder / "consent.db")
    database.migrate()
    keys = KeyStore.create(folder / "yes", folder / "yes.seal", MasterKey(os.urandom(32), "the bench"))
    keys.new_many(["archive", "signing"])
    with database.begin() as session:
        notices.publish(session, "We look for your face.", "en", NOW)

    def say_yes(count: int) -> None:
        for _ in range(count):
            with database.begin() as session:
                token = invites.create(
                    session,
                    keys,
                    label=secrets.token_hex(8),
                    purposes=(Purpose.FIND, Purpose.SHARE),
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
                    purposes=(Purpose.FIND, Purpose.SHARE),
                    notice_version=1,
                    language="en",
                    jurisdiction="EU",
                    controller="The bench",
                    now=NOW,
                    expires=NOW + timedelta(days=300),
                )

    rows, there = [], 0
    for size in (0, 1000, 3000):
        say_yes(size - there)
        rows.append(timed(f"say yes to two purposes, after {size:,} people", "people", 20, lambda: say_yes(20)))
        there = size + 20 * (ROUNDS + 1)
    database.close()
    keys.close()
    return rows


def ledger_rows(folder: Path) -> list[Row]:
    """Appending in transactions of one and of a hundred; verifying; proving."""
    database = Database(folder / "ledger.db")
    database.migrate()
    keys = KeyStore.create(folder / "log", folder / "log.seal", MasterKey(os.urandom(32), "the bench"))
    keys.new_many(["signing", "record-s1"])
    ledger = Ledger(keys, "bench.example/archive")

    def append(transactions: int, each: int) -> None:
        for _ in range(transactions):
            with database.begin() as session:
                for _ in range(each):
                    ledger.append(session, ACT, NOW)

    def verify() -> int:
        with database.begin() as session:
            return ledger.verify(session).size

    def prove() -> None:
        with database.begin() as session:
            for index in range(0, 1000, 10):
                ledger.proof(session, index)

    rows = [
        timed("append an entry, one to a transaction", "entries", 50, lambda: append(50, 1)),
        timed("append entries, 100 to a transaction", "entries", 1000, lambda: append(10, 100)),
    ]
    append(50, 100)
    size = verify()
    rows.append(timed(f"verify a ledger of {size:,} entries", "entries", size, verify))
    rows.append(timed("prove an entry", "proofs", 100, prove))
    database.close()
    keys.close()
    return rows


def withdrawal_row(folder: Path) -> Row:
    """A whole withdrawal of somebody with many matches, each time in the same archive."""
    for name in ("SAYSO_KEYS", "SAYSO_STATE"):
        os.environ[name] = str(folder / name)
    archive = folder / "archive"
    with sayso.create(archive, packs=("EU",), controller="The bench", contact="x@example.org", operator="ada") as made:
        made.notices.publish("We look for your face.")
        made.collections.new("Fair")
        taken = tuple(_withdraw_once(made) for _ in range(3))
    return Row(f"withdraw a person with {MATCHES:,} matches", "withdrawals", 1, taken)


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
        rows = [*key_rows(folder), *consent_rows(folder), *ledger_rows(folder), withdrawal_row(folder)]
    lines = [
        "## Keys, consent, ledger",
        "",
        f"Medians of {ROUNDS} rounds (withdrawal: 3) in one run of `bench/ledger_and_keys.py`; {busy} before it.",
        f"Machine: {machine(['cryptography', 'sqlalchemy'])}.",
        "Every row that writes waits until the disk has it: no durability is traded for speed.",
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
