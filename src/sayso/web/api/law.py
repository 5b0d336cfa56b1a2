"""Calls about the law: what an act is checked against, and what is lacking.

May know: the front door. Must not know: packs.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from .answers import Language, Rule, Text
from .caller import Caller

router = APIRouter(prefix="/law", tags=["law"])


class Lacking(Rule):
    """What is lacking before anybody may enrol. `declaration`: the name under which it is declared. `where`: for whom;
    empty: for everybody."""

    declaration: str
    where: list[str]


@router.get("/explain", operation_id="law.explain")
def explain(
    archive: Caller,
    action: Annotated[Text, Query(description="init, add, widen, enrol, use-template, deliver, cease, …")],
    language: Language = "en",
) -> list[Rule]:
    """Every rule that an action is checked against, with its source."""
    return [Rule.of(one) for one in archive.law.explain(action, language=language)]


@router.get("/check", operation_id="law.check")
def check(archive: Caller, language: Language = "en") -> list[Lacking]:
    """What is lacking before anybody may enrol: here, in a collection, or under a pack that people brought."""
    return [Lacking.of(one) for one in archive.law.check(language=language)]
