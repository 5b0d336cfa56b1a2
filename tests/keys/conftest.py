"""A key store of its own for each test, and a way to look for bytes in every file beside it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sayso.keys import KeyStore, MasterKey, master_from_file


@dataclass(frozen=True)
class Places:
    """Where one test's key store lies."""

    folder: Path
    seal: Path

    @property
    def master(self) -> MasterKey:
        """The master key, read from its file anew."""
        return master_from_file(self.folder / "master.key")

    def open(self) -> KeyStore:
        """The store, opened as another process would."""
        return KeyStore.open(self.folder, self.seal, self.master)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "keys" / "archive", tmp_path / "state" / "archive.seal")


@pytest.fixture
def store(places: Places) -> Iterator[KeyStore]:
    master = master_from_file(places.folder / "master.key", create=True)
    with KeyStore.create(places.folder, places.seal, master) as made:
        yield made


@pytest.fixture
def found_in_files(places: Places) -> Callable[[bytes], list[Path]]:
    """Files under the key store and the seal's folder that hold a secret, raw, as hex or as base64."""

    def search(secret: bytes) -> list[Path]:
        forms = (secret, secret.hex().encode(), base64.b64encode(secret), base64.urlsafe_b64encode(secret))
        files = [p for root in (places.folder, places.seal.parent) for p in root.rglob("*") if p.is_file()]
        assert files
        return [path for path in files if any(form in path.read_bytes() for form in forms)]

    return search
