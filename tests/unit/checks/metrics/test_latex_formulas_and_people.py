"""The measure of formulas beside the ratings of people."""

from __future__ import annotations

import json
import os
import statistics
from pathlib import Path

import pytest
from benchmarks.scoring.formulas import ours, pearson, spearman


def test_correlations_are_those_of_the_textbook():
    assert pearson([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [1, 10, 100, 1000]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [1, 1, 0, 0]) == pytest.approx(-0.894, abs=1e-3)


@pytest.mark.needs_shared_data
def test_formulas_agree_with_people():
    source = Path(os.environ.get("DOCASSAY_BENCH_DATA", "")) / "formulas-human" / "all_formulas.json"
    if not source.is_file():
        pytest.skip("DOCASSAY_BENCH_DATA does not name the data")
    pairs = json.loads(source.read_text(encoding="utf-8"))
    people = [statistics.mean(pair["human_study_scores"]) for pair in pairs]
    assert pearson(people, [ours(pair) for pair in pairs]) >= 0.74
