"""Datalab's scorer of fields as a check: run where it is installed, asked for where it is not."""

from __future__ import annotations

import importlib
import sys

import pytest

from docassay.checks import registry
from docassay.checks.contract import Subject
from docassay.documents.expected import Expected
from docassay.scoring.definition import RubricError, parse_rubric
from docassay.scoring.evaluate import evaluate

NAME = "fields.omni_extract"
MODULE = "docassay.checks.fields_omni_extract"
RUBRIC = {"rules": [{"name": "A", "check": NAME}]}
SCHEMA = {
    "type": "object",
    "properties": {
        "number": {"type": "string"},
        "total": {"type": "number"},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"what": {"type": "string"}}}},
    },
}
TRUTH = {"number": "INV-7", "total": 12.5, "lines": [{"what": "Bolt"}, {"what": "Nut"}]}


@pytest.fixture
def with_version(monkeypatch):
    """``with_version(text)`` registers the check as if that version of the scorer were installed."""

    def register(version):
        registry.all_checks()
        left = {name: each for name, each in registry._CHECKS.items() if name != NAME}
        for name, value in (("_CHECKS", left), ("_REFUSED", []), ("_LACKING", {})):
            monkeypatch.setattr(registry, name, value)
        monkeypatch.setattr(registry, "installed_version", lambda package: version)
        monkeypatch.delitem(sys.modules, MODULE, raising=False)
        importlib.import_module(MODULE)

    return register


def test_without_the_scorer_it_is_not_listed_and_a_rubric_is_told_what_to_install(with_version):
    with_version(None)
    assert NAME not in registry.all_checks()
    assert registry.broken_packages() == []
    with pytest.raises(RubricError, match=r"omni-extract-bench 0\.1\.7.*pip install 'docassay\[omni\]'"):
        parse_rubric(RUBRIC)


def test_another_version_of_the_scorer_is_refused_with_the_reason(with_version):
    with_version("1.0.0")
    assert NAME not in registry.all_checks()
    (broken,) = registry.broken_packages()
    assert (broken.package, broken.version, broken.check) == ("omni-extract-bench", "1.0.0", NAME)
    with pytest.raises(RubricError, match=r"was refused.*made for version 0\.1\.7.*docassay\[omni\]"):
        parse_rubric(RUBRIC)


def test_its_version_is_that_of_the_scorer_and_published_pages_leave_it_out(with_version):
    with_version("0.1.7")
    check = registry.all_checks()[NAME]
    assert (check.version, check.package) == ("1 (omni-extract-bench 0.1.7)", "omni-extract-bench")
    assert NAME not in registry.own_checks()


def judge(build, found, truth=TRUTH, params=None):
    pytest.importorskip("omni_extract_bench", reason="the extra omni is not installed")
    case = Subject(
        build.document(build.page()),
        extraction=found,
        page_schema=SCHEMA,
        expected=Expected(fields=truth),
    )
    definition = {"rules": [{"name": "A", "check": NAME, "params": params or {}}]}
    (rule,) = evaluate(parse_rubric(definition), case).rules
    assert rule.check_version == "1 (omni-extract-bench 0.1.7)"
    (item,) = rule.items
    return item


def test_the_scorer_grades_without_what_stands_beside_the_fields(build):
    found = {
        "number": "INV-7", "number_score": 5, "number_citations": ["/page/0/Text/0"], "total": 12.0,
        "lines": [{"what": "Nut"}, {"what": "Bolt"}],
    }  # fmt: skip
    item = judge(build, found)
    assert (item.value, item.score) == (pytest.approx(3 / 4), pytest.approx(3.75))
    assert item.feedback == "3 of 4 values are right (75.0 %): 1 misread."
    assert item.details["scorer"] == "omni-extract-bench 0.1.7"
    assert (item.details["matched"], item.details["matching_exact"]) == (3, True)
    ordered = judge(build, found | {"total": 12.5}, params={"order_matters": ["lines"]})
    assert ordered.value == pytest.approx(2 / 4)


def test_nothing_found_fails_and_nothing_on_both_sides_is_not_measured(build):
    assert (judge(build, {"number": None}).outcome, judge(build, {}).score) == ("failed", 0)
    assert judge(build, {}, truth={}).outcome == "not_applicable"


def test_what_the_scorer_cannot_take_is_not_measured(build):
    many = {"lines": [{"what": str(number)} for number in range(5_001)]}
    refusal = judge(build, many)
    assert (refusal.outcome, "too many" in refusal.feedback) == ("errored", True)
    refused = judge(build, TRUTH, params={"order_matters": ["nowhere"]})
    assert (refused.outcome, "refuses" in refused.feedback) == ("errored", True)
