"""F6: a guardian says yes below the pack's age, everybody concerned can stop it at once, and coming of age ends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import piexif
import pytest

from sayso.consent import records
from sayso.errors import RefusedError, UsageError
from sayso.finding import Enrolment
from sayso.values import FrozenBy, Guardian, Purpose, Reach, Youth

from ..house import COLLECTION, OPERATOR, ROBIN, SECOND, WITNESS, WREN, House, captures_of

DAY = timedelta(days=1)
CHILD, MOTHER = "kim@example.org", "mother@example.org"
MakeHouse = Callable[[], House]

# A month of birth counts from its last day, once that day has begun everywhere on earth.
BIRTH = "2010-06"


def birthday(age: int) -> datetime:
    return datetime(2010 + age, 6, 30, 12, tzinfo=UTC)


def say_yes(
    house: House,
    youth: Youth | None,
    *,
    label: str = CHILD,
    guardian: str | None = None,
    person: str | None = None,
    collection: str = COLLECTION,
    witness: str = WITNESS,
    purposes: tuple[Purpose, ...] = (Purpose.FIND,),
) -> Enrolment:
    named = Guardian(guardian, "parent") if guardian else None
    with house.open() as archive:
        token = archive.people.invite(label, purposes=purposes, collections=[collection], guardian=named)
        captures = captures_of(person) if person else []
        done = archive.people.enrol(
            token, purposes=purposes, captures=captures, witness=witness if captures else None, youth=youth
        )
        if done.confirm_code:
            archive.people.confirm(done.confirm_code)
    return done


def refused(house: House, youth: Youth | None, guardian: str | None = None, **more: object) -> str:
    with pytest.raises(RefusedError) as told:
        say_yes(house, youth, guardian=guardian, **more)  # type: ignore[arg-type]
    with house.open() as archive:
        assert CHILD not in {one.label for one in archive.people.list()}
    return " ".join(reason.rule for reason in told.value.reasons)


def for_children(house: House) -> None:
    with house.open() as archive:
        archive.notices.publish("We look for your face in the party's photos. You can say stop.", for_children=True)


@pytest.mark.parametrize(("packs", "age"), [(("EU",), 16), (("US-IL",), 18), (("EU", "US-IL"), 18), (("CA-QC",), 14)])
def test_F6_below_the_packs_age_a_guardian_says_yes_and_on_the_birthday_the_person_does(
    new_house: MakeHouse, packs: tuple[str, ...], age: int
) -> None:
    house = new_house()
    house.clock.at(birthday(age) - timedelta(seconds=1))
    with house.create(packs=packs) as archive:
        archive.collections.new(COLLECTION)
    assert refused(house, Youth(BIRTH)) == "F6"
    house.clock.at(birthday(age))
    assert say_yes(house, Youth(BIRTH)).subject.label == CHILD


def test_F6_the_collections_pack_counts_too_and_the_higher_age_wins(empty_house: House) -> None:
    empty_house.clock.at(birthday(17))
    with empty_house.open() as archive:
        archive.collections.new("Chicago", packs=["US-IL"])
        archive.collections.new("Paris")
    assert refused(empty_house, Youth(BIRTH), collection="Chicago") == "F6"
    say_yes(empty_house, Youth(BIRTH), collection="Paris")


def test_F6_a_guardians_yes_needs_an_invite_that_names_them_and_a_child_that_was_told(empty_house: House) -> None:
    empty_house.clock.at(birthday(12))
    empty_house.collection(reach=Reach.POINTED)
    agreed = Youth(BIRTH, guardian_agrees=True, child_told=True)
    assert refused(empty_house, agreed) == "F6"
    assert refused(empty_house, Youth(BIRTH, guardian_agrees=True), MOTHER) == "F6"
    with pytest.raises(UsageError, match="for children"):
        say_yes(empty_house, agreed, guardian=MOTHER)
    with pytest.raises(UsageError, match="month of birth"):
        say_yes(empty_house, None, guardian=MOTHER)
    with pytest.raises(UsageError, match="their own guardian"):
        say_yes(empty_house, agreed, guardian=" KIM@example.org")
    for_children(empty_house)
    assert refused(empty_house, agreed, MOTHER, person="P10", witness="Mother@example.org") == "F11"
    done = say_yes(empty_house, agreed, guardian=MOTHER)
    with empty_house.open() as archive:
        (entry,) = [one for one in archive.ledger.list(subject=done.subject.id) if one.verb == "enrol"]
        assert dict(entry.facts)["said_by"] == "guardian"
        assert dict(entry.facts)["child_told_notice"] == 2
    stored = empty_house.database.read_bytes()
    for secret in (MOTHER, BIRTH, CHILD):
        assert secret.encode() not in stored


def test_F6_a_known_child_cannot_say_yes_alone_by_leaving_the_birth_out(empty_house: House) -> None:
    empty_house.clock.at(birthday(12))
    empty_house.collection(reach=Reach.POINTED)
    for_children(empty_house)
    say_yes(empty_house, Youth(BIRTH, True, True), guardian=MOTHER)
    with pytest.raises(RefusedError) as told:
        say_yes(empty_house, None, purposes=(Purpose.SHOW,))
    assert told.value.reasons[0].rule == "F6"
    with pytest.raises(UsageError, match="Another month"):
        say_yes(empty_house, Youth("2009-01", True, True), guardian=MOTHER)


def test_F6_a_childs_album_carries_no_time_no_place_and_no_collection_name(house: House, tmp_path: Path) -> None:
    for_children(house)
    year = house.clock().year - 12
    say_yes(house, Youth(f"{year}-01", True, True), guardian=MOTHER, person="P26")
    say_yes(house, None, label=WREN, person="P10")
    with house.open() as archive:
        archive.people.find()
        for label in (CHILD, WREN):
            assert archive.people.album(label, tmp_path / label).written > 1
    told = {label: _told(tmp_path / label) for label in (CHILD, WREN)}
    assert told[CHILD] == (False, False, False)
    assert told[WREN] == (True, True, False)


def _told(album: Path) -> tuple[bool, bool, bool]:
    """Whether an album's files have a time, its page has one, and either names the collection."""
    page = (album / "index.html").read_text()
    files = [one.read_bytes() for one in sorted((album / "photos").iterdir())]
    exif = [piexif.load(one)["Exif"] for one in files]
    times = any(piexif.ExifIFD.DateTimeOriginal in one for one in exif)
    photos = page[page.index("<main") : page.index("</main")]
    named = COLLECTION in page or any(COLLECTION.encode() in one for one in files)
    return times, bool(re.search(r"<time|taken ", photos)), named


@pytest.mark.parametrize("by", list(FrozenBy))
def test_F6_anybody_concerned_freezes_at_once_and_nothing_is_found_shown_or_handed_out(
    found: House, tmp_path: Path, by: FrozenBy
) -> None:
    with found.open() as archive:
        assert archive.people.album(WREN, tmp_path / "own").written
        assert archive.people.freeze(WREN, by=by) == 0
        assert not (tmp_path / "own").exists()
        for act in (
            lambda: archive.people.find(subject=WREN),
            lambda: archive.people.album(WREN, tmp_path / "again"),
            lambda: archive.people.point(WREN, photo_id=1, face=1),
            lambda: archive.people.photos(WREN),
        ):
            with pytest.raises(RefusedError) as told:
                act()
            assert "F6" in {reason.rule for reason in told.value.reasons}
        assert not (tmp_path / "again").exists()
        entry = next(one for one in archive.ledger.list(subject=WREN) if one.verb == "freeze")
        assert dict(entry.facts) == {"by": by.value}
        # A person who is frozen can still say no.
        assert archive.people.withdraw(WREN).purposes == (Purpose.FIND,)


def test_F6_nothing_about_a_frozen_person_waits_for_review_or_can_be_decided(house: House) -> None:
    say_yes(house, None)
    with house.open() as archive:
        archive.people.point(CHILD, photo_id=1, face=1)
        (doubt,) = archive.review.list()
        archive.people.freeze(CHILD, by=FrozenBy.SUBJECT)
        assert archive.review.list() == []
        with pytest.raises(UsageError):
            archive.review.confirm(doubt.id, said_by_subject=True)
        archive.people.unfreeze(CHILD)
    with house.open(SECOND) as archive:
        archive.people.unfreeze(CHILD)
        assert [one.id for one in archive.review.list()] == [doubt.id]


def test_F6_a_frozen_face_closes_in_the_albums_of_others_and_stays_closed(house: House, tmp_path: Path) -> None:
    both = (Purpose.FIND, Purpose.SHARE)
    for label, person in ((WREN, "P10"), (ROBIN, "P26")):
        say_yes(house, None, label=label, person=person, purposes=both)
    with house.open() as archive:
        archive.people.find()
        archive.people.album(WREN, tmp_path / "wren")
        mine = archive.people.photos(WREN)
        shared = [number for number, one in enumerate(mine, 1) if len(one.open_faces) == 2]
        assert shared
        before = {number: (tmp_path / "wren" / f"photos/{number:03}.jpg").read_bytes() for number in shared}
        archive.people.freeze(ROBIN, by=FrozenBy.GUARDIAN)
        assert all(len(one.open_faces) == 1 for one in archive.people.photos(WREN))
    for number, old in before.items():
        assert (tmp_path / "wren" / f"photos/{number:03}.jpg").read_bytes() != old


def test_F6_two_persons_lift_a_freeze_and_a_new_freeze_takes_back_what_was_asked(found: House) -> None:
    with found.open() as archive, found.open(SECOND) as second:
        archive.people.freeze(WREN, by=FrozenBy.SUBJECT)
        assert not archive.people.unfreeze(WREN)
        with pytest.raises(RefusedError, match="Whoever asked"):
            archive.people.unfreeze(WREN)
        second.people.freeze(WREN, by=FrozenBy.OTHER_GUARDIAN)
        assert not second.people.unfreeze(WREN)
        with pytest.raises(RefusedError):
            archive.people.photos(WREN)
        assert archive.people.unfreeze(WREN)
        assert archive.people.photos(WREN)
        lifted = [one for one in archive.ledger.list(subject=WREN) if one.verb.startswith("unfreeze")]
        assert [(one.verb, one.actor) for one in lifted] == [
            ("unfreeze.asked", OPERATOR),
            ("unfreeze.asked", SECOND),
            ("unfreeze", OPERATOR),
        ]


def test_F6_coming_of_age_ends_the_guardians_yes_and_the_person_is_invited_anew(house: House) -> None:
    for_children(house)
    house.clock.at(birthday(18) - 30 * DAY)
    done = say_yes(house, Youth(BIRTH, True, True), guardian=MOTHER, person="P26")
    house.clock.at(birthday(18) - timedelta(seconds=1))
    with house.open() as archive:
        assert archive.tend().came_of_age == 0
        assert archive.people.photos(CHILD) == []
    house.clock.at(birthday(18))
    with house.open() as archive:
        with pytest.raises(RefusedError) as told:
            archive.people.point(CHILD, photo_id=1, face=1)
        assert "F6" in {reason.rule for reason in told.value.reasons}
        ended = archive.tend()
        assert (ended.came_of_age, [one.label for one in ended.invited_anew]) == (1, [CHILD])
        assert archive.people.list() == []
        assert archive.status().templates == 0
        assert archive._door.ground.keys.ids("data-") == []
        again = archive.people.enrol(ended.invited_anew[0].token, purposes=[Purpose.FIND])
        assert again.subject.label == CHILD
        assert again.subject.id != done.subject.id
        assert archive.tend().came_of_age == 0
    assert refused_guardian(house) == "F6"


def refused_guardian(house: House) -> str:
    """A guardian's yes for somebody of full age."""
    with pytest.raises(RefusedError) as told:
        say_yes(house, Youth(BIRTH, True, True), label="other@example.org", guardian=MOTHER)
    return told.value.reasons[0].rule


def test_F6_what_a_young_person_said_themselves_outlives_the_guardians_yes(empty_house: House) -> None:
    house = empty_house
    house.clock.at(birthday(18) - 300 * DAY)
    for name in ("Before", "Later"):
        house.collection(name, reach=Reach.POINTED)
    for_children(house)
    say_yes(house, Youth(BIRTH, True, True), guardian=MOTHER, collection="Before")
    own = say_yes(house, Youth(BIRTH), collection="Later")
    house.clock.at(birthday(18))
    with house.open() as archive:
        done = archive.tend()
        assert (done.came_of_age, done.invited_anew, done.consents_expired) == (1, [], 0)
        assert [one.id for one in archive.people.list()] == [own.subject.id]
        with archive._door.ground.database.begin() as session:
            (left,) = records.given(session, own.subject.id)
    assert len(left.consent.collections) == 1
    assert not left.consent.by_guardian
