r"""LaTeX ``tabular`` source as cells in a grid, with ``\multicolumn`` and ``\multirow`` as spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from docassay.checks.metrics.latex_symbols import plain_text
from docassay.checks.metrics.latex_tokens import (
    argument,
    group_end,
    latex_tokens,
    skip_option,
    skip_space,
    written,
)
from docassay.checks.metrics.table_cells import Cell, ComparableTable, PlacedCell, cell_text, comparable_table

MAX_SOURCE_CHARACTERS: Final = 400_000
MAX_SPAN: Final = 1_000

_TABLE_ENVIRONMENTS: Final = {
    "tabular": 1, "tabular*": 2, "tabularx": 2, "tabulary": 2, "tabu": 1, "longtable": 1, "longtabu": 1,
    "supertabular": 1, "xltabular": 2, "array": 1, "tblr": 1, "NiceTabular": 1,
}  # fmt: skip
"""Environments that hold table rows, and how many arguments come before the rows."""

_LINE_COMMANDS: Final = {
    "\\hline": 0, "\\toprule": 0, "\\midrule": 0, "\\bottomrule": 0, "\\cmidrule": 1, "\\cline": 1,
    "\\cdashline": 1, "\\hdashline": 0, "\\Xhline": 1, "\\noalign": 1, "\\addlinespace": 0, "\\rowcolor": 1,
    "\\arrayrulecolor": 1, "\\specialrule": 3, "\\hhline": 1, "\\morecmidrules": 0, "\\endhead": 0,
    "\\endfirsthead": 0, "\\endfoot": 0, "\\endlastfoot": 0, "\\caption": 1, "\\firsthline": 0,
    "\\lasthline": 0, "\\specialrule*": 3, "\\topline": 0, "\\midline": 0, "\\bottomline": 0,
}  # fmt: skip
"""What stands between rows and is not in a cell, and how many mandatory arguments it has."""

_PARENTHESES: Final = re.compile(r"[^)]*\)")


class _Spanned(NamedTuple):
    content: list[str]
    row_span: int
    column_span: int


def latex_table(source: str) -> ComparableTable | None:
    r"""The first table environment of ``source``, ready to be compared.

    Cells have the text that ``plain_text`` reads. A row that ends early is filled with empty cells. A cell of
    several rows takes the place of the empty cells below it (above it for a negative ``\multirow``); where
    one of them has text, the span ends before it, as both would be printed over each other otherwise. None
    when there is no table environment or no text in it.
    """
    rows = latex_rows(source)
    return comparable_table(_placed(rows), lambda text: cell_text(plain_text(text))) if rows else None


def latex_rows(source: str) -> list[list[_Spanned]]:
    """The cells of each row in source order, contents as tokens."""
    tokens = _environment_content(latex_tokens(source[:MAX_SOURCE_CHARACTERS]))
    rows = []
    for row in _split_rows(tokens):
        cells = [_spanned(cell) for cell in _split_cells(_without_lines(row))]
        if len(cells) > 1 or any(token != " " for token in cells[0].content):
            rows.append(cells)
    return rows


def _environment_content(tokens: Sequence[str]) -> list[str]:
    for index, token in enumerate(tokens):
        if token != "\\begin":
            continue
        name, after = argument(tokens, index + 1)
        argument_count = _TABLE_ENVIRONMENTS.get("".join(name))
        if argument_count is None:
            continue
        after = skip_option(tokens, after)
        for _ in range(argument_count):
            _, after = argument(tokens, skip_option(tokens, after))
        return list(tokens[after : _environment_end(tokens, after)])
    return []


def _environment_end(tokens: Sequence[str], start: int) -> int:
    depth = 1
    for index in range(start, len(tokens)):
        depth += (tokens[index] == "\\begin") - (tokens[index] == "\\end")
        if depth == 0:
            return index
    return len(tokens)


def _split_rows(tokens: Sequence[str]) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    index = 0
    depth = 0
    while index < len(tokens):
        token = tokens[index]
        depth += (token in ("{", "\\begin")) - (token in ("}", "\\end"))
        index += 1
        if depth <= 0 and token in ("\\\\", "\\tabularnewline", "\\\\*", "\\cr"):
            if index < len(tokens) and tokens[index] == "*":
                index += 1
            index = skip_option(tokens, index)
            rows.append([])
        else:
            rows[-1].append(token)
    return rows


def _split_cells(tokens: Sequence[str]) -> list[list[str]]:
    cells: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token in ("{", "\\begin")) - (token in ("}", "\\end"))
        if token == "&" and depth <= 0:
            cells.append([])
        else:
            cells[-1].append(token)
    return cells


def _without_lines(tokens: Sequence[str]) -> list[str]:
    """The tokens of a row without rules and other things that stand before its first cell or between."""
    kept: list[str] = []
    index = 0
    while index < len(tokens):
        argument_count = _LINE_COMMANDS.get(tokens[index])
        if argument_count is None:
            kept.append(tokens[index])
            index += 1
            continue
        index = _behind_trim(tokens, skip_option(tokens, index + 1))
        for _ in range(argument_count):
            _, index = argument(tokens, skip_option(tokens, index))
        index = skip_option(tokens, index)
    return kept


def _behind_trim(tokens: Sequence[str], index: int) -> int:
    r"""The index behind the ``(lr)`` of a ``\cmidrule``."""
    start = skip_space(tokens, index)
    if start < len(tokens) and tokens[start] == "(":
        return min(group_end(tokens, start, "(", ")") + 1, len(tokens))
    return index


def _spanned(tokens: Sequence[str]) -> _Spanned:
    r"""The spans of a cell from the ``\multicolumn`` and ``\multirow`` around its content."""
    row_span = column_span = 1
    content = list(tokens)
    for _ in range(4):  # each may hold the other, and real tables repeat one for nothing
        start = next((i for i, token in enumerate(content) if token in ("\\multicolumn", "\\multirow")), None)
        if start is None or not _is_layout(content[:start]):
            break
        is_row = content[start] == "\\multirow"
        number, index = argument(content, skip_option(content, start + 1))
        index = skip_option(content, index)
        _, index = argument(content, index)
        inner, index = argument(content, skip_option(content, index))
        span = _number("".join(number))
        if is_row:
            row_span = span if row_span == 1 else row_span
        else:
            column_span = max(span, 1) if column_span == 1 else column_span
        content = [*content[:start], *inner, *content[index:]]
    return _Spanned(content, row_span, column_span)


def _is_layout(tokens: Sequence[str]) -> bool:
    """Whether the tokens before a spanning command print nothing."""
    return not plain_text(written(tokens)).strip()


def _number(text: str) -> int:
    try:
        number = int(text.strip().rstrip("."))
    except ValueError:
        return 1
    return max(-MAX_SPAN, min(MAX_SPAN, number)) or 1


def _placed(rows: Sequence[Sequence[_Spanned]]) -> list[PlacedCell]:
    """Cells by the columns that their ``&`` give them; spanning cells swallow the empty cells they cover."""
    texts: dict[tuple[int, int], _Spanned] = {}
    width = 1
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            texts[row, column] = cell
            column += cell.column_span
        width = max(width, column)
    shown = {place: written(cell.content) for place, cell in texts.items()}
    is_empty = {place: not plain_text(text).strip() for place, text in shown.items()}
    taken: set[tuple[int, int]] = set()
    placed: list[PlacedCell] = []
    for (row, column), cell in sorted(texts.items(), key=lambda item: item[1].row_span == 1):
        if abs(cell.row_span) == 1 or is_empty[row, column]:
            continue
        step = 1 if cell.row_span > 0 else -1
        last = row
        while abs(last + step - row) < abs(cell.row_span) and 0 <= last + step < len(rows):
            below = [(last + step, column + offset) for offset in range(cell.column_span)]
            if any(place in taken or not is_empty.get(place, True) for place in below):
                break
            last += step
        top, bottom = min(row, last), max(row, last)
        taken |= {(r, column + offset) for r in range(top, bottom + 1) for offset in range(cell.column_span)}
        placed.append(PlacedCell(top, column, Cell(shown[row, column], bottom - top + 1, cell.column_span)))
    for (row, column), cell in texts.items():
        if (row, column) not in taken:
            span = next(
                (offset for offset in range(cell.column_span) if (row, column + offset) in taken),
                cell.column_span,
            )
            placed.append(PlacedCell(row, column, Cell(shown[row, column], 1, span)))
            taken |= {(row, column + offset) for offset in range(span)}
    return [*placed, *_fillers(len(rows), width, taken)]


def _fillers(row_count: int, width: int, taken: set[tuple[int, int]]) -> list[PlacedCell]:
    return [
        PlacedCell(row, column, Cell(""))
        for row in range(row_count)
        for column in range(width)
        if (row, column) not in taken
    ]
