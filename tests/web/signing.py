"""How a test signs in an account without a browser, and what the browser would hold then."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from .serving import PASSWORDS


def sign_in(client: TestClient, name: str = "anna") -> Any:
    answer = client.post("/sign-in", data={"name": name, "password": PASSWORDS[name]}, follow_redirects=False)
    assert answer.status_code == 303
    return answer


def cookie_of(client: TestClient) -> str:
    return next(one.value or "" for one in client.cookies.jar if one.name.endswith("sayso-desk"))
