"""Every text of an error, as the source has it: found by reading the modules; ``{}`` is a place that is filled.

For the tests of the catalogue alone: what somebody may be told is never looked up in the source when Sayso runs.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import sayso

ROOM = Path(sayso.__file__).parent
#: Parameters through which a function hands on a text, or a part of one, to the error that it makes.
_HANDED_ON = ("what", "why", "next_step")
#: Functions that give a part of an error, by their first parameter: what a capture is called, what ails a zip's member.
_WORDING = {("_name", "capture"), ("_objection", "entry")}


@cache
def modules() -> dict[str, ast.Module]:
    """Every module by its path below ``src/sayso``, parsed."""
    found = sorted(ROOM.rglob("*.py"))
    return {one.relative_to(ROOM).as_posix(): ast.parse(one.read_text("utf-8")) for one in found}


def texts_of(module: str) -> set[str]:
    """The texts of a module's errors: what happened, what to do, and advice on captures."""
    tree = modules()[module]
    names = {**_inside(tree), **_constants(), **_assigned(tree)}
    found = {text for one in _given(tree) for text in _read(one, names)}
    for columns in _tables(tree):
        found |= {text for one in columns for text in _read(one, names)}
    return {one for one in found if any(sign.isalpha() for sign in one.replace("{}", ""))}


@cache
def every_text() -> frozenset[str]:
    return frozenset(text for module in modules() for text in texts_of(module))


def _given(tree: ast.Module) -> Iterator[ast.expr]:
    """The expressions that become texts of errors."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for place, name in _places(node):
                yield from node.args[place : place + 1]
                yield from (one.value for one in node.keywords if one.arg == name)
        if isinstance(node, ast.FunctionDef) and (node.name, *(one.arg for one in node.args.args[:1])) in _WORDING:
            yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value)
        if isinstance(node, ast.Dict):
            # How a job failed.
            yield from (value for key, value in zip(node.keys, node.values, strict=True) if _says(key, "error"))


@cache
def _ours() -> frozenset[str]:
    """The names of our errors: the tree that begins with SaysoError."""
    bases = {
        one.name: {ast.unparse(base) for base in one.bases}
        for tree in modules().values()
        for one in ast.walk(tree)
        if isinstance(one, ast.ClassDef)
    }
    found, before = {"SaysoError"}, set[str]()
    while found != before:
        before = set(found)
        found |= {name for name, above in bases.items() if above & found}
    return frozenset(found)


def _places(call: ast.Call) -> list[tuple[int, str]]:
    """Where a call takes texts: by position and by name. Empty when it makes no error of ours."""
    name, owner = _called(call)
    if owner == "RefusedError":
        return {"because": [(1, "text"), (2, "next_step")], "by": [(1, "next_step")]}.get(name, [])
    if owner == "advice" and name == "append":
        return [(0, "")]
    if name in _ours():
        return [(0, "what"), (1, "next_step")]
    return [(1, "reason")] if name == "Skipped" else _makers().get(name, [])


def _says(node: ast.expr | None, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def _called(call: ast.Call) -> tuple[str, str]:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr, call.func.value.id if isinstance(call.func.value, ast.Name) else ""
    return (call.func.id, "") if isinstance(call.func, ast.Name) else ("", "")


@cache
def _makers() -> dict[str, list[tuple[int, str]]]:
    """Functions that make errors out of texts which they are given: where they take them."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for tree in modules().values():
        for made in ast.walk(tree):
            if not isinstance(made, ast.FunctionDef) or made.name == "__init__":
                continue
            parameters = [one.arg for one in (*made.args.posonlyargs, *made.args.args)]
            errors = [one for one in ast.walk(made) if isinstance(one, ast.Call) and _is_error(one)]
            used = {one.id for call in errors for one in ast.walk(call) if isinstance(one, ast.Name)}
            shift = parameters[:1] in (["self"], ["cls"])
            for place, name in enumerate(parameters[shift:]):
                if name in _HANDED_ON and name in used and (place, name) not in found[made.name]:
                    found[made.name].append((place, name))
    return dict(found)


def _is_error(call: ast.Call) -> bool:
    name, owner = _called(call)
    return owner == "RefusedError" or name in _ours()


def _tables(tree: ast.Module) -> Iterator[list[ast.expr]]:
    """What failures of the database mean stands in a table: codes, what happened, what to do."""
    for one in tree.body:
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "_MEANINGS":
            assert isinstance(one.value, ast.Tuple)
            yield [cell for row in one.value.elts if isinstance(row, ast.Tuple) for cell in row.elts[1:]]


@cache
def _constants() -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for tree in modules().values():
        found |= {name: value for name, value in _assigned(tree).items() if not name.startswith("_")}
    return found


def _assigned(tree: ast.Module) -> dict[str, ast.expr]:
    return {ast.unparse(one.targets[0]): one.value for one in tree.body if isinstance(one, ast.Assign)}


def _inside(tree: ast.Module) -> dict[str, ast.expr]:
    """What is given a name inside of a function, once in a module: a text that is chosen before the error is made."""
    given = defaultdict(list)
    for one in ast.walk(tree):
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
            given[one.targets[0].id].append(one.value)
    return {name: values[0] for name, values in given.items() if len(values) == 1 and not _names(values[0])}


def _names(node: ast.expr) -> bool:
    """Whether it may be another name, which could lead in a circle."""
    return isinstance(node, ast.Name | ast.BinOp)


def _read(node: ast.expr, names: dict[str, ast.expr]) -> list[str]:
    """The texts that an expression can be; empty when it is no text that stands in the source."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return [*_read(node.body, names), *_read(node.orelse, names)]
    if isinstance(node, ast.Name):
        return _read(names[node.id], names) if node.id in names else []
    if isinstance(node, ast.JoinedStr):
        return ["".join(parts) for parts in product(*(_part(one, names) for one in node.values))]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return ["".join(parts) for parts in product(*(_read(one, names) or ["{}"] for one in (node.left, node.right)))]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _read(node.func.value, names)
    return []


def _part(node: ast.expr, names: dict[str, ast.expr]) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.IfExp):
        return _read(node.value, names) or ["{}"]
    return ["{}"]
