"""How far two texts hold the same words (spacing forgiven), and the longest passage that only one has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from docassay.checks.contract import Subject
from docassay.checks.page_text import OutputText, TextPair
from docassay.checks.words import Words, ngrams, to_words


@dataclass(frozen=True, slots=True)
class Agreement:
    """The words of an output against those of the text layer.

    ``missing`` and ``unsupported`` are the words of one side that the other lacks. ``expected`` counts the
    layer's words that had to be there, ``printed`` the output's words. The trigram shares are None without
    any trigram.
    """

    expected: int
    printed: int
    missing: Counter[str]
    unsupported: Counter[str]
    trigram_recall: float | None
    trigram_precision: float | None

    @property
    def found(self) -> int:
        """Words of the layer that are in the output."""
        return self.expected - self.missing.total()

    @property
    def supported(self) -> int:
        """Words of the output that are in the layer."""
        return self.printed - self.unsupported.total()


def pair_agreement(subject: Subject, pair: TextPair) -> Agreement:
    """The agreement of one pair, computed once per subject; a page without output has found nothing."""
    return subject.derive(f"agreement.{pair.page_index}", lambda: _agreement(pair))


def _agreement(pair: TextPair) -> Agreement:
    body = pair.layer.body.tokens
    if pair.output is None:
        return Agreement(len(body), 0, Counter(body), Counter(), 0.0, None)
    printed = pair.output.words.tokens
    whole = (*body, *pair.layer.furniture.tokens)
    markers = pair.output.list_markers
    missing, _ = differing(body, printed)
    _, unsupported = differing(whole, printed)
    missing -= markers
    unsupported -= Counter(to_words(pair.output.enumerators).tokens)
    recall, precision = _trigram_shares(body, printed)
    return Agreement(len(body), len(printed), missing, unsupported, recall, precision)


def differing(left: Sequence[str], right: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
    """The tokens that only ``left`` and only ``right`` has, copies counted.

    A token that the other side has in two neighbouring pieces (``of fice`` for ``office``) is no difference:
    how a text layer spaces its glyphs says little about the text.
    """
    counts_left, counts_right = Counter(left), Counter(right)
    only_left, only_right = counts_left - counts_right, counts_right - counts_left
    if only_left and only_right:
        _forgive_spacing(only_left, only_right, left)
        _forgive_spacing(only_right, only_left, right)
    return only_left, only_right


def _forgive_spacing(pieces: Counter[str], wholes: Counter[str], order: Sequence[str]) -> None:
    """Take out of both what is one token in ``wholes`` and two neighbours of ``order`` in ``pieces``."""
    position, last = 0, len(order) - 1
    while position < last:
        first = order[position]
        if first in pieces and (second := order[position + 1]) in pieces and first + second in wholes:
            enough = pieces[first] > 0 and pieces[second] > (first == second)
            if enough and wholes[first + second] > 0:
                pieces[first] -= 1
                pieces[second] -= 1
                wholes[first + second] -= 1
                position += 1
        position += 1
    for counter in (pieces, wholes):
        for token in [token for token, count in counter.items() if count <= 0]:
            del counter[token]


def _trigram_shares(layer: Sequence[str], output: Sequence[str]) -> tuple[float | None, float | None]:
    expected, printed = ngrams(layer, 3), ngrams(output, 3)
    common = sum(min(count, printed[gram]) for gram, count in expected.items() if gram in printed)
    return (
        common / expected.total() if expected else None,
        common / printed.total() if printed else None,
    )


@dataclass(frozen=True, slots=True)
class Passage:
    """Tokens ``first`` to ``last`` (exclusive) of a text."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """Number of words."""
        return self.last - self.first


def lone_passage(tokens: Sequence[str], *others: Sequence[str]) -> Passage:
    """The longest run of ``tokens`` none of whose bigrams occur in ``others``; empty if there is none."""
    found = lone_passages(tokens, others, 1)
    return found[0] if found else Passage(0, 0)


def lone_passages(tokens: Sequence[str], others: Iterable[Sequence[str]], shortest: int) -> list[Passage]:
    """The runs of at least ``shortest`` tokens none of whose bigrams occur in ``others``, longest first."""
    known: set[tuple[str, ...]] = set()
    for other in others:
        known.update(pairwise(other))
    found = []
    first = 0  # of the tokens that no bigram so far has shown to be known
    for position, bigram in enumerate(pairwise(tokens)):
        if bigram in known:
            if position - first >= shortest:
                found.append(Passage(first, position))
            first = position + 2
    if len(tokens) - first >= shortest:
        found.append(Passage(first, len(tokens)))
    return sorted(found, key=lambda passage: (-passage.length, passage.first))


def most_common(tokens: Counter[str], limit: int = 8) -> str:
    """The most frequent tokens, quoted, for feedback."""
    ranked = sorted(tokens.items(), key=lambda entry: (-entry[1], entry[0]))[:limit]
    shown = ", ".join(f"“{token}” x{count}" if count > 1 else f"“{token}”" for token, count in ranked)
    return shown if len(tokens) <= limit else f"{shown} and {len(tokens) - limit} more"


def quote_words(words: Words, passage: Passage) -> str:
    """The passage in the text's own spelling, between quotation marks."""
    return f"“{words.quote(passage.first, passage.last)}”"


def block_name(output: OutputText, token: int) -> str:
    """The id of the block that holds a token, for feedback."""
    block = output.block_at(token)
    return block.id if block is not None else "no block"


def count_of(number: int, noun: str) -> str:
    """``1 word``, ``2 words``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def percent(value: float) -> str:
    """A share for feedback; never rounded up to 100 %."""
    return "100 %" if value >= 1 else f"{min(value, 0.999) * 100:.1f} %"
