"""What ``text.missing_passage`` and ``text.unsupported_passage`` share: items with the passages quoted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docassay.checks.agreement import Passage, count_of, quote_words
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.expected_text import expected_items, reference_of
from docassay.checks.page_text import TextPair
from docassay.checks.passages import passage_score
from docassay.checks.scale import BEST
from docassay.checks.words import Words

SHORTEST: Final = 4
_SHOWN: Final = 3
_FEWEST_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class Found:
    """The lone passages of a pair, longest first, in ``words``; ``where`` names the block of a token."""

    words: Words
    passages: tuple[Passage, ...]
    where: Callable[[int], str]
    block_ids: tuple[str | None, ...] = ()


def passage_items(
    subject: Subject,
    level: Level,
    params: Mapping[str, Any],
    find: Callable[[TextPair, str], Found | Item],
    what: str,
) -> list[Item]:
    """One item a page or one for the document, by the longest passage; ``what`` begins its description.

    ``find`` gets a pair and the name of the reference; it may give an item in place of passages.
    """
    against = str(params.get("against", "auto"))
    name = reference_of(subject, against).name

    def judge(pairs: Sequence[TextPair], place: str, page_index: int | None) -> Item:
        found: list[Found] = []
        refused: list[Item] = []
        for pair in pairs:
            each = find(pair, name)
            if isinstance(each, Item):
                refused.append(each)
            else:
                found.append(each)
        if not found:
            return refused[0]
        ranked = sorted(
            ((passage, of_pair) for of_pair in found for passage in of_pair.passages),
            key=lambda both: -both[0].length,
        )
        longest = ranked[0][0].length if ranked else 0
        score = passage_score(longest)
        told = [
            f"{what} ({of_pair.where(passage.first)}{count_of(passage.length, 'word')}): "
            f"{quote_words(of_pair.words, passage)}."
            for passage, of_pair in ranked[:_SHOWN]
        ]
        more = f" And {len(ranked) - _SHOWN} shorter ones." if len(ranked) > _SHOWN else ""
        none = f"no passage of {SHORTEST} words or more stands alone against the {name}."
        return Item(
            score=score,
            value=score / BEST,
            page_index=page_index,
            feedback=f"{place}: {' '.join(told) + more if told else none}",
            details={
                "longest_words": longest,
                "passages": len(ranked),
                "words": sum(passage.length for passage, _ in ranked),
                "against": name,
            },
        )

    return expected_items(
        subject,
        level,
        lambda pair: judge([pair], pair.place, pair.page_index),
        lambda pairs: judge(pairs, "The document", None),
        against,
    )


def too_short(pair: TextPair, words: int, whose: str) -> Item | None:
    """An item that says that there are too few words to speak of passages, or None."""
    if words >= _FEWEST_WORDS:
        return None
    return not_applicable(
        f"{pair.place}: the {whose} has {count_of(words, 'word')}, too few for a passage.",
        page_index=pair.page_index,
    )
