"""A real database and a real key store per test, and the steps by which a person says yes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from sayso.consent import invites, notices, records, subjects, withdrawal
from sayso.consent.tables import GIVEN, ConsentPurposeRow
from sayso.keys import KeyStore, master_from_file
from sayso.storage import Base, Database, Session
from sayso.values import Consent, Purpose, Subject

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


@dataclass
class House:
    """One archive's database file and key store."""

    database: Database
    path: Path
    keys: KeyStore

    def invite(
        self,
        session: Session,
        label: str = "Ada Berg",
        purposes: Sequence[Purpose] = (Purpose.FIND,),
        collections: Sequence[int] = (1,),
        now: datetime = NOW,
    ) -> str:
        return invites.create(
            session,
            self.keys,
            label=label,
            purposes=purposes,
            collections=collections,
            invited_by="olga",
            now=now,
            expires=now + 7 * DAY,
        )

    def agree(
        self,
        session: Session,
        token: str,
        purposes: Sequence[Purpose] = (Purpose.FIND,),
        now: datetime = NOW,
        expires: datetime = NOW + YEAR,
        notice_version: int | None = None,
        language: str = "en",
        templates: Sequence[Purpose] = (),
    ) -> tuple[Subject, tuple[Consent, ...]]:
        version = notices.current(session).version if notice_version is None else notice_version
        return records.agree(
            session,
            self.keys,
            invites.open_invite(session, token, now),
            purposes=purposes,
            notice_version=version,
            language=language,
            jurisdiction="EU",
            controller="Photo Club",
            now=now,
            expires=expires,
            templates=templates,
        )

    def expire(self, session: Session, now: datetime) -> None:
        """End whatever has run out by ``now``, as tending does."""
        for subject_id in subjects.living_ids(session):
            over = {one.consent.purpose for one in records.given(session, subject_id) if one.consent.expires_at <= now}
            if over:
                withdrawal.begin(session, self.keys, subject_id, now, over, ran_out=True)
                withdrawal.finish(session, subject_id, ran_out=True)

    def say_yes(
        self,
        label: str = "Ada Berg",
        purposes: Sequence[Purpose] = (Purpose.FIND,),
        collections: Sequence[int] = (1,),
        now: datetime = NOW,
        expires: datetime = NOW + YEAR,
        templates: Sequence[Purpose] = (),
    ) -> tuple[Subject, tuple[Consent, ...]]:
        """The whole way from invite to consent, in one transaction."""
        with self.database.begin() as session:
            token = self.invite(session, label, purposes, collections, now)
            return self.agree(session, token, purposes, now, expires, templates=templates)


def ended_keys(session: Session) -> tuple[str, ...]:
    """Ids of the data keys of every purpose that has ended, in order."""
    query = select(ConsentPurposeRow.key_id).where(ConsentPurposeRow.state != GIVEN)
    return tuple(session.scalars(query.order_by(ConsentPurposeRow.id)))


def open_house(folder: Path, database: Path) -> House:
    master = master_from_file(folder / "keys" / "master.key", create=True)
    keys = KeyStore.create(folder / "keys", folder / "state" / "archive.seal", master)
    keys.new("archive")
    opened = Database(database)
    Base.metadata.create_all(opened.engine)
    return House(opened, database, keys)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = open_house(tmp_path, tmp_path / "archive.db")
    with made.database.begin() as session:
        notices.publish(session, "We look for your face in our photos when you say yes.", "en", NOW)
    yield made
    made.database.close()
    made.keys.close()
