"""F10 through the front door: each verb for each role, and every method behind the gate."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sayso.archive
from sayso.access import VERBS
from sayso.archive import Archive
from sayso.errors import RefusedError
from sayso.values import FrozenBy, Role

from ..house import OPERATOR, WREN, House

STAFF = {Role.OPERATOR: OPERATOR, Role.REVIEWER: "rita", Role.OVERSEER: "vito"}


def staffed(house: House) -> House:
    with house.open() as archive:
        archive.accounts.new("rita", Role.REVIEWER)
        archive.accounts.new("vito", Role.OVERSEER)
    return house


@pytest.mark.parametrize("role", list(STAFF))
def test_F10_the_door_opens_for_a_role_exactly_where_the_table_says(empty_house: House, role: Role) -> None:
    house = staffed(empty_house)
    with house.open(STAFF[role]) as archive:
        for verb in [*VERBS, "a.new.verb"]:
            may = role in VERBS.get(verb, frozenset()) and verb != "init"
            assert refusals(archive, verb) == (set() if may else {"F10"}), verb


def refusals(archive: Archive, verb: str) -> set[str]:
    """The rules by which the door stays shut; none when it opens."""
    try:
        archive._door.enter(verb)
    except RefusedError as refusal:
        return {reason.rule for reason in refusal.reasons}
    return set()


def test_F10_every_public_method_of_the_front_door_asks_the_gate_with_a_verb_of_the_table() -> None:
    """A method that forgot to ask, or asks with a verb that nobody may, is found by reading the code."""
    asked: set[str] = set()
    silent = []
    for file in Path(sayso.archive.__file__).parent.glob("*.py"):
        for cls in [node for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.ClassDef)]:
            for method in cls.body:
                if not isinstance(method, ast.FunctionDef) or method.name.startswith("_") or _is_namespace(method):
                    continue
                verbs = _verbs(method)
                asked |= verbs
                if not verbs and f"{cls.name}.{method.name}" not in _ASKS_NOBODY:
                    silent.append(f"{cls.name}.{method.name}")
    assert silent == []
    assert asked <= set(VERBS), asked - set(VERBS)


#: The gate itself, a public key, the time, letting go of the archive, what a value says of itself, and whatever finds
#: out who is there in the first place. ``Jobs.new`` asks with the verb of the work; ``Jobs.version`` only says that
#: something changed.
_ASKS_NOBODY = {
    "Archive.acting",
    "Archive.controller",
    "Archive.contact",
    "Archive.now",
    "Jobs.new",
    "Jobs.version",
    "Visits.sign_in",
    "Visits.who",
    "Visits.bearer",
    "Visits.sign_out",
    "Visits.welcome",
    "Visits.letter_for",
    "Visits.enter",
    "Passkeys.begin_entry",
    "Passkeys.finish_entry",
    "Door.enter",
    "Door.enter_with",
    "Door.enter_for",
    "Door.begins",
    "Archive.close",
    "Register.verifier_key",
    "Held.waits_for_approval",
    "PointPhoto.passes",
}


def _is_namespace(method: ast.FunctionDef) -> bool:
    """Whether it only hands out a part of the front door, whose own methods ask."""
    return any(isinstance(one, ast.Name) and one.id == "cached_property" for one in method.decorator_list)


def _verbs(method: ast.FunctionDef) -> set[str]:
    calls = [node for node in ast.walk(method) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return {
        word.value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"enter", "enter_with", "enter_for"}
        for word in call.args
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    }


def test_F10_an_overseer_reads_and_changes_nothing(found: House, tmp_path: Path) -> None:
    house = staffed(found)
    with house.open("vito") as archive:
        assert archive.status().subjects == 2
        assert archive.ledger.list()
        for act in (
            lambda: archive.people.withdraw(WREN),
            lambda: archive.people.freeze(WREN, by=FrozenBy.SAFEGUARDING),
            lambda: archive.people.album(WREN, tmp_path / "album"),
            lambda: archive.people.list(),
            lambda: archive.review.list(),
            lambda: archive.photos.preview(1),
            lambda: archive.tend(),
            lambda: archive.cease(),
        ):
            with pytest.raises(RefusedError, match="overseer may not"):
                act()


def test_F10_each_look_at_a_person_is_an_entry_that_they_can_read(found: House, tmp_path: Path) -> None:
    house = staffed(found)
    with house.open() as archive:
        photo = archive.people.photos(WREN)[0].photo.id
        archive.people.list()
        archive.review.list(WREN)
        archive.photos.preview(photo)
        archive.people.album(WREN, tmp_path / "album")
    with house.open("vito") as archive:
        archive.ledger.list(subject=WREN)
        seen = [(one.verb, one.actor) for one in archive.ledger.list(subject=WREN)]
    looks = {("photos", OPERATOR), ("people.list", OPERATOR), ("photo.show", OPERATOR), ("album", OPERATOR)}
    assert looks <= set(seen)
    assert ("ledger.list", "vito") in seen


def test_F10_a_look_at_a_photo_concerns_only_those_who_are_in_it(found: House) -> None:
    with found.open() as archive:
        inside = {one.photo.id for one in archive.people.photos(WREN)}
        outside = next(one.photo.id for one in archive.photos.list() if one.photo.id not in found.shows("P10"))
        archive.photos.preview(outside)
        assert outside not in inside
        assert "photo.show" not in {one.verb for one in archive.ledger.list(subject=WREN)}


def test_F10_passwords_and_tokens_are_ones_own_unless_an_operator_helps(empty_house: House) -> None:
    house = staffed(empty_house)
    with house.open("rita") as archive:
        archive.accounts.set_password("Rita", "a long enough password")
        with pytest.raises(RefusedError):
            archive.accounts.set_password(OPERATOR, "a long enough password")
        made, _ = archive.accounts.new_token("script")
        with pytest.raises(RefusedError):
            archive.accounts.list_tokens(everybodys=True)
    with house.open("vito") as archive:
        assert archive.accounts.list_tokens() == []
        assert [one.name for one in archive.accounts.list_tokens(everybodys=True)] == ["rita"]
        with pytest.raises(RefusedError):
            archive.accounts.revoke_token(made.id)
    with house.open() as archive:
        with pytest.raises(RefusedError, match="Only the person whose account it is"):
            archive.accounts.set_password("rita", "another long password")
        archive.accounts.set_password("vito", "another long password")
        archive.accounts.revoke_token(made.id)
        (one,) = archive.accounts.list_tokens(everybodys=True)
        assert one.revoked_at is not None
