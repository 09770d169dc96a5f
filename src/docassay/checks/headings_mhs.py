"""``headings.mhs``: whether the outline of the output is that of the expected text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.expected_text import NO_TRUTH
from docassay.checks.page_text import block_text, pages_asked_for
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.words import shorten
from docassay.documents.model import PAGE_FURNITURE, Block, Document

if TYPE_CHECKING:
    from docassay.checks.metrics.heading_tree import Heading

_SHOWN: Final = 3
_QUOTE: Final = 60


@check(
    "headings.mhs",
    version="1",
    levels=("document",),
    needs=frozenset({"expected"}),
    summary=(
        "Whether the outline of the output is that of the expected text: the edit distance of the two trees "
        "of headings, nested by their levels, with the text under each. What counts is which heading stands "
        "below which; calling all of them one level deeper costs nothing. An output without any heading is "
        "0. `content` false compares the headings alone."
    ),
    mapping="5 x (1 - edits / headings and texts of the larger outline); 0 without headings",
    params={
        "content": {
            "type": "boolean",
            "default": True,
            "description": "Compare the text under each heading as well.",
        },
        "strict": {
            "type": "boolean",
            "default": False,
            "description": "Put all headings on one level, as the published measure does.",
        },
    },
    source=(
        "After the Markdown Heading Similarity of opendataloader-bench (2025), whose tree is flat; distance "
        "by Zhang and Shasha (1989)."
    ),
    cost="0.8 ms a page",
)
def headings_mhs(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document; ``value`` is 0-1."""
    from docassay.checks.metrics.heading_tree import outline_similarity

    expected = subject.expected_document
    if expected is None:
        return [not_applicable(NO_TRUTH)]
    pages = _common_pages(subject, expected)
    truth_preface, truth = _outline(expected, pages)
    output_preface, output = _outline(subject.document, pages)
    if not truth:
        return [not_applicable("The expected text has no headings.")]
    if not output:
        told = f"The document: {_told(truth, output)}"
        return [Item(0.0, told, outcome="failed", value=0.0, details={"expected_headings": len(truth)})]
    content = bool(params.get("content", True))
    try:
        value = outline_similarity(
            truth,
            output,
            truth_preface=truth_preface,
            output_preface=output_preface,
            titles_only=not content,
            is_flat=bool(params.get("strict", False)),
        )
    except ValueError as error:
        return [not_applicable(f"The document: {error}.")]
    return [
        Item(
            score=BEST * value,
            value=value,
            feedback=f"The document: {_told(truth, output)}",
            details={"expected_headings": len(truth), "headings": len(output)},
        )
    ]


def _common_pages(subject: Subject, expected: Document) -> set[int] | None:
    """The pages that are known and were asked for, None for the whole of both."""
    if not (expected.is_paginated and subject.document.is_paginated):
        return None
    return {page.index for page in expected.pages} & set(pages_asked_for(subject))


def _outline(document: Document, pages: set[int] | None) -> tuple[str, list[Heading]]:
    """The text before the first heading, and the headings with what stands under each."""
    from docassay.checks.metrics.edit_similarity import comparable
    from docassay.checks.metrics.heading_tree import Heading

    parts: list[tuple[Block | None, list[str]]] = [(None, [])]
    for page in document.pages:
        if pages is not None and page.index not in pages:
            continue
        for block in page.blocks:
            if block.block_type == "SectionHeader":
                parts.append((block, []))
            elif block.block_type not in PAGE_FURNITURE:
                parts[-1][1].append(block_text(block).text)
    texts = [comparable("\n".join(each)) for _, each in parts]
    headings = [
        Heading(block.level or 1, comparable(block_text(block).text), text)
        for (block, _), text in zip(parts, texts, strict=True)
        if block is not None
    ]
    return texts[0], headings


def _told(truth: Sequence[Heading], output: Sequence[Heading]) -> str:
    told = [f"{len(output)} headings, {len(truth)} expected."]
    found = {heading.title.casefold(): heading for heading in output}
    wanted = {heading.title.casefold(): heading for heading in truth}
    missing = [heading.title for heading in truth if heading.title.casefold() not in found]
    added = [heading.title for heading in output if heading.title.casefold() not in wanted]
    for names, words in ((missing, "Missing"), (added, "Not expected")):
        if names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            quoted = ", ".join(f"“{shorten(name, _QUOTE)}”" for name in names[:_SHOWN])
            told.append(f"{words}: {quoted}{more}.")
    offset = min((heading.level for heading in output), default=1) - min(heading.level for heading in truth)
    moved = [
        f"“{shorten(heading.title, _QUOTE)}” is {other.level} instead of {heading.level + offset}"
        for heading in truth
        if (other := found.get(heading.title.casefold())) and other.level != heading.level + offset
    ]
    if moved:
        more = f" and {len(moved) - _SHOWN} more" if len(moved) > _SHOWN else ""
        told.append(f"Levels: {', '.join(moved[:_SHOWN])}{more}.")
    return " ".join(told)
