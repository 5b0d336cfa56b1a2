"""Another master key: it takes over without touching what it protects, and a kill at any step leaves one in force."""

from __future__ import annotations

import secrets
from functools import partial
from pathlib import Path

import pytest

from sayso.errors import KeyStoreError, UsageError
from sayso.keys import KeyStore, Masters

from .conftest import Places
from .test_destroy import run_and_kill


@pytest.fixture
def masters(places: Places) -> Masters:
    return Masters(places.folder, "a1")


@pytest.fixture
def made(places: Places, masters: Masters) -> KeyStore:
    return KeyStore.create(places.folder, places.seal, masters.make(masters.first_name("file")))


def reopened(places: Places, masters: Masters) -> KeyStore:
    return KeyStore.open(places.folder, places.seal, masters=masters)


def master_files(places: Places) -> list[Path]:
    return sorted(places.folder.glob("master*.key"))


def test_a_new_file_takes_over_and_the_old_one_is_gone_and_opens_nothing(
    made: KeyStore, places: Places, masters: Masters
) -> None:
    sealed = made.seal(made.new("data-1"), b"text", b"")
    (old,) = master_files(places)
    before, keys = old.read_bytes(), (places.folder / "keys.journal").read_bytes()
    copy_of_the_old_seal = places.seal.read_bytes()
    made.rotate_master(masters, "file")
    assert made.unseal("data-1", sealed, b"") == b"text"
    assert reopened(places, masters).unseal("data-1", sealed, b"") == b"text"
    (fresh,) = master_files(places)
    assert fresh != old
    assert fresh.read_bytes() != before
    assert (places.folder / "keys.journal").read_bytes() == keys
    old.touch(0o600)
    old.write_bytes(before)
    with pytest.raises(KeyStoreError, match="not the one"):
        KeyStore.open(places.folder, places.seal, masters.open(f"file:{old.name}"))
    old.unlink()
    places.seal.write_bytes(copy_of_the_old_seal)
    with pytest.raises(KeyStoreError, match="no master key"):
        reopened(places, masters)


def test_the_old_files_bytes_are_overwritten(made: KeyStore, places: Places, masters: Masters) -> None:
    with (places.folder / "master.key").open("rb") as old:
        made.rotate_master(masters, "file")
        assert old.read() == bytes(65)


def test_the_environment_takes_over_from_a_file_and_gives_way_to_another(
    made: KeyStore, places: Places, masters: Masters, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.new("data-1")
    first, second = secrets.token_hex(32), secrets.token_hex(32)
    with pytest.raises(KeyStoreError, match="SAYSO_NEW_MASTER_KEY"):
        made.rotate_master(masters, "environment")
    assert len(master_files(places)) == 1
    assert reopened(places, masters).holds("data-1")
    monkeypatch.setenv("SAYSO_NEW_MASTER_KEY", first)
    made.rotate_master(masters, "environment")
    assert master_files(places) == []
    with pytest.raises(KeyStoreError, match="SAYSO_MASTER_KEY"):
        reopened(places, masters)
    monkeypatch.setenv("SAYSO_MASTER_KEY", first)
    monkeypatch.setenv("SAYSO_NEW_MASTER_KEY", second)
    reopened(places, masters).rotate_master(masters, "environment")
    with pytest.raises(KeyStoreError, match="not the one"):
        reopened(places, masters)
    monkeypatch.setenv("SAYSO_MASTER_KEY", second)
    assert reopened(places, masters).holds("data-1")


def test_another_process_goes_on_after_the_rotation(made: KeyStore, places: Places, masters: Masters) -> None:
    other = reopened(places, masters)
    made.rotate_master(masters, "file")
    made.new("data-1")
    other.destroy([other.new("data-2")])
    assert made.ids() == other.ids() == reopened(places, masters).ids() == ["data-1"]


def test_an_unknown_source_is_refused(made: KeyStore, masters: Masters) -> None:
    with pytest.raises(UsageError, match="clay tablet"):
        made.rotate_master(masters, "clay tablet")


@pytest.mark.parametrize("name", ["file:../master.key", "clay:tablet", ""])
def test_a_seal_that_names_no_known_master_key_is_refused(masters: Masters, name: str) -> None:
    with pytest.raises(KeyStoreError, match="unknown kind"):
        masters.open(name)


def open_and_rotate(places: Places, masters: Masters) -> None:
    reopened(places, masters).rotate_master(masters, "file")


def test_killed_at_any_step_one_master_key_is_in_force_and_the_other_is_gone(
    made: KeyStore, places: Places, masters: Masters
) -> None:
    sealed = made.seal(made.new("data-1"), b"text", b"")
    killed, step, moved = True, 0, 0
    while killed:
        step += 1
        before = master_files(places)
        killed = run_and_kill(step, partial(open_and_rotate, places, masters))
        again = reopened(places, masters)
        assert again.unseal("data-1", sealed, b"") == made.unseal("data-1", sealed, b"") == b"text"
        assert len(master_files(places)) == 1
        assert again.check() == []
        moved += killed and master_files(places) != before
        assert [path.name for path in places.seal.parent.iterdir()] == [places.seal.name]
    assert step > 12
    assert moved > 3
