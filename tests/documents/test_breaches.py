"""The register of breaches: what it keeps, what it refuses, and that nobody reads it out of the database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sayso.archive import Told
from sayso.errors import RefusedError, UsageError
from sayso.values import Role
from tests.house import House

WHAT = "A memory card with forty photos was lost on the train"


def test_a_breach_is_kept_sealed_and_listed_in_words(empty_house: House) -> None:
    with empty_house.open() as archive:
        made = archive.breaches.new(WHAT, people=40)
        assert [one.what for one in archive.breaches.list()] == [WHAT]
        assert dict(archive.ledger.list()[-1].facts)["breach"] == made.id
    for path in empty_house.archive.rglob("*"):
        assert path.is_dir() or b"memory card" not in path.read_bytes()


def test_nonsense_is_refused(empty_house: House) -> None:
    with empty_house.open() as archive:
        with pytest.raises(UsageError, match="in a sentence"):
            archive.breaches.new("oops")
        with pytest.raises(UsageError, match="in the future"):
            archive.breaches.new(WHAT, noticed_at=empty_house.clock() + timedelta(hours=1))
        with pytest.raises(UsageError, match="negative"):
            archive.breaches.new(WHAT, people=-1)
        with pytest.raises(UsageError, match="no breach 7"):
            archive.breaches.notice(7, Told.AUTHORITY)
        assert archive.breaches.list() == []


def test_F10_an_overseer_reads_the_register_and_changes_nothing(empty_house: House) -> None:
    with empty_house.open() as archive:
        archive.accounts.new("olga", Role.OVERSEER)
        archive.breaches.new(WHAT)
    with empty_house.open("olga") as archive:
        assert len(archive.breaches.list()) == 1
        assert WHAT in archive.breaches.notice(1, Told.PEOPLE).markdown
        with pytest.raises(RefusedError):
            archive.breaches.told(1, Told.AUTHORITY)
        with pytest.raises(RefusedError):
            archive.breaches.new(WHAT)
