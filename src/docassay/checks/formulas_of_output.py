"""The formulas of a document: the LaTeX inside ``<math>``, with the block and page that each stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

from docassay.documents.model import Block, Document

_MATH: Final = re.compile(r"<math\b([^<>]*+)>", re.IGNORECASE)
_END: Final = re.compile(r"</math\s*+>", re.IGNORECASE)
_ANNOTATION: Final = re.compile(
    r"<annotation\b[^<>]*application/x-tex[^<>]*+>([^<]*+)</annotation", re.IGNORECASE
)
_DISPLAY: Final = re.compile(r"""\bdisplay\s*+=\s*+["']?block\b""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula. ``latex`` has no delimiters; ``number`` counts the formulas of the block from 1.

    ``page_index`` is None in documents that have no pages.
    """

    latex: str
    block: Block
    page_index: int | None
    number: int
    is_displayed: bool

    @property
    def place(self) -> str:
        """What feedback calls it: the block's id, with the number when it is not the block's first."""
        return self.block.id if self.number == 1 else f"{self.block.id} (formula {self.number})"


def formulas_of(document: Document) -> list[Formula]:
    """All formulas in reading order. MathML without its LaTeX (``annotation``) is left out."""
    return [
        formula
        for page in document.pages
        for block in page.blocks
        for formula in _formulas_of_block(block, page.index if document.is_paginated else None)
    ]


def _formulas_of_block(block: Block, page_index: int | None) -> Iterator[Formula]:
    fragment = block.html
    if "<math" not in fragment and "<MATH" not in fragment:
        return
    position = 0
    number = 0
    while start := _MATH.search(fragment, position):
        end = _END.search(fragment, start.end())
        content = fragment[start.end() : end.start() if end else len(fragment)]
        position = end.end() if end else len(fragment)
        if "<" in content:
            annotation = _ANNOTATION.search(content)
            if annotation is None:
                continue
            content = annotation[1]
        number += 1
        is_displayed = bool(_DISPLAY.search(start[1]))
        yield Formula(unescape(content).strip(), block, page_index, number, is_displayed)
