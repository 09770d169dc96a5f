"""``markup.valid``: whether the output's markup is sound, and none of it shows as text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from docassay.checks.agreement import count_of
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.fragment_text import fragment_text
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.words import listing, shorten
from docassay.documents.model import Block

_SHOWN: Final = 6
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)(>?)")
_VOID: Final = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    }
)
_CODE: Final = re.compile(r"<(code|pre|math|script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_SHOWN_TAG: Final = re.compile(
    r"</?(?:table|thead|tbody|tr|td|th|div|span|p|br|b|i|em|strong|sup|sub|ul|ol|li|h[1-6]|img|a)(?:\s[^<>]{0,200})?/?>",
    re.IGNORECASE,
)
_SHOWN_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#\d{1,6}|#x[0-9a-fA-F]{1,6});")
_FENCE: Final = re.compile(r"^\s*(?:```|~~~)", re.MULTILINE)
_PIPE_TABLE: Final = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?\s*$", re.MULTILINE)
_HEADING: Final = re.compile(r"^#{1,6} \S", re.MULTILINE)
_BOLD: Final = re.compile(r"(?<![*\w])\*\*(?=\S)[^*\n]{1,200}(?<=\S)\*\*(?![*\w])")
_COMMAND: Final = re.compile(r"\\(?:begin|end|frac|textbf|mathrm|section|item|hline)\b\s*\{")
_LEFT_OVER: Final = (
    (_SHOWN_TAG, "the tag"),
    (_SHOWN_ENTITY, "the entity"),
    (_FENCE, "the code fence"),
    (_PIPE_TABLE, "the rule of a Markdown table"),
    (_HEADING, "the mark of a Markdown heading"),
    (_BOLD, "the marks of bold text"),
    (_COMMAND, "the LaTeX command"),
)


@check(
    "markup.valid",
    version="1",
    levels=("block", "document"),
    summary=(
        "Whether the markup of the output is sound: tags are closed in their order, and no markup shows as "
        "text (tags and entities that were escaped twice, code fences, Markdown tables and headings, LaTeX "
        "commands outside of formulas). Code and formulas are left out. One item a block, or the share of "
        "sound blocks."
    ),
    mapping="blocks: 5 when sound, else 0; document: 5 x share of sound blocks",
    source="Nesting of elements as in the HTML standard.",
    cost="under 1 ms a page",
)
def markup_valid(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a block with text or markup, or one for the document; ``value`` is 0-1."""
    judged = [(block, defects_of(block)) for block in subject.document.blocks() if block.html.strip()]
    if not judged:
        return [not_applicable("The output is empty.")]
    if level == "block":
        return [_item(block, defects) for block, defects in judged]
    wrong = [(block, defects) for block, defects in judged if defects]
    value = 1 - len(wrong) / len(judged)
    feedback = f"The document: the markup of all {count_of(len(judged), 'block')} is sound."
    if wrong:
        shown = listing((f"{block.id} ({defects[0]})" for block, defects in wrong), _SHOWN)
        feedback = f"The document: {len(wrong)} of {count_of(len(judged), 'block')} have faults: {shown}."
    return [
        Item(
            score=BEST * value,
            value=value,
            feedback=feedback,
            details={"blocks": len(judged), "faulty": [block.id for block, _ in wrong[:50]]},
        )
    ]


def _item(block: Block, defects: Sequence[str]) -> Item:
    value = 0.0 if defects else 1.0
    return Item(
        score=BEST * value,
        value=value,
        feedback=f"{block.id}: {'; '.join(defects[:_SHOWN])}." if defects else f"{block.id}: sound.",
        page_index=block.page_index,
        block_id=block.id,
        block_type=block.block_type,
        details={"defects": list(defects[:50])},
    )


def defects_of(block: Block) -> list[str]:
    """What is wrong with the markup of a block, in words."""
    found = _nesting(block.html)
    if block.block_type in ("Code", "Equation"):
        return found
    text = fragment_text(_CODE.sub(" ", block.html)).text
    for pattern, words in _LEFT_OVER:
        match = pattern.search(text)
        if match is not None:
            found.append(f"{words} “{shorten(match[0].strip(), 40)}” shows as text")
    return found


def _nesting(html: str) -> list[str]:
    """Tags that are not closed, or closed in the wrong order."""
    found: list[str] = []
    open_tags: list[str] = []
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if not match[4]:
            found.append(f"the tag <{name} is not finished")
        elif not match[1]:
            if name not in _VOID and not match[3].rstrip().endswith("/"):
                open_tags.append(name)
        elif open_tags and open_tags[-1] == name:
            open_tags.pop()
        elif name in open_tags:
            while open_tags[-1] != name:
                found.append(f"<{open_tags.pop()}> is not closed before </{name}>")
            open_tags.pop()
        elif name not in _VOID:
            found.append(f"</{name}> closes nothing")
    found += [f"<{name}> is not closed" for name in open_tags]
    return found
