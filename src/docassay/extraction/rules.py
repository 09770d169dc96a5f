"""Fill a page schema from a document by rules: labels, forms and tables, and nothing that is not printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from docassay.documents.model import Block, Document
from docassay.documents.tables import tables_in
from docassay.extraction.answer import write_answer
from docassay.extraction.candidates import assign, candidates_for
from docassay.extraction.contract import Extraction
from docassay.extraction.conventions import conventions_of
from docassay.extraction.evidence import Match, RowsMatch
from docassay.extraction.fields import Field, fields_of
from docassay.extraction.forms import all_texts, match_by_form
from docassay.extraction.labels import KnownLabels
from docassay.extraction.lines import PrintedLine, printed_lines
from docassay.extraction.pairs import pairs_of_lines
from docassay.extraction.rows import rows_for, values_for, values_of_columns
from docassay.extraction.table_pairs import pairs_of_tables

MODES: Final = ("turbo", "fast", "balanced")
METHOD: Final = "rules-1"
"""Name and version of this extractor; results of another version are other work."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, by the path of the field: ``("customer", "name")`` is inside ``customer``."""

    scalars: Mapping[Path, Match] = field(default_factory=dict)
    arrays: Mapping[Path, RowsMatch] = field(default_factory=dict)


def extract(document: Document, page_schema: Mapping[str, Any], mode: str = "fast") -> Extraction:
    """Fill ``page_schema`` (as ``parse_page_schema`` returns it) from ``document``.

    ``mode``: ``turbo`` gives values only; ``fast`` adds citations and scores; ``balanced`` also
    ``<field>_meta``.
    A field that is not found is null; an array is ``[]`` only when its table was found and has no rows.

    Raises ValueError for an unknown mode.
    """
    if mode not in MODES:
        raise ValueError(f"extraction_mode is {mode!r}; use one of {', '.join(MODES)}.")
    fields = fields_of(page_schema)
    found = find_values(document, fields)
    values, average = write_answer(fields, found.scalars, found.arrays, document, mode)
    return Extraction(values, average)


def find_values(document: Document, fields: Sequence[Field]) -> Found:
    """Everything that the document prints for ``fields``, as printed and as read, with the evidence."""
    lines = printed_lines(document)
    tables = tables_in(document)
    cells = [(block.id, cell.text) for block, grid in tables for cell in grid.cells if cell.text]
    texts = all_texts(lines, cells)
    conventions = conventions_of(text for _, text in texts)
    leaves = list(_leaves(fields))
    knows = KnownLabels(phrase for _, leaf in leaves for phrase in leaf.phrases)
    pairs = pairs_of_lines(lines, knows)
    pairs += pairs_of_tables(tables, knows, first_order=len(lines))

    scalar_leaves = [(path, leaf) for path, leaf in leaves if leaf.shape == "scalar"]
    scalars = assign(candidates_for(path, leaf, pairs, conventions) for path, leaf in scalar_leaves)
    for path, leaf in scalar_leaves:
        if path not in scalars:
            match = match_by_form(leaf, lines, texts, conventions)
            if match is not None:
                scalars[path] = match

    headings = _headings_of_tables(document, lines)
    arrays: dict[Path, RowsMatch] = {}
    for path, leaf in leaves:
        if leaf.shape != "array":
            continue
        rows = (
            rows_for(leaf, tables, headings, conventions)
            if leaf.items
            else values_for(leaf, document, lines, pairs, conventions)
            or values_of_columns(leaf, tables, headings, conventions)
        )
        if rows is not None:
            arrays[path] = rows
    return Found(scalars, arrays)


def _leaves(fields: Sequence[Field], prefix: Path = ()) -> list[tuple[Path, Field]]:
    """Scalar and array fields with their paths; objects are looked into, items of arrays are not."""
    leaves: list[tuple[Path, Field]] = []
    for item in fields:
        path = (*prefix, item.name)
        leaves += _leaves(item.items, path) if item.shape == "object" else [(path, item)]
    return leaves


def _outer_blocks(document: Document) -> Iterator[Block]:
    """Top-level blocks, tables and captions in groups one by one."""
    for block in document.blocks():
        if block.block_type == "TableGroup" and block.children:
            yield from block.children
        else:
            yield block


def _headings_of_tables(document: Document, lines: Sequence[PrintedLine]) -> dict[str, str]:
    """For each table block the caption or line of text just above it, or else the heading of its section."""
    first_line = {line.block_id: line.text for line in reversed(lines)}
    headings: dict[str, str] = {}
    section = above = ""
    for block in _outer_blocks(document):
        if block.block_type in ("PageHeader", "PageFooter"):
            continue
        if block.block_type == "Table":
            headings[block.id] = above if above and len(above) <= 80 else section
        text = first_line.get(block.id, "")
        if block.block_type == "SectionHeader":
            section = text
        above = text
    return headings
