"""The page about the API: its tables are those that the API's own description gives."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from sayso.web.api.description import WRONG

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "api.md"


def test_the_tables_of_calls_are_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")
    told = PAGE.read_text("utf-8")
    assert "| `GET /status` |" in told
    assert importlib.import_module("make_api_page").page(told) == told, "run tools/make_api_page.py"


def test_every_code_that_a_call_may_answer_is_explained() -> None:
    told = PAGE.read_text("utf-8")
    assert [code for code in WRONG if f"| {code} |" not in told] == []
