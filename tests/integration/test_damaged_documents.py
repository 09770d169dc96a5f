"""A small, always equal share of the fuzzer: damaged documents through real slot processes."""

from __future__ import annotations

import pytest
from benchmarks.fuzz.mutate import make_mutant
from benchmarks.fuzz.run import mutations_for, run
from benchmarks.fuzz.seeds import made_files


@pytest.fixture(scope="module")
def files() -> list[tuple[str, bytes]]:
    return made_files()


def test_damaged_documents_give_a_result_or_a_clear_failure(files: list[tuple[str, bytes]]) -> None:
    outcome = run(seed=7, numbers=range(60), files=files)
    assert outcome.findings == []
    assert outcome.counts.total() == 60
    assert outcome.counts["result"] >= 20, "the damage is so great that nothing is tried"
    assert outcome.counts["corrupt"] >= 5, "the damage is so small that nothing is tried"


def test_a_seed_and_a_number_make_the_same_mutant_again(files: list[tuple[str, bytes]]) -> None:
    mutants = [make_mutant(3, number, files, mutations_for) for number in range(40)]
    assert mutants == [make_mutant(3, number, files, mutations_for) for number in range(40)]
    assert len({mutant.content for mutant in mutants}) > 30
    assert {mutant.filename.rpartition(".")[2] for mutant in mutants} == {"pdf", "docx", "xlsx", "pptx"}
