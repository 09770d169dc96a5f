"""How alike two texts are, character by character, in the order in which they are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

from rapidfuzz.distance import Levenshtein

MAX_CHARACTERS: Final = 400_000
"""Longer texts are cut: the time grows with the product of both lengths (seconds at this size)."""
FREE_INSERTIONS_PER_CHARACTER: Final = 2
LEAST_FREE_INSERTIONS: Final = 16

_WHITESPACE: Final = re.compile(r"\s+")
_FOLDED: Final = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys(map(ord, "‘’‚‛`´"), "'"),
    **dict.fromkeys(map(ord, "“”„‟«»"), '"'),
    **dict.fromkeys([0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]),
}
"""Dashes, quotation marks and characters without a shape: how they are written is typography."""


class Part(NamedTuple):
    """A piece of the truth in reading order. Only scored pieces count; the others hold their place.

    ``shown_elsewhere`` says how many characters a piece that is not scored has beyond its text, such as those
    of a table that is compared as a table: the output may have them in its place or not.
    """

    text: str
    is_scored: bool = True
    shown_elsewhere: int = 0


def comparable(text: str) -> str:
    """``text`` as it is compared: NFKC, one kind of dash and quotation mark, each white space one space.

    Case, punctuation and accents stay. Invisible characters are deleted.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    else:
        text = text.replace("`", "'")
    return _WHITESPACE.sub(" ", text).strip()


def edit_similarity(truth: str, output: str) -> float | None:
    """``1 - d / max(len(truth), len(output))`` with Levenshtein's distance ``d`` of the comparable texts.

    None when the truth is empty, since nothing can be found there; 0 when only the output is.
    """
    expected, found = comparable(truth)[:MAX_CHARACTERS], comparable(output)[:MAX_CHARACTERS]
    if not expected:
        return None
    return float(Levenshtein.normalized_similarity(expected, found))


class PartEdits(NamedTuple):
    """What became of one part: its comparable length, and the characters that were edited in it."""

    length: int
    deleted: int
    replaced: int
    inserted: int

    @property
    def similarity(self) -> float:
        """1 minus the edits over the longer of the part and what the output has in its place, at least 0."""
        longer = max(self.length, self.length - self.deleted + self.inserted)
        edits = self.deleted + self.replaced + self.inserted
        return max(0.0, 1 - edits / longer) if longer else 0.0


def part_edits(parts: Sequence[Part], output: str) -> list[PartEdits]:
    """Align the whole output with the whole truth and say for each part which edits fell into it.

    The alignment is the cheapest one (Levenshtein) of the output with all parts joined by spaces, so a part
    that stands elsewhere in the output is missing in its place and surplus in the other. Inside a part every
    edit is its own. What the output adds beside or inside a part that is not scored goes to that part, but
    only up to twice its length (an engine may write a formula or table at more length than the truth does)
    and at least ``LEAST_FREE_INSERTIONS`` characters; all else is charged to the nearest scored part.
    """
    texts = [comparable(part.text) for part in parts]
    if not texts:
        return []
    truth, owners = _joined(texts)
    charge = _Charges(
        [part.is_scored for part in parts],
        [len(text) + part.shown_elsewhere for text, part in zip(texts, parts, strict=True)],
    )
    for edit in Levenshtein.editops(truth, comparable(output)[:MAX_CHARACTERS]).as_list():
        tag, source = edit[0], int(edit[1])
        before, after = owners[min(source, len(owners) - 1)]
        if tag == "insert":
            charge.insertion(owners[source - 1][0] if source else before, after)
        elif before == after:
            charge.counts[before][0 if tag == "delete" else 1] += 1
        elif charge.is_scored[before] and charge.is_scored[after]:
            charge.counts[before][1] += 1  # the space between two parts that are both scored
    return [PartEdits(len(text), *edits) for text, edits in zip(texts, charge.counts, strict=True)]


def _joined(texts: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """All texts joined by spaces; for each character the part at or before it and the part at or after it."""
    owners: list[tuple[int, int]] = []
    for number, text in enumerate(texts):
        if number:
            owners.append((number - 1, number))
        owners.extend([(number, number)] * len(text))
    return " ".join(texts)[:MAX_CHARACTERS], owners[:MAX_CHARACTERS] or [(0, 0)]


class _Charges:
    """Edits by part: deleted, replaced, inserted."""

    def __init__(self, is_scored: Sequence[bool], lengths: Sequence[int]) -> None:
        self.is_scored = is_scored
        self.counts = [[0, 0, 0] for _ in lengths]
        self._free = [
            0 if scored else max(FREE_INSERTIONS_PER_CHARACTER * length, LEAST_FREE_INSERTIONS)
            for scored, length in zip(is_scored, lengths, strict=True)
        ]

    def insertion(self, before: int, after: int) -> None:
        """One character that the output adds inside a part, or between the parts ``before`` and ``after``."""
        between = range(before, after + 1)  # parts without text lie between two others
        number = max(between, key=self._free.__getitem__)
        if self._free[number]:
            self._free[number] -= 1
        else:
            number = next((each for each in between if self.is_scored[each]), self._nearest_scored(before))
        self.counts[number][2] += 1

    def _nearest_scored(self, number: int) -> int:
        candidates = [each for each, scored in enumerate(self.is_scored) if scored]
        return min(candidates, key=lambda each: abs(each - number), default=number)


def similarity_in_order(parts: Sequence[Part], output: str) -> float | None:
    """How much of the scored parts the output holds in their order, 0 to 1: ``part_edits`` added up.

    None when no scored part has a character. An empty output is 0, and so is one of the right words in the
    wrong order as far as it takes to move them.
    """
    edits = [each for part, each in zip(parts, part_edits(parts, output), strict=True) if part.is_scored]
    total = PartEdits(*(sum(column) for column in zip(*edits, strict=True))) if edits else None
    return total.similarity if total is not None and total.length else None
