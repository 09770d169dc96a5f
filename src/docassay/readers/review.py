"""Reviewers' marks in text documents: comments, and who inserted or deleted what, and when.

The element and attribute names are those of the wire's ``track_changes``: ``<ins>`` and ``<del>`` with
``data-revision-author`` and ``data-revision-datetime``, ``<comment>`` with ``data-comment-author``,
``data-comment-datetime`` and the comment's ``text``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from docassay.readers.flow_page import Draft
from docassay.readers.fragments import escape_attribute, escape_text

Tags = tuple[str, str]
"""A start and an end tag."""

TRACK_CHANGES: Final = "track_changes"
"""The engine option that marks up insertions, deletions and comments."""

_MAX_ATTRIBUTE: Final = 2_000
_MAX_INITIALS: Final = 8


@dataclass(frozen=True, slots=True)
class Comment:
    """A reviewer's remark. ``mark`` is what stands for it in the text: initials and number."""

    mark: str
    author: str
    date: str
    text: str

    @property
    def tags(self) -> Tags:
        """The tags to put around what the remark is about."""
        return (
            f'<comment data-comment-author="{_attribute(self.author)}" '
            f'data-comment-datetime="{_attribute(self.date)}" text="{_attribute(self.text)}">',
            "</comment>",
        )

    @property
    def draft(self) -> Draft:
        """The remark after the text, behind the mark that stands where it was made."""
        who = ", ".join(filter(None, (self.author, self.date[:10])))
        html = f"<sup>[{escape_text(self.mark)}]</sup> {escape_text(f'{who}: {self.text}')}"
        return Draft("Footnote", f'<p data-role="comment">{html}</p>')


def comment_mark(author: str, initials: str, number: int) -> str:
    """The initials, or those of the author's name, and the comment's number."""
    letters = initials.strip() or "".join(word[0] for word in author.split()[:3]).upper()
    return f"{letters[:_MAX_INITIALS]}{number}"


def change_tags(tag: Literal["ins", "del"], author: str, date: str) -> Tags:
    """The tags around inserted or deleted content."""
    start = f'<{tag} data-revision-author="{_attribute(author)}" data-revision-datetime="{_attribute(date)}">'
    return start, f"</{tag}>"


def _attribute(text: str) -> str:
    return escape_attribute(text.strip()[:_MAX_ATTRIBUTE])
