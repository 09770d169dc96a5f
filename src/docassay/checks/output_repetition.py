"""``output.repetition``: whether the output says the same thing over and over, as a looping model does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from docassay.checks.agreement import percent
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.page_text import (
    BlockText,
    LayerText,
    OutputText,
    has_page_pairs,
    join_blocks,
    output_texts,
    page_name,
    page_pairs,
)
from docassay.checks.registry import check
from docassay.checks.repeats import character_loop, find_loops, may_hold_loops
from docassay.checks.scale import BEST
from docassay.checks.words import cut, shorten

MINIMUM_COPIES: Final = 4
SHORTEST_LOOP: Final = 24
"""Characters of a loop with all its copies."""
WEAK_UNIT_COPIES: Final = 30
"""Copies that make a loop of a passage without a real word (``0 0 0``), which lists and forms may hold."""
SHORTEST_LINE: Final = 20
SHORTEST_TWICE: Final = 40
"""Characters of a line that is a fault when it stands there only twice; shorter ones need three copies."""
LONGEST_UNIT_TOKENS: Final = 50_000
"""Tokens of one page (or block) that are looked at; what lies behind is not searched."""
MOST_LINES: Final = 500
"""Different repeated lines of one page that are looked up in the layer, the weightiest first."""
WORST_SHARE: Final = 0.2
LONG_PASSAGE: Final = 16
"""Characters of a passage that is told apart without its spaces."""

_TABULAR: Final = frozenset({"Table", "TableGroup", "TableOfContents", "Form"})


@dataclass(frozen=True, slots=True)
class _Repeat:
    """A passage that is said ``copies`` times; ``characters`` counts those of the copies too many."""

    quote: str
    copies: int
    characters: int
    block_id: str | None


@dataclass(frozen=True, slots=True)
class _Finding:
    """What was searched and what was found in it."""

    characters: int
    repeats: tuple[_Repeat, ...]

    @property
    def repeated_share(self) -> float:
        """Characters of needless copies over all characters, 0-1."""
        repeated = sum(each.characters for each in self.repeats)
        return min(1.0, repeated / self.characters) if self.characters else 0.0


@check(
    "output.repetition",
    version="2",
    levels=("page", "document", "block"),
    needs=frozenset({"source"}),
    summary=(
        "Whether passages are repeated without need: the same words at least four times in a row, a long "
        "line more than once. Finds loops of generating models. Copies that the file's own text layer "
        "holds as well are no fault; rulers, leaders and page furniture are ignored, tables get more "
        "patience. Works without a text layer too."
    ),
    mapping="5 x (1 - min(1, 5 x share)), where share is the part of the characters that are needless copies",
    params={
        "minimum_copies": {
            "type": "integer",
            "minimum": 3,
            "maximum": 1000,
            "default": MINIMUM_COPIES,
            "description": "How often a passage must follow itself to be a loop (twice as often in tables).",
        }
    },
    source="Tandem repeats by even gaps between equal trigrams; duplicate-line share as in web-text filters.",
    cost="0.9 ms a page",
)
def output_repetition(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page, a block or one for the document; ``value`` is 1 - the repeated share."""
    minimum = int(params.get("minimum_copies", MINIMUM_COPIES))
    layers = _layers(subject)
    pages = {index: output.body for index, output in output_texts(subject).items()}
    if level == "block":
        items = [
            _item(
                _search(join_blocks((part,)), layers.get(index, layers.get(None, _NO_LAYER)), minimum),
                part.block.id,
                page_index=index,
                block=part,
            )
            for index, output in pages.items()
            for part in output.blocks
            if part.words.tokens
        ]
        return items or [not_applicable("The output has no words, so nothing can be repeated.")]
    found = {
        index: _search(output, layers.get(index, layers.get(None, _NO_LAYER)), minimum)
        for index, output in pages.items()
    }
    if level == "page":
        return [_item(finding, page_name(index), page_index=index) for index, finding in found.items()] or [
            not_applicable("The document has no pages.")
        ]
    return [_item(_together(tuple(found.values())), "The document", page_index=None)]


class _Layer:
    """The text layer that copies are looked for in; empty when there is none."""

    def __init__(self, layer: LayerText | None = None) -> None:
        self._layer = layer

    @cached_property
    def _tokens(self) -> str:
        return _padded(self._layer.whole.tokens) if self._layer is not None else ""

    @cached_property
    def _squeezed(self) -> str:
        return "".join(self._layer.whole.tokens) if self._layer is not None else ""

    def copies(self, tokens: Sequence[str]) -> int:
        """How often the passage stands there; long ones are found however the layer spaces its glyphs."""
        count = self._tokens.count(_padded(tokens))
        squeezed = "".join(tokens)
        return max(count, self._squeezed.count(squeezed)) if len(squeezed) >= LONG_PASSAGE else count


def _padded(tokens: Sequence[str]) -> str:
    """Each token between its own blanks, so that neighbouring copies are all counted by ``str.count``."""
    return f" {'  '.join(tokens)} " if tokens else ""


_NO_LAYER: Final = _Layer()


def _layers(subject: Subject) -> dict[int | None, _Layer]:
    """The text layer by page index; under None that of a format without pages."""
    pairs = page_pairs(subject)
    texts: dict[int | None, _Layer] = {pair.page_index: _Layer(pair.layer) for pair in pairs}
    if texts and not has_page_pairs(subject):
        return {None: texts[None]}
    return texts


def _search(output: OutputText, layer: _Layer, minimum_copies: int) -> _Finding:
    """The needless copies of a page or block; every table is searched by itself."""
    tables = [join_blocks((part,)) for part in output.blocks if part.block.block_type in _TABULAR]
    running = output
    if tables:
        running = join_blocks(part for part in output.blocks if part.block.block_type not in _TABULAR)
    repeats = [repeat for table in tables for repeat in _repeats(table, layer, 2 * minimum_copies, False)]
    if running.blocks:
        repeats.extend(_repeats(running, layer, minimum_copies, True))
    found = tuple(sorted(repeats, key=lambda each: -each.characters))
    return _Finding(_length(output.words.tokens), found)


def _repeats(output: OutputText, layer: _Layer, minimum_copies: int, has_lines: bool) -> Iterator[_Repeat]:
    words = output.words
    tokens = words.tokens[:LONGEST_UNIT_TOKENS]
    is_copy = bytearray(len(tokens))
    may_loop = may_hold_loops(words.repeated_trigrams, minimum_copies)
    for loop in find_loops(tokens, minimum_copies) if may_loop else ():
        unit = tokens[loop.first : loop.first + loop.period]
        if not _is_loop(unit, loop.last - loop.first, loop.copies):
            continue
        allowed = max(1, layer.copies(unit))
        first_copy = loop.first + loop.period * min(allowed, loop.copies)
        if loop.copies > allowed:
            block = output.block_at(loop.first)
            quote = words.quote(loop.first, loop.first + loop.period)
            is_copy[first_copy : loop.last] = b"\x01" * (loop.last - first_copy)
            yield _Repeat(
                quote, loop.copies, _length(tokens[first_copy : loop.last]), block.id if block else None
            )
    has_long_tokens = max(map(len, tokens), default=0) > SHORTEST_LOOP
    for position, token in enumerate(tokens if has_long_tokens else ()):
        if len(token) > SHORTEST_LOOP and not is_copy[position]:
            copied = character_loop(token, minimum_copies)
            if copied and not layer.copies((token,)):
                block = output.block_at(position)
                yield _Repeat(shorten(token, 40), 1, copied, block.id if block else None)
    if has_lines:
        yield from _duplicate_lines(output, is_copy, layer)


def _is_loop(unit: Sequence[str], token_count: int, copies: int) -> bool:
    # A Chinese or Japanese character says about as much as two letters.
    width = sum(len(token) if token.isascii() or len(token) > 1 else 2 for token in unit)
    if width / len(unit) * token_count < SHORTEST_LOOP:
        return False
    has_word = any(not token.isdigit() and (len(token) > 1 or not token.isascii()) for token in unit)
    return has_word or copies >= WEAK_UNIT_COPIES


def _duplicate_lines(output: OutputText, is_copy: bytearray, layer: _Layer) -> Iterator[_Repeat]:
    """Lines of more than 20 characters (40 for a pair) that stand there again, outside of loops."""
    words = output.words
    places: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for first, line, length in _lines(output, len(is_copy)):
        if length > SHORTEST_LINE:
            places.setdefault(line, []).append((first, length))
    copies: dict[tuple[str, ...], list[int]] = {}
    for line, found in places.items():
        if len(found) < 2 or _length(line) <= SHORTEST_LINE // 2:
            continue
        outside = [each for each in found if not any(is_copy[each[0] : each[0] + len(line)])]
        if len(outside) > 2 or (len(outside) == 2 and outside[-1][1] > SHORTEST_TWICE):
            copies[line] = [first for first, _ in outside]
    doubled = sorted(
        ((line, len(firsts)) for line, firsts in copies.items()),
        key=lambda entry: (-_length(entry[0]) * (entry[1] - 1), copies[entry[0]][0]),
    )
    for line, count in doubled[:MOST_LINES]:
        allowed = max(1, layer.copies(line))
        if count > allowed:
            second = copies[line][1]
            block = output.block_at(second)
            yield _Repeat(
                words.quote(second, second + len(line)),
                count,
                _length(line) * (count - allowed),
                block.id if block else None,
            )


def _lines(output: OutputText, searched: int) -> Iterator[tuple[int, tuple[str, ...], int]]:
    """Of the ``searched`` tokens each line: the number of its first token, its tokens, its characters."""
    for first, part in zip(output.starts, output.blocks, strict=True):
        lines = part.words.text.strip("\n").split("\n")
        for line in lines:
            tokens = part.words.tokens if len(lines) == 1 else cut(line)
            yield first, tokens[: max(0, searched - first)], len(line)
            first += len(tokens)


def _length(tokens: Sequence[str]) -> int:
    return sum(map(len, tokens))


def _together(findings: tuple[_Finding, ...]) -> _Finding:
    repeats = sorted((each for finding in findings for each in finding.repeats), key=lambda e: -e.characters)
    return _Finding(sum(finding.characters for finding in findings), tuple(repeats))


def _item(finding: _Finding, place: str, *, page_index: int | None, block: BlockText | None = None) -> Item:
    if not finding.characters:
        return not_applicable(f"{place} has no words in the output.", page_index=page_index)
    share = finding.repeated_share
    feedback = f"{place}: nothing is repeated without need."
    if finding.repeats:
        shown = "; ".join(_describe(each) for each in finding.repeats[:3])
        feedback = f"{place}: {percent(share)} of the text are needless copies. {shown}."
    return Item(
        score=BEST * (1 - min(1.0, share / WORST_SHARE)),
        value=1 - share,
        feedback=feedback,
        page_index=page_index,
        block_id=block.block.id if block else None,
        block_type=block.block.block_type if block else None,
        details={
            "repeated_share": share,
            "repeats": [
                {"text": each.quote, "copies": each.copies, "block_id": each.block_id}
                for each in finding.repeats[:20]
            ],
        },
    )


def _describe(repeat: _Repeat) -> str:
    where = f" ({repeat.block_id})" if repeat.block_id else ""
    if repeat.copies == 1:
        return f"“{repeat.quote}” repeats itself{where}"
    return f"“{repeat.quote}” stands there {repeat.copies} times{where}"
