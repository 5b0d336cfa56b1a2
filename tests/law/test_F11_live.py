"""F11, F12: who is captured live sits there, does what is asked, and is the one person of the capture; three failures
lead to a witness, and nobody is captured before their yes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from sayso.archive import Archive, Begun, Failure, Prompt, State
from sayso.errors import CaptureError, RefusedError, SaysoError
from sayso.finding.live import BEGUN_A_DAY, FAILURES_A_DAY
from sayso.finding.sittings import AT_ONCE
from sayso.measure.presenting import Frames
from sayso.values import Guardian, Purpose, Role, Youth

from ..house import COLLECTION, OPERATOR, ROBIN, WITNESS, WREN, House, captures_of
from ..turning import Sitter, frames_of, sit

BOTH = (Purpose.FIND, Purpose.VERIFY)


def said_yes(
    archive: Archive, label: str = WREN, purposes: tuple[Purpose, ...] = BOTH, *, later: bool = True
) -> tuple[Archive, str]:
    """Somebody who said yes on the web, and the archive as they use it."""
    token = archive.people.invite(label, purposes=purposes, collections=[COLLECTION])
    subject = archive.people.enrol(token, purposes=purposes, capture_later=later).subject.id
    return archive.acting(subject, Role.SUBJECT), subject


def clock_of(archive: Archive) -> Callable[[float], None]:
    """Sets the seconds that live captures believe in: frames are played faster than they were taken."""

    def tick(seconds: float) -> None:
        archive._door.sittings.ticks = lambda: 1_000 + seconds

    tick(0)
    return tick


def captured(archive: Archive, me: Archive, subject: str, person: str = "P10", *, to_verify: bool = False) -> str:
    """A capture that is done; its nonce."""
    tick = clock_of(archive)
    begun = me.live.begin(subject, to_verify=to_verify)
    said = sit(me.live, Sitter(person), begun, tick=tick)
    assert said.state is State.DONE, said
    return begun.nonce


def failing(archive: Archive, me: Archive, begun: Begun) -> Failure | None:
    """Do at once what is not asked; why it failed."""
    asked_first = next(iter(archive._door.sittings._going_on.values())).judge._challenge[0].prompt
    wrong = Prompt.RIGHT if asked_first is not Prompt.RIGHT else Prompt.LEFT
    return sit(me.live, Sitter("P10", instead={0: wrong}), begun, tick=clock_of(archive)).failure


def rules(refused: pytest.ExceptionInfo[RefusedError]) -> set[str]:
    return {reason.rule for reason in refused.value.reasons}


def test_F11_a_person_who_said_yes_is_captured_live_and_found_without_a_witness(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        assert house.rows("SELECT count(*) FROM templates") == [(0,)]
        done = me.live.finish(captured(archive, me, subject))
        assert (done.subject_id, set(done.purposes)) == (subject, set(BOTH))
        assert house.rows("SELECT count(*) FROM templates") == [(2,)]
        (report,) = me.people.find(subject=subject, collection=COLLECTION)
        assert report.matched >= 2
        (entry,) = [one for one in archive.ledger.list(subject=WREN) if one.verb == "live"]
    assert (entry.actor, entry.role) == (subject, Role.SUBJECT)
    assert entry.counts is not None
    assert entry.counts.photos > 50
    assert 0 < entry.counts.measured == entry.counts.kept <= entry.counts.seen <= entry.counts.photos


def test_F1_the_record_names_the_template_that_a_later_capture_makes(house: House) -> None:
    with house.open() as archive:
        _, subject = said_yes(archive)
        _, pointing = said_yes(archive, ROBIN, later=False)
        named = [
            archive.papers.receipt(one).data["consent_records"][-1]["template_purposes"] for one in (subject, pointing)
        ]
    assert named == [["find", "verify"], []]


def test_F1_who_said_yes_to_no_template_is_not_captured(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive, later=False)
        with pytest.raises(RefusedError, match="you point at yourself") as refused:
            me.live.begin(subject)
        assert rules(refused) == {"F1"}
        with pytest.raises(RefusedError) as refused:
            archive.people.witness(subject, captures=captures_of("P10"), witness=WITNESS)
        assert rules(refused) == {"F1"}


def test_F4_who_withdraws_while_the_capture_goes_on_leaves_no_template(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        nonce = captured(archive, me, subject)
        me.people.withdraw(subject)
        with pytest.raises(CaptureError, match="not going on"):
            me.live.finish(nonce)
        assert archive._door.sittings.going_on == 0
    assert house.rows("SELECT count(*) FROM templates") == [(0,)]


def test_F10_nobody_sits_for_somebody_else(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        other, another = said_yes(archive, ROBIN)
        for whose in (archive, other):
            with pytest.raises(RefusedError) as refused:
                whose.live.begin(subject)
            assert rules(refused) == {"F10"}
        nonce = captured(archive, me, subject)
        for act in (lambda: other.live.finish(nonce), lambda: other.live.look(nonce, b"", 0)):
            with pytest.raises(CaptureError, match="not going on"):
                act()
        other.live.abandon(nonce)
        assert me.live.finish(nonce).subject_id == subject
        assert another != subject


def test_F11_a_nonce_works_once(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        nonce = captured(archive, me, subject)
        me.live.finish(nonce)
        for act in (lambda: me.live.finish(nonce), lambda: me.live.look(nonce, b"", 0), lambda: me.live.verify(nonce)):
            with pytest.raises(CaptureError, match="not going on"):
                act()


def test_F11_a_capture_that_is_not_finished_makes_no_template(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        begun = me.live.begin(subject)
        me.live.look(begun.nonce, Sitter().frame(None, 0), 0)
        with pytest.raises(CaptureError, match="not finished"):
            me.live.finish(begun.nonce)
    assert house.rows("SELECT count(*) FROM templates") == [(0,)]


def test_F11_three_failures_lead_to_a_witness_and_to_no_dead_end(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        for _ in range(FAILURES_A_DAY):
            assert failing(archive, me, me.live.begin(subject)) is Failure.WRONG_ORDER
        with pytest.raises(RefusedError, match="be your witness") as refused:
            me.live.begin(subject)
        assert rules(refused) == {"F11"}
        told = [dict(one.facts)["why"] for one in archive.ledger.list(subject=WREN) if one.verb == "live.failed"]
        assert told == [Failure.WRONG_ORDER] * FAILURES_A_DAY
        pictures = [path.read_bytes() for path in captures_of("P10")]
        with pytest.raises(RefusedError, match="has no password"):
            me.people.witness(subject, captures=pictures, witness=WITNESS)
        archive.accounts.set_password(WITNESS, "clara was there and saw it")
        code = me.people.witness(
            subject, captures=pictures, witness=WITNESS, witness_password=lambda: "clara was there and saw it"
        )
        with pytest.raises(RefusedError):
            me.people.find(subject=subject, collection=COLLECTION)
        me.people.confirm(code)
        assert me.people.find(subject=subject, collection=COLLECTION)[0].matched >= 2
        house.clock.move(timedelta(days=1))
        me.live.begin(subject)


def test_F11_failures_are_counted_in_the_database_and_forgotten_with_the_person(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        failing(archive, me, me.live.begin(subject))
    with house.open() as archive:
        me = archive.acting(subject, Role.SUBJECT)
        assert house.rows("SELECT begun, failed FROM live_attempts") == [(1, 1)]
        me.people.withdraw(subject)
    assert house.rows("SELECT count(*) FROM live_attempts") == [(0,)]


def test_F11_who_abandons_one_capture_after_the_other_is_stopped_too(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        for _ in range(BEGUN_A_DAY):
            me.live.abandon(me.live.begin(subject).nonce)
        with pytest.raises(RefusedError, match="were begun today"):
            me.live.begin(subject)


@pytest.mark.parametrize("witness", [OPERATOR, "nobody"])
def test_F11_the_witness_of_a_later_capture_is_somebody_else_who_is_known(house: House, witness: str) -> None:
    with house.open() as archive:
        _, subject = said_yes(archive)
        with pytest.raises(RefusedError) as refused:
            archive.people.witness(subject, captures=captures_of("P10"), witness=witness)
        assert rules(refused) == {"F11"}
    assert house.rows("SELECT count(*) FROM templates") == [(0,)]


def test_F11_a_live_capture_takes_the_place_of_a_witnessed_one_that_nobody_confirmed(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        archive.people.witness(subject, captures=captures_of("P26"), witness=WITNESS)
        me.live.finish(captured(archive, me, subject))
        (report,) = me.people.find(subject=subject, collection=COLLECTION)
        assert report.matched >= 2


def test_F11_two_people_in_one_capture_make_no_template(house: House) -> None:
    """What the judge keeps of a sitting is compared, whoever it believes to have seen."""
    with house.open() as archive:
        me, subject = said_yes(archive)
        tick = clock_of(archive)
        begun = me.live.begin(subject)
        (sitting,) = archive._door.sittings._going_on.values()
        assert sit(me.live, Sitter("P10"), begun, tick=tick).state is State.DONE
        sitting.judge._chips[0][1][...] = _chip_of(archive, "P26")
        with pytest.raises(CaptureError, match="more than one person"):
            me.live.finish(begun.nonce)
        (entry,) = [one for one in archive.ledger.list(subject=WREN) if one.verb == "live.failed"]
        assert dict(entry.facts)["why"] == "somebody-else"
        assert entry.counts is not None
        assert entry.counts.measured == entry.counts.discarded == 5
    assert house.rows("SELECT count(*) FROM templates") == [(0,)]
    assert house.rows("SELECT failed FROM live_attempts") == [(1,)]


def _chip_of(archive: Archive, person: str) -> np.ndarray:
    sight, picture = archive._door.sight, frames_of(person).straight[0]
    return sight.aligner.align(picture, sight.locator.locate(picture)[:1]).chips[0]


def test_F12_who_verifies_live_is_held_against_their_own_template_only(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        me.live.finish(captured(archive, me, subject))
        assert me.live.verify(captured(archive, me, subject, to_verify=True)) is True
        assert me.live.verify(captured(archive, me, subject, "P26", to_verify=True)) is False
        with pytest.raises(CaptureError, match="not finished"):
            me.live.finish(captured(archive, me, subject, to_verify=True))
        asked = [one.counts for one in archive.ledger.list(subject=WREN) if one.verb == "live.verify"]
    assert [(one.kept, one.discarded) for one in asked if one] == [(5, 0), (0, 5)]
    assert house.rows("SELECT failed FROM live_attempts") == [(1,)]


def test_F2_without_the_purpose_nobody_verifies(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive, purposes=(Purpose.FIND,))
        with pytest.raises(RefusedError) as refused:
            me.live.begin(subject, to_verify=True)
        assert rules(refused) == {"F2"}


def test_F11_frames_whose_times_do_not_fit_the_clock_do_not_pass(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        begun = me.live.begin(subject)
        sitter, said = Sitter(), None
        for number in range(60):
            said = me.live.look(begun.nonce, sitter.frame(None, 0), number * 500)
            if said.state is State.FAILED:
                break
        assert said is not None
        assert said.failure is Failure.CLOCK


def test_only_so_many_sit_at_once_and_who_leaves_makes_room(house: House) -> None:
    with house.open() as archive:
        tick = clock_of(archive)
        people = [said_yes(archive, f"guest{number}@example.org") for number in range(AT_ONCE + 1)]
        for me, subject in people[:-1]:
            me.live.begin(subject)
        me, subject = people[-1]
        with pytest.raises(SaysoError, match="Too many"):
            me.live.begin(subject)
        tick(121)
        me.live.begin(subject)
        assert len(archive._door.sittings._going_on) == 1


def test_F6_a_guardian_is_no_witness_of_a_later_capture(house: House) -> None:
    with house.open() as archive:
        archive.notices.publish("We look for your face if your mother says yes.", for_children=True)
        guardian = "dora"
        token = archive.people.invite(
            WREN, purposes=[Purpose.FIND], collections=[COLLECTION], guardian=Guardian(guardian, "parent")
        )
        youth = Youth("2015-03", guardian_agrees=True, child_told=True)
        subject = archive.people.enrol(token, purposes=[Purpose.FIND], capture_later=True, youth=youth).subject.id
        with pytest.raises(RefusedError, match="guardian") as refused:
            archive.people.witness(subject, captures=captures_of("P10"), witness=guardian)
        assert rules(refused) == {"F11"}


def test_no_frame_of_a_capture_is_written_anywhere(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        nonce = captured(archive, me, subject)
        me.live.finish(nonce)
        frame = Sitter().frame(None, 0)
    held = b"".join(path.read_bytes() for path in house.root.rglob("*") if path.is_file())
    assert frame[200:400] not in held


def test_a_still_life_is_no_frame(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        begun = me.live.begin(subject)
        with pytest.raises(SaysoError):
            me.live.look(begun.nonce, b"no picture at all", 0)
        grey = Frames([np.full((480, 640, 3), 90, np.uint8)], {})
        assert me.live.look(begun.nonce, Sitter(frames=grey).frame(None, 0), 1).state is State.RUNNING


def test_F11_a_later_capture_that_nobody_confirms_goes_and_the_yes_stays(house: House) -> None:
    with house.open() as archive:
        me, subject = said_yes(archive)
        archive.people.witness(subject, captures=captures_of("P10"), witness=WITNESS)
        house.clock.move(timedelta(days=15))
        archive.tend()
        assert house.rows("SELECT (SELECT count(*) FROM templates) + (SELECT count(*) FROM enrolments)") == [(0,)]
        assert me.live.begin(subject).prompts == 5
