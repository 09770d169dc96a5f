"""Prompt rules: what a judge is shown for each rule, and its judgements as items."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from docassay.checks.contract import Item, Subject, not_applicable
from docassay.checks.extracted_fields import as_object_schema, without_sidecars
from docassay.checks.page_text import block_text
from docassay.documents.model import Block, Page
from docassay.judges.contract import Criterion, Judge, Judgement, Unit
from docassay.scoring.definition import Rule

MOST_UNITS: Final = 200
"""Pages or blocks of a file that one rule has judged; the others are unscored."""


@dataclass(frozen=True, slots=True)
class _Placed:
    unit: Unit
    page_index: int | None = None
    block: Block | None = None


PageImage = Callable[[int], bytes | None]
"""The JPEG picture of a page by its index, empty when it cannot be made; None where pages have none."""


def judge_rule(
    rule: Rule, subject: Subject, judge: Judge, concurrency: int, page_image: PageImage | None = None
) -> tuple[Item, ...]:
    """One item a block, a page or one for the document, in order; several are asked for at once."""
    # Pictures are made here, one after the other: what makes them bears no second thread.
    placed = list(islice(_units(rule, subject, page_image), MOST_UNITS + 1))
    if not placed:
        kinds = " or ".join(sorted(rule.block_types)) or "text"
        return (not_applicable(f"There is no {kinds} to judge."),)
    if rule.image and all(each.unit.image is None for each in placed):
        return (not_applicable("This document has no pictures of its pages to compare with."),)
    criterion = Criterion(rule.name, rule.prompt or "", rule.levels)
    asked = placed[:MOST_UNITS]

    def ask(each: _Placed) -> Judgement:
        if rule.image and not each.unit.image:
            return Judgement(
                "unscored", "The picture of this page cannot be made, so the judge was not asked."
            )
        return judge.judge(criterion, each.unit)

    with ThreadPoolExecutor(max_workers=max(1, min(concurrency, len(asked)))) as pool:
        judgements = list(pool.map(ask, asked))
    items = [_item(each, judgement, judge) for each, judgement in zip(asked, judgements, strict=True)]
    if len(placed) > MOST_UNITS:
        items.append(
            Item(None, f"The rest was not judged: at most {MOST_UNITS} of a file are.", outcome="unscored")
        )
    return tuple(items)


def _units(rule: Rule, subject: Subject, page_image: PageImage | None) -> Iterator[_Placed]:
    pages = subject.document.pages
    truth = (
        {page.index: page for page in subject.expected_document.pages} if subject.expected_document else {}
    )
    if rule.level == "document":
        blocks = {**_results(subject), **{b.id: _shown(b) for page in pages for b in page.blocks}}
        reference = "\n".join(_text(page) for page in truth.values()) or None
        yield _Placed(Unit(blocks, reference))
        return
    is_paged = subject.expected_document is not None and subject.expected_document.is_paginated
    for page in pages:
        if rule.level == "page":
            known = truth.get(page.index) if is_paged else None
            texts = {block.id: _shown(block) for block in page.blocks}
            picture = page_image(page.index) if rule.image and page_image is not None else None
            yield _Placed(Unit(texts, _text(known) if known is not None else None, picture), page.index)
            continue
        for block in page.blocks:
            if not rule.block_types or block.block_type in rule.block_types:
                yield _Placed(Unit({block.id: _shown(block)}), page.index, block)


def _results(subject: Subject) -> dict[str, str]:
    """What an extraction or a segmentation gave, before the text that it comes from."""
    found: dict[str, str] = {}
    if subject.extraction is not None:
        values = without_sidecars(subject.extraction, as_object_schema(subject.page_schema or {}))
        found["extraction"] = json.dumps(values, ensure_ascii=False, indent=1, default=str)
    if subject.segmentation is not None:
        segments = [
            {"name": each.get("name"), "pages": each.get("pages")}
            for each in subject.segmentation.get("segments") or []
        ]
        found["segmentation"] = json.dumps(segments, ensure_ascii=False)
    return found


def _text(page: Page) -> str:
    return "\n".join(block_text(block).text for block in page.blocks)


def _shown(block: Block) -> str:
    """A table is judged with its structure, everything else by what it says."""
    return block.html if "<table" in block.html else block_text(block).text.strip()


def _item(placed: _Placed, judgement: Judgement, judge: Judge) -> Item:
    told = [judgement.reason.strip() or "No reason was given."]
    told += [
        f"{finding.problem or 'Error'}: “{finding.quote}” ({finding.block_id})."
        if finding.quote
        else f"{finding.problem}."
        for finding in judgement.findings
        if finding.problem
    ]
    details: dict[str, Any] = {
        "judge": judge.name,
        "prompt_hash": judgement.prompt_hash,
        "scores": list(judgement.scores),
        "weighted": judgement.is_weighted,
        "spread": max(judgement.scores) - min(judgement.scores) if judgement.scores else None,
        "findings": [
            {"problem": each.problem, "block_id": each.block_id, "quote": each.quote}
            for each in judgement.findings
        ],
        "input_tokens": judgement.input_tokens,
        "output_tokens": judgement.output_tokens,
        "tokens_estimated": judgement.is_estimated,
        "cost": judge.cost(judgement),
        "cached": judgement.is_cached,
    }
    return Item(
        score=judgement.score,
        feedback=" ".join(told)[:2_000],
        outcome=judgement.outcome,
        value=judgement.score / 5 if judgement.score is not None else None,
        page_index=placed.page_index,
        block_id=placed.block.id if placed.block is not None else None,
        block_type=placed.block.block_type if placed.block is not None else None,
        details=details,
    )
