"""Writes pack files for tests of reading them."""

from pathlib import Path

from sayso.policy import read_pack

BASIS = """
[[basis]]
code = "{code}"
opens = ["narrowed", "swept"]
citation = "Example Act, section 2"
en = "Everybody agreed."
fr = "Tout le monde est d’accord."
"""

WHOLE = """
id = "{id}"
title = {{ en = "Example", fr = "Exemple" }}
effective = 2026-01-01
review = 2027-01-01

[[regulators]]
name = "Example authority"
site = "example.org"

[proof]
years = 2
citation = "Example Act, section 1"
{bases}
[[rules]]
name = "basis-opens-reach"
id = "F3"
actions = ["widen", "approve", "sweep-photo"]
citation = "Example Act, section 2"
en = "Name a basis."
fr = "Indiquez un fondement."

[[rules]]
name = "basis-for-accuracy"
id = "F12"
actions = ["measure-accuracy"]
citation = "Example Act, section 2"
en = "Name a basis."
fr = "Indiquez un fondement."

[[rules]]
name = "notice-languages"
id = "F1"
actions = ["enrol"]
languages = ["de"]
citation = "Example Act, section 3"
en = "The notice is published in {{languages}}."
fr = "L’avis est publié en {{languages}}."

[[rules]]
name = "guardian-below-age"
id = "F6"
actions = ["enrol", "use-template"]
age = 15
citation = "Example Act, section 4"
en = "A guardian consents below {{age}}."
fr = "Un tuteur consent avant {{age}} ans."

[[rules]]
name = "retention-clock"
id = "L7"
actions = ["use-template"]
after_purpose_years = 0
after_contact_years = 2
citation = "Example Act, section 5"
en = "Gone {{after_contact_years}} years after the last contact."
fr = "Détruit {{after_contact_years}} ans après le dernier contact."

[[rules]]
name = "witness-quota"
id = "F11"
actions = ["enrol"]
quota = 3
citation = "Example Act, section 6"
en = "At most {{quota}} a day."
fr = "Au plus {{quota}} par jour."
de = "Höchstens {{quota}} am Tag."
"""


def pack_text(id: str, bases: tuple[str, ...] = ("everyone-agreed",)) -> str:
    return WHOLE.format(id=id, bases="".join(BASIS.format(code=code) for code in bases))


def own(folder: Path) -> dict[str, str]:
    """The packs of a folder as an archive keeps them, added one after the other. Raises PackError."""
    kept: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        id, text = read_pack(path, kept)
        kept[id] = text
    return kept


def write_pack(folder: Path, id: str, bases: tuple[str, ...] = ("everyone-agreed",)) -> Path:
    path = folder / f"{id}.toml"
    path.write_text(pack_text(id, bases), encoding="utf-8")
    return path
