"""Scores of one parse-bench document: text, reading order, tables and formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from benchmarks.quality.datasets import TruthElement
from benchmarks.quality.output import Output
from docassay.checks.metrics.assignment import best_assignment
from docassay.checks.metrics.edit_similarity import (
    Part,
    comparable,
    part_edits,
    similarity_in_order,
)
from docassay.checks.metrics.grid_match import grid_match
from docassay.checks.metrics.latex_symbols import plain_text, structured_symbols, symbol_similarity
from docassay.checks.metrics.latex_tables import latex_table
from docassay.checks.metrics.order import passage_order
from docassay.checks.metrics.table_cells import ComparableTable
from docassay.checks.metrics.table_tree import tree_edit_similarity

FOUND_FORMULA: Final = 0.8
"""Symbol similarity from which a formula counts as found."""


@dataclass(frozen=True, slots=True)
class PageScores:
    """Figures of one document, 0 to 1 or None where the truth has nothing to measure.

    ``text`` compares paragraphs with the blocks assigned to them, ``in_order`` the whole text in sequence.
    Tables: sums over pairs, and the larger of the two table counts, so a spurious table costs what a missing
    one does. Formulas: ``marked`` counts those found among what the output marks as formulas,
    ``formula_text`` is how much of their symbols stands in the right place of the text, marked or not.
    """

    text: float | None
    in_order: float | None
    order: float | None
    teds_sum: float
    match_sum: float
    table_count: int
    truth_tables: int
    formula_count: int
    formulas_found: int
    formula_similarity_sum: float
    formula_text_sum: float


def score_page(truth: Sequence[TruthElement], output: Output) -> PageScores:
    """Score one document. An engine that failed gives an empty ``Output``."""
    tables = [table for each in truth if each.kind == "table" and (table := latex_table(each.content))]
    parts = [_part(each) for each in truth]
    teds, match = _table_sums(tables, output.tables)
    formulas = [
        symbols for each in truth if _is_formula(each) and (symbols := structured_symbols(each.content))
    ]
    found, similarity = _formulas(formulas, output.formulas)
    return PageScores(
        text=_paragraph_similarity(truth, output.blocks),
        in_order=similarity_in_order(parts, output.text),
        order=passage_order([each.content for each in truth if each.kind == "text"], output.text).share,
        teds_sum=teds,
        match_sum=match,
        table_count=max(len(tables), len(output.tables)),
        truth_tables=len(tables),
        formula_count=len(formulas),
        formulas_found=found,
        formula_similarity_sum=similarity,
        formula_text_sum=_formula_text(truth, parts, output.text),
    )


def _is_formula(element: TruthElement) -> bool:
    return element.kind.endswith("-formula")


def _part(element: TruthElement) -> Part:
    if element.kind == "text":
        return Part(element.content)
    if element.kind == "table":
        table = latex_table(element.content)
        return Part("", is_scored=False, shown_elsewhere=len(table.text) if table else 0)
    return Part(plain_text(element.content), is_scored=False)


def paragraphs(truth: Sequence[TruthElement]) -> list[list[TruthElement]]:
    """Elements by paragraph: an inline formula goes on in the paragraph of its neighbours."""
    groups = [[each] for each in truth[:1]]
    for before, after in pairwise(truth):
        kinds = {before.kind, after.kind}
        if "inline-formula" in kinds and kinds <= {"inline-formula", "text"}:
            groups[-1].append(after)
        else:
            groups.append([after])
    return groups


def _paragraph_similarity(truth: Sequence[TruthElement], blocks: Sequence[str]) -> float | None:
    """The similarity of the paragraphs to the blocks assigned to them, weighted by their length.

    Display formulas and tables take part in the assignment, so that their blocks go to nobody else, and are
    not scored. A paragraph without a block is 0; one cut into two blocks has the better half only.
    """
    groups = [[_part(each) for each in group] for group in paragraphs(truth)]
    texts = [_shown_text(group) for group in paragraphs(truth)]
    outputs = [comparable(block) for block in blocks]
    chosen: dict[int, int] = {}
    if texts and outputs:
        weights = cdist(texts, outputs, scorer=Indel.normalized_similarity, dtype=np.float64)
        chosen = dict(best_assignment(weights))
    total = similar = 0.0
    for number, group in enumerate(groups):
        length = sum(len(comparable(part.text)) for part in group if part.is_scored)
        if length:
            total += length
            if number in chosen:
                similar += length * (similarity_in_order(group, blocks[chosen[number]]) or 0.0)
    return similar / total if total else None


def _shown_text(group: Sequence[TruthElement]) -> str:
    """A paragraph or table as running text."""
    if group[0].kind == "table":
        table = latex_table(group[0].content)
        return table.text if table else ""
    return comparable(" ".join(_part(each).text for each in group))


def _table_sums(truth: Sequence[ComparableTable], output: Sequence[ComparableTable]) -> tuple[float, float]:
    """TEDS and match, each summed over the pairs that its own best assignment makes."""
    if not truth or not output:
        return 0.0, 0.0
    sums = []
    for measure in (tree_edit_similarity, grid_match):
        weights = np.array([[measure(table, other) for other in output] for table in truth])
        sums.append(float(sum(weights[pair] for pair in best_assignment(weights))))
    return sums[0], sums[1]


def _formulas(truth: Sequence[Sequence[str]], output: Sequence[Sequence[str]]) -> tuple[int, float]:
    """How many formulas reach ``FOUND_FORMULA``, and the sum of all similarities."""
    if not truth or not output:
        return 0, 0.0
    weights = np.array([[symbol_similarity(each, other) or 0.0 for other in output] for each in truth])
    values = [float(weights[pair]) for pair in best_assignment(weights)]
    return sum(value >= FOUND_FORMULA for value in values), sum(values)


def _formula_text(truth: Sequence[TruthElement], parts: Sequence[Part], text: str) -> float:
    """The summed similarity of what stands in the text at the place of each formula, white space aside."""
    edits = part_edits(
        [part._replace(text="".join(part.text.split())) for part in parts], "".join(text.split())
    )
    return sum(
        each.similarity
        for element, each in zip(truth, edits, strict=True)
        if _is_formula(element) and each.length
    )
