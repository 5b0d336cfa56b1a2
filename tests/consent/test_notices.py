from __future__ import annotations

import hashlib

import pytest

from sayso.consent import notices
from sayso.errors import UsageError

from .conftest import DAY, NOW, House

FIRST = "We look for your face in our photos when you say yes."


def test_an_unchanged_text_keeps_its_version_and_a_changed_one_gets_the_next(house: House) -> None:
    with house.database.begin() as session:
        again = notices.publish(session, FIRST, "en", NOW + DAY)
        changed = notices.publish(session, FIRST + " You can say no at any time.", "en", NOW + DAY)
        assert (again.version, again.published_at) == (1, NOW)
        assert changed.version == 2
        assert notices.current(session) == changed
        assert notices.get(session, 1).text == FIRST
        assert notices.get(session, 1).sha256 == hashlib.sha256(FIRST.encode()).hexdigest()


def test_a_further_language_joins_the_current_version_only_when_told_so(house: House) -> None:
    with house.database.begin() as session:
        french = notices.publish(session, "Nous cherchons votre visage si vous dites oui.", "fr", NOW + DAY, version=1)
        assert french.version == 1
        assert notices.current(session).language == "en"
        assert notices.current(session, "fr") == french
        with pytest.raises(UsageError, match="already has another text"):
            notices.publish(session, "Autre chose.", "fr", NOW + DAY, version=1)
        newer = notices.publish(session, "Autre chose.", "fr", NOW + DAY)
        assert newer.version == 2
        with pytest.raises(UsageError, match="not the current one"):
            notices.publish(session, "Wir suchen.", "de", NOW + DAY, version=1)
        with pytest.raises(UsageError, match="can be read in: fr"):
            notices.current(session, "en")


def test_without_a_notice_the_error_says_how_to_publish_one(house: House) -> None:
    with house.database.begin() as session:
        session.connection().exec_driver_sql("DELETE FROM notices")
        with pytest.raises(UsageError, match="sayso notice publish FILE"):
            notices.current(session)
        with pytest.raises(UsageError, match="sayso notice publish FILE"):
            house.invite(session)
        with pytest.raises(UsageError, match="not the current one"):
            notices.publish(session, FIRST, "en", NOW, version=0)


@pytest.mark.parametrize(("text", "language"), [("", "en"), (" \n", "en"), ("Text", "English!"), ("Text", "")])
def test_an_empty_notice_or_a_malformed_language_is_refused(house: House, text: str, language: str) -> None:
    with house.database.begin() as session, pytest.raises(UsageError):
        notices.publish(session, text, language, NOW)
