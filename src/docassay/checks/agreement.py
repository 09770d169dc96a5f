"""How far two texts hold the same words (spacing forgiven), and the longest passage that only one has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from docassay.checks.contract import Subject
from docassay.checks.page_text import OutputText, TextPair
from docassay.checks.words import Words, to_words

_LONGEST_CUT: Final = 200
"""Letters of a token that is cut into two at each of its places: every cut takes as long as the token."""


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
    missing, unsupported = differing_from_page(body, pair.layer.furniture.tokens, printed)
    if missing and pair.output.list_markers:
        missing -= pair.output.list_markers
    if unsupported:
        unsupported -= Counter(to_words(pair.output.enumerators).tokens)
    recall, precision = _trigram_shares(pair.layer.body, pair.output.words, pair.trigrams_in_layer)
    return Agreement(len(body), len(printed), missing, unsupported, recall, precision)


def differing_from_page(
    body: tuple[str, ...], furniture: tuple[str, ...], printed: tuple[str, ...]
) -> tuple[Counter[str], Counter[str]]:
    """What of the body is not printed, and what is printed that neither the body nor the furniture has."""
    missing, unsupported = differing(body, printed)
    if furniture:
        _, unsupported = differing((*body, *furniture), printed)
    return missing, unsupported


def differing(left: Sequence[str], right: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
    """The tokens that only ``left`` and only ``right`` has, copies counted.

    A token that the other side has in two neighbouring pieces (``of fice`` for ``office``) is no difference:
    how a text layer spaces its glyphs says little about the text.
    """
    counts_left, counts_right = Counter(left), Counter(right)
    if dict.__eq__(counts_left, counts_right):  # that of Counter is written in Python
        return Counter(), Counter()
    only_left, only_right = _excess(counts_left, counts_right), _excess(counts_right, counts_left)
    if only_left and only_right:
        _forgive_spacing(only_left, only_right, left)
        _forgive_spacing(only_right, only_left, right)
    return only_left, only_right


def _excess(of: Counter[str], over: Counter[str]) -> Counter[str]:
    """``of - over``, without asking ``over`` for tokens that it lacks one by one in Python."""
    count_over = over.get
    return Counter(
        {token: count - less for token, count in of.items() if count > (less := count_over(token, 0))}
    )


def _forgive_spacing(pieces: Counter[str], wholes: Counter[str], order: Sequence[str]) -> None:
    """Take out of both what is one token in ``wholes`` and two neighbours of ``order`` in ``pieces``."""
    letters = sum(map(len, wholes))  # a cut of a token costs its length
    if (
        letters < len(order)
        and max(map(len, wholes), default=0) <= _LONGEST_CUT
        and not any(
            whole[:cut] in pieces and whole[cut:] in pieces
            for whole in wholes
            for cut in range(1, len(whole))
        )
    ):
        return
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


def _trigram_shares(
    layer: Words, output: Words, output_in_layer: Sequence[int | None]
) -> tuple[float | None, float | None]:
    """The shares of the trigrams of either side that the other has as well, copies counted."""
    common = len(set(output_in_layer) - {None})
    in_layer, in_output = layer.repeated_trigrams, output.repeated_trigrams
    common += sum(min(in_layer[trigram], in_output[trigram]) - 1 for trigram in in_layer.keys() & in_output)
    expected, printed = len(layer.trigrams), len(output.trigrams)
    return common / expected if expected else None, common / printed if printed else None


@dataclass(frozen=True, slots=True)
class Passage:
    """Tokens ``first`` to ``last`` (exclusive) of a text."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """Number of words."""
        return self.last - self.first


def lone_passage(token_count: int, is_known: bytes, shortest: int = 1) -> Passage:
    """The first of ``lone_passages``; empty if there is none."""
    found = lone_passages(token_count, is_known, shortest)
    return found[0] if found else Passage(0, 0)


def lone_passages(token_count: int, is_known: bytes, shortest: int) -> list[Passage]:
    """The runs of at least ``shortest`` tokens none of whose bigrams are known, longest first.

    ``is_known`` holds a 1 or a 0 for each of the ``token_count - 1`` bigrams (``known_bigrams``).
    """
    # So many tokens in a row have one bigram less; most texts have no such run.
    if token_count > 1 and bytes(max(1, shortest - 1)) not in is_known:
        return []
    found = []
    first = 0  # of the tokens that no bigram so far has shown to be known
    for position in range(len(is_known)):
        if is_known[position]:
            if position - first >= shortest:
                found.append(Passage(first, position))
            first = position + 2
    if token_count - first >= shortest:
        found.append(Passage(first, token_count))
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
