import pytest

from docassay.checks.metrics.edit_similarity import (
    Part,
    comparable,
    edit_similarity,
    part_edits,
    similarity_in_order,
)


def test_typography_and_line_breaks_are_no_difference() -> None:
    assert edit_similarity("“Fine” – it’s 10\u00a0km", '"Fine" - it\'s\n10 km') == 1.0
    assert comparable("ﬁve  ４２\u200b\n") == "five 42"


def test_case_accents_and_punctuation_are_differences() -> None:
    assert edit_similarity("Résumé.", "resume") == pytest.approx(3 / 7)


def test_where_nothing_is_expected_there_is_no_measure() -> None:
    assert edit_similarity(" ", "") is None
    assert edit_similarity("", "invented") is None
    assert edit_similarity("expected", "") == 0.0
    assert similarity_in_order([], "invented") is None
    assert similarity_in_order([Part("x", is_scored=False)], "x") is None


def test_text_in_its_order_is_all_there() -> None:
    parts = [Part("First of all."), Part("Then the second.")]
    assert similarity_in_order(parts, "First of all.\n\nThen the second.") == 1.0
    assert similarity_in_order(parts, "") == 0.0


def test_swapped_and_repeated_passages_cost() -> None:
    parts = [Part("The first passage is here."), Part("Something else comes after it.")]
    in_order = "The first passage is here. Something else comes after it."
    swapped = "Something else comes after it. The first passage is here."
    assert (similarity_in_order(parts, swapped) or 0) < 0.5
    assert similarity_in_order(parts, in_order + " " + in_order) == pytest.approx(0.5, abs=0.02)


def test_what_a_formula_or_table_looks_like_in_the_text_costs_nothing() -> None:
    parts = [Part("Energy is"), Part("E=mc2", is_scored=False), Part("as we know."), Part("", False, 40)]
    for shown in ("E=mc2", "E = m c 2", "", "\\(E=mc^{2}\\)"):
        assert similarity_in_order(parts, f"Energy is {shown} as we know.") == 1.0, shown
    assert similarity_in_order(parts, "Energy is E=mc2 as we know. 12 35 71 112 47 81") == 1.0


def test_text_cannot_hide_behind_a_formula() -> None:
    parts = [Part("Energy is"), Part("E=mc2", is_scored=False), Part("as we know.")]
    assert (similarity_in_order(parts, "Energy is E=mc2 " + 20 * "spam spam " + "as we know.") or 0) < 0.2


def test_edits_are_told_for_each_part() -> None:
    first, formula, last = part_edits(
        [Part("one two"), Part("x+y", is_scored=False), Part("three")], "one tw x-y tree"
    )
    assert (first.deleted, first.replaced, first.inserted) == (1, 0, 0)
    assert formula.replaced == 1
    assert formula.similarity == pytest.approx(2 / 3)
    assert last.similarity == pytest.approx(4 / 5)
    assert part_edits([], "anything") == []


def test_additions_before_and_behind_everything_are_charged() -> None:
    parts = [Part("the text itself")]
    assert similarity_in_order(parts, "xx the text itself") == pytest.approx(1 - 3 / 18)
    assert similarity_in_order(parts, "the text itself xx") == pytest.approx(1 - 3 / 18)
