"""What tests of the web share: archives whose accounts have passwords, the application itself, a server, a browser.

``web_house``: the archive ``found`` (two people, eight photos, searched), and accounts with passwords: ``anna`` and
``ben`` operators, ``vito`` overseer. ``client``: the application without a network, fast. ``server`` and ``browser``:
the real thing; a test takes ``visiting(browser, server)`` for a page. ``lasting``: a server for all tests of a file,
which leave one another's things alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from sayso.values import Role
from sayso.web import Settings, create_app
from tests.house import House

from .serving import PASSWORDS, Server, chromium, served

ADDRESS = "http://127.0.0.1:8000"


def with_passwords(house: House) -> House:
    """The same archive; its staff can sign in."""
    with house.open() as archive:
        archive.accounts.new("vito", Role.OVERSEER)
        for name, password in PASSWORDS.items():
            archive.accounts.set_password(name, password)
    return house


@pytest.fixture
def web_house(found: House) -> House:
    return with_passwords(found)


@pytest.fixture
def client(web_house: House) -> Iterator[TestClient]:
    with web_house.open() as archive:
        letters = web_house.root / "letters"
        settings = Settings(ADDRESS, controller=archive.controller, contact=archive.contact, mail=letters)
        app = create_app(archive, settings)
        with TestClient(app, base_url=ADDRESS, headers={"origin": ADDRESS}, follow_redirects=True) as made:
            yield made


@pytest.fixture
def server(web_house: House) -> Iterator[Server]:
    with served(web_house) as running:
        yield running


@pytest.fixture(scope="module")
def lasting(undisturbed: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    house = undisturbed.copy(tmp_path_factory.mktemp("house") / "lasting")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in house.environment().items():
            patch.setenv(name, value)
        with served(with_passwords(house)) as running:
            yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running
