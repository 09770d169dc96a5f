"""Citations of values, equations between them, and segments against expected ones."""

from __future__ import annotations

import pytest

from docassay.checks.contract import Subject
from docassay.checks.equations import EquationError, parse_equation, suggested_equations
from docassay.documents.expected import Expected, ExpectedSegment

INVOICE = {
    "lines": [
        {"description": "Bolt", "quantity": 4, "unit_price": 2.5, "amount": 10},
        {"description": "Nut", "quantity": "3", "unit_price": "1,50", "amount": "4.50"},
    ],
    "subtotal": 14.5,
    "tax": 2.75,
    "tax_rate": 19,
    "total": "17.25",
}


def extraction(build, values, *texts, schema=None):
    blocks = [build.block(text, number=number) for number, text in enumerate(texts or ("x",))]
    return Subject(build.document(build.page(*blocks)), extraction=values, page_schema=schema)


def judge(run, name, case, **params):
    (item,) = run(name, case, "document", **params)
    return item


# -- citations ---------------------------------------------------------------------------------------------


def test_values_are_looked_for_in_the_blocks_that_they_cite(build, run):
    values = {
        "total": 12.5, "total_citations": ["/page/0/Text/0"],
        "day": "2024-01-02", "day_citations": ["/page/0/Text/0"],
        "name": "Acme", "name_citations": ["/page/0/Text/9"],
        "city": "Bonn",
        "paid": True,
    }  # fmt: skip
    schema = {"properties": {name: {} for name in ("total", "day", "name", "city", "paid")}}
    case = extraction(build, values, "Total 12,50 on 2 January 2024", "Acme, Bonn", schema=schema)
    item = judge(run, "fields.cited", case)
    assert item.value == pytest.approx(2 / 4)
    assert "name = “Acme” (cites /page/0/Text/9, which does not exist)" in item.feedback
    assert "city = “Bonn” (cites nothing)" in item.feedback


def test_all_citations_right_are_at_most_four(build, run):
    case = extraction(build, {"a": "Bonn", "a_citations": ["/page/0/Text/0"]}, "in Bonn", schema={"a": {}})
    item = judge(run, "fields.cited", case)
    assert (item.value, item.score) == (1, 4)


def test_rows_are_cited_by_their_list_and_fields_by_their_object(build, run):
    values = {
        "rows": [{"x": "one"}, {"x": "two"}], "rows_citations": ["/page/0/Text/0"],
        "party": {"name": "Acme"}, "party_citations": ["/page/0/Text/1"],
    }  # fmt: skip
    case = extraction(build, values, "one two", "Acme")
    assert judge(run, "fields.cited", case).value == 1
    wrapped = {"a": {"value": "Acme", "citations": [{"block_id": "/page/0/Text/1"}]}}
    assert judge(run, "fields.cited", extraction(build, wrapped, "one", "Acme")).value == 1


def test_without_citations_or_values_there_is_nothing_to_measure(build, run):
    for values in (None, {}, {"a": None}, {"a": "x1"}):
        assert judge(run, "fields.cited", extraction(build, values)).outcome == "not_applicable"


# -- equations ---------------------------------------------------------------------------------------------


def test_names_suggest_the_equations_of_an_invoice():
    assert list(suggested_equations(INVOICE)) == [
        "lines[].quantity * lines[].unit_price = lines[].amount",
        "subtotal + tax = total",
        "sum(lines[].amount) = subtotal",
    ]
    german = {"positionen": [{"menge": 1, "einzelpreis": 2, "gesamtBetrag": 2}], "gesamtbetrag": 2}
    assert list(suggested_equations(german)) == [
        "positionen[].menge * positionen[].einzelpreis = positionen[].gesamtBetrag",
        "sum(positionen[].gesamtBetrag) = gesamtbetrag",
    ]
    assert list(suggested_equations({"total": 5, "rows": [{"name": "a"}]})) == []


def test_numbers_that_add_up_score_five(build, run):
    item = judge(run, "fields.arithmetic", extraction(build, INVOICE))
    assert (item.score, item.details["equations"]) == (5, 4)


def test_one_wrong_digit_breaks_the_equations_it_is_in(build, run):
    item = judge(run, "fields.arithmetic", extraction(build, INVOICE | {"total": 17.52}))
    assert item.value == pytest.approx(3 / 4)
    assert "subtotal + tax = total: 17.25 is not 17.52." in item.feedback
    rows = [INVOICE["lines"][0], INVOICE["lines"][1] | {"amount": 5.4}]
    item = judge(run, "fields.arithmetic", extraction(build, INVOICE | {"lines": rows}))
    assert item.value == pytest.approx(2 / 4)
    assert "(row 2): 4.50 is not 5.4." in item.feedback


def test_given_equations_are_counted_too_and_missing_numbers_are_not(build, run):
    values = {"a": 2, "b": 3, "c": 5, "d": None}
    case = extraction(build, values)
    item = judge(run, "fields.arithmetic", case, equations=["a + b = c", "a * b = 6", "c - d = 1"])
    assert (item.score, item.details["equations"]) == (5, 2)
    assert judge(run, "fields.arithmetic", case).outcome == "not_applicable"
    off = judge(run, "fields.arithmetic", extraction(build, INVOICE), by_name=False)
    assert off.outcome == "not_applicable"
    near = judge(
        run, "fields.arithmetic", extraction(build, {"a": 1, "b": 1.4}), equations=["a = b"], tolerance=0.5
    )
    assert near.score == 5


@pytest.mark.parametrize(
    "text", ["a + = b", "a b = c", "a = b = c", "a +", "= b", "a (b) = c", "+".join("a" * 30) + "=b"]
)
def test_equations_that_cannot_be_read_are_refused(text):
    with pytest.raises(EquationError):
        parse_equation(text)


# -- segments ----------------------------------------------------------------------------------------------


def segments(build, run, expected, found, pages=12):
    document = build.document(*(build.page("x", index=index) for index in range(pages)))
    truth = None if expected is None else tuple(ExpectedSegment(name, tuple(each)) for name, each in expected)
    output = None if found is None else {"segments": [{"name": n, "pages": list(p)} for n, p in found]}
    case = Subject(document, segmentation=output, expected=Expected(segments=truth))
    (item,) = run("segments.match", case, "document")
    return item


PARTS = [("Invoice", range(3)), ("Contract", range(3, 9)), ("Annex", range(9, 12))]


def test_the_expected_segments_in_any_order_are_perfect(build, run):
    item = segments(build, run, PARTS, PARTS[::-1])
    assert (item.score, item.details["same_name"]) == (5, 1)


def test_a_moved_cut_costs_the_pages_and_another_name_half(build, run):
    moved = [("Invoice", range(4)), ("contract", range(4, 9)), ("Annex", range(9, 12))]
    item = segments(build, run, PARTS, moved)
    assert item.value == pytest.approx((3 / 4 + 5 / 6 + 1) / 3)
    assert "“Invoice” (pages 0-3) instead of “Invoice” (pages 0-2)." in item.feedback
    named = segments(build, run, PARTS, [("Letter", range(3)), *PARTS[1:]])
    assert named.value == pytest.approx(2.5 / 3)
    assert named.details["panoptic_quality"] == 1


def test_missing_and_invented_segments_cost_half_each(build, run):
    item = segments(build, run, PARTS, PARTS[:2])
    assert item.value == pytest.approx(2 / 2.5)
    assert "“Annex” (pages 9-11) was not found." in item.feedback
    whole = segments(build, run, PARTS, [("All", range(12))])
    assert whole.value == 0
    lost = segments(build, run, PARTS, [])
    assert (lost.score, lost.outcome) == (0, "failed")


def test_what_nobody_knows_or_nobody_has_is_not_applicable(build, run):
    for expected, found in ((None, PARTS), (PARTS, None), ([], [])):
        assert segments(build, run, expected, found).outcome == "not_applicable"
    assert segments(build, run, [], PARTS).value == 0
    few = segments(build, run, PARTS, PARTS[:1], pages=3)
    assert few.value == 1
