"""How easily a text reads, so that whoever writes a notice sees whom it leaves behind.

May know: letters. Must not know: languages, what a text says.
The measure is LIX (C.-H. Björnsson, *Läsbarhet*, 1968): words a sentence, and how many of a hundred words have more
than six letters. It needs no list of words or syllables, and so serves any language that parts its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_END = re.compile(r"[.!?:…]+(?=\s|$)|\n\s*\n|\n(?=\s*[-*#•])")
_LONG = 6

#: Up to which LIX a text is easy (children's books, simple news), and up to which it is middling (newspapers).
EASY, MIDDLING = 35, 50


class Level(StrEnum):
    EASY = "easy"
    MIDDLING = "middling"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Ease:
    """``lix`` is 0 for an empty text; 20 is a picture book, 60 a law."""

    lix: int
    words: int
    words_a_sentence: int
    level: Level


def ease(text: str) -> Ease:
    """How easily a text reads."""
    sentences = [words for part in _END.split(text) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return Ease(0, 0, 0, Level.EASY)
    long = sum(len(word) > _LONG for word in words)
    length = len(words) / len(sentences)
    lix = round(length + 100 * long / len(words))
    level = Level.EASY if lix <= EASY else Level.MIDDLING if lix <= MIDDLING else Level.HARD
    return Ease(lix, len(words), round(length), level)
