"""``structure.headings_kept``: whether lines that are set apart as headings are headings in the output."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise
from typing import Any, Final

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.page_text import BlockText, block_texts, furniture_of, no_layer_reason
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.words import listing, shorten, to_words
from docassay.documents.model import Block, BoundingBox
from docassay.documents.source_layer import SourcePage, WordStyle

LARGER: Final = 1.15
"""How much larger than the running text a line must be to count as larger."""
AS_LARGE: Final = 0.97
MOST_WORDS: Final = 15
MOST_HEADINGS: Final = 500
"""Headings of a page that a line is looked for in."""
FEWEST_LETTERS: Final = 3
MOST_LEADING: Final = 1.6
"""Lines of one heading stand at most this far apart, in font sizes."""
FEWEST_BODY_WORDS: Final = 30
"""With less running text nobody can tell what is set apart from it."""
FEWEST_LINES: Final = 2
"""One odd line makes no outline."""
_SHOWN: Final = 4
_QUOTE: Final = 60
_NO_HEADING: Final = re.compile(r"^\W|[.,;:]$")
"""Sentences, and what begins with a bracket or bullet, as captions and items do."""


@dataclass(frozen=True, slots=True)
class _Line:
    page_index: int
    words: tuple[str, ...]
    style: WordStyle
    box: BoundingBox


@check(
    "structure.headings_kept",
    version="1",
    levels=("document",),
    needs=frozenset({"source"}),
    summary=(
        "Whether lines that the file sets apart as headings are headings in the output: short lines of their "
        "own in a larger or bolder font than the running text. One that is a plain paragraph in the output "
        "is lost; what is part of a table, list, caption or longer paragraph is not judged. Needs a PDF's "
        "text layer."
    ),
    mapping="5 x headings that were kept / (kept + lost)",
    source="WCAG failure F2: text that looks like a heading and is not marked up as one.",
    cost="0.2 ms a page",
)
def structure_headings_kept(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document; ``value`` is the share that was kept, 0-1."""
    source = subject.source
    if source is None or not source.has_text or not source.is_paginated or not subject.document.is_paginated:
        return [not_applicable(no_layer_reason(subject))]
    asked = {page.index for page in subject.document.pages if page.method != "ocr"}
    pages = [page for page in source.pages if page.index in asked and page.word_styles]
    body = _body_style(pages)
    if body is None:
        return [not_applicable("The text layer does not say how its words are set.")]
    furniture = furniture_of(subject)
    lines = [
        line
        for page in pages
        for line in _headings(page, furniture.get(page.index, frozenset()), body)
        if _can_be_heading(line)
    ]
    kept, lost = _judged(subject, lines)
    if len(kept) + len(lost) < FEWEST_LINES:
        return [not_applicable("Too few lines are set apart from the running text as headings are.")]
    value = len(kept) / (len(kept) + len(lost))
    feedback = f"All {len(kept)} lines that are set apart as headings are headings."
    if lost:
        told = [f"“{shorten(text, _QUOTE)}” ({block.id})" for text, block in lost]
        feedback = f"Set apart as headings, but plain paragraphs: {listing(told, _SHOWN)}."
    return [
        Item(
            score=BEST * value,
            value=value,
            feedback=feedback,
            page_index=lost[0][1].page_index if lost else None,
            details={"kept": len(kept), "lost": [block.id for _, block in lost]},
        )
    ]


def _judged(subject: Subject, lines: Sequence[_Line]) -> tuple[list[str], list[tuple[str, Block]]]:
    """The lines that are headings in the output, and those that are paragraphs, with them.

    What stands on several pages is a running title. Of lines of one style that follow each other none is a
    heading: something stands below a heading.
    """
    texts = block_texts(subject)
    blocks = {index: _blocks_of(texts.get(index, ())) for index in {line.page_index for line in lines}}
    found = [(line, " ".join(line.words), blocks[line.page_index].counterpart(line)) for line in lines]
    pages: dict[str, set[int]] = defaultdict(set)
    for line, text, _ in found:
        pages[text].add(line.page_index)
    styles = {block.id: line.style for line, _, block in found if block is not None}
    listed: set[str] = set()
    for parts in texts.values():
        for one, two in pairwise(part.block.id for part in parts):
            if one in styles and styles[one] == styles.get(two):
                listed.update((one, two))
    kept: list[str] = []
    lost: list[tuple[str, Block]] = []
    for _, text, block in found:
        if block is None or len(pages[text]) > 1:
            continue
        if block.block_type == "SectionHeader":
            kept.append(text)
        elif block.id not in listed:
            lost.append((text, block))
    return kept, lost


def _body_style(pages: Sequence[SourcePage]) -> WordStyle | None:
    """The style of most characters; None with too little text."""
    counts: Counter[WordStyle] = Counter()
    for page in pages:
        words = iter(page.text.split())
        for style, run in groupby(page.word_styles):  # far fewer runs of one style than words
            counts[style] += sum(map(len, islice(words, len(list(run)))))
    if sum(len(page.word_styles) for page in pages) < FEWEST_BODY_WORDS:
        return None
    return counts.most_common(1)[0][0]


def _headings(page: SourcePage, furniture: frozenset[int], body: WordStyle) -> Iterator[_Line]:
    """The lines that are set apart, each heading of several lines being one."""
    before: _Line | None = None
    for line in _set_apart(page, furniture, body):
        if (
            before is not None
            and line is not None
            and before.style == line.style
            and line.box.y0 - before.box.y1 < (MOST_LEADING - 1) * line.style.size
            and line.box.y0 > before.box.y0
        ):
            before = _Line(page.index, before.words + line.words, line.style, before.box.union(line.box))
            continue
        if before is not None:
            yield before
        before = line
    if before is not None:
        yield before


def _set_apart(page: SourcePage, furniture: frozenset[int], body: WordStyle) -> Iterator[_Line | None]:
    """Each line that is set apart, None for every other."""
    first = 0
    for number, text in enumerate(page.text.splitlines()):
        words = tuple(text.split())
        styles = page.word_styles[first : first + len(words)]
        boxes = page.word_boxes[first : first + len(words)]
        first += len(words)
        if not words:
            continue
        if number in furniture or not _is_set_apart(styles, body):
            yield None
            continue
        box = boxes[0]
        for other in boxes[1:]:
            box = box.union(other)
        yield _Line(page.index, words, styles[0], box)


def _is_set_apart(styles: Sequence[WordStyle], body: WordStyle) -> bool:
    first = styles[0]
    if not first.is_bold and first.size < LARGER * body.size:
        return False
    if all(style.size >= LARGER * body.size for style in styles):
        return True
    return not body.is_bold and all(style.is_bold and style.size >= AS_LARGE * body.size for style in styles)


@dataclass(frozen=True, slots=True)
class _PageBlocks:
    """The blocks of a page that a line can be, with their words parted and surrounded by single blanks."""

    headings: tuple[tuple[str, Block], ...]
    paragraphs: Mapping[str, Block]

    def counterpart(self, line: _Line) -> Block | None:
        """The heading that is the line, the paragraph that is it, or else a heading that holds it or is part
        of it."""
        words = _blanked(to_words(" ".join(line.words)).tokens)
        headings = self.headings[:MOST_HEADINGS]
        for heading, block in headings:
            if heading == words:
                return block
        if (paragraph := self.paragraphs.get(words)) is not None:
            return paragraph
        for heading, block in headings:
            if words in heading or heading in words:
                return block
        return None


def _blocks_of(parts: Sequence[BlockText]) -> _PageBlocks:
    headings: list[tuple[str, Block]] = []
    paragraphs: dict[str, Block] = {}
    for part in parts:
        if not part.words.tokens:
            continue
        if part.block.block_type == "SectionHeader":
            headings.append((_blanked(part.words.tokens), part.block))
        elif part.block.block_type == "Text" and len(part.words.tokens) <= 2 * MOST_WORDS:
            paragraphs.setdefault(_blanked(part.words.tokens), part.block)
    return _PageBlocks(tuple(headings), paragraphs)


def _blanked(tokens: Sequence[str]) -> str:
    return f" {' '.join(tokens)} "


def _can_be_heading(line: _Line) -> bool:
    text = " ".join(line.words)
    return (
        len(line.words) <= MOST_WORDS
        and sum(map(str.isalpha, text)) >= FEWEST_LETTERS
        and not _NO_HEADING.search(text)
    )
