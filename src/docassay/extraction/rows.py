"""Arrays: objects from the table whose header fits best, plain values from lists, columns and labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from docassay.documents.html_fragment import text_of
from docassay.documents.model import Block, Document, walk
from docassay.documents.tables import TableGrid
from docassay.extraction.concepts import SUMMARY_CONCEPTS
from docassay.extraction.conventions import Conventions
from docassay.extraction.evidence import RowsMatch
from docassay.extraction.fields import Field
from docassay.extraction.labels import USABLE, concepts_of, folded, similarity
from docassay.extraction.lines import PrintedLine
from docassay.extraction.pairs import Pair
from docassay.extraction.values import read_value

_MAX_HEADER_ROWS: Final = 3
_LIST_SEPARATOR: Final = re.compile(r"\s*[;,•·|]\s+|\s+(?:and|und|et|y)\s+|\n")
_OPEN_ENDS: Final = (",", "-", "/", "&", " and", " und", " with", " mit")
_BULLET: Final = re.compile(r"^(?:[•▪●◦‣*–—-]|\(?\d{1,3}[.)])\s+")


@dataclass(slots=True)
class LogicalTable:
    """Tables that go on from page to page, as one: a header and the rows of all parts."""

    header: tuple[str, ...]
    heading: str
    rows: list[tuple[str, ...]] = field(default_factory=list)
    block_ids: list[str] = field(default_factory=list)
    last_page: int = -1


def logical_tables(
    tables: Sequence[tuple[Block, TableGrid]], headings: dict[str, str], fields: Sequence[Field]
) -> list[LogicalTable]:
    """Join tables with the same header, and a table without one to the table of that width a page before.

    A table that says which it continues is a part of that one.

    ``headings`` maps a table's block id to the heading or caption above it. Which rows are a header is
    decided by the table itself (``<th>``) or else by how well a row resembles ``fields``.
    """
    joined: list[LogicalTable] = []
    for block, grid in tables:
        if not grid.rows:
            continue
        part_of = _started_by(block, joined)
        header_end = _header_end(grid, fields)
        if part_of is not None and block.continues is not None:
            header_end = block.continues.repeated_rows
        header = _header_texts(grid, header_end)
        body = grid.rows[header_end:]
        same = [table for table in joined if header_end and _folded(table.header) == _folded(header)]
        previous = joined[-1] if joined else None
        if part_of is not None:
            target = part_of
        elif same:
            target = same[-1]
        elif (
            header_end == 0
            and previous is not None
            and len(previous.header) == grid.column_count
            and 0 <= block.page_index - previous.last_page <= 1
        ):
            target = previous
        else:
            target = LogicalTable(header, headings.get(block.id, ""))
            joined.append(target)
        repeated = _folded(target.header)
        target.rows.extend(row for row in body if _folded(row) != repeated)
        target.block_ids.append(block.id)
        target.last_page = block.page_index
    return joined


def _started_by(block: Block, joined: Sequence[LogicalTable]) -> LogicalTable | None:
    """The table that the block says it goes on from."""
    if block.continues is None:
        return None
    before = block.continues.block_id
    return next((table for table in reversed(joined) if before in table.block_ids), None)


def _header_end(grid: TableGrid, fields: Sequence[Field]) -> int:
    """How many rows at the top are header; 0 when the table goes straight into its data."""
    if 0 < grid.header_row_count < grid.row_count:
        return grid.header_row_count
    if grid.header_row_count:
        return 1
    best, best_fit = 0, 0.0
    for row in range(min(_MAX_HEADER_ROWS, grid.row_count)):
        fit = sum(weight for _, weight in _columns(grid.rows[row], fields).values())
        if fit > best_fit:
            best, best_fit = row + 1, fit
    return best


def _header_texts(grid: TableGrid, header_end: int) -> tuple[str, ...]:
    """The header of each column, the texts of several header rows under each other joined."""
    texts = []
    for column in range(grid.column_count):
        parts = dict.fromkeys(grid.rows[row][column].strip() for row in range(header_end))
        texts.append(" ".join(part for part in parts if part))
    return tuple(texts)


def _folded(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(folded(text).split()) for text in row)


def _columns(header: Sequence[str], fields: Sequence[Field]) -> dict[str, tuple[int, float]]:
    """The column of each field that finds one, with the similarity; the most similar pairs are set first."""
    weights = sorted(
        (
            (-similarity(text.replace("\n", " "), item.phrases, item.concept), column, item.name)
            for column, text in enumerate(header)
            for item in fields
            if text.strip() and item.shape == "scalar"
        ),
    )
    chosen: dict[str, tuple[int, float]] = {}
    used: set[int] = set()
    for weight, column, name in weights:
        if -weight >= USABLE and name not in chosen and column not in used:
            chosen[name] = (column, -weight)
            used.add(column)
    return chosen


def rows_for(
    array: Field,
    tables: Sequence[tuple[Block, TableGrid]],
    headings: dict[str, str],
    conventions: Conventions,
) -> RowsMatch | None:
    """The entries of an array of objects, or None when no table's header fits.

    A header fits when it names two of the item's fields, or the only one. Among several the one that names
    the most wins, then the one under a heading that names the array, then the first.
    """
    best: tuple[float, LogicalTable, dict[str, tuple[int, float]]] | None = None
    for table in logical_tables(tables, headings, array.items):
        columns = _columns(table.header, array.items)
        if len(columns) < min(2, len(array.items)):
            continue
        fit = sum(weight for _, weight in columns.values())
        fit += similarity(table.heading, array.phrases, array.concept) if table.heading else 0.0
        if best is None or fit > best[0]:
            best = (fit, table, columns)
    if best is None:
        return None
    _, table, columns = best
    return _read_rows(array, table, columns, conventions)


def _read_rows(
    array: Field, table: LogicalTable, columns: dict[str, tuple[int, float]], conventions: Conventions
) -> RowsMatch:
    entries: list[dict[str, Any]] = []
    filled = printed = skipped = 0
    text_column = _text_column(array, columns)
    for row in table.rows:
        entry = _entry(array, row, columns, conventions)
        count = sum(value is not None for value in entry.values())
        if not any(text.strip() for text in row) or _is_summary(row, count, len(columns)):
            continue
        if count == 1 and len(columns) > 1 and text_column is not None and entry[text_column] is not None:
            if entries and _continues(entries[-1].get(text_column), entry[text_column]):
                entries[-1][text_column] = f"{entries[-1][text_column]} {entry[text_column]}"
            else:
                skipped += 1
            continue
        if count == 0:
            skipped += 1
            continue
        filled += count
        printed += sum(bool(row[column].strip()) for column, _ in columns.values())
        entries.append(entry)
    return RowsMatch(
        values=tuple(entries),
        block_ids=tuple(dict.fromkeys(table.block_ids)),
        headers=tuple(table.header[column] for column, _ in sorted(columns.values())),
        column_share=len(columns) / len(array.items),
        cell_share=filled / printed if printed else 1.0,
        skipped_rows=skipped,
        is_labelled=bool(table.heading) and similarity(table.heading, array.phrases, array.concept) >= USABLE,
    )


def _entry(
    array: Field, row: Sequence[str], columns: dict[str, tuple[int, float]], conventions: Conventions
) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for item in array.items:
        entry[item.name] = None
        if item.name in columns:
            text = row[columns[item.name][0]].replace("\n", " ")
            reading = read_value(item, text, conventions)
            entry[item.name] = reading.value if reading else None
    return entry


def _text_column(array: Field, columns: dict[str, tuple[int, float]]) -> str | None:
    """The field that holds the entry's wording, whose text may run on to a row of its own."""
    return next((item.name for item in array.items if item.kind == "text" and item.name in columns), None)


def _continues(previous: Any, text: Any) -> bool:
    """Whether ``text`` reads as the rest of ``previous``, which a table broke over two rows."""
    if not isinstance(previous, str) or not isinstance(text, str):
        return False
    return text[:1].islower() or text[:1] in "(&+/-" or previous.endswith(_OPEN_ENDS)


def _is_summary(row: Sequence[str], count: int, wanted: int) -> bool:
    """Whether a row is a sum below the items: a cell labels a sum and at most half of it is filled."""
    distinct = list(dict.fromkeys(text.strip() for text in row if text.strip()))
    has_label = any(concept.key in SUMMARY_CONCEPTS for text in distinct for concept in concepts_of(text))
    return has_label and (len(distinct) <= 2 or count * 2 <= wanted)


def values_for(
    array: Field,
    document: Document,
    lines: Sequence[PrintedLine],
    pairs: Sequence[Pair],
    conventions: Conventions,
) -> RowsMatch | None:
    """The entries of an array of plain values: the list below a label or heading, or what follows a label."""
    for block, label in _labelled_lists(document, lines):
        if similarity(label, array.phrases, array.concept) >= 0.8:
            items = [child for child in walk(block) if child.block_type == "ListItem"]
            texts = [_BULLET.sub("", text_of(item.html).strip()) for item in items]
            values = _read_all(array, texts, conventions)
            if values:
                return RowsMatch(values, tuple(item.id for item in items), (label,))
    for pair in pairs:
        if pair.how in ("prefix", "prose") or similarity(pair.label, array.phrases, array.concept) < 0.8:
            continue
        values = _read_all(array, _LIST_SEPARATOR.split(pair.value), conventions)
        if values:
            return RowsMatch(values, pair.block_ids, (pair.label,))
    return None


def _read_all(array: Field, texts: Sequence[str], conventions: Conventions) -> tuple[Any, ...]:
    readings = [read_value(array, text, conventions) for text in texts]
    return tuple(reading.value for reading in readings if reading is not None)


def _labelled_lists(document: Document, lines: Sequence[PrintedLine]) -> list[tuple[Block, str]]:
    """Every list group with the last line of the block before it, which may announce it."""
    last_line = {line.block_id: line.text for line in lines}
    found = []
    label = ""
    for block in document.blocks():
        if block.block_type == "ListGroup":
            found.append((block, label.rstrip(" :：")))
        elif block.block_type not in ("PageHeader", "PageFooter"):
            label = last_line.get(block.id, "")
    return found


def values_of_columns(
    array: Field,
    tables: Sequence[tuple[Block, TableGrid]],
    headings: dict[str, str],
    conventions: Conventions,
) -> RowsMatch | None:
    """The entries of an array of plain values from the column of a table whose header names the array."""
    for table in logical_tables(tables, headings, (replace(array, shape="scalar"),)):
        for column, header in enumerate(table.header):
            if similarity(header, array.phrases, array.concept) < 0.9:
                continue
            rows = [row for row in table.rows if not _is_summary(row, 0, 1)]
            values = _read_all(array, [row[column] for row in rows], conventions)
            if values:
                return RowsMatch(values, tuple(dict.fromkeys(table.block_ids)), (header,))
    return None
