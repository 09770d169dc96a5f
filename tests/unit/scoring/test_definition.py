"""Reading an eval_definition."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from docassay.scoring.definition import RubricError, parse_rubric, rubric_schema
from docassay.scoring.schema import render_schema
from docassay.scoring.suggest import closest_checks
from docassay.scoring.vocabulary import PROMPT_NAMES, RULE_LISTS

ROOT = Path(__file__).resolve().parents[3]

INVOICES = {
    "name": "Invoices",
    "rules": [
        {"name": "Text is complete", "type": "page", "check": "text.layer_recall", "weight": 2},
        {"name": "Tables are sound", "type": "block", "check": "table.wellformed", "block_types": ["Table"]},
        {"name": "Order", "check": "order.lis", "params": {"low": 0.4}},
        {
            "name": "Footnotes",
            "type": "document",
            "prompt": "Every footnote is present.",
            "levels": {"5": "all"},
        },
    ],
}


def rubric_of(*rules, **more):
    return {"name": "R", "rules": list(rules), **more}


def test_the_example_of_the_documentation_is_read():
    rubric = parse_rubric(INVOICES)
    assert rubric.name == "Invoices"
    recall, tables, order, footnotes = rubric.rules
    assert (recall.level, recall.weight, recall.check) == ("page", 2.0, "text.layer_recall")
    assert recall.params == {"low": 0.6, "high": 0.99}
    assert tables.block_types == {"Table"}
    assert order.level == "page"
    assert order.params == {"low": 0.4, "high": 0.98, "against": "auto"}
    assert (footnotes.check, footnotes.prompt) == (None, "Every footnote is present.")
    assert footnotes.levels == {5: "all"}
    assert rubric.needs == {"source", "expected"}
    assert not rubric.has_only_prompts


def test_needs_are_the_sum_of_the_checks():
    rubric = parse_rubric(
        rubric_of({"name": "A", "check": "fields.schema_valid"}, {"name": "B", "check": "segments.integrity"})
    )
    assert rubric.needs == {"extraction", "segmentation"}
    only_prompts = parse_rubric(rubric_of({"name": "A", "prompt": "good"}))
    assert only_prompts.has_only_prompts
    assert only_prompts.needs == frozenset()


@pytest.mark.parametrize("key", ["prompt", "description", "criteria", "evaluation_prompt"])
def test_a_prompt_has_several_names(key):
    rubric = parse_rubric({"evaluations": [{"name": "A", key: "All is well."}]})
    assert rubric.rules[0].prompt == "All is well."
    assert rubric.rules[0].level == "document"
    assert rubric.name == "Untitled rubric"


def test_a_description_beside_a_check_is_a_note():
    rubric = parse_rubric(rubric_of({"name": "A", "check": "order.lis", "description": "for readers"}))
    assert rubric.rules[0].prompt is None


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ([], "must be a JSON object"),
        ({}, "has no rules"),
        ({"rules": []}, "'rules' is empty"),
        ({"rules": {}}, "must be a list"),
        ({"rules": [{}], "evaluations": [{}]}, "keep one"),
        ({"name": 7, "rules": [{}]}, "name must be text"),
        ({"rules": [{"name": str(n), "prompt": "p"} for n in range(201)]}, "at most 200"),
        (rubric_of("text"), "Rule 1 must be an object"),
        (rubric_of({"check": "order.lis"}), "Rule 1 needs a name"),
        (rubric_of({"name": "x" * 201, "check": "order.lis"}), "longer than 200"),
        (
            rubric_of({"name": "A", "prompt": "p"}, {"name": "T", "check": "table.welformed"}),
            "Rule 2 'T': unknown check 'table.welformed'. Did you mean 'table.wellformed'?",
        ),
        (rubric_of({"name": "A", "check": "zzz"}), "Known checks: fields.agreement"),
        (rubric_of({"name": "A", "check": 3}), "'check' must be the name"),
        (rubric_of({"name": "A", "check": "order.lis", "prompt": "x"}), "both a check and a prompt"),
        (rubric_of({"name": "A"}), "neither a check nor a prompt"),
        (rubric_of({"name": "A", "prompt": "  "}), "not empty"),
        (rubric_of({"name": "A", "prompt": ["x"]}), "not empty"),
        (rubric_of({"name": "A", "prompt": "x", "params": {}}), "'params' belongs to a check"),
        (rubric_of({"name": "A", "prompt": "x", "levels": {"6": "great"}}), "score from 0 to 5"),
        (rubric_of({"name": "A", "prompt": "x", "levels": ["great"]}), "must be an object"),
        (rubric_of({"name": "A", "check": "order.lis", "levels": {}}), "rule with a check has none"),
        (rubric_of({"name": "A", "check": "order.lis", "type": "block"}), "it can be page or document"),
        (rubric_of({"name": "A", "check": "order.lis", "type": "chapter"}), "must be one of block, page"),
        (rubric_of({"name": "A", "check": "order.lis", "type": ["page"]}), "must be one of block, page"),
        (rubric_of({"name": "A", "check": "order.lis", "weight": 0}), "'weight' must be a number above 0"),
        (rubric_of({"name": "A", "check": "order.lis", "weight": float("inf")}), "'weight' must be"),
        (rubric_of({"name": "A", "check": "order.lis", "weight": "2"}), "'weight' must be"),
        (rubric_of({"name": "A", "check": "order.lis", "weight": True}), "'weight' must be"),
        (rubric_of({"name": "A", "check": "order.lis", "params": {"lo": 1}}), "'lo' was unexpected"),
        (rubric_of({"name": "A", "check": "order.lis", "params": {"low": "a"}}), "params.low of 'order.lis'"),
        (
            rubric_of({"name": "A", "check": "order.lis", "params": {"low": 0.99}}),
            "must be below params.high",
        ),
        (rubric_of({"name": "A", "check": "order.lis", "params": []}), "'params' must be an object"),
        (
            rubric_of({"name": "A", "prompt": "x"}, {"name": " A ", "prompt": "y"}),
            "another rule has this name",
        ),
        (
            rubric_of({"name": "A", "check": "order.lis", "block_types": ["Text"]}),
            "only applies to rules of type",
        ),
        (
            rubric_of({"name": "A", "check": "table.wellformed", "block_types": ["Tabel"]}),
            "unknown block type 'Tabel'. Did you mean 'Table'?",
        ),
        (
            rubric_of({"name": "A", "check": "table.wellformed", "block_types": "Table"}),
            "list of block types",
        ),
    ],
)
def test_what_cannot_be_run_is_refused_with_the_reason(definition, message):
    with pytest.raises(RubricError) as refused:
        parse_rubric(definition)
    assert message in str(refused.value)


def test_the_published_schema_is_the_programs():
    published = (ROOT / "docs/reference/rubric.schema.json").read_text(encoding="utf-8")
    assert published == render_schema(), (
        "run: python -m docassay.scoring.schema > docs/reference/rubric.schema.json"
    )


def test_the_schema_agrees_with_the_parser():
    schema = json.loads(render_schema())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(rubric_schema())
    validator.validate(INVOICES)
    validator.validate(rubric_of({"name": "A", "check": "order.lis", "description": "note"}))
    for wrong in (
        {},
        rubric_of(),
        rubric_of({"name": "A"}),
        rubric_of({"name": "A", "check": "nonsense"}),
        rubric_of({"name": "A", "check": "order.lis", "prompt": "x"}),
        rubric_of({"name": "A", "check": "order.lis", "type": "block"}),
        rubric_of({"name": "A", "check": "order.lis", "params": {"lo": 1}}),
        rubric_of({"name": "A", "prompt": "x", "weight": 0}),
        rubric_of({"name": "A", "prompt": "x", "levels": {"6": "y"}}),
    ):
        assert not validator.is_valid(wrong), wrong
        with pytest.raises(RubricError):
            parse_rubric(wrong)


@pytest.mark.parametrize(
    ("prompt", "check"),
    [
        ("All text of the page is complete, nothing is missing.", "text.layer_recall"),
        ("The model must not hallucinate or invent sentences.", "text.layer_precision"),
        ("Every amount and number is right", "text.number_agreement"),
        ("The reading order follows the columns", "order.lis"),
        ("No paragraph is repeated", "output.repetition"),
        ("Tables keep their rows and cells", "table.wellformed"),
        ("Headings have the right hierarchy", "structure.headings"),
        ("The extracted fields match the schema", "fields.schema_valid"),
        ("Segment boundaries are right", "segments.integrity"),
    ],
)
def test_prompts_lead_to_close_checks(prompt, check):
    assert check in closest_checks(prompt)


def test_an_unrelated_prompt_leads_nowhere():
    assert closest_checks("Be nice.") == []


def test_the_documented_example_can_be_run_and_every_key_is_documented():
    page = (ROOT / "docs/reference/rubric-language.md").read_text(encoding="utf-8")
    example = page.split("```json\n", 1)[1].split("```", 1)[0]
    assert len(parse_rubric(json.loads(example)).rules) == 4
    for key in (
        "name",
        "check",
        *PROMPT_NAMES,
        "type",
        "weight",
        "params",
        "block_types",
        "levels",
        *RULE_LISTS,
    ):
        assert f"`{key}`" in page, key


def test_a_judge_is_shown_pictures_of_pages_and_of_nothing_else():
    (rule,) = parse_rubric(rubric_of({"name": "A", "type": "page", "prompt": "p", "image": True})).rules
    assert rule.image
    for wrong, told in [
        ({"prompt": "p", "image": True}, "must be of type 'page'"),
        ({"prompt": "p", "type": "block", "image": True}, "must be of type 'page'"),
        ({"prompt": "p", "type": "page", "image": "yes"}, "must be true or false"),
        ({"check": "text.layer_recall", "image": True}, "shows a judge the page"),
    ]:
        with pytest.raises(RubricError, match=told):
            parse_rubric(rubric_of({"name": "A", **wrong}))
    valid = Draft202012Validator(rubric_schema()).is_valid
    assert valid(rubric_of({"name": "A", "type": "page", "prompt": "p", "image": True}))
    assert not valid(rubric_of({"name": "A", "type": "document", "prompt": "p", "image": True}))
    assert not valid(rubric_of({"name": "A", "check": "text.layer_recall", "image": True}))
