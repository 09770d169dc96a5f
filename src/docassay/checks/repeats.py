"""Finds what a text says over and over: a passage that follows itself, and equal lines.

A loop of period p repeats each of its trigrams every p tokens, so runs of equal gaps between the occurrences
of one trigram lead to it. Time grows with the length of the text (times ``LONGEST_PERIOD`` at worst); no
regular expression with its exponential worst cases is involved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

SEED: Final = 3
"""Tokens of the passages whose gaps lead to a loop."""
LONGEST_PERIOD: Final = 400
"""Tokens of the longest passage that is looked for."""


class Loop(NamedTuple):
    """Tokens ``first`` to ``last`` (exclusive) are a passage of ``period`` tokens and its copies."""

    first: int
    last: int
    period: int

    @property
    def copies(self) -> int:
        """How many whole copies there are, the first one included."""
        return (self.last - self.first) // self.period


def find_loops(tokens: Sequence[str], minimum_copies: int) -> list[Loop]:
    """The loops of at least ``minimum_copies`` (3 or more) in order; they do not overlap."""
    seeds = list(zip(tokens, tokens[1:], tokens[2:], strict=False))
    often = {
        seed for seed, count in Counter(seeds).items() if count > 1 and _may_loop(seed, count, minimum_copies)
    }
    if not often:
        return []
    positions: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for position, seed in enumerate(seeds):
        if seed in often:
            positions[seed].append(position)
    candidates = sorted(
        candidate for places in positions.values() for candidate in _even_runs(places, minimum_copies)
    )
    loops: list[Loop] = []
    covered = 0
    for position, period in candidates:
        if position < covered:
            continue
        loop = _extend(tokens, position, period, covered)
        if loop.copies >= minimum_copies:
            loops.append(loop)
            covered = loop.last
    return loops


def _even_runs(places: Sequence[int], minimum_copies: int) -> list[tuple[int, int]]:
    """``(first place, gap)`` of every run of places at equal distances that may be a loop's trigram."""
    runs = []
    start = 0
    for index in range(1, len(places)):
        gap = places[index] - places[index - 1]
        is_last = index == len(places) - 1
        if is_last or places[index + 1] - places[index] != gap:
            if gap <= LONGEST_PERIOD and index - start + 1 >= _places_needed(gap, minimum_copies):
                runs.append((places[start], gap))
            start = index
    return runs


def may_hold_loops(repeated: Mapping[tuple[str, str, str], int], minimum_copies: int) -> bool:
    """Whether a text with these repeated trigrams, and so many of each, may hold a loop."""
    return any(_may_loop(seed, count, minimum_copies) for seed, count in repeated.items())


def _may_loop(seed: tuple[str, str, str], count: int, minimum_copies: int) -> bool:
    if count >= _places_needed(SEED, minimum_copies):
        return True
    # Only in a loop of one or two tokens fewer places will do, and there its first token is its third.
    return count >= _places_needed(1, minimum_copies) and seed[0] == seed[2]


def _places_needed(gap: int, minimum_copies: int) -> int:
    """In how many places at this distance a trigram of a loop stands at least."""
    # A trigram is longer than one or two tokens, so the last copies of a short period do not hold it.
    return max(2, minimum_copies - 2 if gap < SEED else minimum_copies - 1)


def _extend(tokens: Sequence[str], position: int, period: int, floor: int) -> Loop:
    """The whole stretch around ``position`` in which each token equals the one ``period`` before it."""
    first = position
    while first > floor and tokens[first - 1] == tokens[first - 1 + period]:
        first -= 1
    last = position + period
    while last < len(tokens) and tokens[last] == tokens[last - period]:
        last += 1
    return Loop(first, last, period)


def character_loop(token: str, minimum_copies: int, longest_period: int = 8) -> int:
    """How many characters of one long token are copies of the up to ``longest_period`` before them, else 0.

    Catches ``lalalalala``; a token is judged as a whole: most of it has to be the loop.
    """
    for period in range(1, longest_period + 1):
        if len(token) < period * minimum_copies:
            break
        same = sum(token[index] == token[index - period] for index in range(period, len(token)))
        if same >= 0.9 * (len(token) - period):
            return same
    return 0
