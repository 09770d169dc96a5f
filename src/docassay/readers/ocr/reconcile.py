"""Two readings of the same page become one: word by word, what the program was surer of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from docassay.readers.pdf.text import Word

_LEAST_OVERLAP: Final = 0.25
"""Words that share this part of the narrower one, on the same line, are readings of the same ink."""
_SURE: Final = 0.75
"""A word that only the other reading has is taken when it is at least this sure."""


def mean_confidence(words: Sequence[Word]) -> float:
    """Mean confidence of the words' letters, 0-1; words that run up or down count as not read."""
    letters = sum(len(word.text) for word in words)
    known = sum(len(word.text) * (word.confidence or 0.0) for word in words if word.turn == 0)
    return known / max(letters, 1)


def reconciled(first: Sequence[Word], second: Sequence[Word]) -> list[Word]:
    """The words of ``first``, with those of ``second`` where these are surer or alone and sure.

    Words that overlap form groups, for readings differ in where they put spaces: of each group one reading
    is taken as a whole, never letters of both, so that no number comes out that neither reading saw. No
    dictionary decides, and of equally sure readings the first stays. Nothing is dropped that only ``first``
    has. Order is that of ``first``; added words come last (layout sorts by place).
    """
    groups = _Groups(len(first) + len(second))
    by_middle = sorted(range(len(second)), key=lambda index: second[index].y0 + second[index].y1)
    middles = [(second[index].y0 + second[index].y1) / 2 for index in by_middle]
    for number, word in enumerate(first):
        for position in range(bisect_left(middles, word.y0), len(middles)):
            if middles[position] > word.y1:
                break
            other = second[by_middle[position]]
            if _show_the_same_ink(word, other):
                groups.join(number, len(first) + by_middle[position])
    kept: list[Word] = []
    added: list[Word] = []
    for members in groups.members():
        ours = [first[number] for number in members if number < len(first)]
        theirs = [second[number - len(first)] for number in members if number >= len(first)]
        if not ours:
            added += [word for word in theirs if (word.confidence or 0.0) >= _SURE]
        elif theirs and mean_confidence(theirs) > mean_confidence(ours):
            kept += [_in_row_of(ours[0], word) for word in theirs]
        else:
            kept += ours
    return kept + added


def _show_the_same_ink(one: Word, other: Word) -> bool:
    shared = min(one.x1, other.x1) - max(one.x0, other.x0)
    narrower = min(one.x1 - one.x0, other.x1 - other.x0)
    return shared > _LEAST_OVERLAP * narrower and other.y0 <= (one.y0 + one.y1) / 2 <= other.y1


def _in_row_of(place: Word, word: Word) -> Word:
    """``word`` with the extent and the size of the line that it comes into: sizes tell headings."""
    if place.turn % 2 or word.turn != place.turn:
        return word
    return word._replace(y0=place.y0, y1=place.y1, size=place.size)


class _Groups:
    """Numbers that are joined pair by pair (union-find)."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def join(self, one: int, other: int) -> None:
        """Put both into the same group."""
        self._parents[self._root(other)] = self._root(one)

    def members(self) -> list[list[int]]:
        """The groups, by their first number; the numbers of each in order."""
        groups: dict[int, list[int]] = {}
        for number in range(len(self._parents)):
            groups.setdefault(self._root(number), []).append(number)
        return list(groups.values())

    def _root(self, number: int) -> int:
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number
