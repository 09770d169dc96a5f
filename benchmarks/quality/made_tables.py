"""``python -m benchmarks.quality.made_tables``: how well tables are read in forms that our own code draws.

Every form of ``docassay.testing.documents`` (``table_forms``, ``report_tables``) is drawn several times
between two paragraphs, with content from a seed. Nothing is held out: new seeds make new documents.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from reportlab.pdfgen.canvas import Canvas

from benchmarks.quality.datasets import Sample
from benchmarks.quality.engines import BuiltIn
from docassay.checks.metrics.assignment import best_assignment
from docassay.checks.metrics.table_cells import Cell, ComparableTable, PlacedCell, cell_text, comparable_table
from docassay.checks.metrics.table_tree import tree_edit_similarity
from docassay.engines.contract import Mode
from docassay.testing.documents.drawn_tables import DrawnCell, DrawnTable
from docassay.testing.documents.report_tables import REPORT_FORMS
from docassay.testing.documents.table_forms import FORMS, Form

_PAGE: Final = (595.0, 842.0)
_MARGIN: Final = 60.0
_SENTENCE: Final = (
    "The committee has looked at all of these values again and found that nothing else was left to say "
)
_LEADER: Final = re.compile(r"[. ]{4,}$")


def made_page(table: DrawnTable) -> bytes:
    """A PDF page with the table between two paragraphs."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=_PAGE, invariant=1)
    top = _paragraph(canvas, _PAGE[1] - 80)
    table.draw(canvas, _MARGIN, top - 20)
    _paragraph(canvas, top - 50 - table.height)
    canvas.save()
    return buffer.getvalue()


def _paragraph(canvas: Canvas, top: float) -> float:
    canvas.setFont("Helvetica", 10)
    for line in range(4):
        top -= 12
        canvas.drawString(_MARGIN, top, _SENTENCE[: 95 - 30 * (line == 3)])
    return top


def truth_of(table: DrawnTable) -> ComparableTable:
    """The cells that were drawn."""
    found = comparable_table(
        PlacedCell(
            cell.row,
            cell.column,
            Cell(f"{cell.mark} {cell.text}{cell.raised}".replace("\n", " "), cell.row_span, cell.column_span),
        )
        for cell in _with_empty_cells(table)
    )
    assert found is not None, "a form without text"
    return found


def _with_empty_cells(table: DrawnTable) -> list[DrawnCell]:
    taken = {
        (cell.row + row, cell.column + column)
        for cell in table.cells
        for row in range(cell.row_span)
        for column in range(cell.column_span)
    }
    empty = [
        DrawnCell(row, column, "")
        for row in range(len(table.heights))
        for column in range(len(table.widths))
        if (row, column) not in taken
    ]
    return [*table.cells, *empty]


def score(truth: ComparableTable, output: Sequence[ComparableTable]) -> float:
    """TEDS of the best table; a table too many costs what a missing one does."""
    if not output:
        return 0.0
    plain = [_without_leaders(table) for table in output]
    weights = np.array([[tree_edit_similarity(truth, other) for other in plain]])
    ((row, column),) = best_assignment(weights)
    return float(weights[row, column]) / len(output)


def _without_leaders(table: ComparableTable) -> ComparableTable:
    cells = [
        PlacedCell(each.row, each.column, each.cell._replace(text=_LEADER.sub("", each.cell.text)))
        for each in table.placed
    ]
    return comparable_table(cells, cell_text) or table


def score_form(
    engine: BuiltIn, form: Form, seeds: Sequence[int], folder: Path, padding: float | None = None
) -> list[float]:
    """One score a seed; with ``padding`` (points) columns are as narrow as their texts allow."""
    scores = []
    for seed in seeds:
        table = form(Random(f"{form.__name__} {seed}"))
        if padding is not None:
            table = table.fitted(padding)
        path = folder / f"{form.__name__}-{seed}.pdf"
        path.write_bytes(made_page(table))
        conversion = engine.convert(Sample("made", path.name, path, "dev"))
        scores.append(score(truth_of(table), conversion.output.tables))
    return scores


def main() -> None:
    """Print the mean of each form and of all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality.made_tables", description=__doc__)
    parser.add_argument("--mode", choices=("fast", "balanced", "accurate"), default="balanced")
    parser.add_argument("--count", type=int, default=20, help="tables of each form")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument(
        "--padding", type=float, help="make columns narrow, this far from their texts (points)"
    )
    parser.add_argument("--only", default="", help="part of a form's name")
    parser.add_argument(
        "--keep", type=Path, help="write the documents to this folder and show scores by seed"
    )
    options = parser.parse_args()
    mode: Mode = options.mode
    engine = BuiltIn(mode)
    seeds = range(options.first_seed, options.first_seed + options.count)
    means = []
    with TemporaryDirectory() as temporary:
        for form in (*FORMS, *REPORT_FORMS):
            if options.only not in form.__name__:
                continue
            scores = score_form(engine, form, seeds, options.keep or Path(temporary), options.padding)
            means.append(float(np.mean(scores)))
            print(f"{form.__name__:28}{means[-1]:8.4f}   lowest {min(scores):.3f}")
            if options.keep:
                print("   ", *(f"{seed}:{value:.2f}" for seed, value in zip(seeds, scores, strict=True)))
    print(f"{'all':28}{float(np.mean(means)):8.4f}")


if __name__ == "__main__":
    main()
