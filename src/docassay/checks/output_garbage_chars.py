"""``output.garbage_chars``: characters that no reader can use, left by broken fonts and encodings."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docassay.checks.agreement import count_of, percent
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.page_text import BlockText, block_texts, page_name
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.words import listing, shorten
from docassay.documents.model import Block

WORST_SHARE: Final = 0.03
LOWEST_LETTER_SHARE: Final = 0.3
FEWEST_CHARACTERS: Final = 50
"""Visible characters that a text needs before its share of letters says anything."""
SCORE_WITHOUT_LETTERS: Final = 1.0

_GARBAGE_CHARACTERS: Final = (
    "\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff"
)
_GARBAGE_CHARACTER: Final = re.compile(f"[{_GARBAGE_CHARACTERS}]")
_GLYPH_CODES: Final = ("(cid:", "GLYPH<", "/G")
_GARBAGE: Final = re.compile(
    rf"[{_GARBAGE_CHARACTERS}]|\(cid:\d{{1,6}}\)|GLYPH<[^<>]{{0,80}}>|/G[0-9A-F]{{2}}(?=/G)"
)
# UTF-8 read as Windows-1252 or Latin-1: a lead byte's letter and what its continuation bytes look like.
_CONTINUATION: Final = "\x80-\x9f\xa1-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_MOJIBAKE_LEAD: Final = re.compile("[ÃÂâï]")
_MOJIBAKE: Final = re.compile(f"[ÃÂ][{_CONTINUATION}]|â€[{_CONTINUATION}]|ï»¿|ï¿½")
_LEADERS: Final = re.compile(r"([.\-_=*~·•…|+#–—─━\u2022])\s?(?:\1\s?){2,}")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_ASCII_SPACES: Final = bytes(point for point in range(128) if chr(point).isspace())
_ASCII_LETTERS_AND_DIGITS: Final = bytes(point for point in range(128) if chr(point).isalnum())
_WITHOUT_LETTERS: Final = frozenset({"Equation", "Code", "Table", "TableOfContents", "Figure", "Picture"})


@dataclass(frozen=True, slots=True)
class _Finding:
    """Counts of one text; ``letter_share`` is None when the text is too short or not made of words."""

    characters: int
    garbage: Counter[str]
    garbage_characters: int
    letter_share: float | None
    context: str


@check(
    "output.garbage_chars",
    version="2",
    levels=("page", "document", "block"),
    summary=(
        "Replacement characters, glyph codes such as (cid:12), private-use characters, control characters "
        "and text in the wrong encoding (Ã© for é). Also text with hardly a letter or digit in any script. "
        "Every writing system is welcome."
    ),
    mapping="5 at no garbage, falling straight to 0 at 3 % of the characters; at most 1 under 30 % letters",
    params={
        "worst_share": {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 1,
            "default": WORST_SHARE,
            "description": "The share of garbage characters at and above which the score is 0.",
        }
    },
    source="Unicode Standard, sections 23.5 (private use) and 23.7 (noncharacters).",
    cost="0.5 ms a page",
)
def output_garbage_chars(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page, a block or one for the document; ``value`` is 1 - the share of garbage characters."""
    pages = block_texts(subject)
    if level == "block":
        items = [
            item
            for index, parts in pages.items()
            for part in parts
            for item in [_item(_inspect([part]), part.block.id, params, page_index=index, block=part.block)]
            if item.score is not None
        ]
        return items or [not_applicable("The output has no text.")]
    if level == "page":
        items = [
            _item(_inspect(parts), page_name(index), params, page_index=index)
            for index, parts in pages.items()
        ]
        return items or [not_applicable("The document has no pages.")]
    everything = [part for parts in pages.values() for part in parts]
    return [_item(_inspect(everything), "The document", params, page_index=None)]


def _inspect(parts: Iterable[BlockText]) -> _Finding:
    texts = [(part.block.block_type, part.fragment.text) for part in parts]
    whole = "\n".join([text for _, text in texts])
    is_suspect = _GARBAGE_CHARACTER.search(whole) or any(code in whole for code in _GLYPH_CODES)
    hits = list(_GARBAGE.finditer(whole)) if is_suspect else []
    mojibake = list(_MOJIBAKE.finditer(whole)) if _MOJIBAKE_LEAD.search(whole) else []
    if len(mojibake) > 1:  # a single one may be what the author wrote
        hits.extend(mojibake)
    wordy = "\n".join([text for block_type, text in texts if block_type not in _WITHOUT_LETTERS])
    return _Finding(
        characters=len(whole) - sum(map(whole.count, " \n\t\r")),
        garbage=Counter(match[0] for match in hits),
        garbage_characters=sum(len(match[0]) for match in hits),
        letter_share=_letter_share(wordy),
        context=_context(whole, hits[0]) if hits else "",
    )


def _context(text: str, match: re.Match[str]) -> str:
    around = text[max(0, match.start() - 40) : match.end() + 40]
    return shorten("".join(_printable(character) for character in around), 120)


def _printable(character: str) -> str:
    is_shown = character.isprintable() or character.isspace()
    return character if is_shown and character != "\x0c" else f"<U+{ord(character):04X}>"


def _letter_share(text: str) -> float | None:
    """Letters, digits and their marks among the visible characters, rulers and leaders aside."""
    text = _LEADERS.sub(" ", text)
    ascii_text = text.encode("ascii", "ignore")
    others = {
        character: count
        for character, count in Counter(_NOT_ASCII.findall(text)).items()
        if not character.isspace()
    }
    total = len(ascii_text.translate(None, _ASCII_SPACES)) + sum(others.values())
    if total < FEWEST_CHARACTERS:
        return None
    useful = len(ascii_text) - len(ascii_text.translate(None, _ASCII_LETTERS_AND_DIGITS))
    useful += sum(count for each, count in others.items() if unicodedata.category(each)[0] in "LNM")
    return useful / total


def _item(
    finding: _Finding,
    place: str,
    params: Mapping[str, Any],
    *,
    page_index: int | None,
    block: Block | None = None,
) -> Item:
    if not finding.characters:
        return not_applicable(f"{place} has no text in the output.", page_index=page_index)
    share = min(1.0, finding.garbage_characters / finding.characters)
    score = BEST * (1 - min(1.0, share / float(params.get("worst_share", WORST_SHARE))))
    feedback = f"{place}: no garbage characters."
    if finding.garbage:
        kinds = listing(f"{_name(text)} x{count}" for text, count in finding.garbage.most_common())
        feedback = (
            f"{place}: {count_of(finding.garbage_characters, 'garbage character')} of "
            f"{finding.characters:,} ({percent(share)}): {kinds}. First: “{finding.context}”."
        )
    letters = finding.letter_share
    if letters is not None and letters < LOWEST_LETTER_SHARE:
        score = min(score, SCORE_WITHOUT_LETTERS)
        feedback += f" Only {percent(letters)} of the visible characters are letters or digits."
    return Item(
        score=score,
        value=1 - share,
        feedback=feedback,
        page_index=page_index,
        block_id=block.id if block else None,
        block_type=block.block_type if block else None,
        details={
            "garbage_characters": finding.garbage_characters,
            "characters": finding.characters,
            "letter_share": letters,
        },
    )


def _name(text: str) -> str:
    if len(text) == 1:
        return f"U+{ord(text):04X}"
    return "".join(_printable(character) for character in text[:30])
