"""``page.coverage``: whether every page that was asked for left something in the output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docassay.checks.agreement import count_of, percent
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.page_text import TextPair, furniture_of, has_page_pairs, items_by_level, page_pairs
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.words import listing, shorten
from docassay.documents.model import BoundingBox, Page
from docassay.documents.source_layer import SourcePage

MINIMUM_WORDS: Final = 20
MARGIN_POINTS: Final = 3.0
MOST_COMPARISONS: Final = 10_000_000
"""Words times blocks of one page; beyond that only the presence of output is looked at."""


@dataclass(frozen=True, slots=True)
class _Covered:
    """``share`` of the page's layer words, 0-1. ``outside`` quotes words that stand in no block."""

    share: float
    by_boxes: bool
    outside: tuple[str, ...] = ()


@check(
    "page.coverage",
    version="2",
    levels=("page", "document"),
    needs=frozenset({"source"}),
    summary=(
        "Whether every page with words in its text layer left words in the output and, where word boxes "
        "are known, which share of the words stands inside some block. Running headers and footers may be "
        "left out. A page that could not be read scores 0. Not applicable to formats without pages of their "
        "own: there text.layer_recall says what is missing."
    ),
    mapping="5 x share; without word boxes 5 for a page with output, else 0; a document: mean of pages",
    params={
        "minimum_words": {
            "type": "integer",
            "minimum": 1,
            "default": MINIMUM_WORDS,
            "description": "Pages with fewer words in the text layer are left out unless they failed.",
        }
    },
    source="Word centres inside block boxes, as in layout coverage measures.",
    cost="0.7 ms a page",
)
def page_coverage(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page or one for the document; ``value`` is the share covered, 0-1."""
    minimum = int(params.get("minimum_words", MINIMUM_WORDS))
    if page_pairs(subject) and not has_page_pairs(subject):
        return [not_applicable("This format has no pages of its own, so there are none to be covered.")]

    def judge_pair(pair: TextPair) -> Item:
        covered = _cover(subject, pair, minimum)
        if covered is None:
            count = count_of(len(pair.layer.body.tokens), "word")
            return not_applicable(
                f"{pair.place} has only {count} in its text layer; {minimum} are needed.",
                page_index=pair.page_index,
            )
        return Item(
            score=BEST * covered.share,
            outcome="failed" if pair.output is None else "scored",
            value=covered.share,
            page_index=pair.page_index,
            feedback=f"{pair.place} {_sentence(subject, pair, covered)}",
            details={"by_boxes": covered.by_boxes, "words_in_no_block": list(covered.outside[:50])},
        )

    def judge_all(pairs: tuple[TextPair, ...]) -> Item:
        found = [(pair, _cover(subject, pair, minimum)) for pair in pairs]
        judged = [(pair, covered) for pair, covered in found if covered is not None]
        if not judged:
            return not_applicable(f"No page has {minimum} words or more in its text layer.")
        value = sum(covered.share for _, covered in judged) / len(judged)
        low = [(pair, covered) for pair, covered in judged if covered.share < 1]
        shown = listing((f"{pair.place} {_sentence(subject, pair, covered)}" for pair, covered in low), 4)
        return Item(
            score=BEST * value,
            value=value,
            feedback=(
                f"The document: {percent(value)} of {count_of(len(judged), 'page')} with text are covered."
                + (f" {shown}" if low else "")
            ),
            details={
                "pages": len(judged),
                "pages_without_output": [pair.page_index for pair, covered in judged if covered.share == 0],
            },
        )

    return items_by_level(subject, level, judge_pair, judge_all)


def _cover(subject: Subject, pair: TextPair, minimum: int) -> _Covered | None:
    """How much of a page is covered; None when it has too few words to tell."""
    if pair.output is None:
        return _Covered(0.0, by_boxes=False)
    if len(pair.layer.body.tokens) < minimum:
        return None
    if not pair.output.words.tokens:
        return _Covered(0.0, by_boxes=False)
    page = next((each for each in subject.document.pages if each.index == pair.page_index), None)
    layer = subject.source.page(pair.page_index) if subject.source and pair.page_index is not None else None
    boxed = _by_boxes(subject, page, layer) if page is not None and layer is not None else None
    return boxed or _Covered(1.0, by_boxes=False)


def _by_boxes(subject: Subject, page: Page, layer: SourcePage) -> _Covered | None:
    """The share of words with their centre in a block; None without usable boxes on either side."""
    boxes = [block.bbox for block in page.blocks if _area(block.bbox) > 0]
    words = layer.text.split()
    if not boxes or len(boxes) < len(page.blocks) or len(layer.word_boxes) != len(words):
        return None
    if len(boxes) * len(words) > MOST_COMPARISONS:
        return None
    outside = _words_outside(boxes, layer.word_boxes)
    if not outside:
        return _Covered(1.0, True) if any(map(_is_word, words)) else None
    is_furniture = _furniture_words(subject, layer)
    count = sum(map(_is_word, words))
    outside = [number for number in outside if _is_word(words[number])]
    missing = tuple(words[number] for number in outside if not is_furniture[number])
    total = count - len(outside) + len(missing)
    return _Covered((total - len(missing)) / total, True, missing) if total else None


def _is_word(text: str) -> bool:
    return text.isalnum() or any(map(str.isalnum, text))


def _words_outside(boxes: Sequence[BoundingBox], word_boxes: Sequence[BoundingBox]) -> list[int]:
    """The numbers of the words that have their centre in no box."""
    outside = []
    margin = MARGIN_POINTS
    areas = [
        (2 * (box.x0 - margin), 2 * (box.y0 - margin), 2 * (box.x1 + margin), 2 * (box.y1 + margin))
        for box in boxes
    ]
    x0, y0, x1, y1 = areas[0]  # that of the word before, for words of a block follow each other
    for number, (left, top, right, bottom) in enumerate(word_boxes):
        x, y = left + right, top + bottom  # twice the centre, beside twice the areas
        if x0 <= x <= x1 and y0 <= y <= y1:
            continue
        for area in areas:
            if area[0] <= x <= area[2] and area[1] <= y <= area[3]:
                x0, y0, x1, y1 = area
                break
        else:
            outside.append(number)
    return outside


def _area(box: BoundingBox) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def _furniture_words(subject: Subject, layer: SourcePage) -> list[bool]:
    """For each of ``text.split()`` whether it stands in a running header or footer."""
    of_page = furniture_of(subject).get(layer.index, frozenset())
    return [number in of_page for number, line in enumerate(layer.text.splitlines()) for _ in line.split()]


def _sentence(subject: Subject, pair: TextPair, covered: _Covered) -> str:
    words = count_of(len(pair.layer.body.tokens), "word")
    if pair.output is None:
        reason = subject.document.page_errors.get(pair.page_index, "") if pair.page_index is not None else ""
        return f"could not be read, though its text layer has {words}." + (
            f" Reason: {reason}" if reason else ""
        )
    if covered.share == 0 and not covered.by_boxes:
        return f"has {words} in its text layer and none in the output."
    if covered.outside:
        quote = shorten(" ".join(covered.outside))
        return f"has {percent(covered.share)} of its words inside a block. Outside: “{quote}”."
    return "is covered by the output."
