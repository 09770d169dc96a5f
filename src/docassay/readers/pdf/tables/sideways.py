"""Words of a table that are set on their side: labels of row groups, narrow column heads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from docassay.readers.pdf.text import Word

_JOIN: Final = 0.2
_SPACE: Final = 0.8


def with_sideways_words_turned(words: Sequence[Word]) -> list[Word]:
    """The words, those that run up or down joined to whole labels.

    A label gets the height of one line around its middle, where a label set upright would stand.
    """
    turns = Counter(word.turn for word in words)
    if len(turns) < 2:
        return list(words)
    main = turns.most_common(1)[0][0]
    result: list[Word] = []
    sideways: list[Word] = []
    for word in words:
        (sideways if (word.turn - main) % 2 else result).append(word)
    sideways.sort(key=lambda word: (word.turn, word.x0, word.y0))
    group: list[Word] = []
    for word in sideways:
        if group and not _continues(group[-1], word):
            result.append(_label(group, main))
            group = []
        group.append(word)
    if group:
        result.append(_label(group, main))
    return result


def _continues(above: Word, word: Word) -> bool:
    return (
        above.turn == word.turn
        and abs(above.x0 - word.x0) < 0.5 * word.size
        and -word.size < word.y0 - above.y1 < _SPACE * word.size
    )


def _label(group: Sequence[Word], main: int) -> Word:
    """One word for words from top to bottom; text that runs up starts with the lowest."""
    ordered = list(group) if (group[0].turn - main) % 4 == 3 else list(reversed(group))
    text = ordered[0].text
    for before, word in pairwise(ordered):
        gap = max(word.y0 - before.y1, before.y0 - word.y1)
        text += (" " if gap > _JOIN * word.size else "") + word.text
    x0, x1 = min(word.x0 for word in group), max(word.x1 for word in group)
    middle = (min(word.y0 for word in group) + max(word.y1 for word in group)) / 2
    size = group[0].size
    return ordered[0]._replace(
        text=text, x0=x0, x1=x1, y0=middle - 0.5 * size, y1=middle + 0.5 * size, turn=main
    )
