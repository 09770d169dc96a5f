"""Numbered and bulleted lists: which kind a level is, and the number that Word shows (ECMA-376 17.9)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from docassay.readers.word.names import W, value
from docassay.readers.word.styles import NumberReference
from docassay.readers.xml import integer

LEVELS: Final = 9
_MARKERS: Final = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
_PLAIN_LABEL: Final = re.compile(r"[(\[]?%([1-9])[.):\]]*\s*")
_PLACEHOLDER: Final = re.compile(r"%([1-9])")
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MAX_NUMBER: Final = 30_000


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list. ``format`` is ``w:numFmt`` (``decimal``, ``bullet``, ``none``, ...)."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    style_id: str | None = None

    @property
    def is_ordered(self) -> bool:
        """Whether items have numbers or letters."""
        return self.format not in {"bullet", "none"}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a paragraph stands: its list, its level (0-8), its number there and the label that is shown.

    ``marker`` is the html ``type`` of letters and Roman numerals. ``has_own_words``: the label is more than
    one number (``1.2.``, ``Article 3``), which a list of html cannot show.
    """

    number_id: int
    level: int
    number: int
    label: str
    is_ordered: bool
    marker: str = ""
    has_own_words: bool = False


@dataclass(slots=True)
class _Definition:
    levels: dict[int, Level] = field(default_factory=dict)
    style_link: str | None = None


class Numbering:
    """The list definitions of a document and the running counters of its paragraphs."""

    def __init__(self, load: Callable[[], etree._Element | None]) -> None:
        """``load`` gives the root of the numbering part; it is called when the first list is met."""
        self._load: Callable[[], etree._Element | None] | None = load
        self._abstract: dict[str, _Definition] = {}
        self._abstract_of: dict[int, str] = {}
        self._overrides: dict[int, dict[int, Level]] = {}
        self._restarts: dict[int, dict[int, int]] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._started: set[int] = set()

    def level(self, number_id: int, level: int) -> Level | None:
        """The definition of a level, overrides applied; None when the list is not defined."""
        override = self._overrides.get(number_id, {}).get(level)
        if override is not None:
            return override
        definition = self._abstract.get(self._abstract_of.get(number_id, ""))
        return None if definition is None else definition.levels.get(level)

    def level_of_style(self, number_id: int, style_id: str | None) -> int | None:
        """The level that a paragraph style is tied to in this list."""
        if style_id is None:
            return None
        levels = ((index, self.level(number_id, index)) for index in range(LEVELS))
        return next((index for index, level in levels if level and level.style_id == style_id), None)

    def advance(self, reference: NumberReference, style_id: str | None) -> Position | None:
        """Count one paragraph of a list; None when it is in none (``numId`` 0 or unknown)."""
        number_id = reference.number_id
        if not number_id:
            return None
        if self._load is not None:
            root = self._load()
            self._load = None
            if root is not None:
                self._read(root)
        if number_id not in self._abstract_of:
            return None
        index = reference.level
        if index is None:
            index = self.level_of_style(number_id, style_id) or 0
        index = min(max(index, 0), LEVELS - 1)
        level = self.level(number_id, index) or Level(format="none")
        counters = self._counters.setdefault(self._abstract_of[number_id], [None] * LEVELS)
        if number_id not in self._started:
            self._started.add(number_id)
            for restarted, start in self._restarts.get(number_id, {}).items():
                if 0 <= restarted < LEVELS:
                    counters[restarted] = start - 1
        current = counters[index]
        number = level.start if current is None else current + 1
        counters[index] = number
        counters[index + 1 :] = [None] * (LEVELS - index - 1)
        plain = _PLAIN_LABEL.fullmatch(level.text)
        shows_own_number = plain is not None and int(plain[1]) == index + 1
        return Position(
            number_id,
            index,
            number,
            self._label(number_id, level, counters),
            level.is_ordered,
            marker=_MARKERS.get(level.format, ""),
            has_own_words=bool(level.text) and level.is_ordered and not shows_own_number,
        )

    def _label(self, number_id: int, level: Level, counters: list[int | None]) -> str:
        if not level.is_ordered:
            return ""

        def shown(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            other = self.level(number_id, index) or Level()
            count = counters[index]
            return formatted_number(other.start if count is None else count, other.format)

        return _PLACEHOLDER.sub(shown, level.text)

    def _read(self, root: etree._Element) -> None:
        owners: dict[str, str] = {}
        for node in root.iterfind(f"{W}abstractNum"):
            abstract_id = node.get(f"{W}abstractNumId") or ""
            self._abstract[abstract_id] = _Definition(
                {integer(level.get(f"{W}ilvl"), 0) or 0: _level(level) for level in node.iterfind(f"{W}lvl")},
                value(node, "numStyleLink"),
            )
            if style := value(node, "styleLink"):
                owners[style] = abstract_id
        for node in root.iterfind(f"{W}num"):
            number_id = integer(node.get(f"{W}numId"))
            abstract_id = value(node, "abstractNumId") or ""
            linked = self._abstract.get(abstract_id)
            if linked is not None and linked.style_link and not linked.levels:
                abstract_id = owners.get(linked.style_link, abstract_id)
            if number_id is None or abstract_id not in self._abstract:
                continue
            self._abstract_of[number_id] = abstract_id
            for override in node.iterfind(f"{W}lvlOverride"):
                index = integer(override.get(f"{W}ilvl"), 0) or 0
                start = integer(value(override, "startOverride"))
                if start is not None:
                    self._restarts.setdefault(number_id, {})[index] = start
                level_node = override.find(f"{W}lvl")
                if level_node is not None:
                    self._overrides.setdefault(number_id, {})[index] = _level(level_node)


def formatted_number(number: int, number_format: str) -> str:
    """A list number as Word writes it; formats other than letters and Roman numerals are decimal."""
    if not 0 < number <= _MAX_NUMBER:
        return str(number)
    if number_format in {"lowerLetter", "upperLetter"}:
        letters = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 50)
        return letters.upper() if number_format == "upperLetter" else letters
    if number_format in {"lowerRoman", "upperRoman"}:
        numeral = roman_numeral(number)
        return numeral.upper() if number_format == "upperRoman" else numeral
    return f"{number:02d}" if number_format == "decimalZero" else str(number)


def roman_numeral(number: int) -> str:
    """A positive number in lower-case Roman numerals."""
    numeral = ""
    for amount, letters in _ROMAN:
        count, number = divmod(number, amount)
        numeral += letters * count
    return numeral


def _level(node: etree._Element) -> Level:
    start = integer(value(node, "start"), 0)
    return Level(
        format=value(node, "numFmt") or "decimal",
        text=value(node, "lvlText") or "",
        start=0 if start is None else start,
        style_id=value(node, "pStyle"),
    )
