"""A master key on a token: SoftHSM, a real PKCS#11 library that keeps its token in a folder."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ..house import House
from .conftest import Places

_LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
LIBRARY = next((path for path in _LIBRARIES if Path(path).exists()), None)
PIN = "9137-token"

pytestmark = pytest.mark.skipif(
    LIBRARY is None and not os.environ.get("CI"), reason="softhsm2 is not installed; in CI it must be"
)


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The label of a fresh token that this process can use."""
    assert LIBRARY is not None, "install softhsm2: .ci/run does"
    label = f"sayso-{secrets.token_hex(4)}"
    folder = _token_folder(tmp_path, monkeypatch)
    arguments = ["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "5678-officer"]
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)
    assert list(folder.iterdir())
    monkeypatch.setenv("SAYSO_PKCS11_MODULE", LIBRARY)
    monkeypatch.setenv("SAYSO_PKCS11_TOKEN", label)
    monkeypatch.setenv("SAYSO_PIN", PIN)
    return label


def _token_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder, settings = tmp_path / "tokens", tmp_path / "softhsm2.conf"
    folder.mkdir()
    settings.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    return folder


START = (
    "import os, sys; from pathlib import Path; from sayso.keys import KeyStore, Masters\n"
    "folder, seal = (*map(Path, sys.argv[1:3]), None, None)[:2]; masters = folder and Masters(folder, 'a1')\n"
)


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A program in a process of its own: the library reads its settings once in a process."""
    words = [sys.executable, "-c", START + program, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


CREATE = (
    "store = KeyStore.create(folder, seal, masters.make(masters.first_name('pkcs11')))\n"
    "store.new('data-1'); Path(sys.argv[3]).write_bytes(store.seal('data-1', b'text', b''))"
)
OPEN = (
    "store = KeyStore.open(folder, seal, masters=masters)\n"
    "assert store.unseal('data-1', Path(sys.argv[3]).read_bytes(), b'') == b'text'\n"
    "print(store.master_source, *store.check())"
)


@pytest.fixture
def sealed(token: str, places: Places, tmp_path: Path) -> Path:
    """A key store whose master key is on the token, and something that it sealed."""
    path = tmp_path / f"sealed-with-{token}"
    made = run(CREATE, places.folder, places.seal, path)
    assert made.returncode == 0, made.stderr
    return path


def test_the_token_opens_what_it_locked_and_the_master_key_is_in_no_file(
    sealed: Path, token: str, places: Places
) -> None:
    opened = run(OPEN, places.folder, places.seal, sealed)
    assert (opened.returncode, opened.stdout) == (0, f"the token '{token}'\n"), opened.stderr
    assert not list(places.folder.glob("master*"))
    assert '"master": "pkcs11:' in places.seal.read_text()


def test_a_key_is_destroyed_and_the_rest_wrapped_anew_by_the_token(sealed: Path, places: Places) -> None:
    destroy = "store = KeyStore.open(folder, seal, masters=masters); store.destroy([store.new('data-2')])"
    assert run(destroy, places.folder, places.seal).returncode == 0
    assert run(OPEN, places.folder, places.seal, sealed).returncode == 0


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("SAYSO_PIN", "0000-wrong", "is not that of the token"),
        ("SAYSO_PIN", "", "SAYSO_PIN is not set"),
        ("SAYSO_PKCS11_TOKEN", "another", "There is no token 'another'"),
        ("SAYSO_PKCS11_MODULE", "/nowhere.so", "did not answer"),
    ],
)
def test_what_is_wrong_with_the_token_is_said_without_the_pin(
    sealed: Path, places: Places, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    refused = run(OPEN, places.folder, places.seal, sealed)
    assert refused.returncode == 1
    told = refused.stderr.splitlines()[-1]
    assert told.startswith("sayso.errors.KeyStoreError")
    assert says in told
    assert PIN not in refused.stderr
    assert "0000-wrong" not in refused.stderr


@pytest.mark.usefixtures("token")
def test_what_the_token_locked_is_bound_to_its_context(places: Places) -> None:
    program = (
        "master = masters.make(masters.first_name('pkcs11'))\n"
        "out, wrapped = bytearray(32), master.wrap(b'x' * 32, b'a')\n"
        "master.unwrap(wrapped, b'a', out); assert out == b'x' * 32 and b'x' * 32 not in wrapped\n"
        "master.unwrap(wrapped, b'b', out)\n"
    )
    refused = run(program, places.folder, places.seal)
    assert "is not the one that these keys were locked with" in refused.stderr


@pytest.mark.usefixtures("sealed")
def test_another_token_opens_nothing(places: Places) -> None:
    other = "master = masters.make('pkcs11:' + '00' * 8); KeyStore.open(folder, seal, master)"
    refused = run(other, places.folder, places.seal)
    assert "is not the one that these keys were locked with" in refused.stderr
    emptied = "masters.remove(read_seal(seal).master); KeyStore.open(folder, seal, masters=masters)"
    gone = run("from sayso.keys.seal import read_seal\n" + emptied, places.folder, places.seal)
    assert "There is no such master key" in gone.stderr


ROTATE = "KeyStore.open(folder, seal, masters=masters).rotate_master(masters, sys.argv[3])"
COUNT = "\nfrom sayso.keys import token\nwith token._session(write=False) as s: print(len(list(s.get_objects())))"


@pytest.mark.parametrize("to", ["pkcs11", "file", "environment"])
def test_rotating_away_from_the_token_leaves_no_old_key_on_it(
    sealed: Path, places: Places, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    fresh = secrets.token_hex(32)
    monkeypatch.setenv("SAYSO_NEW_MASTER_KEY", fresh)
    rotated = run(ROTATE, places.folder, places.seal, to)
    assert rotated.returncode == 0, rotated.stderr
    monkeypatch.setenv("SAYSO_MASTER_KEY", fresh)
    opened = run(OPEN, places.folder, places.seal, sealed)
    assert opened.returncode == 0, opened.stderr
    assert run(COUNT).stdout == f"{int(to == 'pkcs11')}\n"


KILLED = (
    "import signal; from sayso.keys import seal as seals, shelf, sources\n"
    "left = int(sys.argv[3])\n"
    "def dying(real):\n"
    "    def call(*a, **k):\n"
    "        global left; left -= 1\n"
    "        if left == 0: os.kill(os.getpid(), signal.SIGKILL)\n"
    "        return real(*a, **k)\n"
    "    return call\n"
    "os.replace, os.fsync = dying(os.replace), dying(os.fsync)\n"
    "for name in ('make_on_token', 'remove_from_token'): setattr(sources, name, dying(getattr(sources, name)))\n"
    "KeyStore.open(folder, seal, masters=masters).rotate_master(masters, 'pkcs11')\n"
)


def test_killed_at_any_step_one_key_is_left_on_the_token_and_it_opens(sealed: Path, places: Places) -> None:
    killed, step = True, 0
    while killed:
        step += 1
        killed = run(KILLED, places.folder, places.seal, step).returncode == -signal.SIGKILL
        opened = run(OPEN + COUNT, places.folder, places.seal, sealed)
        assert opened.returncode == 0, opened.stderr
        assert opened.stdout.endswith("'\n1\n")
    assert step > 8


def test_an_archive_is_made_with_a_token_and_moves_to_a_file_and_back(
    token: str, new_house: Callable[[], House], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = new_house()
    words = ("init", "--pack", "EU", "--contact", "privacy@club.example", "--calibration", "synthetic-40")
    made = house.cli(*words, "--master-key", "pkcs11")
    assert made.returncode == 0, made.stderr
    for to, place in (("file", "the file "), ("pkcs11", f"the token '{token}'")):
        assert house.json("keys", "rotate-master", "--to", to)["master"].startswith(place)
        assert house.json("keys", "check")["findings"] == []
    monkeypatch.delenv("SAYSO_PIN")
    refused = house.cli("status")
    assert refused.returncode == 1
    assert "SAYSO_PIN is not set" in refused.stderr
