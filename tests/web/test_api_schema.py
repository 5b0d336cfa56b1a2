"""The API keeps to its own description, whatever it is sent: no mistake of ours, no answer of an undescribed shape.

Requests are made up from the description, right and wrong ones, and sent with an operator's token to a real archive,
whose photos, people and notices they may change and delete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from sayso.web import Settings, create_app
from sayso.web.api.description import description
from tests.house import ENROLLED, House

load_all_checks()

#: What is looked at in every answer. That whatever fits the description is accepted is not: an id of the right shape
#: need not be anybody's.
LOOKED_AT = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "unsupported_method",
    ]
)
#: Requests of each kind, right or wrong, to each call.
TRIES = 8
HERE = "http://localhost"


@pytest.fixture
def described(found: House) -> Iterator[Any]:
    """The API's own description of itself, with the application behind it, and an operator's token."""
    with found.open() as archive:
        token = archive.accounts.new_token("made-up requests")[1]
        made = create_app(archive, Settings(HERE, controller=archive.controller, contact=archive.contact))
        with TestClient(made, base_url=HERE):
            loaded = schemathesis.openapi.from_dict(_without_who_calls(description(made)))
            loaded.app = _begun(made)
            yield loaded, token


def _without_who_calls(document: dict[str, Any]) -> dict[str, Any]:
    """The same description, so that no request is made up that lacks the token which each of them is sent with."""
    for calls in document["paths"].values():
        for call in calls.values():
            del call["security"]
    return document


def _begun(app: FastAPI) -> Any:
    """The application, which began already and ends by itself."""

    async def calls(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await app(scope, receive, send)
        for done in ("lifespan.startup", "lifespan.shutdown") if scope["type"] == "lifespan" else ():
            await receive()
            await send({"type": f"{done}.complete"})

    return calls


def test_made_up_requests_are_answered_as_described(described: Any, found: House) -> None:
    schema, token = described
    people = [found.subject(label) for label in ENROLLED]
    called = 0
    for each in schema.exclude(operation_id="account.token.revoke").get_all_operations():
        operation = each.ok()
        for mode in GenerationMode:
            # A call without parameters cannot be asked wrongly.
            with suppress(Unsatisfiable):
                called += _tried(operation.as_strategy(generation_mode=mode), mode, token, people)
    assert called > 400


def _tried(requests: st.SearchStrategy[Any], mode: GenerationMode, token: str, people: Sequence[str]) -> int:
    """Send some of these requests; how many."""
    sent = []

    @settings(
        max_examples=TRIES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(requests)
    def send(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            case.path_parameters = _existing(case.path_parameters, people)
            case.body = _existing(case.body, people)
        case.call_and_validate(headers={"host": "localhost", "authorization": f"Bearer {token}"}, checks=LOOKED_AT)
        sent.append(case)

    send()
    return len(sent)


def _existing(part: Any, people: Sequence[str]) -> Any:
    """The same with ids of what there may be, for what follows from an id that exists is worth more."""
    if isinstance(part, dict):
        return {
            name: people[len(str(value)) % len(people)] if name == "subject" and value else _existing(value, people)
            for name, value in part.items()
        }
    if isinstance(part, list):
        return [_existing(one, people) for one in part]
    return part % 9 + 1 if isinstance(part, int) and not isinstance(part, bool) and part > 9 else part
