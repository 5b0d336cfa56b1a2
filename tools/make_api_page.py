"""Writes the tables of calls in docs/api.md from the API's own description.

May know: the description. Must not know: how a call is done. Run: ``.venv/bin/python tools/make_api_page.py``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI

from sayso.web.api import router
from sayso.web.api.description import description

PAGE = Path(__file__).parents[1] / "docs" / "api.md"
BEGIN, END = "<!-- begin calls -->", "<!-- end calls -->"


def page(old: str) -> str:
    """The page with its tables as they must read now."""
    before, _, rest = old.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables(_described())}\n\n{END}{after}"


def tables(described: dict[str, Any]) -> str:
    """A table for each group of calls, in the order in which they are described."""
    groups: dict[str, list[str]] = {}
    for path, calls in described["paths"].items():
        for method, call in calls.items():
            groups.setdefault(call["tags"][0], []).append(_row(method.upper(), path, call))
    head = "| call | verb | body | answer | what it does |\n|---|---|---|---|---|"
    return "\n\n".join(f"### {name.capitalize()}\n\n{head}\n" + "\n".join(rows) for name, rows in groups.items())


def _row(method: str, path: str, call: dict[str, Any]) -> str:
    asked = [f"`{one['name']}`" for one in call.get("parameters", ()) if one["in"] == "query"]
    body = _content(call["requestBody"]["content"]) if "requestBody" in call else ""
    takes = ", ".join(filter(None, [body, " ".join(asked)])) or "–"
    code, answer = next((code, one) for code, one in call["responses"].items() if code.startswith("2"))
    gives = _content(answer["content"]) + (f" ({code})" if code != "200" else "")
    what = " ".join(call["description"].split())
    address = path.removeprefix("/api/v1")
    return f"| `{method} {address}` | {call['operationId']} | {takes} | {gives} | {what} |"


def _content(content: dict[str, Any]) -> str:
    kind, found = next(iter(content.items()))
    return _named(found["schema"]) if kind == "application/json" else kind


def _named(schema: dict[str, Any]) -> str:
    if schema.get("type") == "array":
        return f"list of {_named(schema['items'])}"
    return str(schema.get("$ref", "object")).rsplit("/", 1)[-1].replace("Page_", "page of ").removesuffix("_")


def _described() -> dict[str, Any]:
    app = FastAPI(title="Sayso", version="1")
    app.include_router(router)
    return description(app)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
