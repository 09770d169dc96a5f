"""The lines of text of a page, for the answer to ocr: of words with boxes where known, else of blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from docassay.documents.model import Block, BoundingBox, Page, WordBox
from docassay.documents.rendering import block_text

_WRITTEN_WITHOUT_SPACES: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uff60]")


def text_lines(page: Page) -> list[dict[str, Any]]:
    """``text, confidence, bbox, polygon`` for each line of the page, in reading order.

    A block whose words are known gives its lines as they are printed, with the mean confidence of their
    words. Of any other block the smallest boxes with text count as lines: a paragraph, a list item, a cell;
    line breaks inside stay in the text, and the confidence is the nearest known one.
    """
    return [line for block in page.blocks for line in _lines_of_block(block, block.confidence)]


def _lines_of_block(block: Block, confidence: float | None) -> Iterator[dict[str, Any]]:
    confidence = block.confidence if block.confidence is not None else confidence
    own = [_line_of_words(words) for words in _printed_lines(block.words)]
    inner = [line for child in block.children for line in _lines_of_block(child, confidence)]
    if own or inner:
        yield from own
        yield from inner
        return
    text = block_text(block).replace("\t", " ")
    if text:
        yield _line(text, confidence, block.bbox)


def _printed_lines(words: Sequence[WordBox]) -> list[list[WordBox]]:
    """Words in a row that stand beside each other: the middle of each lies within the height of the other."""
    lines: list[list[WordBox]] = []
    for word in words:
        last = lines[-1][-1] if lines else None
        if last is not None and _is_beside(last, word):
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _is_beside(one: WordBox, other: WordBox) -> bool:
    return one.y0 <= (other.y0 + other.y1) / 2 <= one.y1 or other.y0 <= (one.y0 + one.y1) / 2 <= other.y1


def _line_of_words(words: Sequence[WordBox]) -> dict[str, Any]:
    text = words[0].text
    for word in words[1:]:
        is_run_on = all(_WRITTEN_WITHOUT_SPACES.match(edge) for edge in (text[-1:], word.text[:1]))
        text += word.text if is_run_on else f" {word.text}"
    known = [word.confidence for word in words if word.confidence is not None]
    box = BoundingBox(
        min(word.x0 for word in words),
        min(word.y0 for word in words),
        max(word.x1 for word in words),
        max(word.y1 for word in words),
    )
    return _line(text, round(sum(known) / len(known), 4) if known else None, box)


def _line(text: str, confidence: float | None, box: BoundingBox) -> dict[str, Any]:
    return {"text": text, "confidence": confidence, "bbox": list(box), "polygon": box.polygon}
