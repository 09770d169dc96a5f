"""``links.resolve``: whether links inside of the document lead somewhere, and images are there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from docassay.checks.agreement import count_of
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.registry import check
from docassay.checks.scale import BEST
from docassay.checks.words import listing, shorten
from docassay.documents.model import Block

_SHOWN: Final = 8
_ATTRIBUTE: Final = re.compile(
    r"<(a|img)\b[^<>]*?\s(href|src)\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')", re.IGNORECASE
)
_ID: Final = re.compile(r"\s(?:id|name)\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')", re.IGNORECASE)
_NOTE_MARK: Final = re.compile(r"\[\^([^\]\s]{1,40})\](?!:)")
_NOTE: Final = re.compile(r"^\s*\[\^([^\]\s]{1,40})\]:", re.MULTILINE)
_ELSEWHERE: Final = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)


class _Link(NamedTuple):
    block: Block
    kind: str
    target: str


@check(
    "links.resolve",
    version="1",
    levels=("document", "block"),
    summary=(
        "The share of links inside of the document that lead to a place in it, of marks of notes that have "
        "their note, and of images that are there. Links to other documents are not followed and not "
        "counted. `block` gives one item for each block with such a link."
    ),
    mapping="5 x links that resolve / links",
    source="Anchors as in the HTML standard; notes as in GitHub's Markdown.",
    cost="under 1 ms a page",
)
def links_resolve(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document or one a block; ``value`` is the share that resolves, 0-1."""
    places, notes, links = _survey(subject)
    if not links:
        return [not_applicable("The output has no links inside of the document and no images.")]
    broken = [link for link in links if not _resolves(link, places, notes)]
    if level == "document":
        return [_item(links, broken, "The document", None)]
    blocks = dict.fromkeys(link.block.id for link in links)
    return [
        _item(
            [link for link in links if link.block.id == name],
            [link for link in broken if link.block.id == name],
            name,
            next(link.block for link in links if link.block.id == name),
        )
        for name in blocks
    ]


def _survey(subject: Subject) -> tuple[set[str], set[str], list[_Link]]:
    """Places that links may lead to, notes that marks may mean, and the links themselves."""
    places: set[str] = set()
    notes: set[str] = set()
    links: list[_Link] = []
    for top in subject.document.blocks():
        places.add(top.id)
        places.update(match[1] or match[2] or "" for match in _ID.finditer(top.html))
        notes.update(match[1] for match in _NOTE.finditer(top.html))
        notes.update(match[1] for match in _NOTE.finditer(re.sub(r"<[^<>]*>", "\n", top.html)))
        links += _links_of(top)
    for block in subject.document.walk():
        places.add(block.id)
        if block.block_type == "Footnote":
            places.update(match[1] or match[2] or "" for match in _ID.finditer(block.html))
    return {unescape(place) for place in places}, notes, links


def _links_of(block: Block) -> Iterator[_Link]:
    for match in _ATTRIBUTE.finditer(block.html):
        target = unescape(match[3] if match[3] is not None else match[4]).strip()
        if match[1].lower() == "img":
            if not _ELSEWHERE.match(target):
                yield _Link(block, "image", target)
        elif target.startswith("#"):
            yield _Link(block, "link", target[1:])
    if "[^" in block.html:
        text = re.sub(r"<(code|pre|math)\b.*?</\1>", "", block.html, flags=re.DOTALL)
        yield from (_Link(block, "note", match[1]) for match in _NOTE_MARK.finditer(text))


def _resolves(link: _Link, places: set[str], notes: set[str]) -> bool:
    if link.kind == "image":
        return any(link.target in part.images for part in _with_parts(link.block))
    if link.kind == "note":
        return link.target in notes
    return link.target in ("", "top") or link.target in places or unquote(link.target) in places


def _with_parts(block: Block) -> Iterator[Block]:
    yield block
    for child in block.children:
        yield from _with_parts(child)


def _item(links: Sequence[_Link], broken: Sequence[_Link], place: str, block: Block | None) -> Item:
    value = 1 - len(broken) / len(links)
    feedback = f"{place}: all {count_of(len(links), 'link')} resolve."
    if broken:
        shown = listing(
            (f"{each.kind} “{shorten(each.target, 60)}” ({each.block.id})" for each in broken), _SHOWN
        )
        feedback = f"{place}: {len(broken)} of {count_of(len(links), 'link')} lead nowhere: {shown}."
    return Item(
        score=BEST * value,
        value=value,
        feedback=feedback,
        page_index=block.page_index if block is not None else None,
        block_id=block.id if block is not None else None,
        block_type=block.block_type if block is not None else None,
        details={"links": len(links), "broken": [each.target for each in broken[:50]]},
    )
