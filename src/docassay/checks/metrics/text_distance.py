"""Edit distances of texts, character by character and word by word, fast when the texts are alike."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

from rapidfuzz.distance import Indel, Levenshtein

MAX_LENGTH: Final = 300_000
"""Characters or words of the longer side; the time grows with the product of both (3 s at the limit)."""
_FIRST_GUESS: Final = 31
_NEXT_GUESS: Final = 4
_SAMPLE: Final = 2_000
_MARGIN: Final = 1.25


def levenshtein_distance(truth: str, output: str) -> int:
    """Characters to insert, delete or replace. Raises ValueError above ``MAX_LENGTH``.

    The search widens from a narrow band (Ukkonen 1985), so that two alike texts of 50,000 characters take
    some milliseconds.
    """
    _check_length(truth, output)
    return int(Levenshtein.distance(truth, output, score_hint=_FIRST_GUESS))


def indel_distance(truth: str, output: str) -> int:
    """Characters to insert or delete, a replacement being both. Raises ValueError above ``MAX_LENGTH``.

    The width of the first band is guessed from the beginnings and the ends of the texts, whichever are more
    alike, so that texts of 50,000 characters with 5 % wrong ones take some ten milliseconds.
    """
    _check_length(truth, output)
    both = len(truth) + len(output)
    beginnings = Indel.distance(truth[:_SAMPLE], output[:_SAMPLE])
    ends = Indel.distance(truth[-_SAMPLE:], output[-_SAMPLE:])
    expected = min(beginnings, ends) * both / (2 * _SAMPLE)
    limit = max(_FIRST_GUESS, both // 100, int(_MARGIN * expected))
    while limit < both // 2:
        distance = int(Indel.distance(truth, output, score_cutoff=limit))
        if distance <= limit:
            return distance
        limit *= _NEXT_GUESS
    return int(Indel.distance(truth, output))


def word_distance(truth: Sequence[Hashable], output: Sequence[Hashable]) -> int:
    """Words to insert, delete or replace. Raises ValueError above ``MAX_LENGTH``."""
    _check_length(truth, output)
    return int(Levenshtein.distance(truth, output, score_hint=_FIRST_GUESS))


def _check_length(truth: Sequence[Hashable], output: Sequence[Hashable]) -> None:
    longest = max(len(truth), len(output))
    if longest > MAX_LENGTH:
        raise ValueError(
            f"a text of {longest:,} characters is too large to compare as a whole (at most {MAX_LENGTH:,}); "
            "give the expected text page by page"
        )


def squeezed(text: str) -> str:
    """The text with each white space one space and none at its ends; nothing else is folded."""
    return " ".join(text.split())
