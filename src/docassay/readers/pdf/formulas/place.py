"""Puts formulas in the place of the words they are made of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from html import escape
from operator import attrgetter
from typing import Any, Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.formulas.detect import find_formulas
from docassay.readers.pdf.formulas.formula import Formula
from docassay.readers.pdf.formulas.glyphs import Glyph, GlyphReader
from docassay.readers.pdf.formulas.structure import formula_to_latex
from docassay.readers.pdf.geometry import PageFrame
from docassay.readers.pdf.marks import Rule
from docassay.readers.pdf.text import PageWords, Word
from docassay.readers.pdf.text_styles import FORMULA

_MATHEMATICAL: Final = re.compile(
    "[\u2200-\u2203\u2207-\u220d\u220f-\u2211\u221a-\u221e\u2227-\u2233\U0001d400-\U0001d7ff]"
)

_word_of: Final = attrgetter("word")


def may_have_formulas(found: PageWords) -> bool:
    """Whether the page has a font or characters of mathematics; a quick test that most pages fail."""
    if any(word.font.is_math for word in found.words):
        return True
    characters = found.characters
    return not characters.isascii() and _MATHEMATICAL.search(characters) is not None


def equation_drafts(words: Sequence[Word]) -> tuple[list[Draft], list[Word]]:
    """Equation blocks for the formulas with lines of their own, and the other words."""
    drafts = [
        Draft(
            "Equation",
            BoundingBox(word.x0, word.y0, word.x1, word.y1),
            f'<math display="block">{escape(word.latex, quote=False)}</math>',
            word.text,
            size=word.size,
        )
        for word in words
        if word.is_display
    ]
    return (drafts, [word for word in words if not word.is_display]) if drafts else ([], list(words))


def words_with_formulas(
    found: PageWords, textpage: Any, frame: PageFrame, rules: Sequence[Rule]
) -> list[Word]:
    """The words of a page with one word for each formula, which carries its LaTeX.

    ``rules`` are the page's horizontal rules in display points. The text page must still be open.
    """
    words = found.words
    glyphs = GlyphReader(textpage, frame, found.characters).read(words)
    if not any(glyph.is_strong for glyph in glyphs):
        return list(words)
    formulas = find_formulas(glyphs, rules, words)
    if not formulas:
        return list(words)
    return _replaced(words, glyphs, formulas)


def _replaced(words: Sequence[Word], glyphs: Sequence[Glyph], formulas: Sequence[Formula]) -> list[Word]:
    used: set[int] = set()
    touched: set[int] = set()
    placed: dict[int, list[Word]] = defaultdict(list)
    for formula in formulas:
        latex = formula_to_latex([glyph.box for glyph in formula.glyphs], formula.bars)
        if not latex:
            continue
        if formula.number_glyphs:
            tag = "".join(glyph.box.text for glyph in formula.number_glyphs)
            latex += rf"\tag{{{tag[1:-1]}}}"
            used.update(map(id, formula.number_glyphs))
            touched.update(map(_word_of, formula.number_glyphs))
        used.update(map(id, formula.glyphs))
        touched.update(map(_word_of, formula.glyphs))
        first = min((glyph.word for glyph in formula.glyphs if glyph.word >= 0), default=-1)
        placed[first].append(_formula_word(formula, latex))
    of_word: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        if glyph.word in touched:
            of_word[glyph.word].append(glyph)
    result: list[Word] = list(placed.get(-1, ()))
    for number, word in enumerate(words):
        if number not in touched:
            result.append(word)
        else:
            before, after = _leftover(word, of_word[number], used)
            result += before
            result += placed.get(number, ())
            result += after
    return result


def _leftover(word: Word, glyphs: Sequence[Glyph], used: set[int]) -> tuple[list[Word], list[Word]]:
    """What remains of a word of which a formula took a part, before and after that part."""
    before: list[Word] = []
    after: list[Word] = []
    run: list[Glyph] = []
    seen_formula = False
    for glyph in [*sorted(glyphs, key=lambda item: item.start), None]:
        if glyph is not None and id(glyph) not in used:
            run.append(glyph)
            continue
        if run:
            boxes = [item.box for item in run]
            text = "".join(box.text for box in boxes)
            (after if seen_formula else before).append(
                word._replace(text=text, x0=min(b.x0 for b in boxes), x1=max(b.x1 for b in boxes))
            )
            run = []
        seen_formula = True
    return before, after


def _formula_word(formula: Formula, latex: str) -> Word:
    text = "".join(glyph.box.text for glyph in sorted(formula.glyphs, key=lambda glyph: glyph.start))
    size = formula.size
    if formula.is_display:
        y0, y1 = formula.y0, formula.y1
    else:
        y0, y1 = formula.base - 0.7 * size, formula.base + 0.22 * size
    return Word(
        text, formula.x0, y0, formula.x1, y1, size, FORMULA, latex=latex, is_display=formula.is_display
    )  # fmt: skip
