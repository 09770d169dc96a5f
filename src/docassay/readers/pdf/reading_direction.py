"""The order of words on a line: left to right, or right to left with left-to-right runs inside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from docassay.readers.pdf.text import Word

_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


def in_reading_order(words: list[Word]) -> list[Word]:
    """The words of one line as they are read.

    A line whose words are mostly Arabic or Hebrew runs from right to left; Latin words and the numbers after
    them keep their own order inside it. In other lines, Arabic and Hebrew quotations run from right to left.
    After the resolution of neutral characters in the Unicode bidirectional algorithm (UAX 9), for words.
    """
    ordered = _from_left(words)
    flags = [not word.text.isascii() and bool(_RIGHT_TO_LEFT.search(word.text)) for word in ordered]
    from_right = flags.count(True)
    if from_right == 0:
        return ordered
    strong = from_right + sum(_is_latin(word.text) for word in ordered)
    if from_right * 2 >= strong:
        return _reversed_but(ordered, [_is_latin(word.text) for word in ordered])
    return _with_reversed_runs(ordered, flags)


def is_right_to_left(text: str) -> bool:
    """Whether more than half of the letters are Arabic or Hebrew."""
    if text.isascii() or not _RIGHT_TO_LEFT.search(text):
        return False
    letters = sum(map(str.isalpha, text))
    return letters > 0 and len(_RIGHT_TO_LEFT.findall(text)) * 2 > letters


def _from_left(words: list[Word]) -> list[Word]:
    x = -1e9
    for word in words:
        if word.x0 < x:
            return sorted(words, key=lambda item: item.x0)
        x = word.x0
    return words


def _is_latin(text: str) -> bool:
    """Whether the word has letters that are written from left to right."""
    return any(map(str.isalpha, text)) and not _RIGHT_TO_LEFT.search(text)


def _reversed_but(ordered: Sequence[Word], is_kept: Sequence[bool]) -> list[Word]:
    """The words from right to left, but runs of kept words (and what lies inside and after) as they are."""
    runs: list[list[Word]] = []
    position = 0
    while position < len(ordered):
        end = position + 1
        if is_kept[position]:
            while end < len(ordered) and not _RIGHT_TO_LEFT.search(ordered[end].text):
                end += 1
            while end > position + 1 and not any(map(str.isalnum, ordered[end - 1].text)):
                end -= 1
        runs.append(list(ordered[position:end]))
        position = end
    return [word for run in reversed(runs) for word in run]


def _with_reversed_runs(ordered: Sequence[Word], is_reversed: Sequence[bool]) -> list[Word]:
    result: list[Word] = []
    run: list[Word] = []
    for word, flag in zip(ordered, is_reversed, strict=True):
        if flag:
            run.append(word)
            continue
        result.extend(reversed(run))
        run = []
        result.append(word)
    result.extend(reversed(run))
    return result
