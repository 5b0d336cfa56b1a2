"""The story itself, chapter by chapter: from an empty folder to a person who has left.

May know: the front door, the other parts of the demo. Must not know: vectors, tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ...archive import Archive, Widening, create, open_archive
from ...values import Reach, Role, Route
from .albums import Checked, Page, check, pages, write_albums
from .camera import OCCASION, programme, write_photos
from .cast import WITNESS, Person, publish_notices, say_yes
from .folder import DemoFolder
from .goodbye import Goodbye, say_no
from .reaches import Judge, Row, narrowed, pointed, swept, without_template
from .sheet import write_sheet
from .table import Result
from .telling import Telling
from .truth import Truth

_CALIBRATION = "synthetic-40"
_OPERATOR, _SECOND = "anna", "bruno"

#: The collection that stays, and two that are there to compare the reaches.
_PARTY, _BY_HOUR, _BY_POINTING = "party", "party by the hour", "party by pointing"

_ASSESSMENT = """\
Assessment for the demo of Sayso

The photos show nobody who exists: every face was made by a computer (see demo/README.md in the source code). Measuring
them touches no person's rights. The basis code is synthetic-people, and it fits no photo of a real person.
"""


@dataclass(frozen=True, slots=True)
class _Stage:
    """What every chapter needs."""

    house: Archive
    folder: DemoFolder
    truth: Truth
    telling: Telling


def tell_story(folder: DemoFolder, truth: Truth, telling: Telling) -> Result:
    """Play everything, in a folder that is empty but for its mark; the numbers for the table."""
    with telling.chapter("An archive under the law of the European Union"):
        folder.assessment.write_text(_ASSESSMENT, "utf-8")
        house = create(
            folder.archive,
            packs=["EU"],
            controller="The party's hosts",
            contact="privacy@party.example",
            operator=_OPERATOR,
            calibration=_CALIBRATION,
            route=Route.CLI,
        )
        with house:
            _open_collections(house, folder)
        telling.say(f"Two operators, {_OPERATOR} and {_SECOND}. One asks for a wider reach, the other approves it:")
        telling.say("it takes a basis code (synthetic-people), an assessment, the day of the party and an end date.")
    with open_archive(folder.archive, name=_OPERATOR, route=Route.CLI) as house:
        return _Play(_Stage(house, folder, truth, telling)).result()


class _Play:
    """The chapters between the first and the last, in order."""

    def __init__(self, stage: _Stage) -> None:
        self._stage = stage

    def result(self) -> Result:
        stage = self._stage
        house, telling = stage.house, stage.telling
        located = self._add()
        cast = self._say_yes()
        rows = self._search(cast)
        with telling.chapter("Six albums"):
            house.collections.delete(_BY_HOUR)
            house.collections.delete(_BY_POINTING)
            telling.say("The two collections that were there to compare the reaches are deleted.")
            written, closed = write_albums(house, stage.folder, cast)
            telling.say(f"{written} photos in six albums; {closed} faces of others are closed in them.")
        goodbye, left = self._say_no(cast)
        checked, album_pages = self._check(left)
        with telling.chapter("The ledger"):
            verified = house.ledger.verify()
            telling.say(
                f"{verified.size} entries name who did what, when, at which reach, with which counts. All verify."
            )
        write_sheet(stage.folder, album_pages, left, rows, goodbye)
        return Result(tuple(rows), checked, goodbye, len(stage.truth.shots), stage.truth.faces, located, verified.size)

    def _add(self) -> int:
        """Photos into all three collections; how many faces were located."""
        stage = self._stage
        with stage.telling.chapter("Photos of a party"):
            plan = programme(stage.truth.shots.values())
            write_photos(stage.truth.shots.values(), plan, stage.folder.photos)
            reports = [stage.house.photos.add([stage.folder.photos], name) for name in (_PARTY, _BY_HOUR, _BY_POINTING)]
            located = reports[0].counts.seen
            stage.telling.say(f"{reports[0].added} photos added, {located} faces located, 0 measured.")
            stage.telling.say("Each goes into three collections, so that each reach starts afresh and can be compared.")
        return located

    def _say_yes(self) -> list[Person]:
        stage = self._stage
        with stage.telling.chapter("A notice, six invitations, six times yes"):
            publish_notices(stage.house)
            cast = say_yes(stage.house, stage.truth, [_PARTY, _BY_HOUR, _BY_POINTING])
            names = [person.label for person in cast]
            sharing = [person.label for person in cast if person.shares]
            stage.telling.say(f"{', '.join(names)} read the notice in English or French and agree to be found.")
            stage.telling.say(f"Five give three portraits before a witness ({WITNESS}), then confirm by a code.")
            stage.telling.say(f"{names[-1]} gives none. {', '.join(sharing)} let the others see their faces.")
        return cast

    def _search(self, cast: Sequence[Person]) -> list[Row]:
        stage = self._stage
        house, truth, telling = stage.house, stage.truth, stage.telling
        judge = Judge(house, truth)
        five = [person for person in cast if person.has_template]
        (sixth,) = (person for person in cast if not person.has_template)
        rows = []
        with telling.chapter("Pointed: “that one is me”"):
            row, missed = pointed(house, judge, five, _BY_POINTING)
            rows.append(row)
            telling.say("Each points at two of their own faces. Only faces that are pointed at are measured.")
            telling.say(
                f"{missed.label} also points at somebody else: no match, no score, "
                f"{missed.misses_left} more misses today."
            )
            _cost(telling, row)
        with telling.chapter("Narrowed: “I was there around eleven”"):
            rows.append(narrowed(house, judge, five, _BY_HOUR, truth, programme(truth.shots.values())))
            telling.say("Each names one hour. Only faces in photos taken within it are measured.")
            _cost(telling, rows[-1])
        with telling.chapter("Swept: every face"):
            rows.append(swept(house, judge, five, _PARTY))
            telling.say("All five are looked for in one run. Every face is measured once, compared and discarded.")
            _cost(telling, rows[-1])
        with telling.chapter("No template at all"):
            rows.append(without_template(house, judge, sixth, _PARTY))
            telling.say(f"{sixth.label} points at every photo and stands by it. Nobody is measured.")
            _cost(telling, rows[-1])
        return rows

    def _say_no(self, cast: Sequence[Person]) -> tuple[Goodbye, list[Person]]:
        stage = self._stage
        leaving, left = cast[0], list(cast[1:])
        with stage.telling.chapter(f"{leaving.label} says no"):
            goodbye = say_no(stage.house, stage.folder, stage.truth, leaving, left, _CALIBRATION)
            say = stage.telling.say
            say(f"The album is {'gone' if goodbye.album_gone else 'STILL THERE'}. Others’ albums showed the face in")
            say(f"{goodbye.seen_before} of {goodbye.pictured} photos; now they show it in {goodbye.seen_after}.")
            remains = goodbye.remains
            say(
                f"Template and name were looked for in {remains.files} files ({remains.bytes / 1e6:.0f} MB): archive, "
                f"keys, albums, models. Hits: {len(remains.hits)}."
            )
            say(f"Asked to find them again, Sayso answers: {goodbye.refusal}")
            say(f"The receipt {'verifies' if goodbye.receipt_holds else 'DOES NOT verify'} with the public key alone.")
        return goodbye, left

    def _check(self, left: Sequence[Person]) -> tuple[Checked, list[Page]]:
        stage = self._stage
        with stage.telling.chapter("What the albums give away"):
            album_pages = pages(stage.house, stage.folder, stage.truth, left)
            checked = check(album_pages, stage.folder, [person for person in left if person.shares])
            stage.telling.say(
                f"Of {checked.others} other people’s faces in {checked.files} photos, {checked.leaked} can be seen."
            )
            stage.telling.say(
                f"Place or embedded thumbnail left: {checked.private}. Creator and copyright kept: {checked.credited}."
            )
        return checked, album_pages


def _open_collections(house: Archive, folder: DemoFolder) -> None:
    house.accounts.new(_SECOND, Role.OPERATOR)
    house.accounts.new(WITNESS, Role.REVIEWER)
    ends = datetime.now(UTC) + timedelta(days=30)
    widening = Widening("synthetic-people", folder.assessment, OCCASION, ends)
    house.collections.new(_BY_POINTING)
    for name, reach in ((_BY_HOUR, Reach.NARROWED), (_PARTY, Reach.SWEPT)):
        house.collections.new(name, reach=reach, widening=widening)
    with open_archive(folder.archive, name=_SECOND, route=Route.CLI) as second:
        second.collections.approve(_BY_HOUR)
        second.collections.approve(_PARTY)


def _cost(telling: Telling, row: Row) -> None:
    counts = row.counts
    telling.say(
        f"{counts.measured} faces measured, {counts.kept} kept, {row.doubtful} doubtful and decided by the person; "
        f"exposure {counts.exposure}."
    )
