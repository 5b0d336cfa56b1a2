"""Reading one table of a pack file, key by key, so that every mistake is named by file and key.

May know: TOML tables and texts in several languages. Must not know: rules, laws.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ..errors import SaysoError
from .words import LANGUAGES

_LARGEST = 36_500
# No law makes anybody a child beyond it.
_OLDEST_CHILD = 21


class PackError(SaysoError):
    """A law pack cannot be used. ``file`` and ``key`` say where the mistake is."""

    def __init__(self, file: str, key: str, what: str) -> None:
        super().__init__(f"The law pack {file} cannot be used: {key} {what}.", "Correct this key in the file.")
        self.file = file
        self.key = key


class Table:
    """One TOML table. Every method raises PackError when the key is missing or of another kind."""

    def __init__(self, file: str, values: object, place: str = "") -> None:
        self.file = file
        self.place = place
        if not isinstance(values, dict):
            raise self.error("", "must be a table")
        self._values: dict[str, Any] = values
        self._read: set[str] = set()

    def error(self, key: str, what: str) -> PackError:
        """The error for ``key`` of this table; an empty key means the table itself."""
        return PackError(self.file, ".".join(part for part in (self.place, key) if part) or "the file", what)

    def has(self, key: str) -> bool:
        return key in self._values

    def _value(self, key: str) -> Any:
        self._read.add(key)
        if key not in self._values:
            raise self.error(key, "is missing")
        return self._values[key]

    def text(self, key: str) -> str:
        """A text that is not blank."""
        value = self._value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "must be a text that is not empty")
        return value

    def number(self, key: str) -> int:
        """A whole number from 0 to 36,500: a hundred years in days, and more than any count or age."""
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
            raise self.error(key, f"must be a whole number from 0 to {_LARGEST}")
        return value

    def age(self, key: str) -> int:
        """An age from which somebody decides, 1 to 21 whole years: any other would let nobody in, or every child."""
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _OLDEST_CHILD:
            raise self.error(key, f"must be an age in whole years from 1 to {_OLDEST_CHILD}")
        return value

    def day(self, key: str) -> date:
        """A date without a time, written as 2026-01-31 without quotes."""
        value = self._value(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.error(key, "must be a date such as 2026-01-31, without quotes")
        return value

    def names(self, key: str) -> tuple[str, ...]:
        """A list of texts, possibly empty."""
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.error(key, "must be a list of texts")
        return tuple(value)

    def table(self, key: str) -> Table:
        return Table(self.file, self._value(key), self._below(key))

    def tables(self, key: str) -> list[Table]:
        """A list of tables, numbered from 1 in errors; empty when the key is missing."""
        value = self._value(key) if self.has(key) else []
        if not isinstance(value, list):
            raise self.error(key, f"must be a list of tables, written as [[{key}]]")
        return [Table(self.file, one, self._below(f"{key}[{number}]")) for number, one in enumerate(value, 1)]

    def _below(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def languages(self) -> dict[str, str]:
        """The texts of this table by language: those that are required, and any other key of two letters."""
        others = [key for key in self._values if len(key) == 2 and key.islower() and key not in (*LANGUAGES, "id")]
        return {language: self.text(language) for language in (*LANGUAGES, *others)}

    def finish(self) -> None:
        """Refuses keys that nobody read: a misspelt key must not pass for a rule."""
        for key in self._values:
            if key not in self._read:
                raise self.error(key, "is not a key that Sayso knows")


def check_placeholders(table: Table, texts: Mapping[str, str], allowed: set[str]) -> None:
    """Refuses texts with placeholders in braces that the rule cannot fill."""
    for language, text in texts.items():
        try:
            parsed = [parts for parts in string.Formatter().parse(text) if parts[1] is not None]
        except ValueError:
            raise table.error(language, "has braces that do not match") from None
        for _, name, shape, conversion in parsed:
            if name not in allowed or shape or conversion:
                raise table.error(language, f"uses the placeholder {{{name}}}, and may use only: {sorted(allowed)}")
