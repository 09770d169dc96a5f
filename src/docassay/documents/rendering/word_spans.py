"""Words with boxes found again in a block's html, and marked there.

The html says the words in reading order but joins hyphens and drops bullets; the words come in the order in
which the reader found them. So each run of characters without white space is put together from words: the
same word, or several that follow each other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import Final, NamedTuple

from lxml import etree

from docassay.documents.html_fragment import BLOCK_TAGS, CELL_TAGS, HIDDEN_TAGS, tag_of
from docassay.documents.model import Block, WordBox, walk

_RUN: Final = re.compile(r"\S+")
_NOT_MARKED: Final = HIDDEN_TAGS | {"math", "textarea", "content-ref"}
_ENDS_A_WORD: Final = BLOCK_TAGS | CELL_TAGS | _NOT_MARKED | {"br", "img", "input"}
_HYPHENS: Final = ("-", "\u2010", "\xad")
_LONGEST_SEARCH: Final = 40
"""So many words with the right first character are tried for the next part of a run."""


class _Slot(NamedTuple):
    """One text of the tree: ``node``'s own first text, or its tail."""

    node: etree._Element
    is_tail: bool
    text: str


class _Part(NamedTuple):
    """Characters ``start`` to ``end`` of a slot."""

    slot: int
    start: int
    end: int


def mark_words(
    block: Block, root: etree._Element, children: Mapping[etree._Element, Block]
) -> Iterator[tuple[etree._Element, WordBox]]:
    """Put ``span`` elements around the words below ``root`` that have boxes, and give each with its word.

    ``children`` says which elements are the blocks inside. A word that runs over several elements has a span
    in each of them. Text without a box stays as it is.
    """
    owners = {id(child) for child in children.values()}
    is_matched = all(id(part) in owners or part is block for part in walk(block) if part.words)
    if not is_matched:
        yield from _mark(root, [word for part in walk(block) for word in part.words], frozenset())
        return
    apart = frozenset(element for element, child in children.items() if child.words)
    for element, child in children.items():
        if child.words:
            yield from _mark(element, child.words, apart - {element})
    if block.words:
        yield from _mark(root, block.words, apart)


def _mark(
    element: etree._Element, words: Sequence[WordBox], apart: frozenset[etree._Element]
) -> Iterator[tuple[etree._Element, WordBox]]:
    slots, runs = _runs(element, apart)
    supply = _Supply(words)
    marks: dict[int, list[tuple[int, int, WordBox]]] = defaultdict(list)
    for run in runs:
        text = "".join(slots[part.slot].text[part.start : part.end] for part in run)
        ends = list(accumulate(part.end - part.start for part in run))
        position = 0
        for word, length in supply.words_of(text):
            if word is not None:
                for slot, start, end in _cut(run, ends, position, position + length):
                    marks[slot].append((start, end, word))
            position += length
    for slot, found in marks.items():
        yield from _insert_spans(slots[slot], found)


def _runs(element: etree._Element, apart: frozenset[etree._Element]) -> tuple[list[_Slot], list[list[_Part]]]:
    """The texts below the element and the runs of characters without white space that they make up."""
    slots: list[_Slot] = []
    runs: list[list[_Part]] = []
    is_open = False
    skipped = 0

    def add(node: etree._Element, text: str | None, *, is_tail: bool) -> None:
        nonlocal is_open
        if not text:
            return
        slots.append(_Slot(node, is_tail, text))
        for match in _RUN.finditer(text):
            part = _Part(len(slots) - 1, match.start(), match.end())
            if is_open and match.start() == 0:
                runs[-1].append(part)
            else:
                runs.append([part])
        is_open = not text[-1].isspace()

    for event, node in etree.iterwalk(element, events=("start", "end")):
        tag = tag_of(node)
        is_skipped = node is not element and (tag in _NOT_MARKED or node in apart)
        if tag in _ENDS_A_WORD:
            is_open = False
        if event == "start":
            skipped += is_skipped
            if not skipped:
                add(node, node.text, is_tail=False)
            continue
        skipped -= is_skipped
        if not skipped and node is not element:
            add(node, node.tail, is_tail=True)
    return slots, runs


class _Supply:
    """Words that are not yet used, by text and by first character."""

    def __init__(self, words: Sequence[WordBox]) -> None:
        self._words = words
        self._is_used = [False] * len(words)
        self._by_text: dict[str, deque[int]] = defaultdict(deque)
        self._by_first: dict[str, OrderedDict[int, None]] = defaultdict(OrderedDict)
        for number, word in enumerate(words):
            if word.text:
                self._by_text[word.text].append(number)
                self._by_first[word.text[0]][number] = None

    def words_of(self, run: str) -> Iterator[tuple[WordBox | None, int]]:
        """The words that make up the run, each with the number of its characters; None for what has none."""
        whole = self._take_equal(run)
        if whole is not None:
            yield whole, len(run)
            return
        position = 0
        while position < len(run):
            number, length = self._next_part(run, position)
            if number is None:
                # Nothing starts here: give up the rest of the run, but not the runs after it.
                yield None, len(run) - position
                return
            yield self._take(number), length
            position += length

    def _take_equal(self, text: str) -> WordBox | None:
        numbers = self._by_text.get(text)
        while numbers:
            number = numbers.popleft()
            if not self._is_used[number]:
                return self._take(number)
        return None

    def _take(self, number: int) -> WordBox:
        word = self._words[number]
        self._is_used[number] = True
        del self._by_first[word.text[0]][number]
        return word

    def _next_part(self, run: str, position: int) -> tuple[int | None, int]:
        for number in islice(self._by_first.get(run[position], ()), _LONGEST_SEARCH):
            text = self._words[number].text
            if run.startswith(text, position):
                return number, len(text)
            is_broken = len(text) > 1 and text.endswith(_HYPHENS)
            if is_broken and run.startswith(text[:-1], position) and position + len(text) - 1 < len(run):
                return number, len(text) - 1
        return None, 0


def _cut(run: Sequence[_Part], ends: Sequence[int], start: int, end: int) -> Iterator[_Part]:
    """The parts of the slots that characters ``start`` to ``end`` of the run are; ``ends`` says where in the
    run each of its parts ends."""
    number = bisect_right(ends, start)
    while start < end:
        part, until = run[number], min(end, ends[number])
        shift = part.end - ends[number]
        yield _Part(part.slot, start + shift, until + shift)
        start, number = until, number + 1


def _insert_spans(
    slot: _Slot, found: Sequence[tuple[int, int, WordBox]]
) -> Iterator[tuple[etree._Element, WordBox]]:
    spans: list[etree._Element] = []
    for number, (start, end, word) in enumerate(found):
        span = slot.node.makeelement("span")
        span.text = slot.text[start:end]
        following = found[number + 1][0] if number + 1 < len(found) else len(slot.text)
        span.tail = slot.text[end:following]
        spans.append(span)
        yield span, word
    before = slot.text[: found[0][0]]
    if slot.is_tail:
        slot.node.tail = None
        for span in reversed(spans):
            slot.node.addnext(span)
        slot.node.tail = before
    else:
        slot.node.text = None
        for span in reversed(spans):
            slot.node.insert(0, span)
        slot.node.text = before
