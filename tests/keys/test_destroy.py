"""Destroying keys: they are gone, older copies open nothing, and a kill at any step does not bring them back."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sayso.errors import KeyDestroyedError, KeyStoreError
from sayso.keys import KeyStore, envelope

from .conftest import Places


def test_F4_a_destroyed_key_opens_nothing_and_the_others_stay(store: KeyStore, places: Places) -> None:
    gone, stays = store.new(), store.new()
    sealed = {key_id: store.seal(key_id, b"text", b"") for key_id in (gone, stays)}
    other = places.open()
    store.destroy([gone, "never-there"])
    store.destroy([gone])
    for reader in (store, other, places.open()):
        assert reader.ids() == [stays]
        assert reader.unseal(stays, sealed[stays], b"") == b"text"
        with pytest.raises(KeyDestroyedError):
            reader.unseal(gone, sealed[gone], b"")


def test_F4_restored_copies_of_the_key_store_open_nothing(store: KeyStore, places: Places, tmp_path: Path) -> None:
    gone, stays = store.new(), store.new()
    sealed = {key_id: store.seal(key_id, b"text", b"") for key_id in (gone, stays)}
    shutil.copytree(places.folder, tmp_path / "copy")
    store.destroy([gone])
    shutil.rmtree(places.folder)
    shutil.copytree(tmp_path / "copy", places.folder)
    with pytest.raises(KeyStoreError, match="older"):
        places.open()
    for key_id in (gone, stays):
        with pytest.raises(KeyStoreError, match="older"):
            store.unseal(key_id, sealed[key_id], b"")


def test_F4_a_copy_that_claims_to_be_current_opens_nothing(store: KeyStore, places: Places, tmp_path: Path) -> None:
    gone = store.new()
    shutil.copytree(places.folder, tmp_path / "copy")
    store.destroy([gone])
    current = json.loads((places.folder / "keys.json").read_text())
    forged = json.loads((tmp_path / "copy" / "keys.json").read_text()) | {"generation": current["generation"]}
    (places.folder / "keys.json").write_text(json.dumps(forged))
    with pytest.raises(KeyStoreError, match="do not belong together"):
        places.open()
    (places.folder / "keys.json").write_text(json.dumps(forged | {"proof": current["proof"]}))
    with pytest.raises(KeyStoreError):
        places.open().seal(gone, b"text", b"")


def test_F4_a_destroyed_keys_bytes_are_in_no_file(
    store: KeyStore, places: Places, found_in_files: Callable[[bytes], list[Path]]
) -> None:
    gone, stays = store.new(), store.new()
    raw: dict[str, bytes] = {}
    for key_id in (gone, stays):
        raw[key_id] = store._with_key(key_id, bytes)
    wrapping = bytes(store._wrapping.view)
    assert envelope.unseal(raw[gone], store.seal(gone, b"text", b""), b"") == b"text"
    journal = [json.loads(line) for line in (places.folder / "keys.journal").read_text().splitlines()]
    old_entry = next(key for _, key_id, key in journal if key_id == gone).encode()
    old_seal = json.loads(places.seal.read_text())["wrapped"].encode()
    store.destroy([gone])
    for secret in (*raw.values(), wrapping):
        assert found_in_files(secret) == []
    for text in (old_entry, old_seal, gone.encode()):
        assert all(text not in path.read_bytes() for path in (*places.folder.iterdir(), places.seal))
    assert bytes(store._wrapping.view) != wrapping
    assert sorted(path.name for path in places.seal.parent.iterdir()) == [places.seal.name]


def test_F4_the_old_journals_bytes_are_overwritten_in_place(store: KeyStore, places: Places) -> None:
    gone = store.new()
    with (places.folder / "keys.journal").open("rb") as old:
        before = old.read()
        assert gone.encode() in before
        store.destroy([gone])
        old.seek(0)
        assert old.read() == bytes(len(before))


def test_F4_the_old_seals_bytes_are_overwritten_in_place(store: KeyStore, places: Places) -> None:
    gone = store.new()
    with places.seal.open("rb") as old:
        before = old.read()
        store.destroy([gone])
        old.seek(0)
        assert old.read() == bytes(len(before))


def open_and_destroy(places: Places, key_id: str) -> None:
    places.open().destroy([key_id])


def open_and_make(places: Places, key_id: str) -> None:
    places.open().new(key_id)


STEPS = ("replace", "fsync", "link", "unlink", "write", "ftruncate")


def run_and_kill(step: int, act: Callable[[], object]) -> bool:
    """Do ``act`` in a child that is killed before its ``step``-th step on the disk; whether it was killed."""
    child = os.fork()
    if child == 0:
        left = step

        def dying(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **named: Any) -> Any:
                nonlocal left
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **named)

            return call

        try:
            for name in STEPS:
                setattr(os, name, dying(getattr(os, name)))
            act()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_F4_killed_at_any_step_a_destruction_completes(
    store: KeyStore, places: Places, tmp_path: Path, found_in_files: Callable[[bytes], list[Path]]
) -> None:
    stays = store.new("data-stays")
    kept = store.seal(stays, b"text", b"")
    killed, completed_by_opening, step = True, 0, 0
    while killed:
        step += 1
        gone = store.new(f"data-{step}")
        sealed = store.seal(gone, b"text", b"")
        copy = tmp_path / f"copy-{step}"
        shutil.copytree(places.folder, copy)
        wrapping = bytes(store._wrapping.view)

        killed = run_and_kill(step, partial(open_and_destroy, places, gone))

        reopened = places.open()
        if reopened.holds(gone):
            assert reopened.unseal(gone, sealed, b"") == b"text"
            reopened.destroy([gone])
        elif killed:
            completed_by_opening += 1
        for reader in (reopened, store, places.open()):
            assert reader.ids() == [stays]
            assert reader.unseal(stays, kept, b"") == b"text"
            with pytest.raises(KeyDestroyedError):
                reader.unseal(gone, sealed, b"")
        with pytest.raises(KeyStoreError, match="older"):
            KeyStore.open(copy, places.seal, places.master)
        assert found_in_files(wrapping) == []
        assert [path.name for path in places.seal.parent.iterdir()] == [places.seal.name]
        assert not [path for path in places.folder.iterdir() if path.suffix in (".unfinished", ".retired")]
    assert step > 10
    assert completed_by_opening > 5


def test_killed_at_any_step_a_new_key_is_there_or_not_and_the_rest_stays(store: KeyStore, places: Places) -> None:
    stays = store.new("data-stays")
    kept = store.seal(stays, b"text", b"")
    killed, step = True, 0
    while killed:
        step += 1
        killed = run_and_kill(step, partial(open_and_make, places, f"data-{step}"))
        assert store.unseal(stays, kept, b"") == b"text"
        assert places.open().holds(f"data-{step}") >= (not killed)
    assert step > 2


def test_killed_while_it_is_made_a_key_store_can_be_made_again(store: KeyStore, places: Places, tmp_path: Path) -> None:
    killed, step = True, 0
    while killed:
        step += 1
        folder, seal = tmp_path / f"new-{step}", tmp_path / f"new-{step}.seal"
        killed = run_and_kill(step, partial(KeyStore.create, folder, seal, places.master))
        again = KeyStore.open if seal.exists() else KeyStore.create
        made = again(folder, seal, places.master)
        assert places.open().ids() == store.ids() == made.ids() == []
    assert step > 4
