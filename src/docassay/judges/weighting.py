"""The score that a model had in mind: the mean of the scores that it weighed, by their probabilities.

After G-Eval (Liu et al., 2023): a model that wavers between 3 and 4 says so in the probabilities of the token
that is the score, and only there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from docassay.models.chat import TokenChoice

_SCORE: Final = re.compile(r'"score"\s*:\s*(\d)(?!\d)')
_LEAST_MASS: Final = 0.8
"""Of the probability at the score's place, so much must be on scores: else the place is not what it seems."""


def expected_score(text: str, tokens: Sequence[TokenChoice], score: int) -> float | None:
    """The mean of the scores 0-5 that could have stood at the place of the last score of an answer, weighted
    by their probabilities; None when it is not ``score``, or ``tokens`` do not make up the text or tell."""
    if "".join(token.text for token in tokens) != text:
        return None
    place = -1
    for match in _SCORE.finditer(text):
        place = match.start(1)
    if place < 0 or text[place] != str(score):
        return None
    start = 0
    for token in tokens:
        if start <= place < start + len(token.text):
            return _mean(token, place - start)
        start += len(token.text)
    return None


def _mean(token: TokenChoice, offset: int) -> float | None:
    """By the digit at ``offset``: alternatives count that differ from the token in this digit alone."""
    before, after = token.text[:offset], token.text[offset + 1 :]
    weights = [0.0] * 6
    for text, logarithm in token.choices.items():
        digit = text[len(before) : len(text) - len(after)]
        is_alike = text.startswith(before) and text.endswith(after)
        if is_alike and len(digit) == 1 and digit in "012345" and logarithm <= 0:
            weights[int(digit)] += math.exp(logarithm)
    total = sum(weights)
    if total < _LEAST_MASS:
        return None
    return sum(score * weight for score, weight in enumerate(weights)) / total
