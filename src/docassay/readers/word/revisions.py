"""Tracked changes and comments of a Word document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from docassay.readers.review import Comment, Tags, change_tags, comment_mark
from docassay.readers.word.names import DELETIONS, W_ID, W_P, W
from docassay.readers.xml import elements

_TEXT_TAGS: Final = {f"{W}t", f"{W}delText"}
_SPACE_TAGS: Final = {f"{W}tab", f"{W}br", f"{W}cr"}


def read_comments(root: etree._Element | None) -> Mapping[str, Comment]:
    """The comments of a comments part by id, numbered as they stand there."""
    comments: dict[str, Comment] = {}
    for node in () if root is None else elements(root):
        if node.tag != f"{W}comment":
            continue
        author = (node.get(f"{W}author") or "").strip()
        comments[node.get(W_ID) or ""] = Comment(
            mark=comment_mark(author, node.get(f"{W}initials") or "", len(comments) + 1),
            author=author,
            date=(node.get(f"{W}date") or "").strip(),
            text=_words(node),
        )
    return comments


def revision_tags(node: etree._Element) -> Tags:
    """The tags for what is inside ``w:ins``, ``w:del``, ``w:moveTo`` or ``w:moveFrom``."""
    tag = node.tag
    return change_tags(
        "del" if tag in DELETIONS else "ins", node.get(f"{W}author") or "", node.get(f"{W}date") or ""
    )


def _words(comment: etree._Element) -> str:
    pieces: list[str] = []
    for node in comment.iter():
        if node.tag in _TEXT_TAGS:
            pieces.append(node.text or "")
        elif node.tag == W_P or node.tag in _SPACE_TAGS:
            pieces.append(" ")
    return " ".join("".join(pieces).split())
