"""Where the master key comes from, and what is refused."""

from __future__ import annotations

import base64
import pickle
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend

from sayso.errors import KeyStoreError
from sayso.keys import MasterKey, master_from_environment, master_from_file, master_from_keyring

SECRET = bytes(range(32))


def opens(one: MasterKey, other: MasterKey) -> bool:
    """Whether ``other`` opens what ``one`` wrapped."""
    out = bytearray(4)
    try:
        other.unwrap(one.wrap(b"test", b""), b"", out)
    except KeyStoreError:
        return False
    return out == b"test"


def test_a_created_file_is_private_and_gives_the_same_key_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "master.key"
    first = master_from_file(path, create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert opens(first, master_from_file(path, create=True))
    assert not opens(first, master_from_file(tmp_path / "other.key", create=True))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    master_from_file(path, create=True)
    path.chmod(mode)
    with pytest.raises(KeyStoreError, match="chmod 600"):
        master_from_file(path)


@pytest.mark.parametrize("text", ["", "zz" * 32, "00" * 31, base64.b64encode(bytes(31)).decode(), "no key at all"])
def test_a_damaged_key_is_refused_without_showing_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "master.key"
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(KeyStoreError) as refusal:
        master_from_file(path)
    assert not text or text not in str(refusal.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match=r"absent\.key"):
        master_from_file(tmp_path / "absent.key")


@pytest.mark.parametrize("text", [SECRET.hex(), SECRET.hex().upper(), base64.b64encode(SECRET).decode() + "\n"])
def test_the_environment_gives_the_key_in_hex_or_base64(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SAYSO_MASTER_KEY", text)
    assert opens(MasterKey(SECRET, "the test"), master_from_environment())


def test_an_empty_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAYSO_MASTER_KEY", raising=False)
    with pytest.raises(KeyStoreError, match="SAYSO_MASTER_KEY"):
        master_from_environment()


def test_the_key_never_shows_and_is_not_pickled() -> None:
    master = MasterKey(SECRET, "the test")
    assert repr(master) == "<MasterKey from the test>"
    with pytest.raises(TypeError):
        pickle.dumps(master)


class KeepsPlainText(KeyringBackend):
    """What a plain-text backend looks like: it works, and Sayso does not know it."""

    priority = 9

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class LikeTheSystems(KeepsPlainText):
    """Stands for the system's own keyring, which no test machine has, by bearing its name."""


LikeTheSystems.__module__, LikeTheSystems.__qualname__ = "keyring.backends.SecretService", "Keyring"


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring(), KeepsPlainText(), ChainerBackend()])
def test_a_keyring_that_keeps_plain_text_or_nothing_is_refused(backend: KeyringBackend) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        with pytest.raises(KeyStoreError, match="private file"):
            master_from_keyring("sayso", "archive", create=True)
    finally:
        keyring.set_keyring(before)
    assert not getattr(backend, "kept", {})


def test_the_systems_keyring_keeps_the_key() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(LikeTheSystems())
    try:
        with pytest.raises(KeyStoreError, match="no master key"):
            master_from_keyring("sayso", "archive")
        made = master_from_keyring("sayso", "archive", create=True)
        assert opens(made, master_from_keyring("sayso", "archive"))
    finally:
        keyring.set_keyring(before)
