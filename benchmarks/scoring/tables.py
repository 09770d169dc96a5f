"""Measures of tables against their reference implementations: equality on random pairs, and speed.

The references (``apted``, the ``grits-metric`` package of the author) live in an environment of their own:

    python -m venv peers && peers/bin/pip install apted lxml rapidfuzz grits-metric
    python -m benchmarks.scoring tables --peer-python peers/bin/python
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from docassay.checks.metrics.grid_match import grid_match, grid_similarity, grid_topology_similarity
from docassay.checks.metrics.published_teds import published_teds
from docassay.checks.metrics.table_tree import tree_edit_similarity
from docassay.checks.tables_of import ReadTable, html_tables

PEER = Path(__file__).with_name("tables_peer.py")
LETTERS = "abcdefghij0123456789"
Rows = list[list[tuple[str, int, int]]]
"""Cells by row: text, columns spanned, rows spanned."""


def random_table(generator: random.Random, rows: int, columns: int, longest: int = 8) -> Rows:
    """A table with merged cells; each line has a text of its own, so that nothing is dropped as empty."""
    taken: set[tuple[int, int]] = set()
    table: Rows = []
    for row in range(rows):
        cells = []
        for column in range(columns):
            if (row, column) in taken:
                continue
            wide = tall = 1
            if generator.random() < 0.1 and column + 1 < columns and (row, column + 1) not in taken:
                wide = 2
            elif generator.random() < 0.1 and row + 1 < rows:
                tall = 2
            taken |= {(row + down, column + right) for down in range(tall) for right in range(wide)}
            text = "".join(generator.choices(LETTERS, k=generator.randint(1, longest)))
            cells.append((text, wide, tall))
        table.append(cells)
    return table


def changed(generator: random.Random, table: Rows) -> Rows:
    """The table with some texts, rows and cells changed, left out or doubled."""
    result: Rows = []
    for row in table:
        if generator.random() < 0.08 and len(table) > 2:
            continue
        cells = []
        for text, wide, tall in row:
            draw = generator.random()
            if draw < 0.15:
                position = generator.randrange(len(text))
                text = text[:position] + generator.choice(LETTERS) + text[position + 1 :]
            elif draw < 0.2:
                wide = 1
            cells.append((text, wide, tall))
        result.append(cells)
        if generator.random() < 0.05:
            result.append([(text[::-1] + "x", wide, 1) for text, wide, _ in cells])
    return result or table


def html_of(table: Rows, header: str = "td") -> str:
    """The table as HTML."""
    lines = []
    for number, row in enumerate(table):
        tag = header if number == 0 else "td"
        cells = "".join(
            f'<{tag} colspan="{wide}" rowspan="{tall}">{text}</{tag}>' for text, wide, tall in row
        )
        lines.append(f"<tr>{cells}</tr>")
    return f"<table>{''.join(lines)}</table>"


def read(html: str) -> ReadTable:
    """The one table of a fragment."""
    return next(html_tables(html))


def is_regular(table: Rows) -> bool:
    """Whether the cells fill a grid without holes, and none is dropped or cut: what references do with
    others is not part of the measure."""
    found = read(html_of(table)).table
    slots = sum(cell.row_span * cell.column_span for _, _, cell in found.placed)
    as_written = tuple(tuple((text, tall, wide) for text, wide, tall in row) for row in table)
    return slots == found.row_count * found.column_count and found.rows == as_written


def pairs_of_tables(count: int, seed: int) -> list[tuple[str, str]]:
    """Random pairs: a table and a changed copy, or another table in every fourth."""
    generator = random.Random(seed)
    pairs: list[tuple[str, str]] = []
    while len(pairs) < count:
        size = generator.randint(1, 9), generator.randint(1, 6)
        table = random_table(generator, *size)
        other = random_table(generator, *size) if len(pairs) % 4 == 3 else changed(generator, table)
        if is_regular(table) and is_regular(other):
            pairs.append((html_of(table), html_of(other)))
    return pairs


def flat(one: ReadTable, other: ReadTable) -> float:
    return tree_edit_similarity(one.table, other.table)


def as_published(one: ReadTable, other: ReadTable) -> float:
    if one.element is None or other.element is None:
        raise ValueError("tables of HTML have elements")
    return published_teds(one.element, other.element)


def content(one: ReadTable, other: ReadTable) -> float:
    return grid_similarity(one.table, other.table, exact=False)


def topology(one: ReadTable, other: ReadTable) -> float:
    return grid_topology_similarity(one.table, other.table)


MEASURES: dict[str, tuple[Callable[[ReadTable, ReadTable], float], str]] = {
    "flat_teds": (flat, "table.teds against apted"),
    "published_teds": (as_published, "table.teds, strict, against apted"),
    "grits_con": (content, "table.grits_con against grits-metric"),
    "grits_top": (topology, "table.grits_top against grits-metric"),
}


def ask_peer(python: str, measure: str, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The values and the CPU seconds of a reference implementation."""
    done = subprocess.run(
        [python, str(PEER)],
        input=json.dumps({"measure": measure, "pairs": pairs}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{measure}: the reference implementation failed:\n{done.stderr[-2_000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def compare_values(python: str, count: int) -> None:
    """Print the largest difference of each measure."""
    pairs = pairs_of_tables(count, seed=11)
    tables = [(read(one), read(other)) for one, other in pairs]
    print(f"Equality on {count:,} random pairs\n")
    print("| measure | largest difference | pairs over 1e-6 |\n|---|---|---|")
    for name, (measure, title) in MEASURES.items():
        theirs = ask_peer(python, name, pairs)["values"]
        gaps = [abs(measure(*pair) - value) for pair, value in zip(tables, theirs, strict=True)]
        print(f"| {title} | {max(gaps):.1e} | {sum(gap > 1e-6 for gap in gaps)} |")


def seconds_of(measure: Callable[[ReadTable, ReadTable], float], one: ReadTable, other: ReadTable) -> float:
    """The least CPU time of three."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        measure(one, other)
        best = min(best, time.process_time() - start)
    return best


def compare_speed(python: str, sizes: Sequence[tuple[int, int]]) -> None:
    """Print the time of each measure on a pair of each size, ours and theirs, and the ratio."""
    print("\n| measure | size | ours, ms | reference, ms | ratio |\n|---|---|---|---|---|")
    for rows, columns in sizes:
        generator = random.Random(5)
        table = random_table(generator, rows, columns, longest=24)
        both = html_of(table), html_of(changed(generator, table))
        one, other = map(read, both)
        for name, (measure, title) in MEASURES.items():
            try:
                own = seconds_of(measure, one, other)
            except ValueError as error:
                print(f"| {title} | {rows} x {columns} | {error} | | |")
                continue
            theirs = ask_peer(python, name, [both])["seconds"]
            figures = f"{own * 1_000:.1f} | {theirs * 1_000:,.0f} | {theirs / own:,.0f}"
            print(f"| {title} | {rows} x {columns} | {figures} |", flush=True)
        ours = seconds_of(lambda a, b: grid_match(a.table, b.table), one, other)
        print(f"| table.match | {rows} x {columns} | {ours * 1_000:.1f} | | |", flush=True)


def size_of(text: str) -> tuple[int, int]:
    """``200x10`` as rows and columns."""
    rows, _, columns = text.partition("x")
    return int(rows), int(columns)


def main(arguments: list[str]) -> int:
    """Print equality and speed against the references."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring tables")
    parser.add_argument("--peer-python", required=True, help="Python that has the references.")
    parser.add_argument("--pairs", type=int, default=1_500)
    parser.add_argument(
        "--sizes", type=size_of, nargs="*", default=[(10, 5), (50, 8)], metavar="ROWSxCOLUMNS"
    )
    options = parser.parse_args(arguments)
    if not Path(options.peer_python).exists():
        print(f"No {options.peer_python}: make the environment that the top of this file describes.")
        return 2
    compare_values(options.peer_python, options.pairs)
    compare_speed(options.peer_python, options.sizes)
    return 0
