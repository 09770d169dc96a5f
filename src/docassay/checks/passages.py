"""What a passage that only one of two texts has is worth, by its length."""

from __future__ import annotations

import math
from typing import Final

from docassay.checks.scale import BEST

HARMLESS_WORDS: Final = 3
NOTICED_WORDS: Final = 15
FATAL_WORDS: Final = 80
_AT_NOTICED: Final = 3.0
MAPPING: Final = "5 up to 3 words, 3 at 15, 0 from 80 on, on a logarithmic scale between"


def passage_score(words: int) -> float:
    """The score, 0-5, of a text whose longest lone passage has so many words."""
    if words <= HARMLESS_WORDS:
        return BEST
    if words <= NOTICED_WORDS:
        share = math.log(words / HARMLESS_WORDS) / math.log(NOTICED_WORDS / HARMLESS_WORDS)
        return BEST - (BEST - _AT_NOTICED) * share
    share = math.log(words / NOTICED_WORDS) / math.log(FATAL_WORDS / NOTICED_WORDS)
    return max(0.0, _AT_NOTICED * (1 - share))
