"""Label-value pairs of a document: on one line, beside or below each other, in rows of tables, in prose."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from docassay.documents.model import BoundingBox
from docassay.extraction.labels import KnownLabels
from docassay.extraction.lines import PrintedLine

How = Literal["same_line", "table_row", "table_column", "right", "below", "prefix", "prose", "form"]

_MAX_PREFIX_WORDS: Final = 5
_MAX_LABEL_CHARACTERS: Final = 60
_MAX_LABEL_WORDS: Final = 8
_MAX_MORE_LINES: Final = 6
_PROSE_WORDS: Final = 14
_WORDS_PER_SEGMENT: Final = 5
_FAR: Final = 200.0
"""Points between a label and a value beside it beyond which they belong to different columns."""
_SEPARATOR: Final = re.compile(
    r"\s*[:：](?=\s|$)|\s*(?:[.·…_]{3,}|\s\||\t|\s=\s)\s*|[:：](?=[^\s/\d])|\s{3,}"
)
_CONNECTOR: Final = re.compile(
    r"^\s*(?:(?:is|was|are|of|dated|on|for|by|no\.?|number|amounts?\s+to|vom|über|von|beträgt|du|de|est)\s+){0,2}"
    r"[:#]?\s*",
    re.IGNORECASE,
)
_STARTS_WITH_NUMBER: Final = re.compile(r"\S{0,3}\d")
_CHECKBOX: Final = re.compile(r"^(☑|☒|☐|✓|✔|\[[xX ]?\])\s*(.+)$")


@dataclass(frozen=True, slots=True)
class Pair:
    """A printed label and what stands where its value is expected.

    ``value`` is the first line, ``more`` the lines after it that no other label claims (an address below a
    name). ``order`` is the place in reading order; ``context`` the heading or standing label above.
    """

    label: str
    value: str
    block_ids: tuple[str, ...]
    page_index: int
    how: How
    order: int
    more: tuple[str, ...] = ()
    context: str = ""


def pairs_of_lines(lines: Sequence[PrintedLine], knows: KnownLabels) -> list[Pair]:
    """All pairs of the lines outside tables; ``knows`` tells whether a text is a label of a field or term."""
    found: list[Pair] = []
    standing = ""
    labels_alone: list[PrintedLine] = []
    for line in lines:
        context = standing or line.heading
        checkbox = _CHECKBOX.match(line.text)
        if checkbox:
            found.append(_pair(line, checkbox[2], checkbox[1], "same_line", (), context))
            continue
        split = split_line(line.text, knows)
        for label, value in split:
            if value:
                more = _more(lines, line, knows) if (label, value) == split[-1] else ()
                first, rest = _cut(value, knows)
                found.append(_pair(line, label, first, "same_line", more, context))
                found.extend(_pair(line, inner, text, "prefix", (), context) for inner, text in rest)
        if not split and not _is_alone(line.text, knows):
            found.extend(_without_separator(line, knows, context))
        elif not split or not split[-1][1]:
            labels_alone.append(line)
            found.extend(_continued_below(lines, line, knows, context))
            standing = split[-1][0] if split else line.text
            continue
        if line.block_type == "SectionHeader":
            standing = ""
    found.extend(_placed_pairs(lines, labels_alone, knows))
    return found


def split_line(text: str, knows: KnownLabels) -> list[tuple[str, str]]:
    """The labels of a line that a colon (or dots, a bar, a tab) parts from their values, which may be empty.

    ``Invoice no: 12 Date: 3 May 2024`` gives two pairs, since ``Date`` is a label that ``knows`` recognises.
    """
    pairs: list[tuple[str, str]] = []
    start = 0
    label = ""
    for match in _SEPARATOR.finditer(text):
        before = text[start : match.start()].strip()
        if not label:
            label = _label_at_end(before, knows, is_first=True)
            if label:
                start = match.end()
            continue
        following = _label_at_end(before, knows, is_first=False)
        if following and following != before:
            pairs.append((label, before[: -len(following)].strip(" \t,;|")))
            label, start = following, match.end()
        elif following and following == before:
            pairs.append((label, ""))
            label, start = following, match.end()
    if label:
        pairs.append((label, text[start:].strip()))
    return pairs


def _cut(value: str, knows: KnownLabels) -> tuple[str, list[tuple[str, str]]]:
    """``45.00 Cash 50.00`` as ``45.00`` and the pair that starts with another label and a number."""
    words = value.split()
    segments = [
        segment
        for segment in _segments(words, knows)
        if segment[0] > 0 and _STARTS_WITH_NUMBER.match(segment[2])
    ]
    if not segments:
        return value, []
    return " ".join(words[: segments[0][0]]), [(label, text) for _, label, text in segments]


def _label_at_end(text: str, knows: KnownLabels, *, is_first: bool) -> str:
    """The label that ends ``text``: the whole text when it is short, else its longest known last words."""
    words = text.split()
    if not words:
        return ""
    is_short = len(words) <= _MAX_LABEL_WORDS and len(text) <= _MAX_LABEL_CHARACTERS
    if is_first and is_short and not _reads_as_value(text):
        return text
    for count in range(min(_MAX_PREFIX_WORDS, len(words)), 0, -1):
        tail = " ".join(words[-count:])
        if knows(tail) and text.endswith(tail):
            return tail
    return ""


def _reads_as_value(text: str) -> bool:
    return sum(character.isdigit() for character in text) > 0.4 * len(text)


def _is_alone(text: str, knows: KnownLabels) -> bool:
    return len(text) <= _MAX_LABEL_CHARACTERS and knows(text)


def _starts_label(text: str, knows: KnownLabels) -> bool:
    return bool(split_line(text, knows)) or _is_alone(text, knows)


def _more(lines: Sequence[PrintedLine], line: PrintedLine, knows: KnownLabels) -> tuple[str, ...]:
    """The lines below in the same block up to the next label."""
    more: list[str] = []
    for following in lines[line.number + 1 : line.number + 1 + _MAX_MORE_LINES]:
        if following.block_id != line.block_id or _starts_label(following.text, knows):
            break
        more.append(following.text)
    return tuple(more)


def _pair(
    line: PrintedLine, label: str, value: str, how: How, more: tuple[str, ...] = (), context: str = ""
) -> Pair:
    return Pair(label, value, (line.block_id,), line.page_index, how, line.number, more, context)


def _continued_below(
    lines: Sequence[PrintedLine], line: PrintedLine, knows: KnownLabels, context: str
) -> Iterator[Pair]:
    """A label alone on its line with the value on the next line of the same block, or of the next block when
    the format has no positions."""
    if line.number + 1 >= len(lines):
        return
    following = lines[line.number + 1]
    is_same_block = following.block_id == line.block_id
    has_no_place = line.bbox.x1 <= line.bbox.x0 or line.bbox == following.bbox
    if not is_same_block and not (has_no_place and following.page_index == line.page_index):
        return
    if _starts_label(following.text, knows):
        return
    label = line.text.rstrip(" :：")
    ids = tuple(dict.fromkeys((line.block_id, following.block_id)))
    more = _more(lines, following, knows)
    yield Pair(label, following.text, ids, line.page_index, "below", line.number, more, context)


def _without_separator(line: PrintedLine, knows: KnownLabels, context: str) -> Iterator[Pair]:
    """``Total 45.00`` and labels inside a sentence."""
    words = line.text.split()
    segments = _segments(words, knows)
    starts_with_label = bool(segments) and segments[0][0] == 0
    if starts_with_label and len(words) <= max(_PROSE_WORDS, _WORDS_PER_SEGMENT * len(segments)):
        for _, label, value in segments:
            if value:
                yield _pair(line, label, value, "prefix", (), context)
        return
    for start, label, _ in segments:
        rest = " ".join(words[start + len(label.split()) :])
        value = _CONNECTOR.sub("", rest, count=1)
        if value:
            yield _pair(line, label, value, "prose", (), context)


def _segments(words: Sequence[str], knows: KnownLabels) -> list[tuple[int, str, str]]:
    """The labels among ``words``, each with the place of its first word and the text up to the next label."""
    found: list[tuple[int, str]] = []
    may_hold = [knows.may_hold(word) for word in words]
    start = 0
    while start < len(words):
        longest = 0
        while longest < _MAX_PREFIX_WORDS and start + longest < len(words) and may_hold[start + longest]:
            longest += 1
        for count in range(longest, 0, -1):
            label = " ".join(words[start : start + count])
            if (label[0].isupper() or (label[0].islower() and len(label) > 3)) and knows(label):
                found.append((start, label))
                start += count - 1
                break
        start += 1
    ends = [place for place, _ in found[1:]] + [len(words)]
    return [
        (place, label, " ".join(words[place + len(label.split()) : end]))
        for (place, label), end in zip(found, ends, strict=False)
    ]


def _placed_pairs(
    lines: Sequence[PrintedLine], labels: Sequence[PrintedLine], knows: KnownLabels
) -> Iterator[Pair]:
    """Values to the right of or below labels that stand alone, by their boxes."""
    by_page: dict[int, list[PrintedLine]] = defaultdict(list)
    for line in lines:
        by_page[line.page_index].append(line)
    label_numbers = {line.number for line in labels}
    for page in by_page.values():
        page.sort(key=lambda line: line.bbox.y0)
    for label in labels:
        if label.bbox.x1 <= label.bbox.x0:
            continue
        others = _around(label, by_page[label.page_index])
        for how, value in (
            ("right", _nearest_right(label, others)),
            ("below", _nearest_below(label, others)),
        ):
            if value is None or value.number in label_numbers or _starts_label(value.text, knows):
                continue
            segments = _segments(value.text.split(), knows)
            if segments and segments[0][0] == 0 and _STARTS_WITH_NUMBER.match(segments[0][2]):
                continue
            yield Pair(
                label.text.rstrip(" :："),
                value.text,
                (label.block_id, value.block_id),
                label.page_index,
                "right" if how == "right" else "below",
                label.number,
                _more(lines, value, knows),
                label.heading,
            )


def _around(label: PrintedLine, by_height: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The lines of other blocks that start close enough to hold the label's value, from the top down."""
    height = max(label.bbox.y1 - label.bbox.y0, 1.0)
    start = bisect_left(by_height, label.bbox.y0 - 3 * height, key=lambda line: line.bbox.y0)
    end = bisect_left(by_height, label.bbox.y1 + 3 * height, key=lambda line: line.bbox.y0)
    return [line for line in by_height[start:end] if line.block_id != label.block_id]


def _nearest_right(label: PrintedLine, others: Sequence[PrintedLine]) -> PrintedLine | None:
    def overlaps(box: BoundingBox) -> bool:
        shared = min(box.y1, label.bbox.y1) - max(box.y0, label.bbox.y0)
        return shared >= 0.5 * min(box.y1 - box.y0, label.bbox.y1 - label.bbox.y0) and shared > 0

    beside = [line for line in others if -2 <= line.bbox.x0 - label.bbox.x1 <= _FAR and overlaps(line.bbox)]
    return min(beside, key=lambda line: line.bbox.x0, default=None)


def _nearest_below(label: PrintedLine, others: Sequence[PrintedLine]) -> PrintedLine | None:
    height = label.bbox.y1 - label.bbox.y0
    below = [
        line
        for line in others
        if min(line.bbox.x1, label.bbox.x1) - max(line.bbox.x0, label.bbox.x0) > 0
        and -2 <= line.bbox.y0 - label.bbox.y1 <= 2.5 * height
    ]
    return min(below, key=lambda line: (line.bbox.y0, line.bbox.x0), default=None)
