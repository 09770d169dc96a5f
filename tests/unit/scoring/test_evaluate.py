"""Scoring one file with a rubric, and the result on the wire."""

from __future__ import annotations

import json

import pytest

from docassay.checks import registry
from docassay.checks.contract import Check, Item, Subject
from docassay.documents.model import Block, BoundingBox, Document, Page
from docassay.documents.source_layer import SourceLayer, SourcePage
from docassay.scoring.definition import Rubric, Rule, parse_rubric
from docassay.scoring.evaluate import evaluate, outcome_counts, to_items, to_wire

BOX = BoundingBox(0, 0, 10, 10)


def block(page, number, text, block_type="Text"):
    return Block(f"/page/{page}/{block_type}/{number}", block_type, BOX, f"<p>{text}</p>")


SUBJECT = Subject(
    Document((Page(0, 612, 792, (block(0, 0, "one two three"), block(0, 1, "1 2", "Table"))),), 1),
    SourceLayer((SourcePage(0, "one two three 1 2"),), 1),
)


@pytest.fixture
def checks(monkeypatch):
    """Adds checks that return given items (or raise a given error) to the registry for one test."""
    registry.all_checks()
    monkeypatch.setattr(registry, "_CHECKS", dict(registry._CHECKS))

    def add(name, result):
        def function(subject, level, params):
            if isinstance(result, Exception):
                raise result
            return result

        registry._CHECKS[name] = Check(
            name=name,
            version="7",
            levels=("page", "block", "document"),
            needs=frozenset(),
            summary="s",
            mapping="m",
            params_schema={"type": "object", "properties": {}},
            function=function,
        )
        return Rule(name=name, level="page", check=name)

    return add


def run(*rules):
    return evaluate(Rubric("R", rules), SUBJECT)


def test_means_ignore_items_and_rules_without_a_score(checks):
    result = run(
        checks("a", [Item(4.0, "x"), Item(1.0, "y"), Item(None, "n", "not_applicable")]),
        checks("b", [Item(None, "n", "not_applicable")]),
        Rule(name="c", level="page", check=checks("c", [Item(0.0, "f", "failed")]).check, weight=4),
    )
    a, b, c = result.rules
    assert (a.score, a.outcome, a.check_version) == (2.5, "scored", "7")
    assert (b.score, b.outcome) == (None, "not_applicable")
    assert (c.score, c.outcome) == (0, "failed")
    assert result.score == pytest.approx((2.5 * 1 + 0 * 4) / 5)
    assert outcome_counts(result) == {
        "scored": 1, "failed": 1, "errored": 0, "not_applicable": 1, "unscored": 0,
    }  # fmt: skip


def test_a_file_without_any_score_has_none(checks):
    result = run(checks("a", [Item(None, "n", "not_applicable")]))
    assert result.score is None


def test_a_check_that_raises_costs_only_its_rule(checks):
    result = run(checks("bad", RuntimeError("boom")), checks("good", [Item(3.0, "fine")]))
    bad, good = result.rules
    assert (bad.score, bad.outcome) == (None, "errored")
    assert "boom" in bad.items[0].feedback
    assert good.score == 3
    assert result.score == 3


@pytest.mark.parametrize(
    "item",
    [
        Item(6.0, "too much"),
        Item(-0.1, "too little"),
        Item(float("nan"), "nothing"),
        Item(None, "no score", "scored"),
        Item(2.0, "a score", "not_applicable"),
    ],
)
def test_a_check_that_breaks_its_contract_is_errored(checks, item):
    (rule,) = run(checks("odd", [item])).rules
    assert (rule.score, rule.outcome) == (None, "errored")


def test_a_check_that_is_gone_or_silent_is_not_scored(checks):
    gone, silent = run(Rule("x", "page", check="no.such"), checks("silent", [])).rules
    assert gone.outcome == "errored"
    assert silent.outcome == "not_applicable"


def test_a_prompt_is_unscored_and_points_to_checks():
    (rule,) = run(Rule("Tables", "document", prompt="Tables keep their rows")).rules
    assert (rule.score, rule.outcome, rule.check) == (None, "unscored", None)
    feedback = rule.items[0].feedback
    assert feedback.startswith("needs a judge model: none is configured")
    assert "table.wellformed" in feedback


def test_block_types_filter_block_rules():
    rubric = parse_rubric(
        {"rules": [
            {"name": "T", "type": "block", "check": "output.garbage_chars", "block_types": ["Table"]},
            {"name": "F", "type": "block", "check": "output.garbage_chars", "block_types": ["Footnote"]},
        ]}
    )  # fmt: skip
    tables, footnotes = evaluate(rubric, SUBJECT).rules
    assert [item.block_type for item in tables.items] == ["Table"]
    assert footnotes.outcome == "not_applicable"
    assert "No Footnote block" in footnotes.items[0].feedback


def test_a_real_rubric_scores_a_real_subject():
    rubric = parse_rubric(
        {"rules": [
            {"name": "complete", "check": "text.layer_recall"},
            {"name": "headings", "check": "structure.headings"},
            {"name": "judge", "prompt": "good"},
        ]}
    )  # fmt: skip
    result = evaluate(rubric, SUBJECT)
    assert result.score == 5
    assert outcome_counts(result)["unscored"] == 1


def test_the_wire_shows_the_five_lowest_items(checks):
    items = [Item(score, f"s{score}", page_index=n) for n, score in enumerate([5.0, 1.0, 4.0, 2.0, 3.0, 0.5])]
    wire = to_wire(run(checks("a", [*items, Item(None, "e", "errored")])), "Invoices")
    assert wire["eval_definition_name"] == "Invoices"
    (rule,) = wire["evaluations"]
    assert rule["name"] == "a"
    assert rule["type"] == "page"
    assert rule["items_evaluated"] == wire["total_items_evaluated"] == 6
    assert [each["score"] for each in rule["individual_results"]] == [0.5, 1, 2, 3, 4]
    assert rule["individual_results"][0] == {
        "score": 0.5, "feedback": "s0.5", "block_id": None, "page_id": 5, "block_type": None,
    }  # fmt: skip


def test_items_without_a_score_come_last_and_inapplicable_ones_only_alone(checks):
    mixed = [
        Item(None, "na", "not_applicable"),
        Item(None, "err", "errored"),
        Item(2.0, "low"),
    ]
    wire = to_wire(run(checks("a", mixed), checks("b", mixed[:1])), "R")
    first, second = wire["evaluations"]
    assert [each["feedback"] for each in first["individual_results"]] == ["low", "err"]
    assert first["items_evaluated"] == 1
    assert [each["feedback"] for each in second["individual_results"]] == ["na"]
    assert second["rule_score"] is None
    assert second["items_evaluated"] == 0


def test_scores_are_rounded_at_the_edge_only(checks):
    result = run(checks("a", [Item(1.0, "x"), Item(1.0, "y"), Item(2.0, "z", value=1 / 3)]))
    assert result.score == pytest.approx(4 / 3, abs=1e-12)
    assert to_wire(result, "R")["evaluations"][0]["rule_score"] == 1.3333
    assert to_items(result)[2]["value"] == 0.3333


def test_all_items_are_listed_and_serialisable():
    rubric = parse_rubric({"rules": [{"name": n, "check": n} for n in registry.all_checks()]})
    items = to_items(evaluate(rubric, SUBJECT))
    assert json.loads(json.dumps(items, allow_nan=False)) == items
    assert {item["rule"] for item in items} == set(registry.all_checks())
    assert items[0]["rule_index"] == 0
    assert set(items[0]) == {
        "rule_index", "rule", "type", "check", "check_version", "item_index", "outcome", "score", "value",
        "feedback", "page_id", "block_id", "block_type", "details",
    }  # fmt: skip
