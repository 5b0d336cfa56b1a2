"""F1: no template without a live consent: invite, notice, consent, capture, template, in that order."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from sayso import vault
from sayso.consent import LiveConsent, records
from sayso.consent.invites import InviteError
from sayso.errors import CaptureError, RefusedError, SaysoError, UsageError
from sayso.storage import Database
from sayso.values import Purpose
from tests.conftest import MakeHouse
from tests.house import COLLECTION, DEMO, ENROLLED, ROBIN, WITNESS, WREN, House, captures_of

FIND = [Purpose.FIND]


def _invite(house: House, label: str = "new@example.org") -> str:
    with house.open() as archive:
        return archive.people.invite(label, purposes=FIND, collections=[COLLECTION])


def _enrol(house: House, token: str, captures: list[Path], **how: str) -> None:
    with house.open() as archive:
        archive.people.enrol(token, purposes=FIND, captures=captures, witness=WITNESS, **how)  # type: ignore[arg-type]


def _held(house: House) -> dict[str, int]:
    tables = ("subjects", "consents", "consent_purposes", "consent_events", "enrolments", "templates")
    return {table: house.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables}


def test_F1_nobody_is_invited_before_there_is_a_notice(new_house: MakeHouse) -> None:
    house = new_house()
    house.create(notice="").close()
    house.collection()
    with pytest.raises(SaysoError, match="notice"):
        _invite(house)
    assert house.rows("SELECT count(*) FROM invites") == [(0,)]


def test_F1_nobody_enrols_without_an_invite(house: House) -> None:
    with pytest.raises(InviteError):
        _enrol(house, "no-such-token", captures_of("P10"))
    assert set(_held(house).values()) == {0}


def test_F1_an_invite_expires_and_works_once(house: House) -> None:
    token = _invite(house)
    house.clock.move(timedelta(days=15))
    with pytest.raises(InviteError):
        _enrol(house, token, captures_of("P10"))
    assert set(_held(house).values()) == {0}
    house.clock.move(timedelta(days=-15))
    _enrol(house, token, captures_of("P10"))
    with pytest.raises(InviteError):
        _enrol(house, token, captures_of("P10"))
    assert _held(house)["subjects"] == 1


def test_F1_an_invite_alone_makes_no_subject_and_no_key(house: House) -> None:
    keys = house.key_ids()
    _invite(house)
    assert house.key_ids() == keys
    assert set(_held(house).values()) == {0}


@pytest.mark.parametrize(
    "captures",
    [
        [DEMO / "event" / "g00.jpg"],
        [*captures_of("P10"), DEMO / "event" / "g05.jpg"],
        [*captures_of("P10", 1), *captures_of("P26", 1)],
        [DEMO / "people" / "P10" / "meta.json"],
        [DEMO / "missing.jpg"],
    ],
    ids=["two faces", "seven faces", "two people", "no picture", "no file"],
)
def test_F1_a_refused_capture_leaves_no_consent_no_key_and_a_token_that_works(
    house: House, captures: list[Path]
) -> None:
    token = _invite(house)
    keys = house.key_ids()
    with pytest.raises(CaptureError):
        _enrol(house, token, captures)
    assert set(_held(house).values()) == {0}
    assert house.key_ids() == keys
    with house.open() as archive:
        assert "enrol" not in {entry.verb for entry in archive.ledger.list()}
    _enrol(house, token, captures_of("P10"))
    assert _held(house)["templates"] == 1


def test_F1_a_refusal_by_law_leaves_nothing_either(house: House) -> None:
    token = _invite(house)
    keys = house.key_ids()
    with house.open() as archive, pytest.raises(RefusedError):
        archive.people.enrol(token, purposes=FIND, captures=captures_of("P10"), witness="Anna")
    with house.open() as archive, pytest.raises((RefusedError, UsageError)):
        archive.people.enrol(token, purposes=[*FIND, Purpose.TEST], captures=captures_of("P10"), witness=WITNESS)
    with house.open() as archive, pytest.raises(SaysoError):
        archive.people.enrol(token, purposes=FIND, captures=captures_of("P10"), witness=WITNESS, language="it")
    assert set(_held(house).values()) == {0}
    assert house.key_ids() == keys


def test_F1_a_template_cannot_be_kept_without_proof_of_a_live_consent(enrolled: House) -> None:
    with enrolled.open() as archive:
        ground = archive._door.ground
        now = ground.clock()
        subject = archive.people.list()[0].id
        with ground.database.begin() as session:
            living = records.live(session, subject, Purpose.FIND, now)
        with pytest.raises(TypeError, match="live consent"):
            LiveConsent(living.consent, object())
        archive.people.withdraw(subject)
        # The proof outlived the consent: neither the key nor the database take the template.
        with pytest.raises(SaysoError), ground.database.begin() as session:
            vault.put(session, ground.keys, living, model_id="other", vector=np.ones(128, np.float32), now=now)
        with pytest.raises(RefusedError, match="withdrew"), ground.database.begin() as session:
            records.live(session, subject, Purpose.FIND, now)
        assert archive.status().templates == 1


@pytest.mark.parametrize("foreign_keys", ["ON", "OFF"])
def test_F1_the_database_itself_refuses_templates_by_raw_SQL(house: House, foreign_keys: str) -> None:
    house.enrol(WREN, ENROLLED[WREN])
    house.enrol(ROBIN, None, purposes=[Purpose.SHARE])
    with house.open() as archive:
        archive.people.withdraw(WREN)
    house.enrol(WREN, ENROLLED[WREN])
    ids = {
        (purpose, state): id_ for id_, purpose, state in house.rows("SELECT id, purpose, state FROM consent_purposes")
    }
    columns = "(consent_purpose_id, model_id, sealed, created_at)"
    insert = f"INSERT INTO templates {columns} VALUES (?, 'raw', x'00', '2026-06-14')"
    with closing(sqlite3.connect(house.database)) as raw:
        raw.execute(f"PRAGMA foreign_keys={foreign_keys}")
        refused = [ids["find", "withdrawn"], ids["share", "given"], 4711]
        for consent in refused:
            for statement in (
                insert,
                insert.replace("INSERT", "INSERT OR REPLACE"),
                insert.replace("INSERT", "REPLACE"),
            ):
                with pytest.raises(sqlite3.IntegrityError, match="F1"):
                    raw.execute(statement, [consent])
            with pytest.raises(sqlite3.IntegrityError, match="F1"):
                raw.execute("UPDATE templates SET consent_purpose_id = ?", [consent])
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(insert, [None])
        raw.execute(insert, [ids["find", "given"]])
    assert house.rows("SELECT count(*) FROM templates") == [(1,)]


def test_F1_the_migrations_bring_the_refusal_along(tmp_path: Path) -> None:
    database = Database(tmp_path / "new.db")
    database.migrate()
    database.close()
    with closing(sqlite3.connect(tmp_path / "new.db")) as raw:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'templates' ORDER BY name"
        names = [name for (name,) in raw.execute(query)]
    assert names == ["templates_need_consent_insert", "templates_need_consent_update"]


def test_F1_a_consent_that_ran_out_opens_nothing(found: House, tmp_path: Path) -> None:
    found.clock.move(timedelta(days=366))
    with found.open() as archive:
        for act in (
            lambda: archive.people.find(collection=COLLECTION),
            lambda: archive.people.album(WREN, tmp_path / "album"),
            lambda: archive.people.point(WREN, photo_id=1, face=1),
        ):
            with pytest.raises(RefusedError):
                act()
    assert not (tmp_path / "album").exists()
