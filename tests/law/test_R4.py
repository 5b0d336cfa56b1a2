"""R4: the drill. A breach is noted, the drafts are there, and the 72 hours run until the regulator is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sayso.archive import Told
from tests.house import CONTACT, CONTROLLER, House

WHAT = "The laptop with the archive was stolen from the club house"
NOTICED = datetime(2026, 7, 1, 20, tzinfo=UTC)


def test_R4_the_drill(found: House) -> None:
    found.clock.at(NOTICED + timedelta(hours=2))
    with found.open() as archive:
        breach = archive.breaches.new(
            WHAT, people=12, noticed_at=NOTICED, consequences="Photos may be seen.", measures="Keys rotated."
        )
        assert breach.due_at == NOTICED + timedelta(hours=72)
        assert breach.left(found.clock()) == timedelta(hours=70)

        draft = archive.breaches.notice(breach.id, Told.AUTHORITY).markdown
        for told in (
            WHAT,
            "about 12",
            "Photos may be seen.",
            "Keys rotated.",
            "4 July 2026, 20:00 UTC",
            "70 hours left",
        ):
            assert told in draft
        for always in (CONTACT, CONTROLLER, "edpb.europa.eu"):
            assert always in draft
        french = archive.breaches.notice(breach.id, Told.AUTHORITY, language="fr").markdown
        assert "4 juillet 2026, 20 h 00 UTC" in french
        assert "il reste 70 h" in french
        people = archive.breaches.notice(breach.id, Told.PEOPLE).markdown
        assert WHAT in people
        assert "withdraw at any time" in people

        found.clock.move(timedelta(hours=80))
        late = archive.breaches.list()[0].left(found.clock())
        assert late == timedelta(hours=-10)
        assert "10 hours ago" in archive.breaches.notice(breach.id, Told.AUTHORITY).markdown
        assert "reasons for the delay" in archive.breaches.notice(breach.id, Told.AUTHORITY).markdown

        done = archive.breaches.told(breach.id, Told.AUTHORITY)
        assert done.left(found.clock()) is None
        assert done.people_told_at is None
        archive.breaches.told(breach.id, Told.PEOPLE)
        found.clock.move(timedelta(hours=1))
        assert archive.breaches.told(breach.id, Told.AUTHORITY).authority_told_at == done.authority_told_at
        assert "you were told" in archive.breaches.notice(breach.id, Told.AUTHORITY).markdown.casefold()
        verbs = [one.verb for one in archive.ledger.list()]
    assert verbs.count("breach.new") == 1
    assert verbs.count("breach.told") == 3


def test_R4_what_nobody_knows_yet_is_left_to_complete(empty_house: House) -> None:
    with empty_house.open() as archive:
        breach = archive.breaches.new(WHAT)
        draft = archive.breaches.notice(breach.id, Told.AUTHORITY).markdown
    assert "not known yet" in draft
    assert draft.count("to complete") == 2


def test_R4_the_commands_lead_through_the_drill(empty_house: House) -> None:
    made = empty_house.json("breach", "new", "--what", WHAT, "--people", "3")
    listed = empty_house.cli("breach", "list").stdout
    assert "h left" in listed
    assert "laptop" in listed
    assert "Article 33" in empty_house.cli("breach", "notice", str(made["id"])).stdout
    assert empty_house.cli("breach", "told", str(made["id"]), "--for", "authority").returncode == 0
    assert "h left" not in empty_house.cli("breach", "list").stdout
