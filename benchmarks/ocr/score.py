"""Character and word error rates of words with boxes, whatever order an engine gives them in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.segments import segments
from docassay.readers.pdf.text import Word

_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "−": "-", "•": "·"}
)


class ReadWord(NamedTuple):
    """A word that an engine read, with its middle on the page in display points."""

    text: str
    x: float
    y: float


@dataclass(slots=True)
class Errors:
    """Sums over pages; rates are errors per true character or word."""

    character_errors: int = 0
    characters: int = 0
    word_errors: int = 0
    words: int = 0
    cpu_seconds: float = 0.0
    pages: int = 0

    @property
    def cer(self) -> float:
        """Character error rate; over 1 when more was invented than there is."""
        return self.character_errors / max(self.characters, 1)

    @property
    def wer(self) -> float:
        """Word error rate."""
        return self.word_errors / max(self.words, 1)

    def add(self, other: Errors) -> None:
        """Add the sums of ``other``."""
        self.character_errors += other.character_errors
        self.characters += other.characters
        self.word_errors += other.word_errors
        self.words += other.words
        self.cpu_seconds += other.cpu_seconds
        self.pages += other.pages


def page_errors(truth: Sequence[Word], read: Iterable[ReadWord]) -> Errors:
    """Give every word to the nearest true segment, compare segment by segment, count what lies elsewhere."""
    lines = segments(truth)
    lines.sort(key=lambda line: line.middle)
    middles = [line.middle for line in lines]
    tallest = max(line.y1 - line.y0 for line in lines)
    given: list[list[ReadWord]] = [[] for _ in lines]
    result = Errors(pages=1)
    for word in read:
        owner = _owner(word, lines, middles, tallest)
        if owner is None:
            text = _plain(word.text)
            result.character_errors += len(text)
            result.word_errors += 1
        else:
            given[owner].append(word)
    for line, words in zip(lines, given, strict=True):
        expected = [_plain(word.text) for word in sorted(line.words, key=lambda word: word.x0)]
        seen = [_plain(word.text) for word in sorted(words, key=lambda word: word.x)]
        result.characters += len(" ".join(expected))
        result.character_errors += Levenshtein.distance(" ".join(expected), " ".join(seen))
        result.words += len(expected)
        result.word_errors += Levenshtein.distance(expected, seen)
    return result


def _owner(word: ReadWord, lines: Sequence[Line], middles: Sequence[float], tallest: float) -> int | None:
    best, best_distance = None, 1.0
    for number in range(bisect_left(middles, word.y - tallest), len(lines)):
        line = lines[number]
        if line.middle > word.y + tallest:
            break
        height = line.y1 - line.y0
        beside = max(line.x0 - word.x, word.x - line.x1, 0.0) / height
        above = abs(line.middle - word.y) / height
        if above < 0.75 and beside < 1.0 and above + beside < best_distance:
            best, best_distance = number, above + beside
    return best


def _plain(text: str) -> str:
    """Typographic quotes and dashes count as plain ones: which one was printed is often a matter of font."""
    return text.translate(_QUOTES)
