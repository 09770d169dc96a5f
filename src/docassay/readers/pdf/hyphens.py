"""Hyphens at line ends: a word cut by the typesetter, or a compound that keeps its hyphen?

The whole document is the evidence: a compound that stands somewhere else with its hyphen keeps it, a word
that stands somewhere else in one piece is joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Protocol

UNDECIDED_HYPHEN: Final = "\u00ad"
"""Stands in texts of drafts where a line ended in a hyphen and the word went on in the next line."""

_HEAD: Final = re.compile(r"[^\W\d_]+(?:[-\u2010'\u2019][^\W\d_]+)*\Z")
_LONGEST_HEAD: Final = 200
"""Characters before a hyphen that are looked at."""

_TAIL: Final = re.compile(r"[^\W\d_]+(?P<more>(?:[-\u2010][^\W\d_]+)*)")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_COMPOUND_HEADS: Final = frozenset(
    {
        "self", "well", "ex", "half", "quasi", "cross", "long", "short", "high", "low", "ever", "one", "two",
        "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twenty", "thirty", "forty", "fifty",
        "sixty", "seventy", "eighty", "ninety", "first", "second", "third",
    }
)  # fmt: skip


class HyphenJoiner:
    """Decides the undecided hyphens of a document by the words that stand elsewhere in it."""

    def __init__(self, texts: Iterable[str]) -> None:
        """``texts`` are the plain texts of the document; their own undecided hyphens are no evidence."""
        self._words: set[str] = set()
        for text in texts:
            if UNDECIDED_HYPHEN in text:
                text = _replaced(text, lambda head, tail, *, has_more: " ")
            self._words.update(_WORD.findall(text.casefold()))

    def decided(self, text: str) -> str:
        """The text or HTML with every undecided hyphen kept or taken out."""
        if UNDECIDED_HYPHEN not in text:
            return text
        return _replaced(text, self._joined).replace(UNDECIDED_HYPHEN, "")

    def _joined(self, head: str, tail: str, *, has_more: bool) -> str:
        is_compound = self._keeps_hyphen(head.casefold(), tail.casefold(), has_more=has_more)
        return f"{head}-{tail}" if is_compound else head + tail

    def _keeps_hyphen(self, head: str, tail: str, *, has_more: bool) -> bool:
        words = self._words
        if head + tail in words:
            return False
        if f"{head}-{tail}" in words or f"{head}\u2010{tail}" in words:
            return True
        if has_more:
            return True  # a part of a longer compound: state-of-the-art
        if "-" in head:
            last = head.rpartition("-")[2]
            return last + tail not in words and (tail in words or last in words)
        return head in _COMPOUND_HEADS and (tail in words or len(tail) > 4)


class _Replacement(Protocol):
    def __call__(self, head: str, tail: str, *, has_more: bool) -> str: ...


def _replaced(text: str, replacement: _Replacement) -> str:
    """The text with something else for every cut word: looked for around the hyphens, which are few."""
    parts: list[str] = []
    done, place = 0, text.find(UNDECIDED_HYPHEN)
    while place >= 0:
        tail = _TAIL.match(text, place + 1)
        # A word has no space in it; without that the whole text would be searched for its beginning.
        start = max(done, place - _LONGEST_HEAD, text.rfind(" ", done, place) + 1)
        head = _HEAD.search(text, start, place) if tail else None
        if head is not None and tail is not None:
            parts += text[done : head.start()], replacement(head[0], tail[0], has_more=tail["more"] != "")
            done = tail.end()
        place = text.find(UNDECIDED_HYPHEN, max(done, place + 1))
    parts.append(text[done:])
    return "".join(parts)
