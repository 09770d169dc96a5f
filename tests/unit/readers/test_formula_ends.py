"""What is text at the ends of a formula: punctuation, and brackets without their partner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

from docassay.readers.pdf.formulas.box import MathBox
from docassay.readers.pdf.formulas.detect import without_text_at_ends
from docassay.readers.pdf.formulas.glyphs import Glyph
from docassay.readers.pdf.formulas.symbols import Kind

_KINDS = {"(": Kind.OPEN, ")": Kind.CLOSE, "+": Kind.BINARY, "=": Kind.RELATION}


@dataclass(slots=True, eq=False)
class CountedBox(MathBox):
    """Counts how often boxes are asked what they are."""

    asked: ClassVar[int] = 0

    def __getattribute__(self, name: str) -> object:
        if name == "kind":
            CountedBox.asked += 1
        return object.__getattribute__(self, name)


def _glyphs(line: str) -> list[Glyph]:
    glyphs = []
    for number, character in enumerate(line):
        kind = _KINDS.get(character, Kind.LETTER if character.isalpha() else Kind.PUNCTUATION)
        is_letter = character.isalpha()
        box = CountedBox(
            character, kind, 5.0 * number, 90, 5.0 * number + 4.9, 100, 100, 10, text=character, order=number
        )
        glyphs.append(Glyph(box, number, number, is_strong=is_letter, is_text=False, is_math_font=is_letter))
    return glyphs


def _found(line: str) -> str:
    return "".join(glyph.box.text for glyph in without_text_at_ends(_glyphs(line)))


@pytest.mark.parametrize(
    ("line", "formula"),
    [
        ("(x+y", "x+y"),
        ("x+y)", "x+y"),
        ("(x+y)", "(x+y)"),
        ("((x+y)", "(x+y)"),
        (",x+y))", "x+y"),
        ("x+y...", "x+y..."),
        ("x+y..", "x+y"),
        ("(((", ""),
    ],
)
def test_text_at_the_ends_of_a_formula_is_not_part_of_it(line: str, formula: str) -> None:
    assert _found(line) == formula


def test_thousands_of_brackets_without_partners_are_taken_off_in_linear_time() -> None:
    asked = []
    for count in (500, 1_000):
        CountedBox.asked = 0
        assert _found("(" * count + "x+y") == "x+y"
        asked.append(CountedBox.asked)
    assert asked[1] < 2.5 * asked[0]
