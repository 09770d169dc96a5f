"""A result's text set against the expected text, page by page where both have pages.

Running headers and footers (the blocks that the output marks as such) are left out on both sides, cells of
tables are read row by row, formulas as the characters that they show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.page_text import (
    WHOLE_DOCUMENT,
    BlockText,
    LayerText,
    OutputText,
    TextPair,
    block_text,
    block_texts,
    body_output,
    has_page_pairs,
    join_blocks,
    no_layer_reason,
    page_pairs,
    pages_asked_for,
)
from docassay.checks.words import Words, to_words
from docassay.documents.model import PAGE_FURNITURE, Block, Document, Page

NO_TRUTH: Final = "The expected output has no text, so there is nothing to compare with."
NO_TEXT: Final = "Neither the expected text nor the output has a word."
AGAINST: Final[dict[str, Any]] = {
    "against": {
        "type": "string",
        "enum": ["auto", "expected", "layer"],
        "default": "auto",
        "description": (
            "What to compare with: the expected text, the file's own text layer, or (auto) the expected "
            "text where somebody has given one and else the layer."
        ),
    }
}
TABLES: Final[dict[str, Any]] = {
    "tables": {
        "type": "boolean",
        "default": True,
        "description": (
            "Compare the text of tables as well; false where tables have checks of their own, so that a "
            "fault in one does not count twice."
        ),
    }
}
_EMPTY: Final = to_words("")


@dataclass(frozen=True, slots=True)
class Reference:
    """What the output is compared with: pairs of texts, and how feedback calls the other side."""

    name: Literal["expected text", "text layer"]
    pairs: tuple[TextPair, ...]
    has_pages: bool
    reason: str = ""
    """Why there are no pairs."""


def reference_of(subject: Subject, against: str = "auto", *, tables: bool = True) -> Reference:
    """The expected text or the text layer, as the parameter ``against`` says; the expected text with or
    without ``tables``."""
    if against == "expected" or (against == "auto" and subject.expected_document is not None):
        key = f"expected_text.reference {tables}"
        return subject.derive(key, lambda: _expected(subject, tables=tables))
    return Reference("text layer", page_pairs(subject), has_page_pairs(subject), no_layer_reason(subject))


def expected_pairs(subject: Subject, *, tables: bool = True) -> tuple[TextPair, ...]:
    """The output and the expected text of every page that is known and was asked for, or of the document.

    In each pair ``layer.body`` holds the words that are expected; ``output`` has no page furniture. Empty
    without an expected text.
    """
    return reference_of(subject, "expected", tables=tables).pairs


def _expected(subject: Subject, *, tables: bool) -> Reference:
    truth = subject.expected_document
    if truth is None:
        return Reference("expected text", (), False, NO_TRUTH)
    has_pages = truth.is_paginated and subject.document.is_paginated
    pairs = tuple(
        _page_pairs(subject, truth, tables=tables)
        if has_pages
        else [_whole_pair(subject, truth, tables=tables)]
    )
    pairs = tuple(pair for pair in pairs if pair.layer.body.tokens or _has_words(pair))
    return Reference("expected text", pairs, has_pages, NO_TEXT)


def _has_words(pair: TextPair) -> bool:
    return pair.output is not None and bool(pair.output.words.tokens)


def _page_pairs(subject: Subject, truth: Document, *, tables: bool) -> Iterator[TextPair]:
    known = {page.index: page for page in truth.pages}
    texts = _output_texts(subject, tables=tables)
    for index in pages_asked_for(subject):
        if index in known:
            output = join_blocks(texts[index]) if index in texts else None
            yield _pair(index, output, _blocks_of(known[index], tables=tables))


def _whole_pair(subject: Subject, truth: Document, *, tables: bool) -> TextPair:
    texts = _output_texts(subject, tables=tables)
    output = join_blocks(part for page in subject.document.pages for part in texts[page.index])
    return _pair(None, output, [part for page in truth.pages for part in _blocks_of(page, tables=tables)])


def _output_texts(subject: Subject, *, tables: bool) -> Mapping[int, Sequence[BlockText]]:
    if tables:
        return block_texts(subject)
    return {page.index: _blocks_of(page, tables=False) for page in subject.document.pages}


def _pair(index: int | None, output: OutputText | None, truth: Sequence[BlockText]) -> TextPair:
    words = join_blocks(truth).words if truth else _EMPTY
    pair = TextPair(index, output, LayerText(words, _EMPTY))
    return replace(pair, output=body_output(pair))


def _blocks_of(page: Page, *, tables: bool) -> list[BlockText]:
    found = []
    for block in _body(page.blocks, tables=tables):
        text = block_text(block)
        found.append(BlockText(block, to_words(text.text), text))
    return found


def _body(blocks: Sequence[Block], *, tables: bool) -> Iterator[Block]:
    """The blocks that are compared; without tables a group of one and its caption gives the caption."""
    for block in blocks:
        if block.block_type in PAGE_FURNITURE:
            continue
        if tables or block.block_type not in ("Table", "TableGroup"):
            yield block
        elif block.block_type == "TableGroup":
            yield from _body(block.children, tables=False)


def expected_items(
    subject: Subject,
    level: Level,
    judge_pair: Callable[[TextPair], Item],
    judge_all: Callable[[tuple[TextPair, ...]], Item],
    against: str = "expected",
    *,
    tables: bool = True,
) -> list[Item]:
    """One item a page (``judge_pair``) or one for the document (``judge_all``), against the reference.

    A page rule on texts without pages gets one item for the whole document that says so.
    """
    reference = reference_of(subject, against, tables=tables)
    if not reference.pairs:
        return [not_applicable(reference.reason)]
    if level == "document":
        return [judge_all(reference.pairs)]
    if not reference.has_pages:
        item = judge_pair(reference.pairs[0])
        return [replace(item, feedback=WHOLE_DOCUMENT + item.feedback)]
    return [judge_pair(pair) for pair in reference.pairs]


@dataclass(frozen=True, slots=True)
class RawPair:
    """The texts of one pair as they are: blocks parted by line breaks, nothing folded."""

    page_index: int | None
    truth: str
    output: str


def raw_pairs(subject: Subject, *, tables: bool = True) -> tuple[RawPair, ...]:
    """The texts behind ``expected_pairs``, in the same order; a page that could not be read has no text."""
    key = f"expected_text.raw {tables}"
    return subject.derive(key, lambda: tuple(_raw_pairs(subject, tables=tables)))


def _raw_pairs(subject: Subject, *, tables: bool) -> Iterator[RawPair]:
    truth = subject.expected_document
    if truth is None:
        return
    known = {page.index: page.blocks for page in truth.pages}
    for pair in expected_pairs(subject, tables=tables):
        if pair.page_index is None:
            blocks: Sequence[Block] = [block for page in truth.pages for block in page.blocks]
        else:
            blocks = known[pair.page_index]
        output = [part.block for part in pair.output.blocks] if pair.output is not None else []
        truth_text = _raw_text(tuple(_body(blocks, tables=tables)))
        yield RawPair(pair.page_index, truth_text, _raw_text(output))


def _raw_text(blocks: Sequence[Block]) -> str:
    return "\n".join(block_text(block).text for block in blocks)


def words_of(pair: TextPair) -> tuple[Words, Words]:
    """The expected words and those of the output (none for a page that could not be read)."""
    return pair.layer.body, pair.output.words if pair.output is not None else _EMPTY
