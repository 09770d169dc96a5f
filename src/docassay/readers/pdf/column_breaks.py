"""Joins paragraphs that go on in the next column of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.blocks import Piece
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.list_markers import is_caption


class Framed:
    """What stands in a box drawn on the page, in reading order."""

    kind = "Frame"

    def __init__(self, bbox: BoundingBox, items: list[Item]) -> None:
        self.bbox = bbox
        self.items = items


Item = Piece | Draft | Framed

_NOTE_SIZE: Final = 0.92
"""Print smaller than this share of the body's is no part of its text (footnotes at the end of a column)."""


def join_columns(regions: Sequence[list[Item]]) -> None:
    """Let the last paragraph of each region take over its rest at the head of the next, in place.

    Tables, pictures and captions at the end or head of a column, and small print at its end, are passed over.
    """
    body = _body_size(regions)
    before: Piece | None = None
    for region in regions:
        first = next(_running(region, body), None)
        if first is None:
            continue
        if before is not None and before.goes_on_in(first):
            before.extend(first)
            region.remove(first)
            if next(_running(region, body), None) is None:
                continue
        before = next(_running(reversed(region), body), None)


def _running(items: Iterator[Item] | Sequence[Item], body: float) -> Iterator[Piece]:
    """The pieces of running text in the order given."""
    for item in items:
        if isinstance(item, Piece) and item.size >= _NOTE_SIZE * body and not is_caption(item.lines[0].text):
            yield item


def _body_size(regions: Sequence[Sequence[Item]]) -> float:
    weights: dict[float, int] = {}
    for region in regions:
        for item in region:
            if isinstance(item, Piece):
                length = sum([len(line.text) for line in item.lines])
                weights[item.size] = weights.get(item.size, 0) + length
    return max(weights, key=lambda size: weights[size]) if weights else 0.0
