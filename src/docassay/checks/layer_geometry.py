"""Where the words of a text layer stand on their page, token by token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docassay.checks.contract import Subject
from docassay.checks.page_text import furniture_of
from docassay.checks.words import to_words
from docassay.documents.model import BoundingBox
from docassay.documents.source_layer import SourcePage

_OVERLAP_POINTS = 1.0
_TOUCH_POINTS = 2.0


def body_boxes(subject: Subject, page_index: int, tokens: Sequence[str]) -> tuple[BoundingBox, ...] | None:
    """One box for each of ``tokens``, the body words of this page's layer.

    A word that was joined over a line end has the box of its first part. None when the layer has no boxes or
    its words cannot be told apart in the same way.
    """
    page = subject.source.page(page_index) if subject.source is not None else None
    if page is None or len(page.word_boxes) != len(page.text.split()):
        return None
    pieces = _pieces(page, furniture_of(subject).get(page_index, frozenset()))
    boxes: list[BoundingBox] = []
    for token in tokens:
        found, box = next(pieces, ("", None))
        while found != token and found and token.startswith(found):
            found += next(pieces, ("\n", None))[0]
        if found != token or box is None:
            return None
        boxes.append(box)
    return tuple(boxes)


def _pieces(page: SourcePage, furniture: frozenset[int]) -> Iterator[tuple[str, BoundingBox]]:
    boxes = iter(page.word_boxes)
    for number, line in enumerate(page.text.splitlines()):
        for word, box in zip(line.split(), boxes, strict=False):
            if number not in furniture:
                yield from ((token, box) for token in to_words(word).tokens)


def stands_above(upper: BoundingBox, lower: BoundingBox) -> bool:
    """Whether one box ends where the other begins or higher, in the same column.

    Whatever the script, what stands above in one column is read first.
    """
    shared = min(upper.x1, lower.x1) - max(upper.x0, lower.x0)
    return shared > _OVERLAP_POINTS and upper.y1 <= lower.y0 + _TOUCH_POINTS
