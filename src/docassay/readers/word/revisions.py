"""Tracked changes and comments as markup around runs: who changed or remarked what, and when.

The element and attribute names are those of the wire's ``track_changes``: ``<ins>`` and ``<del>`` with
``data-revision-author`` and ``data-revision-datetime``, ``<comment>`` with ``data-comment-author``,
``data-comment-datetime`` and the comment's ``text``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from docassay.readers.fragments import escape_attribute
from docassay.readers.word.names import DELETIONS, W_ID, W_P, W
from docassay.readers.xml import elements

_TEXT_TAGS: Final = {f"{W}t", f"{W}delText"}
_SPACE_TAGS: Final = {f"{W}tab", f"{W}br", f"{W}cr"}
_MAX_ATTRIBUTE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Comment:
    """A reviewer's remark. ``mark`` is what Word's draft view shows in the text: initials and number."""

    id: str
    mark: str
    author: str
    date: str
    root: etree._Element

    @property
    def text(self) -> str:
        """The remark's words, paragraphs apart by a space."""
        pieces: list[str] = []
        for node in self.root.iter():
            if node.tag in _TEXT_TAGS:
                pieces.append(node.text or "")
            elif node.tag == W_P or node.tag in _SPACE_TAGS:
                pieces.append(" ")
        return " ".join("".join(pieces).split())

    @property
    def tags(self) -> tuple[str, str]:
        """The start and end tag to put around what the remark is about."""
        return (
            f'<comment data-comment-author="{_attribute(self.author)}" '
            f'data-comment-datetime="{_attribute(self.date)}" text="{_attribute(self.text)}">',
            "</comment>",
        )


def read_comments(root: etree._Element | None) -> Mapping[str, Comment]:
    """The comments of a comments part by id, numbered as they stand there."""
    comments: dict[str, Comment] = {}
    for node in () if root is None else elements(root):
        if node.tag != f"{W}comment":
            continue
        author = (node.get(f"{W}author") or "").strip()
        initials = (node.get(f"{W}initials") or "").strip() or "".join(
            word[0] for word in author.split()[:3]
        ).upper()
        comment_id = node.get(W_ID) or ""
        comments[comment_id] = Comment(
            id=comment_id,
            mark=f"{initials[:8]}{len(comments) + 1}",
            author=author,
            date=(node.get(f"{W}date") or "").strip(),
            root=node,
        )
    return comments


def revision_tags(node: etree._Element) -> tuple[str, str]:
    """The start and end tag for what is inside ``w:ins``, ``w:del``, ``w:moveTo`` or ``w:moveFrom``."""
    tag = "del" if node.tag in DELETIONS else "ins"
    author, date = node.get(f"{W}author") or "", node.get(f"{W}date") or ""
    start = f'<{tag} data-revision-author="{_attribute(author)}" data-revision-datetime="{_attribute(date)}">'
    return start, f"</{tag}>"


def _attribute(text: str) -> str:
    return escape_attribute(text.strip()[:_MAX_ATTRIBUTE])
