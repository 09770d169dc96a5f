"""fields.schema_valid, fields.grounded and the matching of values."""

from __future__ import annotations

import pytest

from docassay.checks.contract import Subject
from docassay.checks.value_match import Haystack

SCHEMA = {
    "type": "object",
    "properties": {
        "vendor": {"type": "string"},
        "date": {"type": "string", "format": "date"},
        "total": {"type": "number"},
        "paid": {"type": "boolean"},
        "kind": {"type": "string", "enum": ["invoice", "receipt"]},
        "credit_score": {"type": "integer"},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "amount": {"type": "number"}},
            },
        },
    },
    "required": ["vendor", "total"],
}
GOOD = {
    "vendor": "Acme Corp",
    "vendor_citations": ["/page/0/Text/0"],
    "vendor_meta": {"extraction_status": "EXTRACTED"},
    "date": "2024-03-15",
    "date_score": {"score": 5, "reasoning": "clear"},
    "total": 1250.5,
    "paid": True,
    "kind": "invoice",
    "credit_score": None,
    "lines": [{"name": "Blue pens", "name_citations": [], "amount": 50}, {"name": "Ink", "amount": None}],
}
TEXT = "ACME Corp\nInvoice of March 15th, 2024\nBlue   pens 50.00\nInk\nTotal EUR 1.250,50"


def subject(build, extraction, schema=SCHEMA, layers=(TEXT,), outputs=(TEXT,)):
    return build.subject(
        list(outputs), list(layers) if layers else None, extraction=extraction, page_schema=schema
    )


def test_a_valid_extraction_scores_five(build, run):
    (item,) = run("fields.schema_valid", subject(build, GOOD))
    assert item.score == 5, item.feedback
    assert item.details["fields"] == 8


def test_each_wrong_place_is_named(build, run):
    wrong = {**GOOD, "total": "much", "kind": "letter", "date": "15 March"}
    wrong["lines"] = [{"name": 7, "amount": 1}]
    (item,) = run("fields.schema_valid", subject(build, wrong))
    places = {error["path"] for error in item.details["errors"]}
    assert places == {"total", "kind", "date", "lines[0].name"}
    assert item.value == pytest.approx(1 - 4 / 7)
    assert "'much' is not of type 'number'" in item.feedback


def test_a_required_field_that_is_null_is_missing_and_others_may_be_null(build, run):
    (item,) = run("fields.schema_valid", subject(build, {**GOOD, "vendor": None}))
    assert [error["path"] for error in item.details["errors"]] == ["vendor"]
    assert "required" in item.feedback
    (item,) = run("fields.schema_valid", subject(build, {"vendor": "A", "total": 1, "date": None}))
    assert item.score == 5


def test_a_bare_map_of_fields_is_a_schema(build, run):
    schema = {"vendor": {"type": "string"}, "total": {"type": "number"}}
    assert run("fields.schema_valid", subject(build, {"vendor": "A", "total": 1}, schema))[0].score == 5
    assert run("fields.schema_valid", subject(build, {"vendor": "A", "total": "x"}, schema))[0].score == 2.5


def test_an_unusable_schema_is_an_error_and_references_are_never_fetched(build, run):
    for schema in (
        {"properties": {"a": {"type": "nonsense"}}},
        {"properties": {"a": {"$ref": "http://127.0.0.1:1/schema.json"}}},
    ):
        (item,) = run("fields.schema_valid", subject(build, {"a": 1}, schema))
        assert (item.score, item.outcome) == (None, "errored")
        assert "schema itself" in item.feedback


@pytest.mark.parametrize("name", ["fields.schema_valid", "fields.grounded"])
def test_without_an_extraction_nothing_applies(build, run, name):
    assert run(name, build.subject([TEXT], [TEXT]))[0].outcome == "not_applicable"


def test_grounded_values_score_four_at_most(build, run):
    (item,) = run("fields.grounded", subject(build, GOOD))
    assert (item.score, item.value) == (4, 1)
    assert item.details["values"] == 6


def test_ungrounded_values_are_listed(build, run):
    wrong = {**GOOD, "vendor": "Zenith Ltd", "total": 1350.5}
    (item,) = run("fields.grounded", subject(build, wrong))
    assert item.value == pytest.approx(4 / 6)
    assert "vendor = “Zenith Ltd”" in item.feedback
    assert "total = “1350.5”" in item.feedback
    assert [each["path"] for each in item.details["ungrounded"]] == ["vendor", "total"]


def test_nulls_alone_are_not_applicable(build, run):
    (item,) = run("fields.grounded", subject(build, {"vendor": None, "paid": True, "kind": "invoice"}))
    assert item.outcome == "not_applicable"


def test_the_layer_outranks_the_output_where_there_is_one(build, run):
    invented = {"vendor": "Zenith Ltd"}
    hallucinated = subject(build, invented, outputs=("Zenith Ltd",))
    assert run("fields.grounded", hallucinated)[0].value == 0
    scan = subject(build, invented, layers=None, outputs=("Zenith Ltd",))
    assert run("fields.grounded", scan)[0].value == 1
    mixed = subject(build, invented, layers=("x y", ""), outputs=("x y", "Zenith Ltd"))
    assert run("fields.grounded", mixed)[0].value == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2024-03-15", "15.03.2024"),
        ("2024-03-15", "3/15/24"),
        ("2024-03-15", "15-Mar-2024"),
        ("2024-03-15", "March 15, 2024"),
        ("2024-03-15", "15th of March 2024"),
        ("2024-03-15", "den 15. März 2024"),
        ("2024-03-15", "le 15 mars 2024"),
        ("2024-03-15", "15 de marzo de 2024"),
        ("2024-03-15", "2024年3月15日"),
        ("2024-03-15T00:00:00", "15/03/2024"),
        ("15/03/2024", "2024-03-15"),
        (1234.5, "1,234.50"),
        (1234.5, "1.234,50 EUR"),
        (1234.5, "1 234,50"),
        (-98.2, "(98.20)"),
        (1234567, "1,234,567"),
        (0.05, "5 %"),
        ("1250.00", "1,250"),
        ("USD 12.50", "total 12.50"),
        ("McDonald", "Mc Donald"),
        ("INV-007", "No. INV-007"),
        ("information", "infor-\nmation"),
        ("IT", "the IT department"),
        ("of\ufb01ce", "OFFICE"),
        ("合同", "本合同由"),
    ],
)
def test_values_are_found_as_they_are_printed(value, text):
    assert Haystack(text).says(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2024-03-15", "16.03.2024"),
        ("2024-03-15", "15.03.2023"),
        (50, "1,250.50"),
        ("50", "1,250.50"),
        (12, "123"),
        ("IT", "with iterations"),
        ("cat", "concatenate"),
        ("INV-007", "INV-0071"),
        ("12345678", "0123456789"),
        ("Acme", "Apex"),
        (float("nan"), "nan"),
        ("", "anything"),
    ],
)
def test_values_that_are_not_there_are_not_found(value, text):
    assert not Haystack(text).says(value)


def test_long_texts_may_differ_a_little():
    words = [f"word{chr(97 + n)}" for n in range(26)]
    text = " ".join(words)
    assert Haystack(text).says(" ".join(words[:-1]) + " other")
    assert not Haystack(text).says(" ".join(reversed(words)))


def test_sidecars_without_their_field_and_deep_nesting_are_survived(build, run):
    deep: dict = {}
    for _ in range(200):
        deep = {"inner": deep}
    (item,) = run("fields.schema_valid", subject(build, {"vendor": "A", "total": 1, "deep": deep}))
    assert item.score == 5
    assert run("fields.grounded", subject(build, {"vendor": "Acme", "deep": deep}))[0].value == 1


def test_an_extraction_of_another_document_is_not_grounded(build, run):
    item = run("fields.grounded", Subject(build.document(), extraction={"a": "b c d"}))[0]
    assert item.value == 0


def test_an_extraction_of_nulls_alone_has_no_shape_to_judge(build, run):
    schema = {"vendor": {"type": "string"}, "lines": {"type": "array"}}
    (item,) = run("fields.schema_valid", subject(build, {"vendor": None, "lines": []}, schema))
    assert (item.score, item.outcome) == (None, "not_applicable")


def test_nulls_do_not_thin_out_the_wrong_fields(build, run):
    schema = {name: {"type": "number"} for name in "abcd"}
    (item,) = run("fields.schema_valid", subject(build, {"a": "x", "b": 1, "c": None, "d": None}, schema))
    assert item.value == pytest.approx(0.5)


def test_a_page_that_was_not_asked_for_grounds_nothing(build, run):
    extraction = {"vendor": "Zenith Ltd"}
    asked = Subject(
        build.document(build.page("Acme Corp sells pens", index=0), source_page_count=2),
        build.layer("Acme Corp sells pens", "Zenith Ltd buys pens"),
        extraction=extraction,
        page_schema={"vendor": {"type": "string"}},
    )
    assert run("fields.grounded", asked)[0].score == 0
