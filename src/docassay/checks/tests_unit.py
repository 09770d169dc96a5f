"""``tests.unit``: whether the output passes the unit tests of its pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.page_text import pages_asked_for
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.unit_tests import PageView, UnitTest, UnknownTestError, read_test, run_test
from docassay.documents.model import Page

_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class _Result:
    """``reason`` is empty for a test that passes; ``is_run`` is False for one that nobody can run."""

    name: str
    type: str
    page_index: int | None
    reason: str
    is_run: bool = True


@check(
    "tests.unit",
    version="1",
    levels=("page", "document", "block"),
    needs=frozenset({"expected"}),
    summary=(
        "The share of unit tests that the output passes: a text is present or absent, one comes before "
        "another, a line is there so many times, a table has a cell with these neighbours, a formula shows "
        "these symbols, a page has sound text. Reads the tests of olmOCR-bench and omni-parse-bench. A page "
        "that could not be read fails its tests. `block` gives one item a test."
    ),
    mapping="5 x tests passed / tests run",
    params={
        "strict": {
            "type": "boolean",
            "default": False,
            "description": (
                "Order passes with any occurrence before any other, Chinese, Japanese and Korean characters "
                "fail a baseline test, white space counts: as the published runner of olmOCR-bench has it."
            ),
        }
    },
    source="Types of tests of olmOCR-bench (Ai2, 2025) and omni-parse-bench (Datalab, 2026).",
    cost="under 1 ms a test",
)
def tests_unit(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page, one for the document or one a test; ``value`` is the share that passes, 0-1."""
    tests = subject.expected.tests if subject.expected is not None else ()
    if not tests:
        return [not_applicable("The expected output has no unit tests.")]
    results = _run_all(subject, tests, strict=bool(params.get("strict", False)))
    if level == "block":
        return [_item_of(each) for each in results]
    if level == "document" or not subject.document.is_paginated:
        return [_summary(results, "The document", None)]
    by_page: dict[int, list[_Result]] = defaultdict(list)
    for each in results:
        by_page[each.page_index or 0].append(each)
    return [_summary(of_page, f"Page {index + 1}", index) for index, of_page in sorted(by_page.items())]


def _run_all(subject: Subject, tests: Sequence[Mapping[str, Any]], *, strict: bool) -> list[_Result]:
    document = subject.document
    asked = set(pages_asked_for(subject))
    if document.is_paginated:
        pages: dict[int, Page] = {page.index: page for page in document.pages}
        views = {index: PageView(pages.get(index), strict=strict) for index in asked}
    else:
        blocks = tuple(block for page in document.pages for block in page.blocks)
        views = {0: PageView(Page(0, 0, 0, blocks), strict=strict)}
    results = []
    for number, each in enumerate(tests, start=1):
        try:
            test = read_test(each, number)
        except UnknownTestError as error:
            results.append(_Result(f"test {number}", "?", None, str(error), is_run=False))
            continue
        results.append(_run(test, views, is_paginated=document.is_paginated))
    return results


def _run(test: UnitTest, views: Mapping[int, PageView], *, is_paginated: bool) -> _Result:
    index = test.page_index if is_paginated else 0
    if index not in views:
        reason = f"page {test.page_index + 1} was not asked for"
        return _Result(test.name, test.type, index, reason, is_run=False)
    try:
        reason = run_test(test, views[index])
    except (TypeError, ValueError) as error:
        return _Result(test.name, test.type, index, str(error), is_run=False)
    return _Result(test.name, test.type, index, reason)


def _item_of(result: _Result) -> Item:
    told = f"{result.name} ({result.type})"
    if not result.is_run:
        return not_applicable(f"{told}: {result.reason}.", page_index=result.page_index)
    return Item(
        score=0.0 if result.reason else BEST,
        value=0.0 if result.reason else 1.0,
        feedback=f"{told}: {result.reason}." if result.reason else f"{told}: passes.",
        page_index=result.page_index,
        details={"test": result.name, "type": result.type},
    )


def _summary(results: Sequence[_Result], place: str, page_index: int | None) -> Item:
    run = [each for each in results if each.is_run]
    left_out = [each for each in results if not each.is_run]
    if not run:
        reasons = "; ".join(f"{each.name}: {each.reason}" for each in left_out[:_SHOWN])
        return not_applicable(f"{place}: no test could be run ({reasons}).", page_index=page_index)
    failed = [each for each in run if each.reason]
    value = 1 - len(failed) / len(run)
    told = [f"{place}: {len(run) - len(failed)} of {len(run)} tests pass."]
    told += [f"{each.name} ({each.type}): {each.reason}." for each in failed[:_SHOWN]]
    if len(failed) > _SHOWN:
        told.append(f"And {len(failed) - _SHOWN} more.")
    if left_out:
        told.append(f"{len(left_out)} were not run, such as {left_out[0].name}: {left_out[0].reason}.")
    return Item(
        score=BEST * value,
        value=value,
        feedback=" ".join(told),
        page_index=page_index,
        details={
            "tests": len(run),
            "failed": [each.name for each in failed[:200]],
            "not_run": len(left_out),
        },
    )
