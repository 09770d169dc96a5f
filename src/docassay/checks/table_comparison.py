"""What all checks of tables against the truth share: pairs, items by level, and feedback that names cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.scale import BEST
from docassay.checks.tables_of import PlacedTable, expected_tables, known_pages, tables_of_output
from docassay.checks.words import shorten

if TYPE_CHECKING:
    from docassay.checks.metrics.table_differences import TableDifferences

NO_TRUTH: Final = "The expected output says nothing of tables."
NO_TABLES: Final = "Neither the expected output nor the result has a table."
_SHOWN_LINES: Final = 3
_SHOWN_CELLS: Final = 5
_QUOTE: Final = 60


@dataclass(frozen=True, slots=True)
class TablePair:
    """A truth with its output; one of them is None when it has no counterpart."""

    truth: PlacedTable | None
    output: PlacedTable | None

    @property
    def page_index(self) -> int | None:
        """The page that the pair counts for: that of the truth when it is known."""
        if self.truth is not None and self.truth.page_index is not None:
            return self.truth.page_index
        return self.output.page_index if self.output is not None else None


@dataclass(frozen=True, slots=True)
class Measured:
    """A pair with its value, 0-1, or None when it could not be compared (``remark`` says why)."""

    pair: TablePair
    value: float | None
    remark: str = ""
    details: Mapping[str, Any] | None = None


Measure = Callable[[PlacedTable, PlacedTable], tuple[float, str, Mapping[str, Any]]]
"""The value (0-1), a remark and details of a pair; ValueError means that the tables are too large."""


def table_items(
    subject: Subject, level: Level, measure: Measure, *, shows_differences: bool = True
) -> list[Item]:
    """One item a table (``block``), a page or one for the document.

    A truth without a counterpart counts 0, and so does a table that nobody expected. Not applicable when
    nothing is known of tables, and when neither side has one.
    """
    pairs = table_pairs(subject)
    if pairs is None:
        return [not_applicable(NO_TRUTH)]
    if not pairs:
        return [not_applicable(NO_TABLES)]
    measured = [_measured(pair, measure) for pair in pairs]
    if level == "block":
        return [_item(each, shows_differences=shows_differences) for each in measured]
    if level == "page" and any(each.pair.page_index is not None for each in measured):
        by_page: dict[int | None, list[Measured]] = defaultdict(list)
        for each in measured:
            by_page[each.pair.page_index].append(each)
        pages = sorted(by_page.items(), key=lambda entry: -1 if entry[0] is None else entry[0])
        return [_summary(of_page, page, shows_differences=shows_differences) for page, of_page in pages]
    return [_summary(measured, None, shows_differences=shows_differences)]


def table_pairs(subject: Subject) -> list[TablePair] | None:
    """All truths in their order with their outputs, then outputs that nobody expected; None without truth.

    Found once a subject. Tables of the output that go on over pages are put together where that is what the
    truth has.
    """
    return subject.derive("table pairs", lambda: _pairs(subject))


def _pairs(subject: Subject) -> list[TablePair] | None:
    truths = expected_tables(subject)
    if truths is None:
        return None
    outputs = tables_of_output(subject)
    pages = known_pages(subject)
    if pages is not None:
        outputs = [table for table in outputs if table.page_index in pages]
    if not truths or not outputs:
        return [TablePair(truth, None) for truth in truths] + [TablePair(None, each) for each in outputs]
    from docassay.checks.metrics.table_pairs import pair_tables

    matched = pair_tables(
        [each.table for each in truths],
        [each.table for each in outputs],
        [each.page_index for each in truths],
        [each.page_index for each in outputs],
    )
    used = set(matched.values())
    pairs = []
    for number, truth in enumerate(truths):
        place = matched.get(number)
        if place is None:
            pairs.append(TablePair(truth, None))
            continue
        pairs.append(TablePair(truth, _with_continuations(truth, place, outputs, used)))
    return pairs + [TablePair(None, each) for place, each in enumerate(outputs) if place not in used]


def _with_continuations(
    truth: PlacedTable, place: int, outputs: Sequence[PlacedTable], used: set[int]
) -> PlacedTable:
    """The output with the free tables of the pages before and after it, as long as that is more alike."""
    from docassay.checks.metrics.table_pairs import cell_bag, joined_below, shared_cells

    wanted = cell_bag(truth.table)
    whole, best = outputs[place], shared_cells(wanted, cell_bag(outputs[place].table))
    for step in (1, -1):
        neighbour = place + step
        while 0 <= neighbour < len(outputs) and neighbour not in used:
            upper, lower = (whole, outputs[neighbour]) if step > 0 else (outputs[neighbour], whole)
            if not _may_go_on(upper, lower):
                break
            joined = joined_below(upper.table, lower.table)
            share = shared_cells(wanted, cell_bag(joined))
            if share <= best:
                break
            whole = replace(upper, table=joined, blocks=upper.blocks + lower.blocks, element=None)
            best = share
            used.add(neighbour)
            neighbour += step
    return whole


def _may_go_on(upper: PlacedTable, lower: PlacedTable) -> bool:
    last_page = upper.blocks[-1].page_index if upper.page_index is not None else None
    if last_page is None or lower.page_index is None:
        return True
    return lower.page_index == last_page + 1


def _measured(pair: TablePair, measure: Measure) -> Measured:
    if pair.truth is None or pair.output is None:
        return Measured(pair, 0.0)
    try:
        value, remark, details = measure(pair.truth, pair.output)
    except ValueError as error:
        return Measured(pair, None, f"{pair.output.place}: {error}.")
    return Measured(pair, min(1.0, max(0.0, value)), remark, details)


def _item(each: Measured, *, shows_differences: bool) -> Item:
    output, truth = each.pair.output, each.pair.truth
    block = output.blocks[0] if output is not None and output.blocks else None
    if each.value is None:
        return not_applicable(each.remark, page_index=each.pair.page_index)
    return Item(
        score=BEST * each.value,
        outcome="scored" if output is not None else "failed",
        value=each.value,
        feedback=_explained(each, shows_differences=shows_differences),
        page_index=block.page_index if block is not None else each.pair.page_index,
        block_id=block.id if block is not None else None,
        block_type=block.block_type if block is not None else None,
        details={
            "expected_table": truth.number if truth is not None else None,
            "blocks": [part.id for part in output.blocks] if output is not None else [],
            **(each.details or {}),
        },
    )


def _summary(measured: Sequence[Measured], page_index: int | None, *, shows_differences: bool) -> Item:
    compared = [each for each in measured if each.value is not None]
    if not compared:
        return not_applicable(
            " ".join(each.remark for each in measured[:_SHOWN_LINES]), page_index=page_index
        )
    value = sum(each.value or 0.0 for each in compared) / len(compared)
    missing = sum(each.pair.output is None for each in measured)
    unexpected = sum(each.pair.truth is None for each in measured)
    expected = len(measured) - unexpected
    exact = sum(each.value == 1 for each in compared)
    place = "The document" if page_index is None else f"Page {page_index + 1}"
    feedback = f"{place}: {exact} of {expected} expected tables are right, {missing} missing"
    feedback += f", {unexpected} not expected." if unexpected else "."
    worst = sorted((each for each in compared if (each.value or 0) < 1), key=lambda each: each.value or 0)
    told = [_explained(each, shows_differences=shows_differences) for each in worst[:_SHOWN_LINES]]
    told += [each.remark for each in measured if each.value is None]
    return Item(
        score=BEST * value,
        outcome="failed" if missing == len(measured) else "scored",
        value=value,
        feedback=" ".join([feedback, *told]),
        page_index=page_index,
        details={
            "expected": expected,
            "exact": exact,
            "missing": missing,
            "unexpected": unexpected,
            "too_large": len(measured) - len(compared),
        },
    )


def _explained(each: Measured, *, shows_differences: bool) -> str:
    truth, output = each.pair.truth, each.pair.output
    if truth is not None and output is None:
        return f"{truth.place}, “{_beginning(truth)}”, is missing."
    if truth is None and output is not None:
        return f"{output.place}: the table “{_beginning(output)}” was not expected."
    if truth is None or output is None:
        raise ValueError("a pair has at least one table")
    size, found = _size(truth), _size(output)
    sizes = size if size == found else f"{found} instead of {size}"
    if each.value == 1 and not each.remark:
        return f"{output.place} ({sizes}): as expected."
    parts = [f"{output.place} ({sizes}):"]
    if each.remark:
        parts.append(each.remark)
    if shows_differences and (each.value or 0) < 1:
        parts.append(_differences(truth, output))
    return " ".join(parts).strip()


def _beginning(table: PlacedTable) -> str:
    return shorten(table.table.text, _QUOTE)


def _size(table: PlacedTable) -> str:
    return f"{table.table.row_count} x {table.table.column_count}"


def _differences(truth: PlacedTable, output: PlacedTable) -> str:
    from docassay.checks.metrics.table_differences import table_differences

    try:
        found = table_differences(truth.table, output.table)
    except ValueError:
        return ""
    if found.are_none:
        return "The same texts, with cells merged in another way."
    return " ".join(_told(found, truth, output))


def _told(found: TableDifferences, truth: PlacedTable, output: PlacedTable) -> Iterator[str]:
    for rows, table, words in (
        (found.missing_rows, truth, "is missing"),
        (found.added_rows, output, "was not expected"),
    ):
        for row in rows[:_SHOWN_LINES]:
            text = " | ".join(each for each in table.table.grid[row] if each)
            yield f"Row {row + 1} “{shorten(text, _QUOTE)}” {words}."
        if len(rows) > _SHOWN_LINES:
            yield f"{len(rows) - _SHOWN_LINES} more rows the same way."
    for columns, table, words in (
        (found.missing_columns, truth, "is missing"),
        (found.added_columns, output, "was not expected"),
    ):
        for column in columns[:_SHOWN_LINES]:
            yield f"Column {column + 1} “{shorten(table.table.grid[0][column], _QUOTE)}” {words}."
    for cell in found.cells[:_SHOWN_CELLS]:
        yield (
            f"Row {cell.row + 1}, column {cell.column + 1}: “{shorten(cell.found, _QUOTE)}” instead of "
            f"“{shorten(cell.expected, _QUOTE)}”."
        )
    if len(found.cells) > _SHOWN_CELLS:
        yield f"{len(found.cells) - _SHOWN_CELLS} more cells differ."
