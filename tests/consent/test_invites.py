from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from sayso.consent import Invite, InviteError, invites, records
from sayso.consent.contacts import contact_tag, normalised
from sayso.consent.tables import ConsentRow, InviteRow, SubjectRow
from sayso.errors import UsageError
from sayso.values import Purpose

from .conftest import DAY, NOW, House


def test_the_token_opens_the_invite_with_what_was_asked(house: House) -> None:
    with house.database.begin() as session:
        token = house.invite(session, purposes=[Purpose.FIND, Purpose.SHARE], collections=[3, 1, 3])
        opened = invites.open_invite(session, token, NOW)
    assert opened.purposes == (Purpose.FIND, Purpose.SHARE)
    assert opened.collections == (3, 1)
    assert opened.invited_by == "olga"
    assert opened.expires_at == NOW + 7 * DAY


def test_wrong_expired_and_used_tokens_are_told_apart(house: House) -> None:
    with house.database.begin() as session:
        token, late = house.invite(session), house.invite(session, "Bo Lind")
        house.agree(session, token)
    with house.database.begin() as session:
        with pytest.raises(InviteError, match="not known"):
            invites.open_invite(session, token[:-1], NOW)
        with pytest.raises(InviteError, match="used already"):
            invites.open_invite(session, token, NOW)
        assert invites.open_invite(session, late, NOW + 7 * DAY - DAY / 2)
        with pytest.raises(InviteError, match="expired on 2026-05-08"):
            invites.open_invite(session, late, NOW + 7 * DAY)


def test_an_invite_that_was_opened_in_time_cannot_be_answered_after_it_expired(house: House) -> None:
    with house.database.begin() as session:
        opened = invites.open_invite(session, house.invite(session), NOW)
        with pytest.raises(InviteError, match="expired"):
            records.agree(
                session,
                house.keys,
                opened,
                purposes=[Purpose.FIND],
                notice_version=1,
                language="en",
                jurisdiction="EU",
                controller="Photo Club",
                now=NOW + 8 * DAY,
                expires=NOW + 30 * DAY,
            )


def test_nobody_makes_an_invite_without_its_token() -> None:
    with pytest.raises(TypeError, match="opened with its token"):
        Invite(1, (Purpose.FIND,), (1,), "olga", NOW, object())


def test_two_at_once_with_one_token_make_exactly_one_consent(house: House) -> None:
    with house.database.begin() as session:
        token = house.invite(session)
        opened = invites.open_invite(session, token, NOW)
    start, outcomes = Barrier(2), []

    def answer() -> None:
        start.wait()
        try:
            with house.database.begin() as session:
                records.agree(
                    session,
                    house.keys,
                    opened,
                    purposes=[Purpose.FIND],
                    notice_version=1,
                    language="en",
                    jurisdiction="EU",
                    controller="Photo Club",
                    now=NOW,
                    expires=NOW + DAY,
                )
            outcomes.append("yes")
        except InviteError as error:
            outcomes.append(str(error))

    threads = [Thread(target=answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome == "yes" for outcome in outcomes) == [False, True]
    assert any("used already" in outcome for outcome in outcomes)
    with house.database.begin() as session:
        assert len(session.scalars(select(SubjectRow)).all()) == 1
        assert len(session.scalars(select(ConsentRow)).all()) == 1


def test_using_an_invite_erases_its_label(house: House) -> None:
    with house.database.begin() as session:
        token = house.invite(session)
        assert session.scalars(select(InviteRow)).one().sealed_label is not None
        house.agree(session, token)
    with house.database.begin() as session:
        assert session.scalars(select(InviteRow)).one().sealed_label is None


def test_an_invite_that_ran_out_unused_is_swept_away_and_others_stay(house: House) -> None:
    with house.database.begin() as session:
        used, late = house.invite(session), house.invite(session, "Bo Lind")
        house.agree(session, used)
        later = house.invite(session, "Cem", now=NOW + DAY)
        assert invites.sweep(session, NOW + 7 * DAY) == 1
        with pytest.raises(InviteError, match="not known"):
            invites.open_invite(session, late, NOW)
        with pytest.raises(InviteError, match="used already"):
            invites.open_invite(session, used, NOW)
        assert invites.open_invite(session, later, NOW + DAY)


@pytest.mark.parametrize("label", ["", "  ", "\u200b"])
def test_an_invite_needs_a_label(house: House, label: str) -> None:
    with house.database.begin() as session, pytest.raises(UsageError, match="needs a label"):
        house.invite(session, label)


def test_an_invite_needs_a_purpose_and_a_later_date(house: House) -> None:
    with house.database.begin() as session:
        with pytest.raises(UsageError, match="no purpose"):
            house.invite(session, purposes=[])
        with pytest.raises(UsageError, match="expired already"):
            invites.create(
                session,
                house.keys,
                label="Ada",
                purposes=[Purpose.FIND],
                collections=[1],
                invited_by="olga",
                now=NOW,
                expires=NOW,
            )


def test_labels_that_look_the_same_are_the_same_contact(house: House) -> None:
    assert normalised(" ADA\u200b  berg\n") == "ada berg"
    assert contact_tag(house.keys, "Ａda Berg") == contact_tag(house.keys, "ada  BERG")
    assert contact_tag(house.keys, "Ada Berg") != contact_tag(house.keys, "Adа Berg")  # the second has a Cyrillic а
