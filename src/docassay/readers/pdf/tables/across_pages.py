"""Tables that go on on the next page: every page keeps its part, with the same head or none.

The parts stay apart because a block belongs to one page, as its boxes, citations and scores do. What the
next page needs from the one before is the decision which of its rows are headers: a repeated head is marked
as such, and the first row of data is not taken for one. Each part knows the part that it goes on from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from docassay.readers.pdf.draft import Draft, PageDraft, TablePart
from docassay.readers.pdf.list_markers import is_caption

_SAME_EDGE: Final = 12.0
_EDGE: Final = 0.09
_SHORT: Final = 120
_ROW: Final = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL: Final = re.compile(r"<t[hd]((?: [^>]*)?)>(.*?)</t[hd]>", re.DOTALL)
_CELL_TAG: Final = re.compile(r"<(/?)t[hd](?=[ >])")
_SPAN: Final = re.compile(r'(row|col)span="(\d+)"')
_TAG: Final = re.compile(r"<[^>]+>")
_CONTINUED: Final = re.compile(
    r"\b(?:continued|cont\.|cont['’]d|fortsetzung|forts\.|suite|continuación|continua|segue)", re.IGNORECASE
)
_HAS_DIGIT: Final = re.compile(r"\d")

_Row = list[str]


def continue_tables(pages: Sequence[PageDraft]) -> None:
    """Give the parts of a table on following pages the head of its first part, or none, and link them.

    A part follows when it is the first thing on the next page below the running head, the part before is the
    last thing on its page above the foot, and both have the same edges and as many columns. One with a head
    or a caption of its own is another table.
    """
    head: list[_Row] = []
    previous: Draft | None = None
    for above, below in pairwise(pages):
        upper, lower = _table_at_edge(reversed(above.drafts), above), _table_at_edge(below.drafts, below)
        if upper is None or lower is None or below.index != above.index + 1:
            continue
        if upper is not previous or not head:
            head = _head(upper)
        if not _has_same_columns(upper, lower):
            continue
        repeated = _take_head(lower, head)
        if repeated or not _depth(lower):
            upper.table_part = upper.table_part or TablePart()
            lower.table_part = TablePart(upper.table_part, repeated)
            previous = lower


def _table_at_edge(drafts: Iterable[Draft], page: PageDraft) -> Draft | None:
    """The first table in this direction when only running text of the page's edges stands before it."""
    for draft in drafts:
        if draft.kind == "Table":
            return draft
        if draft.kind in {"PageHeader", "PageFooter", "Footnote"}:
            continue
        if is_caption(draft.text) and not _CONTINUED.search(draft.text):
            return None
        is_at_edge = draft.bbox.y1 < _EDGE * page.height or draft.bbox.y0 > (1 - _EDGE) * page.height
        is_short = len(draft.text) < _SHORT
        if not (is_short and (is_at_edge or _CONTINUED.search(draft.text))):
            return None
    return None


def _has_same_columns(upper: Draft, lower: Draft) -> bool:
    return (
        abs(upper.bbox.x0 - lower.bbox.x0) < _SAME_EDGE
        and abs(upper.bbox.x1 - lower.bbox.x1) < _SAME_EDGE
        and _width(upper) == _width(lower) > 0
    )


def _width(table: Draft) -> int:
    first = _ROW.search(table.html)
    if first is None:
        return 0
    return sum(_spans(attributes)[1] for attributes, _ in _CELL.findall(first.group(1)))


def _spans(attributes: str) -> tuple[int, int]:
    """Rows and columns of a cell."""
    found = {kind: int(number) for kind, number in _SPAN.findall(attributes)}
    return found.get("row", 1), found.get("col", 1)


def _rows(table: Draft) -> list[_Row]:
    return [
        [_TAG.sub("", text).strip() for _, text in _CELL.findall(row)] for row in _ROW.findall(table.html)
    ]


def _head(table: Draft) -> list[_Row]:
    return _rows(table)[: _depth(table)]


def _depth(table: Draft) -> int:
    return table.html.partition("</thead>")[0].count("<tr>") if "</thead>" in table.html else 0


def _take_head(table: Draft, head: list[_Row]) -> int:
    """Mark a repeated head and take a false one away; returns how many rows are repeated."""
    rows = _rows(table)
    if head and rows[: len(head)] == head and len(rows) > len(head):
        _set_depth(table, len(head))
        return len(head)
    if _depth(table) and _looks_like_data(rows[: _depth(table)], head):
        _set_depth(table, 0)
    return 0


def _looks_like_data(rows: Sequence[_Row], head: Sequence[_Row]) -> bool:
    """Whether the rows are no head of another table: not as deep, or with figures that the head has not."""
    if len(rows) != max(len(head), 1):
        return True
    figures = sum(bool(_HAS_DIGIT.search(text)) for row in rows for text in row)
    usual = sum(bool(_HAS_DIGIT.search(text)) for row in head for text in row)
    return figures > usual


def _set_depth(table: Draft, depth: int) -> None:
    """Make just the first ``depth`` rows headers, unless a cell reaches over the cut."""
    rows = _ROW.findall(table.html)
    for number, row in enumerate(rows[:depth]):
        if any(number + _spans(attributes)[0] > depth for attributes, _ in _CELL.findall(row)):
            return
    changed, children = [], iter(table.children)
    for number, row in enumerate(rows):
        tag = r"<\1th" if number < depth else r"<\1td"
        changed.append(f"<tr>{_CELL_TAG.sub(tag, row)}</tr>")
        for _ in _CELL.findall(row):
            child = next(children, None)
            if child is not None:
                child.html = _CELL_TAG.sub(tag, child.html)
    top, rest = "".join(changed[:depth]), "".join(changed[depth:])
    table.html = (
        f"<table><thead>{top}</thead><tbody>{rest}</tbody></table>" if depth else f"<table>{rest}</table>"
    )
