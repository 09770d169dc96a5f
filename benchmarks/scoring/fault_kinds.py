"""The faults that are put into conversions: each takes a document and a strength of 0, 1 or 2."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import unescape
from typing import Final

from docassay.checks.fragment_text import fragment_text
from docassay.documents.model import Block, Document

PARAGRAPH_WORDS: Final = 20
_TEXT: Final = re.compile(r">([^<>]+)<")
_ROW: Final = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL: Final = re.compile(r"<(t[dh])\b([^>]*)>(.*?)</\1>", re.DOTALL)

Fault = Callable[[Document, int, random.Random, str], Document | None]
"""The document with the fault at strength 0-2, None when it lacks what the fault needs."""


def blocks_of(document: Document) -> Iterator[tuple[int, int, Block]]:
    """Top-level blocks with their places: page, number."""
    for page_number, page in enumerate(document.pages):
        for number, block in enumerate(page.blocks):
            yield page_number, number, block


def with_blocks(document: Document, changes: dict[tuple[int, int], list[Block]]) -> Document:
    """The document with some blocks replaced by others."""
    pages = [
        replace(
            page,
            blocks=tuple(
                new
                for number, block in enumerate(page.blocks)
                for new in changes.get((page_number, number), [block])
            ),
        )
        for page_number, page in enumerate(document.pages)
    ]
    return replace(document, pages=tuple(pages))


def paragraphs(document: Document) -> list[tuple[int, int, Block]]:
    """Blocks of running text."""
    return [
        each
        for each in blocks_of(document)
        if each[2].block_type == "Text" and len(fragment_text(each[2].html).text.split()) >= PARAGRAPH_WORDS
    ]


def words_of(block: Block) -> list[str]:
    return unescape(fragment_text(block.html).text).split()


def paragraph(block: Block, words: Sequence[str]) -> Block:
    """The block with another text."""
    text = " ".join(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return replace(block, html=f"<p>{text}</p>", children=(), words=())


def drop_paragraphs(document: Document, strength: int, source: random.Random, other: str) -> Document | None:
    found = paragraphs(document)
    count = (1, 2, 4)[strength]
    if len(found) < 6:
        return None
    return with_blocks(document, {(page, number): [] for page, number, _ in source.sample(found, count)})


def hallucinate(document: Document, strength: int, source: random.Random, other: str) -> Document | None:
    found, words = paragraphs(document), other.split()
    count = (12, 30, 80)[strength]
    if not found or len(words) < count:
        return None
    page, number, block = source.choice(found)
    start = source.randrange(len(words) - count + 1)
    return with_blocks(document, {(page, number): [block, paragraph(block, words[start : start + count])]})


def loop(document: Document, strength: int, source: random.Random, other: str) -> Document | None:
    found = paragraphs(document)
    if not found:
        return None
    page, number, block = source.choice(found)
    words = words_of(block)
    sentence = words[:10] * (5, 15, 40)[strength]
    return with_blocks(document, {(page, number): [paragraph(block, [*words, *sentence])]})


def swap_halves(document: Document, strength: int, source: random.Random, other: str) -> Document | None:
    """The end of a page moved to its front: an eighth, a quarter or half of its words, as near as blocks
    allow and never more than half, which would be less again."""
    pages = [page for page in document.pages if sum(b.block_type == "Text" for b in page.blocks) >= 4]
    found = paragraphs(document)
    if not pages or len(found) < 4:
        return None
    target = max(pages, key=lambda page: sum(len(words_of(b)) for b in page.blocks if b.block_type == "Text"))
    sizes = [len(words_of(block)) for block in target.blocks]
    behind = {cut: sum(sizes[cut:]) for cut in range(1, len(sizes)) if 0 < sum(sizes[cut:]) <= sum(sizes) / 2}
    if not behind:
        return None
    wanted = sum(sizes) * (0.125, 0.25, 0.5)[strength]
    moved = min(behind, key=lambda cut: abs(behind[cut] - wanted))
    blocks = target.blocks[moved:] + target.blocks[:moved]
    pages_now = tuple(replace(page, blocks=blocks) if page is target else page for page in document.pages)
    return replace(document, pages=pages_now)


def interleave(document: Document, strength: int, source: random.Random, other: str) -> Document | None:
    found = paragraphs(document)
    pairs = [(one, two) for one, two in zip(found[::2], found[1::2], strict=False) if one[0] == two[0]]
    if len(pairs) < 3:
        return None
    changes: dict[tuple[int, int], list[Block]] = {}
    for one, two in pairs[: (1, 2, len(pairs))[strength]]:
        left, right = words_of(one[2]), words_of(two[2])
        mixed: list[str] = []
        for start in range(0, max(len(left), len(right)), 6):
            mixed += left[start : start + 6] + right[start : start + 6]
        changes[one[0], one[1]] = [paragraph(one[2], mixed)]
        changes[two[0], two[1]] = []
    return with_blocks(document, changes)


def _change_text(document: Document, change: Callable[[str], str]) -> Document:
    changes = {}
    for page, number, block in blocks_of(document):
        html = _TEXT.sub(lambda match: f">{change(match[1])}<", block.html)
        if html != block.html:
            changes[page, number] = [replace(block, html=html, words=())]
    return with_blocks(document, changes)


def misread(document: Document, strength: int, source: random.Random, other: str) -> Document | None:
    share = (0.01, 0.03, 0.1)[strength]
    letters = "abcdefghijklmnopqrstuvwxyz"
    return _change_text(
        document,
        lambda text: "".join(
            source.choice(letters) if each.isalpha() and source.random() < share else each for each in text
        ),
    )


def break_font(document: Document, strength: int, source: random.Random, other: str) -> Document | None:
    broken = ("q", "v", "aeo")[strength] if strength < 2 else "aeo"
    share = (0.02, 0.08, 1.0)[strength]
    return _change_text(
        document,
        lambda text: "".join(
            chr(0xE000 + ord(each))
            if each.isascii()
            and each.isalpha()
            and (each in broken or source.random() < share * (strength < 2))
            else each
            for each in text
        ),
    )


def change_digits(document: Document, strength: int, source: random.Random, other: str) -> Document | None:
    places = [
        (page, number, match.start(1) + offset)
        for page, number, block in blocks_of(document)
        for match in _TEXT.finditer(block.html)
        if "&" not in match[1]
        for offset, each in enumerate(match[1])
        if each in "0123456789"
    ]
    if len(places) < 20:
        return None
    changes: dict[tuple[int, int], list[Block]] = {}
    for page, number, position in source.sample(places, (1, 3, 9)[strength]):
        block = changes.get((page, number), [document.pages[page].blocks[number]])[0]
        digit = str((int(block.html[position]) + source.randint(1, 9)) % 10)
        html = block.html[:position] + digit + block.html[position + 1 :]
        changes[page, number] = [replace(block, html=html, words=())]
    return with_blocks(document, changes)


def with_table(block: Block, html: str) -> Block:
    """The block with another table: a group's table is that of its child."""
    if block.block_type != "TableGroup":
        return replace(block, html=html, children=(), words=())
    old = next(child for child in block.children if "<table" in child.html)
    new = replace(old, html=html, children=(), words=())
    children = tuple(new if child is old else child for child in block.children)
    return replace(block, html=block.html.replace(old.html, html), children=children, words=())


def _tables(document: Document) -> list[tuple[int, int, Block]]:
    return [each for each in blocks_of(document) if "<table" in each[2].html and "span=" not in each[2].html]


def merge_columns(document: Document, strength: int, source: random.Random, other: str) -> Document | None:
    changes = {}
    for page, number, block in _tables(document):
        rows = [_CELL.findall(row) for row in _ROW.findall(block.html)]
        width = min(map(len, rows), default=0)
        if len(rows) < 3 or width < 4:
            continue
        count = min((1, 2, width - 1)[strength], width - 1)
        lines = []
        for cells in rows:
            merged = " ".join(text for _, _, text in cells[: count + 1])
            rest = "".join(f"<{tag}{more}>{text}</{tag}>" for tag, more, text in cells[count + 1 :])
            lines.append(f"<tr><{cells[0][0]}>{merged}</{cells[0][0]}>{rest}</tr>")
        changes[page, number] = [with_table(block, f"<table>{''.join(lines)}</table>")]
    return with_blocks(document, changes) if changes else None


def drop_rows(document: Document, strength: int, source: random.Random, other: str) -> Document | None:
    changes = {}
    for page, number, block in _tables(document):
        rows = _ROW.findall(block.html)
        if len(rows) < 6:
            continue
        count = (1, 2, len(rows) // 2)[strength]
        dropped = set(source.sample(range(1, len(rows)), count))
        html = "".join(row for place, row in enumerate(rows) if place not in dropped)
        changes[page, number] = [with_table(block, f"<table>{html}</table>")]
    return with_blocks(document, changes) if changes else None


def lose_headings(document: Document, strength: int, source: random.Random, other: str) -> Document | None:
    found = [each for each in blocks_of(document) if each[2].block_type == "SectionHeader"]
    if len(found) < 3:
        return None
    count = (1, (len(found) + 1) // 2, len(found))[strength]
    changes = {
        (page, number): [replace(paragraph(block, words_of(block)), block_type="Text", level=None)]
        for page, number, block in source.sample(found, count)
    }
    return with_blocks(document, changes)


FAULTS: Final[dict[str, Fault]] = {
    "dropped paragraph": drop_paragraphs,
    "hallucinated passage": hallucinate,
    "loop": loop,
    "swapped halves": swap_halves,
    "interleaved columns": interleave,
    "wrong characters": misread,
    "garbled font": break_font,
    "changed digit": change_digits,
    "merged table columns": merge_columns,
    "dropped table rows": drop_rows,
    "lost headings": lose_headings,
}
