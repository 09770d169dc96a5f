"""Which formula of the output belongs to which of the truth: the assignment with the greatest similarity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from docassay.checks.metrics.assignment import best_assignment

Symbols = tuple[str, ...]

MOST_FORMULAS: Final = 1_000
"""When a side has more formulas, only equal ones are paired."""
MOST_SYMBOL_PAIRS: Final = 4_000_000_000
"""Symbols of one side times symbols of the other; when there are more, only equal formulas are paired."""
_SAME_PAGE: Final = 1e-3
_FIRST_PRIVATE: Final = 0xF0000
_PRIVATE_CHARACTERS: Final = 0x1FFFE
"""Symbols beyond so many different ones share a character; no document has so many."""


class FormulaPair(NamedTuple):
    """The place of the output's formula and the symbols to insert, delete or replace."""

    output: int
    edits: int


def pair_formulas(
    truths: Sequence[Symbols],
    outputs: Sequence[Symbols],
    truth_pages: Sequence[int | None],
    output_pages: Sequence[int | None],
) -> dict[int, FormulaPair]:
    """Place of a truth to its output, one to one, with the greatest sum of ``1 / (1 + edits)``.

    Of equally similar formulas the one on the same page is taken. Two formulas that have no symbol in its
    place in common are no pair. Sides that are too large are paired by equality, in order.
    """
    if not truths or not outputs:
        return {}
    size = sum(map(len, truths)) * sum(map(len, outputs))
    if max(len(truths), len(outputs)) > MOST_FORMULAS or size > MOST_SYMBOL_PAIRS:
        return _equal_ones(truths, outputs)
    edits, weights = _similarities(truths, outputs)
    is_same_page = _page_numbers(truth_pages)[:, None] == _page_numbers(output_pages)[None, :]
    weights = np.where((weights > 0) & is_same_page, weights + _SAME_PAGE, weights)
    return {row: FormulaPair(column, int(edits[row, column])) for row, column in best_assignment(weights)}


def _similarities(
    truths: Sequence[Symbols], outputs: Sequence[Symbols]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    characters: dict[str, str] = {}
    spelled = [[_spelled(symbols, characters) for symbols in side] for side in (truths, outputs)]
    edits = np.asarray(cdist(spelled[0], spelled[1], scorer=Levenshtein.distance, dtype=np.int32))
    lengths = [np.array([len(symbols) for symbols in side]) for side in (truths, outputs)]
    longest = np.maximum(lengths[0][:, None], lengths[1][None, :])
    return edits, np.where(edits < longest, 1 / (1 + edits.astype(np.float64)), 0.0)


def _spelled(symbols: Symbols, characters: dict[str, str]) -> str:
    """The symbols as one string, a character each, for the distance of strings is the fastest."""
    return "".join(
        characters.setdefault(symbol, chr(_FIRST_PRIVATE + len(characters) % _PRIVATE_CHARACTERS))
        for symbol in symbols
    )


def _page_numbers(pages: Sequence[int | None]) -> npt.NDArray[np.int64]:
    return np.array([-1 if page is None else page for page in pages], dtype=np.int64)


def _equal_ones(truths: Sequence[Symbols], outputs: Sequence[Symbols]) -> dict[int, FormulaPair]:
    places: dict[Symbols, list[int]] = defaultdict(list)
    for index in range(len(outputs) - 1, -1, -1):
        places[outputs[index]].append(index)
    return {index: FormulaPair(places[truth].pop(), 0) for index, truth in enumerate(truths) if places[truth]}
