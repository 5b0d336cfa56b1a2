"""What tests across rooms share: whole archives, made once for all tests and copied for each.

- ``empty_house``: an archive (EU pack) with two operators and a notice; no collection, nobody enrolled.
- ``house``: the same with the swept, approved collection ``COLLECTION`` of eight event photos with times; nobody yet.
- ``enrolled``: the same with ``WREN`` and ``ROBIN`` enrolled and confirmed; nothing searched yet.
- ``found``: the same after ``find``: both have matched photos.
- ``new_house``: makes an archive from scratch, for other packs or purposes.

Each is a ``House`` (tests/house.py): ``house.open("ben")`` gives the front door, ``house.cli("find")`` runs the command
in a process of its own, ``house.json(…)`` reads its JSON, ``house.clock.move(…)`` moves the time of ``open`` (not of
``cli``). The test's own environment points at the test's own keys and state.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from sayso.vision import prepare

from .house import DEMO, ENROLLED, EVENT, NOON, House, shoot

MakeHouse = Callable[[], House]


@pytest.fixture(scope="session")
def event_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of eight event photos, taken ten minutes apart from noon on, named as in the demo."""
    folder = tmp_path_factory.mktemp("card")
    for number, name in enumerate(EVENT):
        shoot(DEMO / "event" / f"{name}.jpg", folder / f"{name}.jpg", NOON + timedelta(minutes=10 * number))
    return folder


@pytest.fixture(scope="session")
def _models() -> None:
    prepare()


def _base(tmp_path_factory: pytest.TempPathFactory, event_photos: Path) -> House:
    return House(tmp_path_factory.mktemp("house") / "base", event_photos)


def _here(house: House, patch: pytest.MonkeyPatch) -> House:
    for name, value in house.environment().items():
        patch.setenv(name, value)
    return house


@pytest.fixture(scope="session")
def _empty_base(tmp_path_factory: pytest.TempPathFactory, event_photos: Path, _models: None) -> House:
    with pytest.MonkeyPatch.context() as patch:
        made = _here(_base(tmp_path_factory, event_photos), patch)
        made.create().close()
    return made


@pytest.fixture(scope="session")
def _base_house(tmp_path_factory: pytest.TempPathFactory, _empty_base: House) -> House:
    with pytest.MonkeyPatch.context() as patch:
        made = _here(_empty_base.copy(tmp_path_factory.mktemp("house") / "base"), patch)
        made.collection(add=made.photos)
    return made


@pytest.fixture(scope="session")
def _base_enrolled(tmp_path_factory: pytest.TempPathFactory, _base_house: House) -> House:
    with pytest.MonkeyPatch.context() as patch:
        made = _here(_base_house.copy(tmp_path_factory.mktemp("house") / "base"), patch)
        for label, person in ENROLLED.items():
            made.enrol(label, person)
    return made


@pytest.fixture(scope="session")
def _base_found(tmp_path_factory: pytest.TempPathFactory, _base_enrolled: House) -> House:
    with pytest.MonkeyPatch.context() as patch:
        made = _here(_base_enrolled.copy(tmp_path_factory.mktemp("house") / "base"), patch)
        with made.open() as archive:
            archive.people.find()
    return made


@pytest.fixture(scope="session")
def undisturbed(_base_found: House) -> House:
    """The archive that ``found`` is a copy of, to compare with; leave it as it is."""
    return _base_found


@pytest.fixture
def new_house(tmp_path: Path, event_photos: Path, monkeypatch: pytest.MonkeyPatch, _models: None) -> MakeHouse:
    """Makes the place for a new archive; call ``create`` on it."""
    return lambda: _here(House(tmp_path / "own", event_photos), monkeypatch)


@pytest.fixture
def empty_house(_empty_base: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return _here(_empty_base.copy(tmp_path / "house"), monkeypatch)


@pytest.fixture
def house(_base_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return _here(_base_house.copy(tmp_path / "house"), monkeypatch)


@pytest.fixture
def enrolled(_base_enrolled: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return _here(_base_enrolled.copy(tmp_path / "house"), monkeypatch)


@pytest.fixture
def found(_base_found: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return _here(_base_found.copy(tmp_path / "house"), monkeypatch)
