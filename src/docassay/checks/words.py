"""Text as comparable words: what printing changes (ligatures, line-end hyphens, case, bullets) is gone.

Both sides of every comparison go through ``to_words``: Unicode NFKC, hyphens inside words dropped together
with the line break after them, letters and digits parted, Chinese, Japanese and Korean one token per
character, everything folded in case. Punctuation, bullets, rulers and leaders are not words. Unlike
``documents.normalize``, tokens keep their places in the text, so that feedback can quote the evidence.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, pairwise
from operator import ne
from typing import Final

_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002fa1f"
# Python's \w leaves out combining marks, which would cut Hindi or Thai words at every vowel sign.
_MARKS: Final = "".join(
    chr(point)
    for first, last in ((0x0300, 0x1200), (0x1700, 0x1E00))
    for point in range(first, last)
    if unicodedata.category(chr(point)).startswith("M")
)
_LETTERS: Final = rf"[^\W\d_{_CJK}]"
_WORD: Final = re.compile(rf"{_LETTERS}++(?:[{_MARKS}]++{_LETTERS}*+)*+|\d+|[{_CJK}]")
# What the two faster patterns below cannot be used on: combining marks, and scripts with digits of their own.
_NEEDS_FULL_PATTERN: Final = re.compile("[\u0300-\u036f\u0483-\u1dff\u2c00-\U0010ffff]")
_ASCII_WORD: Final = re.compile(r"[a-z]+|[0-9]+")
_WORD_WITHOUT_MARKS: Final = re.compile(r"[^\W\d_]+|[0-9]+")
# U+0002 and U+FFFE are what PDF libraries put where a hyphen ended a line. The look behind comes second, for
# a pattern that begins with a set of characters is searched for several times as fast.
_HYPHENS: Final = r"[-\u2010\u2011\u2013\u00ad\x02\ufffe]"
_HYPHEN: Final = re.compile(rf"{_HYPHENS}(?<=[^\W\d_]{_HYPHENS}){_HYPHENS}*+\s*+(?=[^\W\d_])")
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2060\ufeff\u202a-\u202e]")
_SPACES: Final = re.compile(r"\s+")
_NUMBER: Final = re.compile(r"\d+(?:[.,'\u2019]\d+)*")
_ASCII_NUMBER: Final = re.compile(r"[0-9]+(?:[.,'\u2019][0-9]+)*")
_MARK: Final = re.compile(r"[.,'\u2019]")

QUOTE_LENGTH: Final = 200

Bigram = tuple[str, str]
Trigram = tuple[str, str, str]


@dataclass(frozen=True)
class Words:
    """``tokens`` in order; ``text`` is what they were taken from (normalised, with its own case).

    What several checks ask for is worked out by the first one that does.
    """

    text: str
    tokens: tuple[str, ...]

    @cached_property
    def bigrams(self) -> frozenset[Bigram]:
        """Every pair of neighbouring tokens."""
        return frozenset(pairwise(self.tokens))

    @cached_property
    def trigrams(self) -> tuple[Trigram, ...]:
        """Every three tokens in a row, by the place of the first one."""
        return tuple(zip(self.tokens, self.tokens[1:], self.tokens[2:], strict=False))

    @cached_property
    def trigram_places(self) -> dict[Trigram, int]:
        """The last place of each trigram."""
        return dict(zip(self.trigrams, range(len(self.trigrams)), strict=True))

    @cached_property
    def repeated_trigrams(self) -> dict[Trigram, int]:
        """The trigrams that stand there more than once, and how often."""
        if len(self.trigram_places) == len(self.trigrams):
            return {}
        last_places = map(self.trigram_places.__getitem__, self.trigrams)
        earlier = Counter(compress(self.trigrams, map(ne, last_places, range(len(self.trigrams)))))
        return {trigram: count + 1 for trigram, count in earlier.items()}

    def quote(self, first: int, last: int) -> str:
        """The passage from token ``first`` up to but without token ``last``, cut for feedback."""
        if first >= last:
            return ""
        return shorten(self.text[self._spans[first][0] : self._spans[last - 1][1]])

    @cached_property
    def _spans(self) -> tuple[tuple[int, int], ...]:
        """Where each token stands in the text."""
        return tuple([match.span() for match in _WORD.finditer(self.text)])


def known_bigrams(tokens: Sequence[str], known: Collection[Bigram]) -> bytes:
    """For each pair of neighbouring tokens 1 when it is known, else 0."""
    return bytes(map(known.__contains__, pairwise(tokens)))


def places_of_trigrams(words: Words, other: Words) -> tuple[int | None, ...]:
    """For each trigram of ``words`` its last place in ``other``, None where it has none."""
    return tuple(map(other.trigram_places.get, words.trigrams))


def normalise(text: str) -> str:
    """NFKC without invisible characters, words joined over line-end hyphens; case and layout stay."""
    if text.isascii():
        return _HYPHEN.sub("", text) if "-" in text or "\x02" in text else text
    text = unicodedata.normalize("NFKC", text)
    return _HYPHEN.sub("", _INVISIBLE.sub("", text))


def to_words(text: str) -> Words:
    """Tokenise any text; see the module's description for the rules."""
    text = normalise(text)
    return Words(text, cut(text))


def cut(text: str) -> tuple[str, ...]:
    """The tokens of a normalised text, folded in case."""
    if text.isascii():
        return tuple(_ASCII_WORD.findall(text.lower()))
    if not _NEEDS_FULL_PATTERN.search(text):
        folded = text.casefold()
        if len(folded) == len(text):  # else a letter becomes several, of which one may be a mark
            return tuple(_WORD_WITHOUT_MARKS.findall(folded))
    tokens = _WORD.findall(text)
    return tuple(" ".join(tokens).casefold().split(" ")) if tokens else ()


def numbers(text: str) -> tuple[str, ...]:
    """The numbers of a normalised text in order, spelled alike.

    Thousands marks are dropped and the decimal mark is a point: ``1.240,50`` and ``1,240.50`` are
    ``1240.50``. A last mark before exactly three digits is a thousands mark (``1.000`` is ``1000``). Numbers
    are never joined over spaces.
    """
    pattern = _NUMBER if _NEEDS_FULL_PATTERN.search(text) else _ASCII_NUMBER
    return tuple([each if each.isdigit() else _plain_number(each) for each in pattern.findall(text)])


def digit_groups(text: str) -> dict[str, tuple[str, ...]]:
    """For each of ``numbers(text)`` the runs of digits that it is written with: ``1.240,50`` has three."""
    return {_plain_number(match[0]): tuple(_MARK.split(match[0])) for match in _NUMBER.finditer(text)}


def _plain_number(printed: str) -> str:
    if printed.isdigit():
        return printed
    *groups, last = _MARK.split(printed)
    head = "".join(groups)
    return head + last if len(last) == 3 else f"{head}.{last}"


def shorten(text: str, limit: int = QUOTE_LENGTH) -> str:
    """One line of at most ``limit`` characters; what is cut off is marked by an ellipsis."""
    text = _SPACES.sub(" ", text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def listing(parts: Iterable[str], limit: int = 8) -> str:
    """``a, b, c and 4 more``."""
    names = list(parts)
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"
