"""New photos come by themselves: they are found for everybody who said yes, and told of once a day at most."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_string
from pathlib import Path

from sayso.archive import Archive
from sayso.values import FrozenBy, Role
from sayso.web import Settings
from sayso.web.me.automatic import look_for_everybody, write_letters
from tests.house import COLLECTION, NOON, ROBIN, WREN, House, shoot


def letters(house: House) -> list[tuple[str, str]]:
    """To whom letters went, and what they say."""
    found = [message_from_string(one.read_text("utf-8")) for one in sorted((house.root / "letters").glob("*.eml"))]
    return [(one["To"], one.get_payload(decode=True).decode("utf-8")) for one in found]  # type: ignore[union-attr]


def more(house: House, archive: Archive, name: str, folder: Path) -> None:
    """Another photo of the same occasion, added and looked through."""
    photo = shoot(house.photos / f"{name}.jpg", folder / f"{name}.jpg", NOON + timedelta(hours=3), side=1100)
    archive.photos.add([photo], COLLECTION)
    look_for_everybody(archive, COLLECTION)


def test_new_photos_are_found_and_told_of_once_a_day(found: House, tmp_path: Path) -> None:
    settings = Settings("https://photos.club.example", controller="The Club", mail=found.root / "letters")
    with found.open() as archive:
        # The clock stands at noon, so that the test's own day does not end in the middle.
        found.clock.at(found.clock().replace(hour=12))
        assert look_for_everybody(archive, COLLECTION) == 2
        write_letters(archive, settings)
        assert sorted(to for to, _ in letters(found)) == sorted([WREN, ROBIN])
        text = dict(letters(found))[WREN]
        assert "https://photos.club.example/enter" in text
        assert re.search(r"There are 3 new photos of you", text)
        assert "3 nouvelles photos" in text
        assert not re.search(r"P10|/l/|/me/", text)
        more(found, archive, "g01", tmp_path / "one")
        write_letters(archive, settings)
        assert len(letters(found)) == 2
        found.clock.move(timedelta(days=1))
        write_letters(archive, settings)
        assert len(letters(found)) > 2
        again = len(letters(found))
        found.clock.move(timedelta(days=1))
        look_for_everybody(archive, COLLECTION)
        write_letters(archive, settings)
        assert len(letters(found)) == again


def test_F4_who_withdrew_or_froze_is_told_of_nothing(found: House) -> None:
    settings = Settings("https://photos.club.example", mail=found.root / "letters")
    with found.open() as archive:
        look_for_everybody(archive, COLLECTION)
        archive.people.withdraw(WREN)
        archive.people.freeze(ROBIN, by=FrozenBy.SUBJECT)
        write_letters(archive, settings)
    assert letters(found) == []
    assert found.rows("SELECT * FROM album_news") == []


def test_without_a_way_to_send_letters_what_is_new_waits(found: House) -> None:
    with found.open() as archive:
        look_for_everybody(archive, COLLECTION)
        write_letters(archive, Settings("https://photos.club.example"))
        assert len(archive.mine.letters()) == 2
        assert [one.verb for one in archive.ledger.list(subject=WREN)].count("news") == 1


def test_a_collection_that_is_searched_for_nobody_still_brings_what_was_pointed_at(house: House) -> None:
    house.enrol("lark@example.org", None)
    subject = house.subject("lark@example.org")
    photo_id, number = next(iter(house.faces("P06").items()))
    with house.open() as archive:
        archive.acting(subject, Role.SUBJECT).pointing.point(subject, photo_id, number)
    with house.open("ben") as archive:
        archive.review.confirm(archive.review.list()[0].id)
        assert look_for_everybody(archive, COLLECTION) == 1
        assert [one.id for one in archive.acting(subject, Role.SUBJECT).mine.album(subject).photos] == [photo_id]
