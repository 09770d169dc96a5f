"""Which words of a page lie in which of its blocks, for callers that ask for words with their boxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from docassay.documents.html_fragment import text_of
from docassay.documents.model import Block, WordBox
from docassay.readers.pdf.text import Word

_BUCKETS: Final = 48
"""The page is looked up by this many columns and rows of equal size."""
_MARGIN_POINTS: Final = 1.0
_MOST_BUCKET_ENTRIES: Final = 400
"""More blocks in one bucket than this are no page that somebody wrote; the rest of them get no words."""


def word_boxes(words: Iterable[Word]) -> tuple[WordBox, ...]:
    """The words as the document model keeps them, boxes to a hundredth of a point."""
    return tuple(
        WordBox(
            word.text,
            round(word.x0, 2),
            round(word.y0, 2),
            round(word.x1, 2),
            round(word.y1, 2),
            word.confidence,
        )
        for word in words
    )


def with_words(
    blocks: Sequence[Block], words: Sequence[WordBox], width: float, height: float
) -> tuple[Block, ...]:
    """The blocks of a page of ``width`` x ``height`` points, each word given to one innermost block.

    A word belongs to the smallest list item or block without children whose box holds its middle, among those
    whose text has the word if there are any. The order of ``words`` is kept.
    """
    leaves = [leaf for block in blocks for leaf in _leaves(block)]
    index = _LeafIndex(leaves, width, height)
    taken: dict[str, list[WordBox]] = defaultdict(list)
    for word in words:
        leaf = index.leaf_of(word)
        if leaf is not None:
            taken[leaf.id].append(word)
    return tuple(_filled(block, taken) for block in blocks)


def _leaves(block: Block) -> Iterator[Block]:
    if not block.children or block.block_type == "ListItem":
        yield block
    for child in block.children:
        yield from _leaves(child)


def _filled(block: Block, taken: dict[str, list[WordBox]]) -> Block:
    children = tuple(_filled(child, taken) for child in block.children)
    words = taken.get(block.id)
    if not children and not words:
        return block
    return replace(block, children=children, words=tuple(words or ()))


class _LeafIndex:
    """Finds the block at a point without looking at all of them."""

    def __init__(self, leaves: Sequence[Block], width: float, height: float) -> None:
        self._column_width = max(width, 1.0) / _BUCKETS
        self._row_height = max(height, 1.0) / _BUCKETS
        self._buckets: dict[tuple[int, int], list[Block]] = defaultdict(list)
        self._texts: dict[str, str] = {}
        for leaf in leaves:
            x0, y0, x1, y1 = leaf.bbox
            rows = range(self._row(y0 - _MARGIN_POINTS), self._row(y1 + _MARGIN_POINTS) + 1)
            for column in range(self._column(x0 - _MARGIN_POINTS), self._column(x1 + _MARGIN_POINTS) + 1):
                for row in rows:
                    bucket = self._buckets[column, row]
                    if len(bucket) < _MOST_BUCKET_ENTRIES:
                        bucket.append(leaf)

    def leaf_of(self, word: WordBox) -> Block | None:
        """The block that the word belongs to, or None."""
        x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
        bucket = self._buckets.get((self._column(x), self._row(y)), ())
        around = [leaf for leaf in bucket if leaf.bbox.contains(x, y, _MARGIN_POINTS)]
        if len(around) > 1:
            text = word.text.rstrip("-")
            around = [leaf for leaf in around if text in self._text(leaf)] or around
        return min(around, key=_area, default=None)

    def _text(self, leaf: Block) -> str:
        if leaf.id not in self._texts:
            self._texts[leaf.id] = text_of(leaf.html)
        return self._texts[leaf.id]

    def _column(self, x: float) -> int:
        return min(max(int(x / self._column_width), 0), _BUCKETS - 1)

    def _row(self, y: float) -> int:
        return min(max(int(y / self._row_height), 0), _BUCKETS - 1)


def _area(block: Block) -> float:
    return (block.bbox.x1 - block.bbox.x0) * (block.bbox.y1 - block.bbox.y0)
