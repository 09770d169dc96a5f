"""Agreement of ``formula.match`` with people, on 250 pairs of formulas with 750 ratings, and its cost.

``DOCASSAY_BENCH_DATA`` (or ``--data``) names a folder with ``formulas-human/all_formulas.json``
(formula-metric-study, MIT): the true and the extracted LaTeX of each pair, what three people and several
models gave it from 0 to 10, and the scores of measures of text.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

from docassay.checks.metrics.latex_formulas import formula_similarity, formula_symbols
from docassay.checks.metrics.latex_symbols import structured_symbols

RESAMPLES = 2_000


def pearson(people: Sequence[float], scores: Sequence[float]) -> float:
    """Pearson's correlation of two sequences of equal length."""
    return float(np.corrcoef(people, scores)[0, 1])


def spearman(people: Sequence[float], scores: Sequence[float]) -> float:
    """Spearman's correlation: Pearson's of the ranks, equal values sharing the mean of theirs."""
    return pearson(_ranks(people), _ranks(scores))


def _ranks(values: Sequence[float]) -> list[float]:
    array = np.asarray(values)
    return [float((array < value).sum() + (array == value).sum() / 2) for value in values]


def interval(people: Sequence[float], scores: Sequence[float]) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of Pearson's correlation over pairs."""
    generator = np.random.default_rng(7)
    both = np.array([people, scores])
    drawn = [
        float(np.corrcoef(both[:, generator.integers(0, both.shape[1], both.shape[1])])[0, 1])
        for _ in range(RESAMPLES)
    ]
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def ours(pair: dict[str, Any]) -> float:
    """The measure of ``formula.match``."""
    return formula_similarity(formula_symbols(pair["gt_formula"]), formula_symbols(pair["extracted_formula"]))


def without_clean_up(pair: dict[str, Any]) -> float:
    """The same on the bare symbols."""
    return formula_similarity(
        structured_symbols(pair["gt_formula"]), structured_symbols(pair["extracted_formula"])
    )


def normalised(pair: dict[str, Any]) -> float:
    """Edits as a share of the longer formula."""
    return Levenshtein.normalized_similarity(
        formula_symbols(pair["gt_formula"]), formula_symbols(pair["extracted_formula"])
    )


def _stored(name: str) -> Callable[[dict[str, Any]], float]:
    return lambda pair: float(pair["metrics"][name] or 0)


def _judges(pair: dict[str, Any]) -> float:
    return statistics.mean(each["score"] for each in pair["llm_scores"] if each["score"] is not None)


MEASURES: dict[str, Callable[[dict[str, Any]], float]] = {
    "formula.match": ours,
    "formula.match, exact or not": lambda pair: float(ours(pair) == 1),
    "without clean-up": without_clean_up,
    "1 - edits / length": normalised,
    "CDM (stored)": _stored("cdm_score"),
    "BLEU (stored)": _stored("bleu_score"),
    "Levenshtein of LaTeX (stored)": _stored("levenshtein_similarity"),
    "mean of the language models": _judges,
}


def main(arguments: list[str]) -> int:
    """Print the correlation of each measure with the mean rating of people, and the time of ours."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring formulas")
    parser.add_argument("--data", type=Path, default=os.environ.get("DOCASSAY_BENCH_DATA"))
    options = parser.parse_args(arguments)
    source = Path(options.data or "") / "formulas-human" / "all_formulas.json"
    if not source.is_file():
        print(f"No {source}: name the folder of the data with --data.")
        return 2
    pairs = json.loads(source.read_text(encoding="utf-8"))
    people = [statistics.mean(pair["human_study_scores"]) for pair in pairs]
    print(f"{len(pairs)} pairs, {sum(len(pair['human_study_scores']) for pair in pairs)} ratings\n")
    print("| measure | Pearson | 95 % | Spearman |\n|---|---|---|---|")
    for name, measure in MEASURES.items():
        scores = [measure(pair) for pair in pairs]
        low, high = interval(people, scores)
        figures = f"{pearson(people, scores):.3f} | {low:.2f} to {high:.2f} | {spearman(people, scores):.3f}"
        print(f"| {name} | {figures} |")
    exact = [rating for rating, pair in zip(people, pairs, strict=True) if ours(pair) == 1]
    other = [rating for rating, pair in zip(people, pairs, strict=True) if ours(pair) < 1]
    print(f"\nPeople give {statistics.mean(exact):.1f} of 10 to the {len(exact)} that are exact,")
    print(f"{statistics.mean(other):.1f} to the others.")
    start = time.process_time()
    for pair in pairs:
        ours(pair)
    print(f"{(time.process_time() - start) / (2 * len(pairs)) * 1_000:.2f} ms a formula (CPU)")
    return 0
