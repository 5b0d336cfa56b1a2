from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from sayso.consent import enrolments, invites, records, subjects, tombstones, withdrawal
from sayso.consent.tables import EnrolmentRow, InviteRow, SubjectRow, TombstoneRow
from sayso.errors import KeyDestroyedError, RefusedError, UsageError
from sayso.storage import Database
from sayso.values import Purpose

from .conftest import DAY, NOW, YEAR, House, ended_keys


def copy_of(house: House, to: Path) -> Path:
    """A backup of the database as it is now, made by SQLite itself."""
    with closing(sqlite3.connect(house.path)) as present, closing(sqlite3.connect(to)) as backup:
        present.backup(backup)
    return to


def test_F4_withdrawing_refuses_at_once_and_names_every_key_each_time_it_is_asked(house: House) -> None:
    subject, consents = house.say_yes(purposes=[Purpose.FIND, Purpose.SHOW])
    ids = tuple(consent.key_id for consent in consents)
    with house.database.begin() as session:
        assert withdrawal.begin(session, house.keys, subject.id, NOW) == ids
        assert withdrawal.begin(session, house.keys, subject.id, NOW + DAY) == ids
        assert records.gallery(session, Purpose.FIND, 1, NOW) == []
        assert ended_keys(session) == ids
        recorded = records.of_subject(session, subject.id)
        assert [(one.state, one.ended_at) for one in recorded] == [("withdrawn", NOW)] * 2
        states = [event["event_state"] for event in records.history(session, house.keys, subject.id)[0]["events"]]
    assert states == ["given", "given", "withdrawn", "withdrawn"]


def test_withdrawing_one_purpose_leaves_the_others(house: House) -> None:
    subject, (find, show) = house.say_yes(purposes=[Purpose.FIND, Purpose.SHOW])
    with house.database.begin() as session:
        assert withdrawal.begin(session, house.keys, subject.id, NOW, [Purpose.SHOW]) == (show.key_id,)
        withdrawal.finish(session, subject.id)
        assert records.live(session, subject.id, Purpose.FIND, NOW, collection_id=1).consent == find
        with pytest.raises(RefusedError, match="withdrew"):
            records.live(session, subject.id, Purpose.SHOW, NOW)
        assert subjects.resolve(session, house.keys, "Ada Berg") == subject
        assert withdrawal.begin(session, house.keys, subject.id, NOW, [Purpose.FIND]) == (find.key_id,)
        assert session.get_one(SubjectRow, subject.id).withdrawn_at == NOW


def test_finishing_leaves_the_sealed_proof_and_no_trace_of_the_contact(house: House) -> None:
    subject, _ = house.say_yes()
    other, _ = house.say_yes("Bo")
    with house.database.begin() as session:
        enrolments.witness(
            session,
            house.keys,
            subject_id=subject.id,
            inviter="olga",
            witness="Wim",
            enrolled_by="otto",
            now=NOW,
            quota=5,
        )
        open_before = house.invite(session)
        withdrawal.begin(session, house.keys, subject.id, NOW)
        sent_after = house.invite(session, now=NOW + DAY)
        withdrawal.finish(session, subject.id)
        withdrawal.finish(session, subject.id)
    with house.database.begin() as session:
        row = session.get_one(SubjectRow, subject.id)
        assert (row.sealed_label, row.contact_tag) == (None, None)
        assert session.scalars(select(EnrolmentRow)).all() == []
        with pytest.raises(invites.InviteError, match="not known"):
            invites.open_invite(session, open_before, NOW)
        assert invites.open_invite(session, sent_after, NOW + DAY)
        assert len(session.scalars(select(InviteRow)).all()) == 2  # the later one, and Bo's
        assert subjects.resolve(session, house.keys, subject.id).label == ""
        assert subjects.list_all(session, house.keys) == [other]
        with pytest.raises(UsageError):
            subjects.resolve(session, house.keys, "Ada Berg")
        assert len(records.history(session, house.keys, subject.id)) == 1
    house.keys.destroy([f"record-{subject.id}"])
    with house.database.begin() as session, pytest.raises(KeyDestroyedError):
        records.history(session, house.keys, subject.id)


def test_an_unknown_subject_cannot_be_withdrawn(house: House) -> None:
    with house.database.begin() as session, pytest.raises(UsageError, match="no subject"):
        withdrawal.begin(session, house.keys, "0123456789abcdef", NOW)


def test_a_new_yes_after_a_withdrawal_begins_a_new_record_and_clears_the_contacts_tombstone(house: House) -> None:
    first, _ = house.say_yes()
    with house.database.begin() as session:
        withdrawal.begin(session, house.keys, first.id, NOW)
        assert len(session.scalars(select(TombstoneRow)).all()) == 2
    second, _ = house.say_yes(now=NOW + DAY)
    assert second.id != first.id
    with house.database.begin() as session:
        assert len(session.scalars(select(TombstoneRow)).all()) == 1
        withdrawal.finish(session, first.id)
        assert subjects.resolve(session, house.keys, "Ada Berg") == second
        assert records.live(session, second.id, Purpose.FIND, NOW + DAY)
        assert tombstones.replay(session, house.keys) == []


def test_F4_a_restored_old_database_learns_who_withdrew(house: House, tmp_path: Path) -> None:
    ada, (find, show) = house.say_yes("Ada", [Purpose.FIND, Purpose.SHOW])
    bo, (bo_find, bo_show) = house.say_yes("Bo", [Purpose.FIND, Purpose.SHOW])
    cem, _ = house.say_yes("Cem")
    backup = copy_of(house, tmp_path / "backup.db")
    with house.database.begin() as session:
        ids = withdrawal.begin(session, house.keys, ada.id, NOW + DAY)
        ids += withdrawal.begin(session, house.keys, bo.id, NOW + DAY, [Purpose.SHOW])
        assert tombstones.replay(session, house.keys) == []
    house.keys.destroy(ids)
    restored = Database(backup)
    try:
        with restored.begin() as session:
            assert records.live(session, ada.id, Purpose.FIND, NOW)  # the old file knows nothing yet
            back = tombstones.replay(session, house.keys)
            assert {(one.subject_id, one.purposes) for one in back} == {
                (ada.id, (Purpose.FIND, Purpose.SHOW)),
                (bo.id, (Purpose.SHOW,)),
            }
            again = [withdrawal.begin(session, house.keys, one.subject_id, NOW + 2 * DAY, one.purposes) for one in back]
            assert {key for keys in again for key in keys} == {find.key_id, show.key_id, bo_show.key_id}
        with restored.begin() as session:
            assert tombstones.replay(session, house.keys) == []
            living = {one.consent.subject_id for one in records.gallery(session, Purpose.FIND, 1, NOW)}
            assert living == {bo.id, cem.id}
            assert house.keys.holds(bo_find.key_id)
    finally:
        restored.close()


def test_F4_an_old_yes_stays_withdrawn_after_a_restore_even_when_the_person_said_yes_anew(
    house: House, tmp_path: Path
) -> None:
    ada, _ = house.say_yes("Ada")
    backup = copy_of(house, tmp_path / "backup.db")
    with house.database.begin() as session:
        withdrawal.begin(session, house.keys, ada.id, NOW + DAY)
    house.say_yes("Ada", now=NOW + 2 * DAY)
    restored = Database(backup)
    try:
        with restored.begin() as session:
            assert [one.subject_id for one in tombstones.replay(session, house.keys)] == [ada.id]
    finally:
        restored.close()


def test_F4_a_withdrawal_that_was_cut_off_before_it_was_written_is_completed(house: House) -> None:
    subject, _ = house.say_yes()

    class PowerCutError(Exception):
        pass

    def cut_off() -> None:
        with house.database.begin() as session:
            withdrawal.begin(session, house.keys, subject.id, NOW + DAY)
            raise PowerCutError

    with pytest.raises(PowerCutError):
        cut_off()
    with house.database.begin() as session:
        assert records.live(session, subject.id, Purpose.FIND, NOW + DAY)
        assert [one.subject_id for one in tombstones.replay(session, house.keys)] == [subject.id]


def test_a_yes_that_is_newer_than_the_tombstone_of_its_contact_is_not_withdrawn(house: House) -> None:
    first, _ = house.say_yes()
    with house.database.begin() as session:
        withdrawal.begin(session, house.keys, first.id, NOW)
    remembered = house.keys.recall("tombstones")
    assert remembered is not None
    house.say_yes(now=NOW + DAY, expires=NOW + YEAR)
    house.keys.remember("tombstones", remembered)
    with house.database.begin() as session:
        assert tombstones.replay(session, house.keys) == []
