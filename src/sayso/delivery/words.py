"""The words of an album page in English and French: sentences that depend on counts and dates.

May know: numbers, dates, languages. Must not know: photos, files, people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ..errors import UsageError

LANGUAGES = ("en", "fr")

_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
        *("août", "septembre", "octobre", "novembre", "décembre"),
    ),
}

_FIXED = {
    "en": {
        "skip": "Skip to the photos",
        "photos": "Photos",
        "download": "Download",
        "close": "Close a face",
        "notice": "About this album",
        "empty": "There are no photos of you yet.",
        "made": "Made on",
        "contact": "Contact for privacy",
        "regulator": "Regulator",
    },
    "fr": {
        "skip": "Aller aux photos",
        "photos": "Photos",
        "download": "Télécharger",
        "close": "Masquer un visage",
        "notice": "À propos de cet album",
        "empty": "Il n’y a pas encore de photos de vous.",
        "made": "Créé le",
        "contact": "Contact pour la vie privée",
        "regulator": "Autorité de contrôle",
    },
}

_WITH = {"en": "with ", "fr": "avec "}
_AND = {"en": " and ", "fr": " et "}

# Without and with the owner's face open.
_OWNER = {"en": ("you, your face closed", "you"), "fr": ("vous, votre visage masqué", "vous")}

# After a number: one, and several.
_OPEN = {
    "en": ("other person sharing their face", "other people sharing their faces"),
    "fr": ("autre personne qui partage son visage", "autres personnes qui partagent leur visage"),
}
_CLOSED = {
    "en": ("other person, whose face is closed", "other people, whose faces are closed"),
    "fr": ("autre personne, dont le visage est masqué", "autres personnes, dont le visage est masqué"),
}


@dataclass(frozen=True, slots=True)
class Pictured:
    """Who can be seen in one photo of an album: the owner, ``others_open`` faces, and ``others_closed`` ones."""

    owner_open: bool
    others_open: int
    others_closed: int


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, ``en`` or ``fr``. Raises UsageError for any other."""

    language: str

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise UsageError(f"Albums are not written in {self.language!r}.", "Choose one of: " + ", ".join(LANGUAGES))

    def __getitem__(self, name: str) -> str:
        return _FIXED[self.language][name]

    def date(self, day: date) -> str:
        """14 June 2026 · 14 juin 2026."""
        number = "1er" if self.language == "fr" and day.day == 1 else str(day.day)
        return f"{number} {_MONTHS[self.language][day.month - 1]} {day.year}"

    def moment(self, when: datetime) -> str:
        """14 June 2026, 10:42 · 14 juin 2026, 10 h 42."""
        clock = f"{when.hour} h {when.minute:02}" if self.language == "fr" else f"{when.hour}:{when.minute:02}"
        return f"{self.date(when)}, {clock}"

    def summary(self, photos: int, closed: int) -> str:
        """12 photos of you · 31 other faces closed."""
        if self.language == "fr":
            faces = f"{closed} autre visage masqué" if closed == 1 else f"{closed} autres visages masqués"
            return f"{photos} {'photo' if photos <= 1 else 'photos'} de vous · {faces}"
        faces = f"{closed} other {'face' if closed == 1 else 'faces'} closed"
        return f"{photos} {'photo' if photos == 1 else 'photos'} of you · {faces}"

    def download(self, number: int) -> str:
        """Download photo 3."""
        return f"Télécharger la photo {number}" if self.language == "fr" else f"Download photo {number}"

    def close(self, number: int) -> str:
        """Ask for a face in photo 3 to be closed."""
        if self.language == "fr":
            return f"Demander qu’un visage de la photo {number} soit masqué"
        return f"Ask for a face in photo {number} to be closed"

    def subject(self, reference: int) -> str:
        """The subject of a letter that asks for a face to be closed."""
        return f"Masquer un visage : photo {reference}" if self.language == "fr" else f"Close a face: photo {reference}"

    def letter(self) -> str:
        """The beginning of that letter."""
        if self.language == "fr":
            return "Quel visage ? (par exemple : deuxième à partir de la gauche) Ni nom, ni raison."
        return "Which face? (for instance: second from the left) No name and no reason is needed."

    def plea(self, reference: int, contact: str, link: str = "") -> str:
        """What a delivered file says to whoever meets it. link: where anybody closes a face themselves."""
        if link and self.language == "fr":
            return f"Pour masquer un visage ici, sans nom ni raison : {link} (ou {contact}, photo {reference}.)"
        if link:
            return (
                f"To close a face in this photo, without a name or a reason: {link} (or {contact}, photo {reference}.)"
            )
        if self.language == "fr":
            return f"Pour faire masquer un visage ici : {contact}, photo {reference}. Ni nom, ni raison."
        return f"To have a face in this photo closed: {contact}, photo {reference}. No name and no reason is needed."

    def description(self, number: int, total: int, taken_at: datetime | None, pictured: Pictured) -> str:
        """What a person who cannot see the photo is told: its place in the album, when it was taken, who is in it."""
        if self.language == "fr":
            start = f"Photo {number} sur {total}"
            taken = f", prise le {self.moment(taken_at)}" if taken_at else ""
        else:
            start = f"Photo {number} of {total}"
            taken = f", taken {self.moment(taken_at)}" if taken_at else ""
        return f"{start}{taken}, {self._company(pictured)}"

    def _company(self, pictured: Pictured) -> str:
        language = self.language
        parts = [_OWNER[language][pictured.owner_open]]
        for count, phrases in ((pictured.others_open, _OPEN), (pictured.others_closed, _CLOSED)):
            if count:
                parts.append(f"{count} {phrases[language][count > 1]}")
        start, last = ", ".join(parts[:-1]), parts[-1]
        return _WITH[language] + (f"{start}{_AND[language]}{last}" if start else last)
