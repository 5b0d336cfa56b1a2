"""One person says no, and the demo looks for what is left of them.

May know: the front door, files, the truth. Must not know: where and how anything is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...archive import Archive, prepare_models
from ...errors import LedgerError, SaysoError
from ...ledger import InclusionProof, verify_proof
from ...measure import Remains, search_for_template
from .albums import album_of, pages, seen
from .cast import Person
from .folder import DemoFolder
from .truth import Truth


@dataclass(frozen=True, slots=True)
class Goodbye:
    """What a withdrawal left behind.

    seen_before, seen_after: photos in others' albums that show the person's face, of ``pictured`` that show them.
    refusal: what the program answers when it is asked to find them. receipt_holds: the receipt verifies by itself.
    """

    label: str
    album_gone: bool
    seen_before: int
    seen_after: int
    pictured: int
    remains: Remains
    refusal: str
    receipt_holds: bool


def say_no(
    house: Archive, folder: DemoFolder, truth: Truth, person: Person, others: Sequence[Person], calibration: str
) -> Goodbye:
    """Withdraw everything, then look: files, albums, a new search, the receipt."""
    before, pictured = seen(pages(house, folder, truth, others), folder, person)
    done = house.people.withdraw(person.subject)
    folder.receipt.write_text(done.proof, "utf-8")
    after, _ = seen(pages(house, folder, truth, others), folder, person)
    models = prepare_models(None, lambda _: None).folder
    remains = search_for_template(
        truth.captures(person.truth_id), [folder.root, models], calibration=calibration, words=[person.label]
    )
    return Goodbye(
        person.label,
        not album_of(folder, person).exists(),
        before,
        after,
        pictured,
        remains,
        _refusal(house, person),
        _holds(done.proof, house.ledger.verifier_key),
    )


def _refusal(house: Archive, person: Person) -> str:
    try:
        house.people.find(subject=person.subject)
    except SaysoError as error:
        return error.what
    return ""


def _holds(receipt: str, key: str) -> bool:
    """Whether the receipt proves its entry with the public key alone, as anybody could check it."""
    try:
        verify_proof(receipt, InclusionProof.from_text(receipt).body, key)
    except LedgerError:
        return False
    return True
