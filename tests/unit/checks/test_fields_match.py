"""fields.match: values by type, rows wherever they stand, six verdicts, and what is nothing."""

from __future__ import annotations

import itertools
import random

import pytest

from docassay.checks.contract import Subject
from docassay.checks.metrics.field_match import FieldRules, match_fields
from docassay.checks.metrics.field_values import FieldType, similarity
from docassay.documents.expected import Expected

PLAIN = FieldRules(lambda _: FieldType(), lambda _: 1.0)


def subject(build, expected, found, schema=None):
    return Subject(
        build.document(build.page("x")),
        extraction=found,
        page_schema=schema,
        expected=Expected(fields=expected) if expected is not None else None,
    )


def judge(build, run, expected, found, schema=None, **params):
    (item,) = run("fields.match", subject(build, expected, found, schema), "document", **params)
    return item


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("auto", 1234.56, "1.234,56"),
        ("auto", "1,234.56", "1234.56"),
        ("auto", "USD 12.50", "12.50"),
        ("auto", "$1,000", 1000),
        ("auto", "(98.2)", -98.2),
        ("auto", "12.50-", "-12.5"),
        ("auto", "5 %", 0.05),
        ("auto", "5%", 5),
        ("auto", "1 234", 1234),
        ("auto", "12,34,567", 1234567),
        ("auto", "1'234.50", 1234.5),
        ("auto", "2024-01-02", "2 January 2024"),
        ("auto", "01/02/2024", "2024-01-02"),
        ("auto", "01/02/2024", "2024-02-01"),
        ("auto", "Café Zürich", "cafe  zurich"),
        ("auto", True, "yes"),
        ("auto", 7, 7.0),
        ("id", "INV-007", "inv 007"),
        ("id", 12, "12"),
        ("number", "007", 7),
        ("boolean", "X", True),
        ("name", "Acme Corporation", "ACME Corp."),
        ("enum", "net_30", "Net 30"),
        ("text", "a  b", "A B"),
        ("date", "31.12.24", "2024-12-31"),
    ],
)
def test_values_that_mean_the_same_are_equal(kind, one, other):
    assert similarity(FieldType(kind), one, other) == 1
    assert similarity(FieldType(kind), other, one) == 1


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("auto", "INV-007", "INV-7"),
        ("auto", "007", 7),
        ("auto", "-5", "5"),
        ("auto", "12.50", "1250"),
        ("auto", "1/2", "12"),
        ("auto", "1.2.3", "123"),
        ("auto", "5.2.1.5", "5215"),
        ("auto", "n/a", "na"),
        ("auto", "x", "y"),
        ("auto", "12 34", "1234"),
        ("auto", "2024-01-02", "2024-01-03"),
        ("auto", True, "no"),
        ("auto", "Acme Corp", "Acme Corporation"),
        ("id", "INV-007", "INV-07"),
        ("number", 5, 6),
        ("date", "2024-13-45", "2024-01-02"),
        ("name", "Acme", "Zenith Limited"),
    ],
)
def test_values_that_mean_something_else_are_not(kind, one, other):
    assert similarity(FieldType(kind), one, other) == 0


def test_numbers_may_differ_by_their_tolerance_and_names_are_worth_a_part():
    assert similarity(FieldType("number", tolerance=0.01), "10.00", 10.01) == 1
    assert similarity(FieldType("number", tolerance=0.01), "10.00", 10.02) == 0
    assert similarity(FieldType("number", relative=0.1), 100, 109) == 1
    assert 0.5 < similarity(FieldType("name"), "Anna Maria Schmidt", "Schmidt, Anna") < 1
    assert (
        0.8 < similarity(FieldType("prose"), "The goods were delivered late", "The goods were delivered") < 1
    )
    assert similarity(FieldType("prose"), "The goods were delivered late", "Nothing of it") == 0


def test_the_six_verdicts_are_told_apart(build, run):
    schema = {
        "properties": {name: {} for name in ("a", "b", "c", "d")}
        | {"rows": {"type": "array", "items": {"properties": {"x": {}}}}}
    }
    expected = {"a": "right", "b": "right", "c": "right", "d": None, "rows": [{"x": 1}]}
    found = {"a": "right", "b": "wrong", "c": None, "d": "made up", "e": "more", "rows": [{"x": 1}, {"x": 9}]}
    item = judge(build, run, expected, found, schema)
    assert item.details["verdicts"] == {
        "matched": 2, "misread": 1, "unfound": 1, "fabricated": 1, "invented_item": 1, "invented_field": 1,
    }  # fmt: skip
    assert item.value == pytest.approx(2 / 7)
    assert item.score == pytest.approx(5 * 2 / 7)
    assert "b: “wrong” instead of “right”." in item.feedback
    assert "c: “right” was not found." in item.feedback
    assert "d: “made up” where nothing is expected." in item.feedback
    assert "rows[1].x: “9” in a row that does not exist." in item.feedback
    assert (item.details["precision"], item.details["recall"]) == (pytest.approx(2 / 6), pytest.approx(2 / 4))


def test_nothing_expected_and_nothing_found_is_not_applicable_and_never_zero(build, run):
    for expected, found in (({}, {}), ({"a": None}, {"a": ""}), ({"a": []}, {"a": [{"x": None}]})):
        assert judge(build, run, expected, found).outcome == "not_applicable"
    assert judge(build, run, None, {"a": 1}).outcome == "not_applicable"
    assert judge(build, run, {"a": 1}, None).outcome == "not_applicable"
    lost = judge(build, run, {"a": 1}, {"a": None})
    assert (lost.outcome, lost.score) == ("failed", 0)


def test_null_missing_and_default_are_kept_apart(build, run):
    schema = {"properties": {"a": {}, "b": {}, "c": {"default": "EUR"}}}
    item = judge(build, run, {"a": 1, "b": None, "c": None}, {"a": 1, "b": None, "c": "EUR"}, schema)
    assert item.value == 1
    assert item.details["skipped"] == {"empty": 1, "default": 1}
    silent = judge(build, run, {"a": 1}, {"a": 1, "b": 2}, schema)
    assert silent.details["verdicts"]["fabricated"] == 1
    unknown = judge(build, run, {"a": 1}, {"a": 1, "b": 2}, schema, missing="unknown")
    assert (unknown.value, unknown.details["skipped"]) == (1, {"unknown": 1})
    said = judge(build, run, {"a": 1, "b": None}, {"a": 1, "b": 2}, schema, missing="unknown")
    assert said.details["verdicts"]["fabricated"] == 1


def test_rows_may_stand_in_any_order_and_one_that_is_missing_shifts_nothing(build, run):
    rows = [
        {"item": name, "price": price} for name, price in (("bolt", 4.5), ("nut", 1.25), ("washer", 0.99))
    ]
    assert judge(build, run, {"lines": rows}, {"lines": rows[::-1]}).value == 1
    item = judge(build, run, {"lines": rows}, {"lines": rows[1:]})
    assert item.value == pytest.approx(4 / 6)
    assert item.details["verdicts"]["unfound"] == 2
    tags = judge(build, run, {"tags": ["a", "b", "c"]}, {"tags": ["c", "a"]})
    assert tags.value == pytest.approx(2 / 3)


def test_nested_lists_decide_which_rows_belong_together(build, run):
    orders = [
        {"customer": "A", "lines": [{"sku": n, "count": n} for n in range(start, start + 3)]}
        for start in (0, 10)
    ]
    found = [
        {"customer": "B", "lines": orders[1]["lines"]},
        {"customer": "A", "lines": orders[0]["lines"][::-1]},
    ]
    item = judge(build, run, {"orders": orders}, {"orders": found})
    assert item.value == pytest.approx(13 / 14)
    assert item.details["wrong"][0]["path"] == "orders[1].customer"
    assert item.details["rows_matched_exactly"]


def total(expected, found):
    return sum(each.value for each in match_fields(expected, found, PLAIN).verdicts)


def test_rows_are_assigned_as_well_as_any_other_way():
    generator = random.Random(6)
    for _ in range(60):
        sides = [
            [{name: generator.randint(0, 2) for name in "abc"} for _ in range(generator.randint(1, 5))]
            for _ in range(2)
        ]
        short, long = sorted(sides, key=len)
        best = max(
            sum(
                sum(row[name] == other[name] for name in "abc")
                for row, other in zip(short, chosen, strict=True)
            )
            for chosen in itertools.permutations(long, len(short))
        )
        assert total({"rows": sides[0]}, {"rows": sides[1]}) == best


def test_types_and_weights_come_from_the_schema_and_from_parameters(build, run):
    schema = {
        "properties": {
            "id": {"type": "string"},
            "total": {"type": "number"},
            "paid": {"type": "boolean"},
            "day": {"type": "string", "format": "date"},
        }
    }
    expected = {"id": "7", "total": 12.5, "paid": True, "day": "2024-01-02"}
    found = {"id": "7", "total": "12,50", "paid": "yes", "day": "02.01.2024"}
    assert judge(build, run, expected, found, schema).value == 1
    close = judge(build, run, {"a": 10, "b": "x"}, {"a": 10.4, "b": "x"}, types={"a": {"tolerance": 0.5}})
    assert close.value == 1
    weighed = judge(build, run, {"a": 1, "b": 1}, {"a": 2, "b": 1}, weights={"a": 3})
    assert weighed.value == pytest.approx(1 / 4)
    left_out = judge(build, run, {"a": 1, "b": 1}, {"a": 2, "b": 1}, weights={"a": 0})
    assert left_out.value == 1
    rows = judge(build, run, {"l": [{"p": 1.0}]}, {"l": [{"p": 1.1}]}, types={"*.p": {"tolerance": 0.2}})
    assert rows.value == 1
    strict = judge(build, run, {"n": "Acme Ltd"}, {"n": "Acme Limited"}, types={"n": "name"}, strict=True)
    assert strict.value == 0


def test_notes_beside_the_values_are_left_out(build, run):
    found = {"a": 5, "a_citations": ["/page/0/Text/0"], "a_meta": {"x": 1}, "a_score": 4}
    assert judge(build, run, {"a": 5}, found, {"properties": {"a": {}}}).value == 1
    wrapped = {"a": {"value": 5, "citations": ["/page/0/Text/0"]}}
    assert judge(build, run, {"a": 5}, wrapped, {"properties": {"a": {}}}).value == 1


def test_another_shape_is_not_found_and_invented(build, run):
    item = judge(build, run, {"a": {"x": 1, "y": 2}}, {"a": "1"})
    assert item.details["verdicts"]["unfound"] == 2
    assert item.details["verdicts"]["invented_field"] == 1
    item = judge(build, run, {"a": 1}, {"a": [1, 2]})
    assert item.value == 0


def test_very_long_lists_are_matched_by_a_shortcut_that_is_reported(build, run):
    rows = [{"id": f"k{number}", "value": number % 7} for number in range(2_100)]
    found = [dict(row) for row in rows[::-1]]
    found[5]["value"] = 99
    item = judge(build, run, {"rows": rows}, {"rows": found})
    assert item.details["verdicts"]["misread"] == 1
    assert not item.details["rows_matched_exactly"]


def test_deep_and_large_objects_end(build, run):
    deep = value = {}
    for _ in range(3_000):
        value["a"] = {}
        value = value["a"]
    value["a"] = 1
    assert judge(build, run, {"b": 1, "a": deep}, {"b": 1, "a": deep}).value == 1
    many = {"rows": list(range(200_001))}
    assert judge(build, run, many, many).outcome == "not_applicable"
