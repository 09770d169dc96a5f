"""Faults put into real conversions: which checks find them, what the feedback points to, and false alarms.

``DOCASSAY_BENCH_DATA`` (or ``--data``) names a folder with ``parse-bench``, ``tables-icdar2013`` and
``formats``; a half of each is converted and each of eleven faults is put into each document at three
strengths. A document counts for a fault when it has what the fault needs (paragraphs, a table, headings,
digits). The expected outputs of the second table are the clean conversions themselves.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from benchmarks.quality.datasets import Sample, samples
from benchmarks.scoring.fault_kinds import FAULTS, paragraphs, words_of
from docassay.checks.contract import Item, Subject
from docassay.checks.words import to_words
from docassay.documents.expected import Expected
from docassay.documents.model import Document
from docassay.documents.source_layer import SourceLayer
from docassay.engines.contract import ConvertOptions, ReadLimits
from docassay.engines.registry import get_engine
from docassay.errors import DocumentFailure
from docassay.readers.layer import read_source_layer
from docassay.scoring.default_rubric import DEFAULT_RUBRIC, DEFAULT_RUBRIC_WITH_EXPECTED
from docassay.scoring.definition import Rubric, parse_rubric
from docassay.scoring.evaluate import evaluate
from docassay.testing.documents.pdf import write_paper, write_report

MOST_PAGES: Final = 4
MADE_DOCUMENTS: Final = 12
ALARM: Final = 3.0
"""A rule of a clean output below it is a false alarm."""
INTENDED: Final = {
    "dropped paragraph": ("text.missing_passage", "text.missing_passage"),
    "hallucinated passage": ("text.unsupported_passage", "text.unsupported_passage"),
    "loop": ("output.repetition", "output.repetition"),
    "swapped halves": ("order.lis", "order.lis"),
    "interleaved columns": ("order.lis", "order.lis"),
    "wrong characters": ("text.layer_precision", "text.ned"),
    "garbled font": ("output.garbage_chars", "output.garbage_chars"),
    "changed digit": ("text.number_agreement", "text.number_agreement"),
    "merged table columns": ("table.columns", "table.match"),
    "dropped table rows": ("text.layer_recall", "table.match"),
    "lost headings": ("structure.headings_kept", "headings.mhs"),
}
"""The check that is meant for each fault, named before anything is measured: without and with expected
outputs."""
HEADINGS_ONLY: Final = "lost headings"
"""Documents of ``formats`` and made ones count for this fault alone, which too few of the others can have."""
_QUOTE: Final = re.compile("“([^”]+)”")


@dataclass(frozen=True, slots=True)
class Case:
    """A clean conversion with the text layer of its file and a text of another document."""

    name: str
    document: Document
    layer: SourceLayer | None
    other: str
    is_extra: bool


@dataclass(frozen=True, slots=True)
class Scored:
    """The file's score and the lowest item of each check; checks without a score are left out."""

    score: float | None
    lowest: Mapping[str, Item]

    def of(self, check: str) -> float:
        """The score of the check's lowest item."""
        return self.lowest[check].score or 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault was put: pages, ids of changed blocks, words before and after, words that differ."""

    pages: frozenset[int]
    blocks: frozenset[str]
    texts: tuple[str, ...]
    words: frozenset[str]

    def holds_page(self, item: Item) -> bool:
        """Whether an item or its feedback names a changed page."""
        named = {int(number) for number in re.findall(r"[Pp]age (\d+)", item.feedback)}
        named |= {int(number) for number in re.findall(r"/page/(\d+)/", item.feedback)}
        return item.page_index in self.pages or bool(named & self.pages)

    def holds_passage(self, item: Item, clean: Item) -> bool:
        """Whether an item names a changed block, quotes text of one, or names a word that differs and that
        the feedback of the clean output does not have."""
        if item.block_id in self.blocks or any(name in item.feedback for name in self.blocks):
            return True
        quotes = [_spaced(quote.rstrip("…")) for quote in _QUOTE.findall(item.feedback)]
        if any(quote.strip() and quote in text for quote in quotes for text in self.texts):
            return True
        told = set(to_words(item.feedback).tokens) - set(to_words(clean.feedback).tokens)
        return bool(self.words & told)


def _spaced(text: str) -> str:
    return f" {' '.join(to_words(text).tokens)} "


def place_of(clean: Document, faulty: Document) -> Place:
    """What of a document a fault changed; where it moved blocks alone, their page."""
    pages: set[int] = set()
    blocks: set[str] = set()
    texts: list[str] = []
    lost: Counter[str] = Counter()
    for one, two in zip(clean.pages, faulty.pages, strict=True):
        if one.blocks == two.blocks:
            continue
        pages.add(one.index)
        old, new = list(one.blocks), list(two.blocks)
        removed = [block for block in old if block not in new]
        added = [block for block in new if block not in old]
        if not removed and not added:
            removed = [a for a, b in zip(old, new, strict=False) if a is not b]
        blocks.update(block.id for block in (*removed, *added))
        parts = [_spaced(" ".join(words_of(block))) for block in (*removed, *added)]
        texts += parts
        for block, sign in [(each, 1) for each in removed] + [(each, -1) for each in added]:
            for word in to_words(" ".join(words_of(block))).tokens:
                lost[word] += sign
    return Place(
        frozenset(pages),
        frozenset(blocks),
        tuple(texts),
        frozenset(word for word, count in lost.items() if count),
    )


def cases(data: Path, half: str) -> list[Case]:
    """One half of each dataset, at most four pages each, and made reports and papers."""
    engine = get_engine("built-in")
    options = replace(ConvertOptions(), mode="balanced", max_pages=MOST_PAGES)
    made = []
    with tempfile.TemporaryDirectory() as folder:
        found = [
            each
            for dataset in ("parse-bench", "tables-icdar2013", "formats")
            for each in samples(data, dataset)
            if half in (each.half, "both") and (dataset != "formats" or each.name.endswith(".pdf"))
        ]
        for number in range(MADE_DOCUMENTS):
            path = Path(folder) / f"made-{number:02d}.pdf"
            (write_report if number % 2 else write_paper)(path, number)
            found.append(Sample("made", path.name, path, "dev"))
        for each in found:
            source = each.source()
            try:
                document = engine.convert(source, options)
            except DocumentFailure:
                continue  # one needs a password: there is nothing to put a fault into
            layer = read_source_layer(source, ReadLimits())
            made.append((each, document, layer))
    texts = [" ".join(" ".join(words_of(block)) for _, _, block in paragraphs(each[1])) for each in made]
    return [
        Case(
            each.name, document, layer, texts[(number + 7) % len(texts)], each.dataset in ("formats", "made")
        )
        for number, (each, document, layer) in enumerate(made)
    ]


def score(rubric: Rubric, document: Document, case: Case, *, with_expected: bool) -> Scored:
    """Evaluate one output."""
    expected = (Expected(), case.document) if with_expected else (None, None)
    evaluation = evaluate(
        rubric, Subject(document, case.layer, expected=expected[0], expected_document=expected[1])
    )
    lowest: dict[str, Item] = {}
    for rule in evaluation.rules:
        items = [item for item in rule.items if item.score is not None]
        if items and rule.check is not None:
            lowest[rule.check] = min(items, key=lambda item: item.score or 0.0)
    return Scored(evaluation.score, lowest)


def area_under_curve(clean: Sequence[float], faulty: Sequence[float]) -> float:
    """The probability that a faulty output scores below a clean one, ties counting half."""
    wins = sum((bad < good) + 0.5 * (bad == good) for bad in faulty for good in clean)
    return wins / (len(clean) * len(faulty)) if clean and faulty else 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """One document with a fault: the clean output, and at each strength the faulty one and the place."""

    clean: Scored
    faulty: tuple[Scored, ...]
    places: tuple[Place, ...]
    page_count: int


def report(found: Sequence[Case], *, with_expected: bool) -> None:
    """Print what the rubric makes of clean and of faulty outputs."""
    rubric = parse_rubric(DEFAULT_RUBRIC_WITH_EXPECTED if with_expected else DEFAULT_RUBRIC)
    clean = [score(rubric, case.document, case, with_expected=with_expected) for case in found]
    names = list(dict.fromkeys(rule.check for rule in rubric.rules if rule.check is not None))
    print(f"\n## {rubric.name}\n")
    report_alarms(found, clean, names)
    print(
        "| fault | documents | falls | falls at each step | intended check | its documents | AUC by strength "
        "| all | right page | right passage | best check, all |\n" + "|---" * 11 + "|"
    )
    for title in FAULTS:
        rows = rows_of(title, found, clean, rubric, with_expected=with_expected)
        print(line_of(title, rows, names, INTENDED[title][with_expected]), flush=True)


def report_alarms(found: Sequence[Case], clean: Sequence[Scored], names: Sequence[str]) -> None:
    """Print how often each check scores a clean output below ``ALARM``."""
    alarms: dict[str, list[bool]] = defaultdict(list)
    for each in clean:
        for name in each.lowest:
            alarms[name].append(each.of(name) < ALARM)
    print("| check | clean documents | false alarms |\n|---|---|---|")
    for name in names:
        if alarms[name]:
            print(f"| `{name}` | {len(alarms[name])} | {sum(alarms[name]) / len(alarms[name]):.1%} |")
    total = [each.score for each in clean if each.score is not None]
    low = sum(value < ALARM for value in total)
    print(f"\n{len(found)} clean documents: mean {sum(total) / len(total):.2f}, {low} below {ALARM:g}\n")


def rows_of(
    title: str, found: Sequence[Case], clean: Sequence[Scored], rubric: Rubric, *, with_expected: bool
) -> list[Row]:
    """The documents that can have the fault, with it."""
    rows = []
    for number, case in enumerate(found):
        if case.is_extra and title != HEADINGS_ONLY:
            continue
        made = [
            document
            for strength in range(3)
            if (document := FAULTS[title](case.document, strength, random.Random(number), case.other))
        ]
        if len(made) == 3:
            scored = tuple(score(rubric, each, case, with_expected=with_expected) for each in made)
            places = tuple(place_of(case.document, each) for each in made)
            rows.append(Row(clean[number], scored, places, len(case.document.pages)))
    return rows


def line_of(title: str, rows: Sequence[Row], names: Sequence[str], intended: str) -> str:
    """One line of the table."""
    if not rows:
        return f"| {title} | 0 |" + " |" * 9
    falls = strictly = 0
    for row in rows:
        scores = [row.clean.score or 0.0, *(each.score or 0.0 for each in row.faulty)]
        steps = [two - one for one, two in pairwise(scores)]
        falls += max(steps) <= 1e-9 and scores[-1] < scores[0]
        strictly += max(steps) < -1e-9
    used, values = curve(rows, intended)
    best = max(names, key=lambda name: sum(curve(rows, name)[1]))
    pages, passages = pointed(used, intended)
    shown = " / ".join(f"{value:.2f}" for value in values)
    return (
        f"| {title} | {len(rows)} | {falls / len(rows):.0%} | {strictly / len(rows):.0%} | `{intended}` "
        f"| {len(used)} | {shown} | {sum(values) / 3:.2f} | {pages} | {passages} "
        f"| `{best}`, {sum(curve(rows, best)[1]) / 3:.2f} |"
    )


def curve(rows: Sequence[Row], check: str) -> tuple[list[Row], list[float]]:
    """The documents that a check scores clean and at each strength, and its area by strength."""
    used = [
        row for row in rows if check in row.clean.lowest and all(check in each.lowest for each in row.faulty)
    ]
    if len(used) < 3:
        return used, [0.5, 0.5, 0.5]
    clean = [row.clean.of(check) for row in used]
    return used, [
        area_under_curve(clean, [row.faulty[strength].of(check) for row in used]) for strength in range(3)
    ]


def pointed(rows: Sequence[Row], check: str) -> tuple[str, str]:
    """Of the outputs whose fault the check finds, those whose feedback points to the page (of documents of
    several pages) and to the passage, with how many there are."""
    pages: list[bool] = []
    passages: list[bool] = []
    for row in rows:
        clean = row.clean.lowest[check]
        for scored, place in zip(row.faulty, row.places, strict=True):
            if scored.of(check) < row.clean.of(check):
                item = scored.lowest[check]
                passages.append(place.holds_passage(item, clean))
                if row.page_count > 1:
                    pages.append(place.holds_page(item))
    return _share(pages), _share(passages)


def _share(claims: Sequence[bool]) -> str:
    return f"{sum(claims) / len(claims):.0%} of {len(claims)}" if claims else "-"


def main(arguments: list[str]) -> int:
    """Print both rubrics: without and with expected outputs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring faults")
    parser.add_argument("--data", type=Path, default=os.environ.get("DOCASSAY_BENCH_DATA"))
    parser.add_argument("--half", choices=["dev", "held-out", "both"], default="dev")
    options = parser.parse_args(arguments)
    if not options.data or not Path(options.data).is_dir():
        print("Name the folder of the data with --data.")
        return 2
    found = cases(Path(options.data), options.half)
    for with_expected in (False, True):
        report(found, with_expected=with_expected)
    return 0
