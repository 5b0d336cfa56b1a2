"""Finds and reads law packs: those that ship with Sayso, and an operator's own, as texts by id. No pack is a default.

May know: pack files. Must not know: facts, decisions.
Must not do: let a pack of the operator's take the id, and so the place, of one that ships.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
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


def available(own: Mapping[str, str] | None = None) -> list[str]:
    """Ids of the packs that can be chosen, sorted: those that ship, and those in ``own``, which are texts by id.

    Raises PackError when one in ``own`` bears the id of a pack that ships, or no id that can be one.
    """
    return sorted(_files(own))


def load_pack(id: str, own: Mapping[str, str] | None = None) -> Pack:
    """The pack with this id, checked whole. ``own`` are the texts of an operator's own packs, by id.

    Raises UsageError when there is no such pack, PackError when its text is not right.
    """
    return _loaded(id, tuple(sorted((own or {}).items())))


def read_pack(path: Path, own: Mapping[str, str] | None = None) -> tuple[str, str]:
    """The id, which is the file's name, and the text of an operator's own pack; checked whole beside those in ``own``.

    Raises PackError when the file is no pack, or names what no rule knows.
    """
    id = path.name.removesuffix(".toml")
    if id == path.name:
        raise PackError(path.name, "the file name", "must be the pack's id and .toml, such as CA-BC.toml")
    try:
        # Byte for byte, so that its hash is the file's.
        text = path.read_bytes().decode()
    except OSError:
        raise PackError(path.name, "the file", "cannot be read") from None
    except UnicodeDecodeError:
        raise PackError(path.name, "the file", "is not UTF-8 text") from None
    load_pack(id, {**(own or {}), id: text})
    return id, text


@lru_cache(maxsize=64)
def _loaded(id: str, own: tuple[tuple[str, str], ...]) -> Pack:
    files = _files(dict(own))
    if id not in files:
        raise UsageError(
            f"There is no law pack {id!r}.",
            f"Choose from: {', '.join(sorted(files))}; or add your own with `sayso law add FILE.toml`.",
        )
    return _read(id, files)


@cache
def base_rules() -> tuple[Rule, ...]:
    """The rules that hold whichever packs are chosen."""
    table = _table("_base", _shipped_folder().joinpath("_base.toml"))
    rules = tuple(read_rule(one, ()) for one in table.tables("rules"))
    table.finish()
    return rules


def _shipped_folder() -> Traversable:
    return resources.files("sayso.policy").joinpath("packs")


def _files(own: Mapping[str, str] | None) -> dict[str, Traversable | str]:
    """Where the text of each pack is: in a file that ships, or at hand."""
    found: dict[str, Traversable | str] = {}
    for file in _shipped_folder().iterdir():
        stem = file.name.removesuffix(".toml")
        if stem != file.name and not stem.startswith("_"):
            found[stem] = file
    shipped = {stem.casefold() for stem in found}
    for id, text in sorted((own or {}).items()):
        if not _ID.fullmatch(id):
            raise PackError(f"{id}.toml", "the file name", "must be letters, digits and hyphens, such as CA-BC.toml")
        if id.casefold() in shipped:
            raise PackError(
                f"{id}.toml", "the file name", "belongs to a pack that ships with Sayso, so choose another id"
            )
        found[id] = text
    return found


def _table(id: str, source: Traversable | str) -> Table:
    name = f"{id}.toml"
    text = source if isinstance(source, str) else source.read_text(encoding="utf-8")
    try:
        return Table(name, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise PackError(name, "the file", f"is not TOML: {error}") from None


def _read(id: str, files: Mapping[str, Traversable | str]) -> Pack:
    table = _table(id, files[id])
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


def _combined(table: Table, bare: Pack, files: Mapping[str, Traversable | str]) -> Pack:
    """All rules of several packs in one; its basis codes are those that every one of them has."""
    members = table.names("strictest_of")
    table.finish()
    packs = []
    for member in members:
        if member not in files or member == bare.id:
            raise table.error("strictest_of", f"names {member!r}, and there is no such pack to combine")
        if _table(member, files[member]).has("strictest_of"):
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
