"""The key store in use: what it makes, opens, refuses and keeps private."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sayso.errors import KeyDestroyedError, KeyStoreError
from sayso.keys import KeyStore, MasterKey, default_places, master_from_file

from .conftest import Places


def test_another_process_opens_what_this_one_sealed(store: KeyStore, places: Places) -> None:
    key_id = store.new()
    sealed = store.seal(key_id, bytearray(b"a template"), b"here")
    with places.open() as other:
        out = bytearray(len(b"a template"))
        other.unseal_into(key_id, sealed, b"here", out)
        assert other.unseal(key_id, memoryview(sealed), b"here") == b"a template" == bytes(out)
        assert other.tag(key_id, b"contact") == store.tag(key_id, b"contact")


def test_a_seal_opens_under_its_own_key_and_context_only(store: KeyStore) -> None:
    one, two = store.new(), store.new()
    sealed = store.seal(one, b"text", b"here")
    for key_id, context in ((two, b"here"), (one, b"there")):
        with pytest.raises(KeyStoreError):
            store.unseal(key_id, sealed, context)


def test_signatures_verify_with_the_public_key(store: KeyStore) -> None:
    store.new("signing")
    Ed25519PublicKey.from_public_bytes(store.public_key("signing")).verify(store.sign("signing", b"text"), b"text")


def test_ids_are_listed_by_prefix_and_taken_once(store: KeyStore) -> None:
    for key_id in ("record-b", "data-1", "record-a"):
        assert store.new(key_id) == key_id
    assert store.ids("record-") == ["record-a", "record-b"]
    assert store.ids() == ["data-1", "record-a", "record-b"]
    assert store.holds("data-1")
    with pytest.raises(ValueError, match="already"):
        store.new("data-1")
    for bad in ("", "two words", "line\n", "x" * 201):
        with pytest.raises(ValueError, match="printable"):
            store.new(bad)


def test_an_unknown_key_is_said_to_be_destroyed(store: KeyStore) -> None:
    for act in (
        lambda: store.seal("gone", b"", b""),
        lambda: store.unseal("gone", bytes(28), b""),
        lambda: store.tag("gone", b""),
        lambda: store.sign("gone", b""),
        lambda: store.public_key("gone"),
    ):
        with pytest.raises(KeyDestroyedError):
            act()


def test_the_wrong_master_key_is_refused(store: KeyStore, places: Places, tmp_path: Path) -> None:
    store.new("signing")
    wrong = master_from_file(tmp_path / "wrong.key", create=True)
    with pytest.raises(KeyStoreError, match="not the one"):
        KeyStore.open(places.folder, places.seal, wrong)


def test_a_missing_folder_or_seal_is_named(store: KeyStore, places: Places, tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="SAYSO_KEYS"):
        KeyStore.open(tmp_path / "nowhere", places.seal, places.master)
    with pytest.raises(KeyStoreError, match="SAYSO_STATE"):
        KeyStore.open(places.folder, tmp_path / "no.seal", places.master)
    assert not (tmp_path / "nowhere").exists()
    assert store.ids() == []


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"format": 1, "generation": 1}'])
def test_damaged_files_are_told_apart_from_missing_ones(store: KeyStore, places: Places, content: bytes) -> None:
    store.new()
    for path in (places.seal, places.folder / "keys.json"):
        whole = path.read_bytes()
        path.write_bytes(content)
        with pytest.raises(KeyStoreError, match="damaged"):
            places.open()
        path.write_bytes(whole)
    places.open()


def test_a_second_create_is_refused(store: KeyStore, places: Places, tmp_path: Path) -> None:
    store.new()
    for seal in (places.seal, tmp_path / "other.seal"):
        with pytest.raises(KeyStoreError, match="already"):
            KeyStore.create(places.folder, seal, places.master)


def test_two_stores_seals_cannot_be_swapped(store: KeyStore, places: Places, tmp_path: Path) -> None:
    other = KeyStore.create(tmp_path / "other", tmp_path / "other.seal", places.master)
    other.new("signing")
    store.new("signing")
    with pytest.raises(KeyStoreError, match="do not belong together"):
        KeyStore.open(places.folder, tmp_path / "other.seal", places.master)


def test_files_open_for_their_owner_only(store: KeyStore, places: Places) -> None:
    store.destroy([store.new()])
    store.remember("checkpoint", "text")
    assert places.folder.stat().st_mode & 0o777 == 0o700
    files = [path for root in (places.folder, places.seal.parent) for path in root.iterdir()]
    assert {path.name: path.stat().st_mode & 0o077 for path in files if path.stat().st_mode & 0o077} == {}
    assert store.check() == []


def test_check_tells_what_is_weak(store: KeyStore, places: Places) -> None:
    store.new("data-1")
    store.destroy([store.new()])
    content = json.loads((places.folder / "keys.json").read_text())
    content["keys"]["data-1"] = content["keys"]["data-1"].swapcase()
    (places.folder / "keys.json").write_text(json.dumps(content))
    places.seal.chmod(0o644)
    assert len(store.check()) == 2
    assert any(str(places.seal) in finding for finding in store.check())
    assert any("data-1" in finding for finding in store.check())


def test_facts_are_remembered_beside_the_keys(store: KeyStore, places: Places) -> None:
    assert store.recall("checkpoint") is None
    store.remember("checkpoint", "first\n")
    store.remember("checkpoint", "häst\n")
    assert places.open().recall("checkpoint") == "häst\n"
    with pytest.raises(ValueError, match="name"):
        store.remember("../escape", "text")


def test_a_closed_store_gives_nothing(store: KeyStore) -> None:
    key_id = store.new()
    store.close()
    with pytest.raises(KeyStoreError, match="closed"):
        store.tag(key_id, b"text")


def test_a_store_never_shows_keys_and_is_not_pickled(store: KeyStore, places: Places) -> None:
    store.new("record-7")
    assert repr(store) == f"<KeyStore in {places.folder}>"
    with pytest.raises(TypeError):
        pickle.dumps(store)


def test_many_keys_are_made_together_or_not_at_all(store: KeyStore, places: Places) -> None:
    store.new_many(["data-1", "data-2"])
    for bad in (["data-3", "data-2"], ["data-3", "data-3"], ["data-3", "two words"]):
        with pytest.raises(ValueError, match="id"):
            store.new_many(bad)
    store.new_many([])
    assert store.ids() == places.open().ids() == ["data-1", "data-2"]
    assert store.unseal("data-2", places.open().seal("data-2", b"text", b""), b"") == b"text"


def test_making_a_key_writes_no_more_with_a_thousand_keys_than_with_one(store: KeyStore, places: Places) -> None:
    def written(key_id: str) -> int:
        before = {path.name: path.stat().st_size for path in places.folder.iterdir()}
        whole = (places.folder / "keys.json").stat().st_ino
        store.new(key_id)
        assert (places.folder / "keys.json").stat().st_ino == whole
        return sum(path.stat().st_size - before.get(path.name, 0) for path in places.folder.iterdir())

    first = written("data-first")
    store.new_many(f"data-{number:05}" for number in range(1000))
    assert written("data-again") == first


def test_a_line_that_a_crash_cut_short_counts_for_nothing(store: KeyStore, places: Places) -> None:
    store.new("data-1")
    journal = places.folder / "keys.journal"
    whole = journal.read_bytes()
    for cut in (1, 40, len(whole) - 1):
        journal.write_bytes(whole + whole.replace(b"data-1", b"data-2")[:cut])
        assert places.open().ids() == store.ids() == ["data-1"]
    journal.write_bytes(whole + whole[:-1] + b"x" * 200)
    store.new("data-3")
    assert journal.read_bytes().startswith(whole)
    assert b"xxx" not in journal.read_bytes()
    assert places.open().ids() == ["data-1", "data-3"]


def test_a_damaged_journal_is_told(store: KeyStore, places: Places) -> None:
    store.new("data-1")
    for line in (b"nothing\n", b"[1]\n", b'{"a": 1}\n'):
        (places.folder / "keys.journal").write_bytes(line)
        with pytest.raises(KeyStoreError, match="damaged"):
            places.open()


def test_a_full_or_closed_disk_leaves_the_store_as_it_was(store: KeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        with pytest.raises(KeyStoreError, match="full"):
            store.new("data-1")
    assert not store.holds("data-1")
    assert store.new("data-1") == "data-1"


def test_processes_that_make_keys_at_once_lose_none(store: KeyStore, places: Places) -> None:
    program = (
        "import sys; from pathlib import Path; from sayso.keys import *;"
        "folder, seal, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3];"
        "store = KeyStore.open(folder, seal, master_from_file(folder / 'master.key'));"
        "[store.new(f'{name}-{n}') for n in range(15)]; store.destroy([f'{name}-0'])"
    )
    arguments = [sys.executable, "-c", program, str(places.folder), str(places.seal)]
    running = [subprocess.Popen([*arguments, name]) for name in ("one", "two")]
    mine = []
    while any(process.poll() is None for process in running):
        mine.append(store.new())
        time.sleep(0.01)
    assert [process.wait(60) for process in running] == [0, 0]
    expected = {f"{name}-{n}" for name in ("one", "two") for n in range(1, 15)} | set(mine)
    assert set(store.ids()) == expected
    for key_id in expected:
        assert store.unseal(key_id, store.seal(key_id, b"text", b""), b"") == b"text"


def test_default_places_lie_apart_and_obey_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SAYSO_KEYS", raising=False)
    monkeypatch.delenv("SAYSO_STATE", raising=False)
    folder, seal = default_places("a1")
    assert not seal.is_relative_to(folder)
    monkeypatch.setenv("SAYSO_KEYS", str(tmp_path / "k"))
    monkeypatch.setenv("SAYSO_STATE", str(tmp_path / "s"))
    assert default_places("a1") == (tmp_path / "k" / "a1", tmp_path / "s" / "a1.seal")
    for bad in ("", "../up", "a/b", ".hidden"):
        with pytest.raises(ValueError, match="archive id"):
            default_places(bad)


def test_a_store_that_was_moved_opens_in_its_new_place(store: KeyStore, places: Places, tmp_path: Path) -> None:
    key_id = store.new()
    sealed = store.seal(key_id, b"text", b"")
    shutil.move(places.folder, tmp_path / "moved")
    moved = KeyStore.open(tmp_path / "moved", places.seal, master_from_file(tmp_path / "moved" / "master.key"))
    assert moved.unseal(key_id, sealed, b"") == b"text"


def test_a_master_key_must_have_32_bytes() -> None:
    with pytest.raises(KeyStoreError, match="32 bytes"):
        MasterKey(bytes(16), "the test")
