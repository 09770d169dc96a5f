"""tests.unit: every type of test, the two formats, and the known faults of the published runners."""

from __future__ import annotations

import pytest

from docassay.checks.contract import Subject
from docassay.checks.metrics.near_text import find_near
from docassay.documents.expected import Expected
from docassay.documents.model import BoundingBox

TABLE = (
    "<table><tr><th>Item</th><th colspan=2>Prices</th></tr><tr><th></th><th>Net</th><th>Gross</th></tr>"
    "<tr><td>Bolt</td><td>4.00</td><td>4.76</td></tr><tr><td>Nut</td><td>1.00</td><td>1.19</td></tr></table>"
)
HEADINGS = [{"text": "Prices"}, {"text": "Gross"}]


def page(build, *contents):
    return build.document(build.page(*contents))


def judge(build, run, document, *tests, level="document", **params):
    case = Subject(document, expected=Expected(tests=tuple(tests)))
    return run("tests.unit", case, level, **params)


def passes(build, run, document, test, **params):
    (item,) = judge(build, run, document, test, **params)
    assert item.outcome == "scored", item.feedback
    return item.value == 1


@pytest.fixture
def sample(build):
    return page(
        build,
        build.block("Annual report", "SectionHeader", level=1),
        build.block("<p>Revenue grew by 4.5 % in the <b>first half</b>.<sup>1</sup></p>", number=1),
        build.block("<p>Costs fell. Then revenue fell too.</p>", number=2),
        build.block(TABLE, "Table", number=3),
        build.block("<p><math>a^{2}+b^2=c^2</math></p>", "Equation", number=4),
        build.block("1 Without discontinued operations", "Footnote", number=5),
        build.block("Page header", "PageHeader", number=6),
    )


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ({"type": "present", "text": "Revenue grew"}, True),
        ({"type": "present", "text": "revenue grew"}, False),
        ({"type": "present", "text": "revenue grew", "case_sensitive": False}, True),
        ({"type": "present", "text": "Revenxe grow", "max_diffs": 2}, True),
        ({"type": "present", "text": "Revenxe grow", "max_diffs": 1}, False),
        ({"type": "present", "text": "Annual", "last_n": 20}, False),
        ({"type": "present", "text": "Annual", "first_n": 20}, True),
        ({"type": "absent", "text": "Page header"}, True),
        ({"type": "absent", "text": "Costs fell"}, False),
        ({"type": "order", "before": "Annual", "after": "Costs"}, True),
        ({"type": "order", "before": "Costs", "after": "Annual"}, False),
        ({"type": "order", "before": "Costs", "after": "nowhere"}, False),
        ({"type": "repeat", "text": "fell", "expected_count": 2}, True),
        ({"type": "repeat", "text": "fell", "expected_count": 1}, False),
        ({"type": "math", "math": "a^2 + b^{2} = c^2"}, True),
        ({"type": "math", "math": "a^2 - b^2 = c^2"}, False),
        ({"type": "table", "cell": "4.76", "left": "4.00", "down": "1.19", "up": "Gross"}, True),
        ({"type": "table", "cell": "4.76", "top_heading": "Prices", "left_heading": "Bolt"}, True),
        ({"type": "table", "cell": "4.76", "left": "4.01"}, False),
        ({"type": "table", "cell": "4.76", "left": "4.01", "max_diffs": 1}, True),
        ({"type": "table", "cell": "9.99"}, False),
        ({"type": "format", "text": "Annual report", "format": "heading"}, True),
        ({"type": "format", "text": "first half", "format": "bold"}, True),
        ({"type": "format", "text": "first half", "format": "italic"}, False),
        ({"type": "footnote", "marker": "1"}, True),
        ({"type": "footnote", "marker": "2"}, False),
        ({"type": "baseline"}, True),
        ({"type": "baseline", "max_length": 5}, False),
        ({"test_type": "present", "args": {"content": {"text": "revenue GREW", "max_diffs": 0}}}, True),
        ({"test_type": "present", "args": {"content": {"number": "4.5"}}}, True),
        ({"test_type": "present", "args": {"content": {"number": "45"}}}, False),
        ({"test_type": "present", "args": {"content": {"latex": "a^2+b^2=c^2"}}}, True),
        ({"test_type": "order", "args": {"before": {"text": "costs"}, "after": {"text": "then"}}}, True),
        (
            {"test_type": "repeat", "args": {"content": {"text": "fell"}}, "settings": {"expected_count": 2}},
            True,
        ),
        ({"test_type": "table_cell", "args": {"cell": {"text": "4.76"}, "headings": HEADINGS}}, True),
        ({"test_type": "table_cell", "args": {"cell": {"text": "4.76"}, "headings": HEADINGS[::-1]}}, False),
    ],
)  # fmt: skip
def test_each_type_says_what_its_definition_says(build, run, sample, test, expected):
    assert passes(build, run, sample, test) is expected


def test_a_short_output_does_not_pass_for_any_text(build, run):
    """The published runner slides the shorter text over the longer one."""
    for output in ("e", "revenue"):
        test = {"type": "present", "text": "The revenue of the year was 5 million", "max_diffs": 3}
        assert not passes(build, run, page(build, output), test)
    assert not passes(build, run, page(build, "abc"), {"type": "present", "text": "xyz", "max_diffs": 3})


def test_other_writing_systems_are_no_fault_unless_strict(build, run):
    document = page(build, "本合同由双方签订并自签字之日起生效。")
    assert passes(build, run, document, {"type": "baseline"})
    assert not passes(build, run, document, {"type": "baseline"}, strict=True)


@pytest.mark.parametrize("text", ["the same sentence again " * 60 + "and an end", "x " * 200, "a\ue000b c"])
def test_loops_of_any_length_and_private_characters_fail_the_baseline(build, run, text):
    assert not passes(build, run, page(build, text), {"type": "baseline"})


def test_order_counts_the_first_of_each_unless_strict(build, run):
    document = page(build, "beta alpha beta")
    test = {"type": "order", "before": "alpha", "after": "beta"}
    assert not passes(build, run, document, test)
    assert passes(build, run, document, test, strict=True)


def test_the_kind_of_the_block_at_a_place(build, run):
    block = build.block(TABLE, "Table", bbox=BoundingBox(100, 100, 500, 300))
    whole = build.block("text", "Text", number=1, bbox=BoundingBox(0, 0, 612, 792))
    document = page(build, block, whole)
    place = [[100 / 612, 100 / 792, 500 / 612, 300 / 792]]
    test = {"test_type": "layout_kind", "args": {"content": {"text": "Bolt", "place": place}}}
    assert passes(build, run, document, {**test, "settings": {"kind": "table"}})
    assert not passes(build, run, document, {**test, "settings": {"kind": "heading"}})


def test_results_by_page_by_test_and_for_the_document(build, run):
    document = build.document(build.page("one", index=0), failed_pages=(1,), source_page_count=3)
    tests = [
        {"type": "present", "text": "one", "page": 1, "id": "a"},
        {"type": "present", "text": "two", "page": 2, "id": "b"},
        {"type": "present", "text": "three", "page": 3, "id": "c"},
    ]
    (whole,) = judge(build, run, document, *tests)
    assert (whole.value, whole.details["not_run"]) == (0.5, 1)
    assert "b (present): the page could not be read" in whole.feedback
    pages = judge(build, run, document, *tests, level="page")
    assert [(item.page_index, item.outcome) for item in pages] == [
        (0, "scored"), (1, "scored"), (2, "not_applicable"),
    ]  # fmt: skip
    assert [item.outcome for item in judge(build, run, document, *tests, level="block")] == [
        "scored", "scored", "not_applicable",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ({"type": "poem", "text": "x"}, "'poem' is not a type of test that is known"),
        ({"type": "present"}, "needs 'text'"),
        ({"type": "present", "text": "x", "page": 0}, "page must be a number from 1 on"),
        ({"type": "present", "text": "x", "max_diffs": "many"}, "invalid literal"),
        ({"type": "present", "text": "x", "max_diffs": [1]}, "int() argument"),
    ],
)
def test_tests_that_cannot_be_run_are_named_and_neither_passed_nor_failed(build, run, test, message):
    (item,) = judge(build, run, page(build, "x"), test)
    assert item.outcome == "not_applicable"
    assert message in item.feedback


def test_without_tests_there_is_nothing_to_measure(build, run):
    (item,) = judge(build, run, page(build, "x"))
    assert item.outcome == "not_applicable"


def test_near_texts_are_found_at_their_best_place():
    assert find_near("abc", "xxabcxxabd", 1) == [5, 9]
    assert find_near("abc", "xxabcxx", 0) == [5]
    assert find_near("", "abc", 0) == []
    assert find_near("abc", "", 1) == []
    with pytest.raises(ValueError, match="too large"):
        find_near("a" * 2_001, "b" * 10, 3)
