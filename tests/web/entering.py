"""Come in as a person, without a letter: the visit is begun through the front door."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from tests.house import House


def enter(client: TestClient, house: House, label: str) -> str:
    """Sign a person in by the link that their letter holds; their id."""
    subject = house.subject(label)
    with house.open() as archive:
        token = archive.visits.welcome(subject)
    client.cookies.set("sayso-me", token)
    return subject


def photo_ids(page: str) -> list[int]:
    """The photos that a page of one's own photos shows, in its order."""
    return [int(one) for one in re.findall(r'<a href="/me/photos/(\d+)">', page)]
