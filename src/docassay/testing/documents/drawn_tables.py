"""Tables drawn cell by cell on a PDF page: any merge, rule, wall and fill, at exact places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

Alignment = Literal["left", "centre", "right", "point"]

_SHADE = Color(0.85, 0.88, 0.95)


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """Text in the grid from ``row`` and ``column`` (0-based) on; lines are parted by ``\\n``.

    The lines stand in the middle of the cell's height, or ``is_at_top`` or ``is_at_bottom``. ``mark`` stands
    apart at the left edge (a currency sign before an amount); ``has_leader`` fills the rest with dots.
    ``align="point"`` puts the decimal point to the middle of the cell. ``indent`` is in points, ``raised`` a
    mark in small print above the end of the last line; ``is_turned`` text reads from the bottom to the top.
    """

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    align: Alignment | None = None
    is_bold: bool = False
    is_at_top: bool = False
    is_at_bottom: bool = False
    mark: str = ""
    has_leader: bool = False
    indent: float = 0.0
    raised: str = ""
    is_turned: bool = False


@dataclass(slots=True)
class DrawnTable:
    """A table of ``widths`` x ``heights`` (points).

    ``rules`` are ``(boundary, first column, last column)``: boundary 0 is the upper edge, n lies below row
    n - 1. ``walls`` are ``(boundary, first row, last row)`` the same way. ``fills`` are shaded rows.
    ``padding`` is the least distance of text from the sides of its cell.
    """

    widths: Sequence[float]
    heights: Sequence[float]
    cells: list[DrawnCell]
    rules: Sequence[tuple[int, int, int]] = ()
    walls: Sequence[tuple[int, int, int]] = ()
    fills: Sequence[int] = ()
    align: Alignment = "left"
    size: float = 10.0
    dash: float = 0.0
    wall_gap: float = 0.0
    padding: float = 6.0
    _xs: list[float] = field(init=False, repr=False)
    _ys: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self._xs, self._ys = [0.0], [0.0]
        for width in self.widths:
            self._xs.append(self._xs[-1] + width)
        for height in self.heights:
            self._ys.append(self._ys[-1] + height)

    @property
    def width(self) -> float:
        """Total width in points."""
        return self._xs[-1]

    @property
    def height(self) -> float:
        """Total height in points."""
        return self._ys[-1]

    def fitted(self, padding: float) -> DrawnTable:
        """The table with columns as narrow as their texts and ``padding`` on both sides allow."""
        widths = [2 * padding] * len(self.widths)
        for cell in sorted(self.cells, key=lambda cell: cell.column_span):
            font = "Helvetica-Bold" if cell.is_bold else "Helvetica"
            text = max(stringWidth(line, font, self.size) for line in cell.text.split("\n"))
            text += 1.5 * self.size * bool(cell.mark) + 5 * self.size * cell.has_leader
            text += cell.indent + self.size * len(cell.raised)
            if cell.is_turned:
                text = self.size
            elif cell.align == "point":
                text *= 1.5
            columns = range(cell.column, cell.column + cell.column_span)
            missing = text + 2 * padding - sum(widths[column] for column in columns)
            for column in columns if missing > 0 else ():
                widths[column] += missing / len(columns)
        return replace(self, widths=widths, padding=padding)

    def draw(self, canvas: Canvas, x: float, top: float) -> None:
        """Draw with the upper left corner at ``(x, top)`` in PDF user space (y up)."""
        canvas.saveState()
        canvas.setFillColor(_SHADE)
        for row in self.fills:
            canvas.rect(x, top - self._ys[row + 1], self.width, self.heights[row], stroke=0, fill=1)
        canvas.setFillGray(0)
        canvas.setLineWidth(0.6)
        if self.dash:
            canvas.setDash(self.dash, self.dash)
        for boundary, first, last in self.rules:
            y = top - self._ys[boundary]
            canvas.line(x + self._xs[first], y, x + self._xs[last + 1], y)
        for boundary, first, last in self.walls:
            for row in range(first, last + 1):
                canvas.line(
                    x + self._xs[boundary],
                    top - self._ys[row] - self.wall_gap,
                    x + self._xs[boundary],
                    top - self._ys[row + 1] + self.wall_gap,
                )
        canvas.restoreState()
        for cell in self.cells:
            self._draw_cell(canvas, cell, x, top)

    def _draw_cell(self, canvas: Canvas, cell: DrawnCell, x: float, top: float) -> None:
        font = "Helvetica-Bold" if cell.is_bold else "Helvetica"
        lines = cell.text.split("\n")
        left, right = x + self._xs[cell.column], x + self._xs[cell.column + cell.column_span]
        upper, lower = self._ys[cell.row], self._ys[cell.row + cell.row_span]
        pitch = 1.2 * self.size
        baseline = top - (upper + lower) / 2 + (len(lines) - 1) * pitch / 2 - 0.35 * self.size
        if cell.is_at_top:
            baseline = top - upper - 0.25 * pitch - 0.75 * self.size
        if cell.is_at_bottom:
            baseline = top - lower + 0.5 * pitch - 0.35 * self.size + (len(lines) - 1) * pitch
        canvas.setFont(font, self.size)
        if cell.is_turned:
            self._draw_turned(canvas, cell, (left + right) / 2, top - lower + self.padding)
            return
        if cell.mark:
            canvas.drawString(left + self.padding, baseline, cell.mark)
        for line in lines:
            align = cell.align or self.align
            width = stringWidth(line, font, self.size)
            if align == "left":
                start = left + self.padding + cell.indent
            elif align == "right":
                start = right - self.padding - width
            elif align == "point":
                start = (left + right) / 2 - stringWidth(line.partition(".")[0], font, self.size)
            else:
                start = (left + right - width) / 2
            if cell.has_leader:
                line += " " + "." * int((right - start - width) / stringWidth(".", font, self.size) - 4)
            canvas.drawString(start, baseline, line)
            baseline -= pitch
        if cell.raised:
            canvas.setFont(font, 0.65 * self.size)
            canvas.drawString(start + width, baseline + pitch + 0.35 * self.size, cell.raised)

    def _draw_turned(self, canvas: Canvas, cell: DrawnCell, middle: float, bottom: float) -> None:
        canvas.saveState()
        canvas.translate(middle + 0.35 * self.size, bottom)
        canvas.rotate(90)
        canvas.drawString(0, 0, cell.text)
        canvas.restoreState()


def cells_of(rows: Sequence[Sequence[str]], *, first_row: int = 0, bold_rows: int = 0) -> list[DrawnCell]:
    """Plain cells of a grid of texts, empty ones left out; the first ``bold_rows`` rows are bold."""
    return [
        DrawnCell(first_row + number, column, text, is_bold=number < bold_rows)
        for number, row in enumerate(rows)
        for column, text in enumerate(row)
        if text
    ]
