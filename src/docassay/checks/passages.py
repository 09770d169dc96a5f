"""Passages that only one of two texts has, and what a passage of a length is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from docassay.checks.agreement import Passage
from docassay.checks.scale import BEST

HARMLESS_WORDS: Final = 3
NOTICED_WORDS: Final = 15
FATAL_WORDS: Final = 80
_AT_NOTICED: Final = 3.0
MAPPING: Final = "5 up to 3 words, 3 at 15, 0 from 80 on, on a logarithmic scale between"


def lone_passages(tokens: Sequence[str], others: Sequence[Sequence[str]], shortest: int) -> list[Passage]:
    """The runs of at least ``shortest`` tokens none of whose bigrams occur in ``others``, longest first."""
    known: set[tuple[str, ...]] = set()
    for other in others:
        known.update(pairwise(other))
    supported = [False] * len(tokens)
    for position, bigram in enumerate(pairwise(tokens)):
        if bigram in known:
            supported[position] = supported[position + 1] = True
    found = []
    first = 0
    for position, is_supported in enumerate([*supported, True]):
        if is_supported:
            if position - first >= shortest:
                found.append(Passage(first, position))
            first = position + 1
    return sorted(found, key=lambda passage: (-passage.length, passage.first))


def passage_score(words: int) -> float:
    """The score, 0-5, of a text whose longest lone passage has so many words."""
    if words <= HARMLESS_WORDS:
        return BEST
    if words <= NOTICED_WORDS:
        share = math.log(words / HARMLESS_WORDS) / math.log(NOTICED_WORDS / HARMLESS_WORDS)
        return BEST - (BEST - _AT_NOTICED) * share
    share = math.log(words / NOTICED_WORDS) / math.log(FATAL_WORDS / NOTICED_WORDS)
    return max(0.0, _AT_NOTICED * (1 - share))
