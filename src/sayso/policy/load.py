"""Finds and reads law packs: those that ship with Sayso, and an operator's own from a folder. No pack is a default.

May know: pack files. Must not know: facts, decisions.
Must not do: let a pack of the operator's take the id, and so the place, of one that ships.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from ..errors import UsageError
from .build import read_basis, read_rule
from .pack import Pack, Regulator, Remark
from .reading import PackError, Table
from .registry import REQUIRED
from .rules import Basis, Rule

_ID = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def available(folder: Path | None = None) -> list[str]:
    """Ids of the packs that can be chosen, sorted: those that ship, and those in ``folder`` if one is given.

    Raises PackError when a file in ``folder`` bears the id of a pack that ships, or no id that can be one.
    """
    return sorted(_files(folder))


def load_pack(id: str, folder: Path | None = None) -> Pack:
    """The pack with this id, read anew and checked whole.

    Raises UsageError when there is no such pack, PackError when its file is not right.
    """
    files = _files(folder)
    if id not in files:
        raise UsageError(f"There is no law pack {id!r}.", f"Choose from: {', '.join(sorted(files))}.")
    return _read(id, files)


@cache
def base_rules() -> tuple[Rule, ...]:
    """The rules that hold whichever packs are chosen."""
    table = _table(_shipped_folder().joinpath("_base.toml"))
    rules = tuple(read_rule(one, ()) for one in table.tables("rules"))
    table.finish()
    return rules


def _shipped_folder() -> Traversable:
    return resources.files("sayso.policy").joinpath("packs")


def _files(folder: Path | None) -> dict[str, Traversable]:
    found: dict[str, Traversable] = {}
    for file in _shipped_folder().iterdir():
        stem = file.name.removesuffix(".toml")
        if stem != file.name and not stem.startswith("_"):
            found[stem] = file
    if folder is None:
        return found
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder} with law packs.", "Make it, or name another one.")
    shipped = {stem.casefold() for stem in found}
    for path in sorted(folder.glob("*.toml")):
        if not _ID.fullmatch(path.stem):
            raise PackError(path.name, "the file name", "must be letters, digits and hyphens, such as CA-BC.toml")
        if path.stem.casefold() in shipped:
            raise PackError(path.name, "the file name", "belongs to a pack that ships with Sayso, so choose another id")
        found[path.stem] = path
    return found


def _table(file: Traversable) -> Table:
    try:
        return Table(file.name, tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError:
        raise PackError(file.name, "the file", "cannot be read") from None
    except UnicodeDecodeError:
        raise PackError(file.name, "the file", "is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise PackError(file.name, "the file", f"is not TOML: {error}") from None


def _read(id: str, files: dict[str, Traversable]) -> Pack:
    table = _table(files[id])
    if table.text("id") != id:
        raise table.error("id", f"must be the file's name, {id}")
    titles = table.table("title")
    names = titles.languages()
    titles.finish()
    effective, review = table.day("effective"), table.day("review")
    if review <= effective:
        raise table.error("review", "must be a later day than effective")
    bare = Pack(id, names, effective, review, (), 0, "", (), (), ())
    return _combined(table, bare, files) if table.has("strictest_of") else _single(table, bare)


def _single(table: Table, bare: Pack) -> Pack:
    proof = table.table("proof")
    proof_years, proof_citation = proof.number("years"), proof.text("citation")
    proof.finish()
    bases = tuple(read_basis(one) for one in table.tables("basis"))
    if len({one.code for one in bases}) < len(bases):
        raise table.error("basis", "has the same code twice")
    rules = tuple(read_rule(one, bases) for one in table.tables("rules"))
    for name in REQUIRED:
        if all(rule.name != name for rule in rules):
            raise table.error("rules", f"lacks the rule {name}, which every pack must have")
    regulators = tuple(_regulator(one) for one in table.tables("regulators"))
    if not regulators:
        raise table.error("regulators", "is missing: people must know whom to turn to")
    remarks = tuple(_remark(one) for one in table.tables("remarks"))
    table.finish()
    return Pack(
        bare.id,
        bare.titles,
        bare.effective,
        bare.review,
        regulators,
        proof_years,
        proof_citation,
        bases,
        remarks,
        rules,
        named=frozenset(action for rule in rules for action in rule.origin.actions),
    )


def _combined(table: Table, bare: Pack, files: dict[str, Traversable]) -> Pack:
    """All rules of several packs in one; its basis codes are those that every one of them has."""
    members = table.names("strictest_of")
    table.finish()
    packs = []
    for member in members:
        if member not in files or member == bare.id:
            raise table.error("strictest_of", f"names {member!r}, and there is no such pack to combine")
        if _table(files[member]).has("strictest_of"):
            raise table.error("strictest_of", f"names {member}, which itself combines packs; name its members")
        packs.append(_read(member, files))
    if not packs:
        raise table.error("strictest_of", "names no pack")
    longest = max(packs, key=lambda pack: pack.proof_years)
    return Pack(
        bare.id,
        bare.titles,
        bare.effective,
        min(bare.review, *(pack.review for pack in packs)),
        tuple(dict.fromkeys(one for pack in packs for one in pack.regulators)),
        longest.proof_years,
        longest.proof_citation,
        _shared(packs),
        tuple(one for pack in packs for one in pack.remarks),
        tuple(one for pack in packs for one in pack.rules),
        members,
        frozenset.intersection(*(pack.named for pack in packs)),
    )


def _shared(packs: list[Pack]) -> tuple[Basis, ...]:
    """The basis codes that every pack has, each opening only what it opens in all of them."""
    shared = []
    for basis in packs[0].bases:
        opens = [one.opens for pack in packs for one in pack.bases if one.code == basis.code]
        common = frozenset.intersection(*opens)
        if len(opens) == len(packs) and common:
            shared.append(replace(basis, opens=common))
    return tuple(shared)


def _regulator(table: Table) -> Regulator:
    regulator = Regulator(table.text("name"), table.text("site"))
    table.finish()
    return regulator


def _remark(table: Table) -> Remark:
    remark = Remark(table.text("citation"), table.languages())
    table.finish()
    return remark
