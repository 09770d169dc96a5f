"""Upright letters next to each other as words: function names, units, short texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from docassay.readers.pdf.formulas.box import MathBox, hull
from docassay.readers.pdf.formulas.functions import FUNCTIONS, FUNCTIONS_WITH_LIMITS, OTHER_NAMES
from docassay.readers.pdf.formulas.symbols import Kind

_LETTER_GAP: Final = 0.12
_WORD_GAP: Final = 0.45
_OF_WORDS: Final = frozenset(
    {"mathrm", "mathbf", "mathsf", "mathtt", "mathbb", "mathcal", "mathfrak", "boldsymbol"}
)


def join_words(boxes: Sequence[MathBox]) -> list[MathBox]:
    """The boxes with runs of letters of one upright alphabet as one box each."""
    letters = [box for box in boxes if box.alphabet in _OF_WORDS and box.kind is Kind.LETTER]
    if not letters:
        return list(boxes)
    rest = [box for box in boxes if not (box.alphabet in _OF_WORDS and box.kind is Kind.LETTER)]
    letters.sort(key=lambda box: (box.alphabet, round(box.size), round(box.base), box.x0))
    runs: list[list[MathBox]] = []
    for box in letters:
        last = runs[-1][-1] if runs else None
        if last is not None and _continues(last, box):
            runs[-1].append(box)
        else:
            runs.append([box])
    return rest + [_word(run) for run in runs]


def _continues(last: MathBox, box: MathBox) -> bool:
    return (
        last.alphabet == box.alphabet
        and abs(last.size - box.size) < 0.05 * box.size
        and abs(last.base - box.base) < 0.05 * box.size
        and -0.2 * box.size < box.x0 - last.x1 < _LETTER_GAP * box.size
    )


def _word(run: list[MathBox]) -> MathBox:
    first = run[0]
    text = "".join(box.text for box in run)
    x0, y0, x1, y1 = hull(run)
    word = MathBox(
        "".join(box.latex for box in run), Kind.LETTER, x0, y0, x1, y1, first.base, first.size,
        alphabet=first.alphabet, text=text, order=first.order,
    )  # fmt: skip
    if first.alphabet == "mathrm":
        if text in FUNCTIONS:
            word.kind, word.alphabet, word.latex = Kind.FUNCTION, "", f"\\{text}"
        elif text in OTHER_NAMES or text in FUNCTIONS_WITH_LIMITS:
            word.kind, word.alphabet, word.latex = Kind.FUNCTION, "", rf"\operatorname{{{text}}}"
        elif len(text) > 1 and " " in text:
            word.alphabet, word.latex = "text", text
    return word
