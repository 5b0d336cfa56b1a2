"""How a test says yes in a browser or without one: invite somebody, fill in the page, be let in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from sayso.values import Guardian, Purpose
from tests.house import COLLECTION, House

FIND = (Purpose.FIND,)


def invited(house: House, label: str, purposes: Sequence[Purpose] = FIND, *, guardian: Guardian | None = None) -> str:
    """A fresh invite's path."""
    with house.open() as archive:
        token = archive.people.invite(label, purposes=purposes, collections=[COLLECTION], guardian=guardian)
    return f"/i/{token}"


def say_yes(client: TestClient, path: str, purposes: Sequence[Purpose] = FIND, **changed: Any) -> Response:
    """Send the page's form as a person of full age who points, unless said otherwise."""
    words = {
        "version": "1",
        "language": "en",
        "purpose": [one.value for one in purposes],
        "way": "point",
        "age": "full",
    }
    return client.post(path, data=words | changed)


def enter(client: TestClient, house: House, label: str) -> TestClient:
    """Come in as somebody who said yes before, as by the link in a letter."""
    with house.open() as archive:
        letter = archive.visits.letter_for(label)
    assert letter is not None
    assert client.post(f"/l/{letter.token}").url.path == "/me"
    return client
