"""Expected outputs: what is right for one file, written by people or saved from a reviewed result.

One file may have a text (markdown or html, whole or by page), tables, a JSON object of fields, segments, unit
tests and block boxes, each on its own or together. Checks that compare with the truth read this and nothing
else. Pages are 0-based and those of the original file, except inside unit tests, which keep their own format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from docassay.documents.model import BoundingBox

TextFormat = Literal["markdown", "html"]
TableFormat = Literal["html", "markdown", "latex", "csv"]
TABLE_FORMATS: Final[tuple[TableFormat, ...]] = ("html", "markdown", "latex", "csv")


@dataclass(frozen=True, slots=True)
class ExpectedText:
    """The text of the whole document, or of one page when ``page_index`` is set."""

    text: str
    format: TextFormat = "markdown"
    page_index: int | None = None


@dataclass(frozen=True, slots=True)
class ExpectedTable:
    """One table; ``page_index`` is None when nobody says where it stands."""

    text: str
    format: TableFormat = "html"
    page_index: int | None = None


@dataclass(frozen=True, slots=True)
class ExpectedSegment:
    """A named set of pages, ascending and without repeats."""

    name: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ExpectedBlock:
    """Where a block of this type stands, in points of the page."""

    page_index: int
    block_type: str
    bbox: BoundingBox


@dataclass(frozen=True, slots=True)
class Expected:
    """The truth of one file. A part that is empty (``fields``, ``segments``: None) was not given.

    ``texts`` holds at most one text of the whole document, or one for each page. ``segments`` may be an empty
    tuple: no segment is right. ``tests`` are objects as the unit test format writes them.
    """

    texts: tuple[ExpectedText, ...] = ()
    tables: tuple[ExpectedTable, ...] | None = None
    fields: Mapping[str, Any] | None = None
    segments: tuple[ExpectedSegment, ...] | None = None
    tests: tuple[Mapping[str, Any], ...] = ()
    blocks: tuple[ExpectedBlock, ...] | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of what was given: of ``text, tables, fields, segments, tests, blocks``."""
        given = {
            "text": bool(self.texts),
            "tables": self.tables is not None,
            "fields": self.fields is not None,
            "segments": self.segments is not None,
            "tests": bool(self.tests),
            "blocks": self.blocks is not None,
        }
        return tuple(name for name, is_given in given.items() if is_given)

    @property
    def document_text(self) -> ExpectedText | None:
        """The text of the whole document, if that was given."""
        return next((text for text in self.texts if text.page_index is None), None)

    @property
    def page_texts(self) -> dict[int, ExpectedText]:
        """The texts of pages by page."""
        return {text.page_index: text for text in self.texts if text.page_index is not None}
