"""Html tables in markdown: a pipe table where it can say the same, else a clean html table."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from docassay.documents.html_fragment import CELL_TAGS, HIDDEN_TAGS, tag_of
from docassay.documents.plain_table import PlainRow
from docassay.documents.rendering.clean_html import clean_element
from docassay.documents.rendering.inline_markdown import InlineWriter, as_single_line
from docassay.documents.rendering.markdown_escapes import MAYBE_MARKUP

_BETWEEN_ROWS: Final = re.compile(r"(</tr>(?:</thead>|</tbody>)?)(?=(?:<tbody>|<tfoot>)?<tr[ >])")
_TABLE_PARTS: Final = re.compile(r"</?(?:thead|tbody|tfoot)>")
_PARAGRAPHS: Final = frozenset({"p", "div"})
_NEED_HTML: Final = frozenset(
    {"table", "ul", "ol", "li", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "hr", "figure"}
)
_MAX_FILLING: Final = 4
_FREE_FILLING: Final = 200
"""A pipe table may have this many cells for each that is there, and these more; else it stays html."""
_MAX_PADDED_WIDTH: Final = 160
"""Rows wider than this many characters are not padded: nobody reads them aligned."""


def pipe_table(table: etree._Element, inline: InlineWriter, *, is_padded: bool) -> str:
    """A ``table`` element as a pipe table without its caption; an empty string when it has no cells.

    Line breaks in cells become ``<br>``. Without a header row the first line is left empty.
    """
    rows = _rows(table)
    if not any(rows):
        return ""
    texts = [[_cell_text(cell, inline) for cell in row] for row in rows]
    if not _is_header(table, rows[0]):
        texts.insert(0, [])
    return _lines(texts, is_padded=is_padded)


def html_table(table: etree._Element, *, is_compact: bool) -> str:
    """A ``table`` element as html, a line for each row and no empty line: that would end the html block.

    ``is_compact`` leaves out ``thead`` and the like, which say nothing that ``th`` does not.
    """
    return _table_lines(clean_element(table, newline_in_pre="&#10;"), is_compact=is_compact)


def _table_lines(html: str, *, is_compact: bool) -> str:
    html = _BETWEEN_ROWS.sub(r"\1\n", html)
    return _TABLE_PARTS.sub("", html) if is_compact else html


def plain_table_markdown(
    html: str, rows: list[PlainRow], inline: InlineWriter, *, is_compact: bool
) -> str | None:
    """What ``plain_table`` gives for ``html``, in the form that the table would have if it were parsed.

    None where it must stay html and ``html`` is not clean as it is.
    """
    must_be_html = (
        _is_mostly_missing([len(row.texts) for row in rows])
        or any(row.has_spans for row in rows)
        or any(row.is_header for row in rows[1:])
    )
    if must_be_html:
        is_clean = html.isprintable() and "  " not in html and "&quot;" not in html
        return _table_lines(html, is_compact=is_compact) if is_clean else None
    if not any(row.texts for row in rows):
        return ""
    texts = [_plain_texts(row.texts, inline, is_compact=is_compact) for row in rows]
    if not rows[0].is_header:
        texts.insert(0, [])
    return _lines(texts, is_padded=not is_compact)


def _plain_texts(texts: list[str], inline: InlineWriter, *, is_compact: bool) -> list[str]:
    everything = ".".join(texts)
    is_simple = everything.isprintable() and "  " not in everything and "|" not in everything
    if is_simple and not is_compact and not MAYBE_MARKUP.search(everything):
        return [text.strip(" ") for text in texts]
    return [as_single_line(inline.text_run(text), "<br>").replace("|", "\\|") for text in texts]


def needs_html(table: etree._Element) -> bool:
    """Whether a pipe table would lose something (spans, block content in cells, more than one header row) or
    be mostly cells that are not there, because the rows differ in length."""
    rows = _rows(table)
    cells = [cell for row in rows for cell in row]
    if _is_mostly_missing([len(row) for row in rows]):
        return True
    if any((cell.get("rowspan") or "1") != "1" or (cell.get("colspan") or "1") != "1" for cell in cells):
        return True
    if any(tag_of(part) in _NEED_HTML for cell in cells if len(cell) for part in cell.iterdescendants()):
        return True
    return any(_is_header(table, row) for row in rows[1:])


def _is_mostly_missing(cell_counts: list[int]) -> bool:
    return max(cell_counts, default=0) * len(cell_counts) > _MAX_FILLING * sum(cell_counts) + _FREE_FILLING


def _rows(table: etree._Element) -> list[list[etree._Element]]:
    return [
        [cell for cell in row if tag_of(cell) in CELL_TAGS]
        for row in table.iter("tr")
        if _owner(row) is table
    ]


def _owner(row: etree._Element) -> etree._Element | None:
    parent = row.getparent()
    while parent is not None and tag_of(parent) != "table":
        parent = parent.getparent()
    return parent


def _is_header(table: etree._Element, row: list[etree._Element]) -> bool:
    if not row:
        return False
    if all(tag_of(cell) == "th" for cell in row):
        return True
    line = row[0].getparent()
    return line is not None and line.getparent() is not table and tag_of(line.getparent()) == "thead"


def _cell_text(cell: etree._Element, inline: InlineWriter) -> str:
    if not len(cell):
        text = inline.run([cell.text]) if cell.text else ""
    else:
        runs = [run for run in _runs(cell) if run]
        parts = (as_single_line(inline.run(run, is_whole=len(runs) == 1), "<br>") for run in runs)
        text = "<br>".join(part for part in parts if part)
    return text.replace("|", "\\|")


def _runs(element: etree._Element) -> list[list[etree._Element | str]]:
    """The element's inline content, one run for each paragraph."""
    runs: list[list[etree._Element | str]] = [[]]
    if element.text:
        runs[-1].append(element.text)
    for child in element:
        if tag_of(child) in _PARAGRAPHS:
            runs.extend([*_runs(child), []])
        elif tag_of(child) not in HIDDEN_TAGS:
            runs[-1].append(child)
        if child.tail:
            runs[-1].append(child.tail)
    return runs


def _lines(rows: list[list[str]], *, is_padded: bool) -> str:
    column_count = max(len(row) for row in rows)
    filled = [row if len(row) == column_count else row + [""] * (column_count - len(row)) for row in rows]
    if not is_padded:
        lines = ["|" + "|".join(row) + "|" for row in filled]
        return "\n".join([lines[0], "|" + "|".join(["---"] * column_count) + "|", *lines[1:]])
    widths = [max(3, *map(len, column)) for column in zip(*filled, strict=True)]
    if sum(widths) + 3 * column_count > _MAX_PADDED_WIDTH:
        widths = [0] * column_count
        lines = ["| " + " | ".join(row) + " |" for row in filled]
    else:
        lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in filled]
    delimiter = "| " + " | ".join("-" * max(width, 3) for width in widths) + " |"
    return "\n".join([lines[0], delimiter, *lines[1:]])
