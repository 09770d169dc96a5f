"""Words of a table that are set on their side: labels of row groups, narrow column heads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from docassay.readers.pdf.text import Word

_JOIN: Final = 0.2
_SPACE: Final = 0.8


def with_sideways_words_turned(words: Sequence[Word], main: int | None = None) -> list[Word]:
    """The words, those that run up or down joined to whole labels.

    A label gets the height of one line around its middle, where a label set upright would stand. ``main`` is
    the turn of upright words; that of most words when it is not given.
    """
    turns = Counter([word.turn for word in words])
    if main is None:
        main = turns.most_common(1)[0][0]
    if len(turns) == 1 and main in turns:
        return list(words)
    result: list[Word] = []
    sideways: list[Word] = []
    for word in words:
        (sideways if (word.turn - main) % 2 else result).append(word)
    sideways.sort(key=lambda word: (word.turn, word.x0, word.y0))
    groups: list[list[Word]] = []
    group: list[Word] = []
    for word in sideways:
        if group and not _continues(group[-1], word):
            groups.append(group)
            group = []
        group.append(word)
    if group:
        groups.append(group)
    upright = [(word.y0 + word.y1) / 2 for word in result]
    labels = [_Label(group) for group in groups]
    for label, middle in zip(labels, _middles(labels, upright), strict=True):
        result.append(label.word(main, middle))
    return result


def _continues(above: Word, word: Word) -> bool:
    return (
        above.turn == word.turn
        and abs(above.x0 - word.x0) < 0.5 * word.size
        and -word.size < word.y0 - above.y1 < _SPACE * word.size
    )


class _Label:
    """Words from top to bottom that make one label, and the heights between which it stands."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.top = min(word.y0 for word in words)
        self.bottom = max(word.y1 for word in words)

    def word(self, main: int, middle: float) -> Word:
        """One word around this height for all words; text that runs up starts with the lowest."""
        words = self.words
        ordered = list(words) if (words[0].turn - main) % 4 == 3 else list(reversed(words))
        text = ordered[0].text
        for before, word in pairwise(ordered):
            gap = max(word.y0 - before.y1, before.y0 - word.y1)
            text += (" " if gap > _JOIN * word.size else "") + word.text
        x0, x1 = min(word.x0 for word in words), max(word.x1 for word in words)
        half = 0.5 * words[0].size
        return ordered[0]._replace(text=text, x0=x0, x1=x1, y0=middle - half, y1=middle + half, turn=main)


def _middles(labels: Sequence[_Label], upright: Sequence[float]) -> list[float]:
    """The height of the middle of each label.

    Labels side by side with at most one line of upright words among them are titles of columns: all have the
    height of that line. ``upright`` are the middles of the upright words.
    """
    own = [(label.top + label.bottom) / 2 for label in labels]
    columns = {label.words[0].x0 for label in labels}
    if len(columns) < len(labels) or len(labels) < 2:
        return own
    top, bottom = min(label.top for label in labels), max(label.bottom for label in labels)
    if max(label.top for label in labels) > min(label.bottom for label in labels):
        return own
    beside = [middle for middle in upright if top < middle < bottom]
    if not beside:
        return [(top + bottom) / 2] * len(labels)
    if max(beside) - min(beside) > 0.5 * labels[0].words[0].size:
        return own
    return [sum(beside) / len(beside)] * len(labels)
