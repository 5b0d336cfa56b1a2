"""Makes rules out of the tables of a pack: a registered name, parameters of the right type, and the origin.

May know: the registry and the types of the parameters. Must not know: files, jurisdictions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any, get_type_hints

from ..values import Purpose, Reach
from .facts import Action
from .reading import Table, check_placeholders
from .registry import RULES
from .rules import Age, Basis, Origin, Rule

#: Rows of the law page.
_LAW_ROWS = frozenset(
    [f"F{n}" for n in range(1, 13)] + [f"L{n}" for n in range(1, 10)] + [f"R{n}" for n in range(1, 6)]
)
_CODE = re.compile(r"[a-z]+(-[a-z]+)*")


def _purposes(table: Table, key: str) -> tuple[Purpose, ...]:
    try:
        return tuple(Purpose(name) for name in table.names(key))
    except ValueError:
        raise table.error(key, f"may name only these purposes: {', '.join(Purpose)}") from None


_READERS: dict[object, Callable[[Table, str], Any]] = {
    int: Table.number,
    Age: Table.age,
    int | None: Table.number,
    str: Table.text,
    tuple[str, ...]: Table.names,
    tuple[Purpose, ...]: _purposes,
}


def _actions(table: Table) -> frozenset[Action]:
    try:
        actions = frozenset(Action(name) for name in table.names("actions"))
    except ValueError:
        raise table.error("actions", f"may name only these: {', '.join(Action)}") from None
    if not actions:
        raise table.error("actions", "names no action, so the rule would guard nothing")
    if Action.WITHDRAW in actions:
        raise table.error("actions", "may not name withdraw, because no rule stands between a person and their no")
    return actions


def read_basis(table: Table) -> Basis:
    """A basis code; raises PackError for a code that is no code, or one that opens nothing."""
    code = table.text("code")
    if not _CODE.fullmatch(code):
        raise table.error("code", "must be small letters and hyphens, such as everyone-pictured-consented")
    wider = [reach.value for reach in Reach if reach.width > 0]
    opens = table.names("opens")
    if not opens or any(name not in wider for name in opens):
        raise table.error("opens", f"must name one or more of: {', '.join(wider)}")
    basis = Basis(code, frozenset(Reach(name) for name in opens), table.text("citation"), table.languages())
    table.finish()
    return basis


def read_rule(table: Table, bases: tuple[Basis, ...]) -> Rule:
    """A rule; raises PackError for an unknown name, a missing citation, text or parameter, or one too many."""
    name = table.text("name")
    kind = RULES.get(name)
    if kind is None:
        raise table.error("name", f"is {name!r}, and there is no such rule; there are: {', '.join(sorted(RULES))}")
    row = table.text("id")
    if row not in _LAW_ROWS:
        raise table.error("id", f"is {row!r}, which is no row of the law page (F1–F12, L1–L9, R1–R5)")
    actions = _actions(table)
    if missing := kind.must_guard - actions:
        raise table.error("actions", f"must include {', '.join(sorted(missing))} for the rule {name}")
    parameters = _parameters(table, kind, bases)
    origin = Origin(row, actions, table.text("citation"), table.languages())
    table.finish()
    rule = kind(origin, **parameters)
    check_placeholders(table, origin.texts, set(rule.parameters()))
    return rule


def _parameters(table: Table, kind: type[Rule], bases: tuple[Basis, ...]) -> dict[str, Any]:
    types = get_type_hints(kind)
    parameters: dict[str, Any] = {}
    for field in fields(kind):
        if field.name == "bases":
            parameters["bases"] = bases
        elif field.name != "origin" and (table.has(field.name) or _required(field)):
            parameters[field.name] = _READERS[types[field.name]](table, field.name)
    return parameters


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING
