"""The words inside a chart or diagram: labels that belong to it and not to the running text around."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.inline import plain_and_markup
from docassay.readers.pdf.line_rows import lines_of
from docassay.readers.pdf.lines import Line
from docassay.readers.pdf.list_markers import is_caption, list_marker

_AXIS_REACH: Final = 26.0
"""Numbers of an axis stand at most this many points outside of the drawing."""
_MOST_WORDS: Final = 8
_USUAL_WORDS: Final = 4
_NUMBER: Final = re.compile(r"^[-+\u2212$€£]?[\d.,:/\u2013-]+\s?%?$|^(?:\d{4}\s)+\d{4}$")


def labels_of(picture: Draft, runs: Sequence[Line]) -> list[Line]:
    """The segments that are labels of the figure; none when it has running text or a list in it.

    These are all short segments inside its box and the numbers right outside of it, where axes have them.
    """
    box = picture.bbox
    inside: list[Line] = []
    around: list[Line] = []
    for run in runs:
        x, y = (run.x0 + run.x1) / 2, run.middle
        if box.contains(x, y):
            inside.append(run)
        elif box.contains(x, y, _AXIS_REACH) and len(run.words) <= _MOST_WORDS and _is_numeric(run):
            around.append(run)
    words = sum([len(run.words) for run in inside])
    if not inside or words > _USUAL_WORDS * len(inside):
        return []
    if any(len(run.words) > _MOST_WORDS or is_caption(run.text) or list_marker(run) for run in inside):
        return []
    return [*inside, *around]


def with_labels(picture: Draft, labels: Sequence[Line]) -> Draft:
    """A group of the figure and one ``Text`` with its labels, row by row."""
    rows = lines_of(labels)
    written = [plain_and_markup([row]) for row in rows]
    box = BoundingBox(
        min(row.x0 for row in rows),
        min(row.top for row in rows),
        max(row.x1 for row in rows),
        max(row.bottom for row in rows),
    )
    text = Draft(
        "Text",
        box,
        "<br/>".join([html for _, html in written]),
        " ".join([plain for plain, _ in written]),
        size=rows[0].size,
        line_count=len(rows),
    )
    kind = f"{picture.kind}Group"
    return Draft(kind, picture.bbox.union(box), "", text.text, size=text.size, children=[picture, text])


def _is_numeric(run: Line) -> bool:
    return all(_NUMBER.match(word.text) for word in run.words)
