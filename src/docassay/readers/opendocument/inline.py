"""The content of an OpenDocument paragraph: runs, links, notes, comments, changes, pictures and objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from docassay.readers.fragments import Span, safe_link
from docassay.readers.opendocument.frames import FrameReader
from docassay.readers.opendocument.names import DC, DRAW, META, OFFICE, STYLE_NAME, TEXT, XLINK, XML, P
from docassay.readers.opendocument.styles import Styles
from docassay.readers.review import Comment, Tags, change_tags, comment_mark
from docassay.readers.xml import elements, integer

_SPAN: Final = f"{TEXT}span"
_UNSTYLED: Final = Span("")
_MAX_SPACES: Final = 1_000
_MAX_OPEN: Final = 20
_SILENT: Final = frozenset(
    TEXT + name
    for name in (
        "bookmark-start", "bookmark-end", "bookmark", "reference-mark", "reference-mark-start",
        "reference-mark-end", "soft-page-break", "alphabetical-index-mark", "toc-mark", "user-index-mark",
        "sequence-decls", "variable-decls", "hidden-text",
    )
)  # fmt: skip
_SHAPES: Final = frozenset(
    DRAW + name
    for name in ("frame", "g", "custom-shape", "rect", "line", "ellipse", "polygon", "path", "a", "connector")
)


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote or endnote with the mark that its author or program gave it."""

    mark: str
    body: etree._Element


@dataclass(slots=True)
class Content:
    """What a paragraph holds: its runs, the pictures used in them, and what is anchored in it."""

    spans: list[Span] = field(default_factory=list)
    anchored: list[etree._Element] = field(default_factory=list)


@dataclass(slots=True)
class Review:
    """The notes and reviewers' marks of a document, in the order of their places in the text."""

    changes: dict[str, tuple[Tags, etree._Element]] = field(default_factory=dict)
    shows_changes: bool = False
    footnotes: list[Note] = field(default_factory=list)
    endnotes: list[Note] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


class InlineReader:
    """Reads paragraphs; changes and comments may begin in one and end in another."""

    def __init__(self, styles: Styles, frames: FrameReader, review: Review) -> None:
        self._styles = styles
        self._frames = frames
        self._review = review
        self._open: dict[str, Tags] = {}

    def read(self, paragraph: etree._Element) -> Content:
        """The paragraph's content."""
        content = Content()
        self._walk(paragraph, content, self._template(_UNSTYLED) if self._open else _UNSTYLED)
        return content

    def _template(self, span: Span) -> Span:
        return span._replace(around=tuple(self._open.values()))

    def _walk(self, parent: etree._Element, content: Content, style: Span | None) -> None:
        self._text(parent.text, content, style)
        for node in elements(parent):
            tag = node.tag
            if tag == _SPAN:
                inner = None if style is None else self._styles.formatted(style, node.get(STYLE_NAME))
                self._walk(node, content, inner)
            elif tag == f"{TEXT}s":
                count = min(integer(node.get(f"{TEXT}c"), 1) or 1, _MAX_SPACES)
                self._text(" " * count, content, style)
            elif tag == f"{TEXT}tab":
                self._text("\t", content, style)
            elif tag == f"{TEXT}line-break":
                self._text("\n", content, style)
            elif tag == f"{TEXT}a":
                href = safe_link(node.get(f"{XLINK}href"))
                linked = None if style is None else style._replace(href=href or style.href, underline=False)
                self._walk(node, content, linked)
            elif tag == f"{TEXT}note":
                self._note(node, content)
            elif tag in {f"{OFFICE}annotation", f"{OFFICE}annotation-end"}:
                self._comment(node, content)
            elif tag in {f"{TEXT}change-start", f"{TEXT}change-end", f"{TEXT}change"}:
                self._change(node, content)
            elif tag == f"{TEXT}ruby":
                self._ruby(node, content, style)
            elif tag in _SHAPES:
                self._frame(node, content, style)
            elif tag not in _SILENT:
                self._walk(node, content, style)
            self._text(node.tail, content, style)

    def _text(self, text: str | None, content: Content, style: Span | None) -> None:
        if text and style is not None:
            if "\n" in text and text != "\n":
                text = text.replace("\n", " ")
            if self._open or style.around:
                span = style._replace(text=text, around=tuple(self._open.values()))
            else:
                span = style.with_text(text)
            content.spans.append(span)

    def _ruby(self, node: etree._Element, content: Content, style: Span | None) -> None:
        base, reading = node.find(f"{TEXT}ruby-base"), node.find(f"{TEXT}ruby-text")
        if base is not None:
            self._walk(base, content, style)
        if reading is not None and "".join(map(str, reading.itertext())).strip():
            self._text("(", content, style)
            self._walk(reading, content, style)
            self._text(")", content, style)

    def _note(self, node: etree._Element, content: Content) -> None:
        is_endnote = node.get(f"{TEXT}note-class") == "endnote"
        notes = self._review.endnotes if is_endnote else self._review.footnotes
        citation, body = node.find(f"{TEXT}note-citation"), node.find(f"{TEXT}note-body")
        mark = "" if citation is None else "".join(map(str, citation.itertext())).strip()
        mark = mark or str(len(notes) + 1)
        content.spans.append(self._template(Span(mark, superscript=True)))
        if body is not None:
            notes.append(Note(mark, body))

    def _comment(self, node: etree._Element, content: Content) -> None:
        name = node.get(f"{OFFICE}name")
        if node.tag == f"{OFFICE}annotation-end":
            self._open.pop(f"comment {name}", None)
            return
        comments = self._review.comments
        comment = read_comment(node, len(comments) + 1)
        comments.append(comment)
        if not self._review.shows_changes:
            content.spans.append(Span(f"[{comment.mark}]", superscript=True))
        elif name and len(self._open) < _MAX_OPEN:
            self._open[f"comment {name}"] = comment.tags
        else:
            content.spans.append(Span("", raw="".join(comment.tags)))

    def _change(self, node: etree._Element, content: Content) -> None:
        if not self._review.shows_changes:
            return
        change_id = node.get(f"{TEXT}change-id") or ""
        if node.tag == f"{TEXT}change-end":
            self._open.pop(change_id, None)
            return
        tags, region = self._review.changes.get(change_id, (None, None))
        if tags is None or region is None:
            return
        if node.tag == f"{TEXT}change-start":
            if len(self._open) < _MAX_OPEN:
                self._open[change_id] = tags
            return
        text = " ".join(filter(None, (paragraph_text(child) for child in region.iter(P, f"{TEXT}h"))))
        if text:
            span = self._template(Span(text))
            content.spans.append(span._replace(around=(*span.around, tags)))

    def _frame(self, node: etree._Element, content: Content, style: Span | None) -> None:
        html = self._frames.inline_html(node)
        if html is None:
            content.anchored.append(node)
        elif html and style is not None:
            content.spans.append(self._template(Span("", raw=html, href=style.href)))


def read_comment(node: etree._Element, number: int) -> Comment:
    """An ``office:annotation``."""
    author = " ".join((node.findtext(f"{DC}creator") or "").split())
    initials = next(
        (child.text or "" for child in elements(node) if str(child.tag).endswith("initials")),
        node.findtext(f"{META}creator-initials") or "",
    )
    words = [paragraph_text(child) for child in node.iter(P)]
    return Comment(
        mark=comment_mark(author, initials, number),
        author=author,
        date=(node.findtext(f"{DC}date") or "").strip(),
        text=" ".join(filter(None, words)),
    )


def read_changes(body: etree._Element) -> dict[str, tuple[Tags, etree._Element]]:
    """The tracked insertions and deletions of a text by id: tags, and the element with what was deleted."""
    changes: dict[str, tuple[Tags, etree._Element]] = {}
    for region in body.iter(f"{TEXT}changed-region"):
        change_id = region.get(f"{XML}id") or region.get(f"{TEXT}id") or ""
        for change in elements(region):
            info = change.find(f"{OFFICE}change-info")
            author = "" if info is None else info.findtext(f"{DC}creator") or ""
            date = "" if info is None else info.findtext(f"{DC}date") or ""
            if change.tag == f"{TEXT}insertion":
                changes[change_id] = change_tags("ins", author, date), change
            elif change.tag == f"{TEXT}deletion":
                changes[change_id] = change_tags("del", author, date), change
    return changes


def paragraph_text(paragraph: etree._Element) -> str:
    """The plain words of a paragraph."""
    pieces: list[str] = []
    for node in paragraph.iter():
        if node.tag in {f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"}:
            pieces.append(" ")
        pieces.append(node.text or "")
        if node is not paragraph:
            pieces.append(node.tail or "")
    return " ".join("".join(pieces).split())
