"""The six people of the demo: their names, what each says yes to, and how they come in.

May know: the front door, the truth. Must not know: how anybody is found.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...archive import Archive
from ...values import Purpose
from .truth import Truth

# Nobody is called so; the names tell nothing about those who bear them.
_LABELS = ("Robin Fern", "Kim Heron", "Sasha Willow", "Alex Marten", "Jo Linden", "Sam Sparrow")
_SHARING = {"Robin Fern", "Kim Heron", "Alex Marten"}
_WITHOUT_TEMPLATE = "Sam Sparrow"

#: Who vouches for captures; neither inviter nor approver.
WITNESS = "clara"

_NOTICES = {
    "en": """\
We made photos at the party on 13 June 2026 and look for yours only if you say yes.
If you do, three portraits of you become a template: numbers that serve to find your face in these photos.
It is encrypted, used for nothing else, never given away, and destroyed when you withdraw or after one year.
You may say yes without a template: then you point at your face yourself, and nothing is measured. By saying yes you
declare that you are 18 or older. You may also agree that people in the same photo see your face in their albums.
You can withdraw at any time, as easily as you said yes, and nobody asks why.
Contact: privacy@party.example. You can complain to the data protection authority of your member state.
""",
    "fr": """\
Nous avons fait des photos à la fête du 13 juin 2026 et ne cherchons les vôtres que si vous dites oui.
Dans ce cas, trois portraits de vous deviennent un gabarit : des nombres qui servent à retrouver votre visage.
Il est chiffré, ne sert à rien d’autre, n’est jamais transmis, et est détruit à votre retrait ou après un an.
Vous pouvez dire oui sans gabarit : vous montrez alors votre visage vous-même, et rien n’est mesuré. En disant oui,
vous déclarez avoir 18 ans ou plus. Vous pouvez aussi accepter que les personnes sur la même photo voient votre visage.
Vous pouvez vous retirer à tout moment, aussi simplement que vous avez dit oui, et personne ne demande pourquoi.
Contact : privacy@party.example. Vous pouvez porter plainte auprès de l’autorité de votre État membre.
""",
}


@dataclass(frozen=True, slots=True)
class Person:
    """One of the six. ``truth_id`` is who they are in the labels, ``subject`` who they are in the archive."""

    truth_id: str
    label: str
    subject: str
    shares: bool
    has_template: bool


def publish_notices(house: Archive) -> None:
    """The notice in English, then the same version in French."""
    version = house.notices.publish(_NOTICES["en"]).version
    house.notices.publish(_NOTICES["fr"], language="fr", version=version)


def say_yes(house: Archive, truth: Truth, collections: list[str]) -> list[Person]:
    """Invite, enrol and confirm all six: five with three captures each, one without any."""
    cast = []
    for truth_id, label in zip(truth.most_pictured(len(_LABELS)), _LABELS, strict=True):
        shares, has_template = label in _SHARING, label != _WITHOUT_TEMPLATE
        purposes = [Purpose.FIND, Purpose.SHARE] if shares else [Purpose.FIND]
        token = house.people.invite(label, purposes=[Purpose.FIND, Purpose.SHARE], collections=collections)
        yes = house.people.enrol(
            token,
            purposes=purposes,
            captures=truth.captures(truth_id) if has_template else (),
            witness=WITNESS if has_template else None,
        )
        if yes.confirm_code:
            house.people.confirm(yes.confirm_code)
        cast.append(Person(truth_id, label, yes.subject.id, shares, has_template))
    return cast
