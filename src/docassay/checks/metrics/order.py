"""Whether the passages of a truth stand in the output in their order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from docassay.documents.normalize import words

_Trigram = tuple[str, str, str]


class OrderAgreement(NamedTuple):
    """Passages that can be located at all, those that the output holds, and those in order among them."""

    passages: int
    found: int
    in_order: int

    @property
    def share(self) -> float | None:
        """Passages in order over all passages, 0 to 1; None when there are fewer than two."""
        return self.in_order / self.passages if self.passages > 1 else None


def passage_order(passages: Sequence[str], output: str) -> OrderAgreement:
    """Locate each passage in the output and count those on a longest increasing subsequence.

    A passage stands where the middle one of its word trigrams stands; only trigrams that occur once in all
    passages and once in the output are looked at. Passages without such a trigram of their own (fewer than
    three words, or repeated elsewhere) cannot be told apart by anyone and are not counted. A passage that the
    output lacks is counted and not in order, so leaving text out gains nothing.

    Source: longest increasing subsequence, Schensted (1961).
    """
    tokens = [words(passage) for passage in passages]
    of_truth = _unique(trigram for passage in tokens for trigram in _trigrams(passage))
    in_output = _unique(_trigrams(words(output)))
    locatable = 0
    places: list[int] = []
    for passage in tokens:
        own = [trigram for trigram in _trigrams(passage) if trigram in of_truth]
        if not own:
            continue
        locatable += 1
        found = sorted(in_output[trigram] for trigram in own if trigram in in_output)
        if found:
            places.append(found[len(found) // 2])
    return OrderAgreement(locatable, len(places), longest_increase(places))


def longest_increase(values: Iterable[int]) -> int:
    """The length of a longest strictly increasing subsequence, in O(n log n)."""
    tails: list[int] = []
    for value in values:
        place = bisect_left(tails, value)
        tails[place : place + 1] = [value]
    return len(tails)


def _trigrams(tokens: Sequence[str]) -> list[_Trigram]:
    return list(zip(tokens, tokens[1:], tokens[2:], strict=False))


def _unique(trigrams: Iterable[_Trigram]) -> dict[_Trigram, int]:
    """The position of each trigram that occurs exactly once."""
    positions: dict[_Trigram, int] = {}
    for position, trigram in enumerate(trigrams):
        positions[trigram] = -1 if trigram in positions else position
    return {trigram: position for trigram, position in positions.items() if position >= 0}
