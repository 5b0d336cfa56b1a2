"""F2: every operation has a purpose, and is refused when the consent does not name it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sayso import vault
from sayso.archive import Archive
from sayso.consent import records
from sayso.errors import RefusedError, UsageError
from sayso.values import TEMPLATE_PURPOSES, Purpose
from tests.house import COLLECTION, House, captures_of

LABEL = "wren@example.org"

Operation = Callable[[Archive, Path], object]

#: Every operation on a template or on what rests on one, and the purpose that it serves.
OPERATIONS: dict[str, tuple[Purpose, Operation]] = {
    "find": (Purpose.FIND, lambda archive, _: archive.people.find(subject=LABEL, collection=COLLECTION)),
    "point": (Purpose.FIND, lambda archive, _: archive.people.point(LABEL, photo_id=1, face=1)),
    "photos": (Purpose.FIND, lambda archive, _: archive.people.photos(LABEL)),
    "album": (Purpose.FIND, lambda archive, folder: archive.people.album(LABEL, folder / "album")),
    "verify": (
        Purpose.VERIFY,
        lambda archive, _: archive.people.verify(LABEL, captures=captures_of("P10"), witness="dora"),
    ),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("purpose", Purpose)
def test_F2_an_operation_serves_only_the_purpose_that_was_agreed_to(
    house: House, tmp_path: Path, purpose: Purpose, operation: str
) -> None:
    house.enrol(LABEL, "P10" if purpose in TEMPLATE_PURPOSES else None, purposes=[purpose])
    needed, act = OPERATIONS[operation]
    with house.open() as archive:
        before = archive.status().counts.measured
        if purpose is needed:
            act(archive, tmp_path)
            return
        with pytest.raises(RefusedError) as refused:
            act(archive, tmp_path)
        assert "F2" in {reason.rule for reason in refused.value.reasons}
        assert archive.status().counts.measured == before
    assert not (tmp_path / "album").exists()


@pytest.mark.parametrize("purpose", sorted(TEMPLATE_PURPOSES))
def test_F2_a_template_opens_for_its_own_purpose_only(house: House, purpose: Purpose) -> None:
    subject = house.enrol(LABEL, "P10", purposes=[purpose])
    with house.open() as archive:
        ground = archive._door.ground
        with ground.database.begin() as session:
            living = records.live(session, subject, purpose, ground.clock())
            how = {"model_id": "dlib-resnet-29", "dimension": 128}
            with vault.open_templates(session, ground.keys, [living], purpose=purpose, **how) as gallery:  # type: ignore[arg-type]
                assert len(gallery.consents) == 1
                assert abs(gallery.vectors).sum() > 0
            for other in set(Purpose) - {purpose}:
                with pytest.raises(RefusedError) as refused:
                    vault.open_templates(session, ground.keys, [living], purpose=other, **how)  # type: ignore[arg-type]
                assert refused.value.reasons[0].rule == "F2"


def test_F2_nobody_can_agree_to_more_than_the_invite_names(house: House) -> None:
    with house.open() as archive:
        token = archive.people.invite(LABEL, purposes=[Purpose.FIND], collections=[COLLECTION])
        for purpose in set(Purpose) - {Purpose.FIND}:
            with pytest.raises(RefusedError) as refused:
                archive.people.enrol(token, purposes=[Purpose.FIND, purpose])
            assert refused.value.reasons[0].rule == "F2"


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - TEMPLATE_PURPOSES))
def test_F2_no_template_is_made_for_a_purpose_that_needs_none(house: House, purpose: Purpose) -> None:
    with house.open() as archive:
        token = archive.people.invite(LABEL, purposes=[purpose], collections=[COLLECTION])
        with pytest.raises((UsageError, RefusedError)):
            archive.people.enrol(token, purposes=[purpose], captures=captures_of("P10"), witness="dora")
        archive.people.enrol(token, purposes=[purpose])
        assert archive.status().templates == 0


def test_F2_one_yes_to_two_purposes_makes_two_keys_and_one_no_takes_one(house: House) -> None:
    subject = house.enrol(LABEL, "P10", purposes=[Purpose.FIND, Purpose.VERIFY])
    assert len(house.key_ids("data-")) == 2
    with house.open() as archive:
        assert archive.status().templates == 2
        archive.people.withdraw(subject, purposes=[Purpose.FIND])
        assert archive.status().templates == 1
        with pytest.raises(RefusedError):
            archive.people.find(subject=subject, collection=COLLECTION)
        assert archive.people.verify(subject, captures=captures_of("P10"), witness="dora")
    assert len(house.key_ids("data-")) == 1


def test_F2_there_is_no_purpose_for_people_who_were_not_asked(house: House) -> None:
    assert {purpose.value for purpose in Purpose} == {"find", "share", "show", "verify", "erase", "test"}
    for purpose in ("police", "identify", "unknown", "surveillance", "watch"):
        done = house.cli("invite", "x@example.org", "--purpose", purpose, "-c", COLLECTION)
        assert (done.returncode, done.stdout) == (2, "")
