"""Tables whose cells hold nothing but text, taken apart without building a tree.

Most tables of spreadsheets are such, and they have more cells than documents have of anything else. What is
written in any other way than ``readers.fragments`` writes tables is left to the parser.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final, NamedTuple

from docassay.documents.html_fragment import REFERENCE_OF_ANOTHER, readable

LINE_BREAK: Final = "\0"
"""Stands for ``<br/>`` in a cell's text, which cannot hold this character itself."""

_SPANS: Final = r'(?: rowspan="[0-9]{1,5}")?(?: colspan="[0-9]{1,5}")?'
_TEXT: Final = r"[^<>]*+(?:<br/>[^<>]*+)*+"
_ROWS: Final = rf"(?:<tr>(?:<td{_SPANS}>{_TEXT}</td>|<th{_SPANS}>{_TEXT}</th>)*+</tr>)*+"
_TABLE: Final = re.compile(rf"<table>(?:<thead>({_ROWS})</thead>)?+(?:<tbody>({_ROWS})</tbody>)?+</table>")
_CELL: Final = re.compile(rf"<t([dh])({_SPANS})>({_TEXT})</t[dh]>")
_NUMBER: Final = re.compile(r'"([0-9]+)"')


class PlainRow(NamedTuple):
    """``texts`` are the cells in order, not escaped.

    ``is_header``: the row stands in the table's head, or all of its cells (one at least) are header cells.
    ``has_spans``: some cell covers more than one row or column.
    """

    texts: list[str]
    is_header: bool
    has_spans: bool


def plain_table(html: str) -> list[PlainRow] | None:
    """The rows of a fragment that is one table of texts.

    None for everything else, also for references other than ``&amp; &lt; &gt; &quot;``.
    """
    html = readable(html)
    match = _TABLE.fullmatch(html)
    if match is None or ("&" in html and REFERENCE_OF_ANOTHER.search(html)):
        return None
    rows = [_row(line, is_head=True) for line in (match[1] or "").split("</tr>")[:-1]]
    rows += [_row(line, is_head=False) for line in (match[2] or "").split("</tr>")[:-1]]
    if "<br/>" in html or "&" in html:
        return [row._replace(texts=[_shown(text) for text in row.texts]) for row in rows]
    return rows


def _row(line: str, *, is_head: bool) -> PlainRow:
    """A row written as ``<tr>`` and cells, without the end tag."""
    if line.startswith("<tr><td>") and "<th" not in line and "<td " not in line:
        return PlainRow(line[8:-5].split("</td><td>"), is_head, has_spans=False)
    cells = _CELL.findall(line)
    return PlainRow(
        [text for _, _, text in cells],
        bool(cells) and (is_head or all(kind == "h" for kind, _, _ in cells)),
        has_spans=any(value != "1" for _, spans, _ in cells if spans for value in _NUMBER.findall(spans)),
    )


def _shown(text: str) -> str:
    text = text.replace("<br/>", LINE_BREAK)
    return unescape(text) if "&" in text else text
