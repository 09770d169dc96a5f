"""An HTML tree to drafts of blocks: headings, paragraphs, lists, tables, code, quotations, figures."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import unquote_to_bytes, urljoin

from lxml import etree

from docassay.documents.html_fragment import collapsed
from docassay.readers.embedded_images import MAX_IMAGE_BYTES, EmbeddedImages
from docassay.readers.flow_page import Draft
from docassay.readers.fragments import (
    Cell,
    Span,
    code_html,
    element,
    escape_text,
    image_html,
    inline_html_and_text,
    list_html,
    safe_link,
    table_html,
    text_html,
)
from docassay.readers.mathml import mathml_latex
from docassay.readers.visible_html import INLINE_TAGS, first_named, is_seen, tag_name
from docassay.readers.xml import integer

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_LISTS: Final = frozenset({"ul", "ol", "menu", "dir"})
_FORMATS: Final = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "cite": "italic", "dfn": "italic",
    "var": "italic", "u": "underline", "ins": "underline", "s": "strike", "strike": "strike", "del": "strike",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code", "sup": "superscript", "sub": "subscript",
}  # fmt: skip
_IN_LINE: Final = INLINE_TAGS | _FORMATS.keys() | {"button", "option", "select", "textarea"}
_BLOCKS: Final = frozenset({"table", "pre", "blockquote", "dl", "figcaption", "caption", *_HEADINGS, *_LISTS})
_NOTES: Final = frozenset({"footnote", "endnote", "rearnote", "doc-footnote", "doc-endnote"})
_CONTENTS: Final = frozenset({"toc", "doc-toc"})
_LANGUAGE: Final = re.compile(r"(?:^|\s)(?:language|lang|highlight-source)-([A-Za-z0-9+#._-]{1,30})")
_NO_SEMANTICS: Final[frozenset[str]] = frozenset()
_UNSTYLED: Final = Span("")
_MAX_SPAN: Final = 1_000
MAX_DEPTH: Final = 120
"""Levels of nesting that are walked; what lies deeper is read as plain text."""

ImageLoader = Callable[[str], bytes | None]


def load_data_uri(address: str) -> bytes | None:
    """The bytes of a ``data:`` address up to the size limit; None for anything else: nothing is fetched."""
    if address[:5].lower() != "data:":
        return None
    header, comma, payload = address[5:].partition(",")
    if not comma or len(payload) > MAX_IMAGE_BYTES * 3:
        return None
    if not header.lower().endswith(";base64"):
        return unquote_to_bytes(payload)
    try:
        return base64.b64decode("".join(payload.split()), validate=False)
    except (binascii.Error, ValueError):
        return None


class HtmlBlocks:
    """Walks one page. ``load_image`` gives the bytes behind an image's address, or None."""

    def __init__(
        self,
        images: EmbeddedImages,
        load_image: ImageLoader = load_data_uri,
        *,
        keep_navigation: bool = False,
    ) -> None:
        self._images = images
        self._load_image = load_image
        self._keep_navigation = keep_navigation
        self._base: str | None = None

    def read(self, root: etree._Element) -> list[Draft]:
        """The drafts of everything seen inside ``root``."""
        self._base = _base_address(root)
        drafts: list[Draft] = []
        spans: list[Span] = []
        self._walk(root, drafts, spans, _UNSTYLED, 0)
        self._flush(drafts, spans)
        return drafts

    def _walk(
        self, parent: etree._Element, drafts: list[Draft], spans: list[Span], style: Span, depth: int
    ) -> None:
        if text := parent.text:
            _add_text(text, spans, style)
        keep_navigation = self._keep_navigation
        for node in parent:
            tag = tag_name(node)
            if is_seen(node, keep_navigation=keep_navigation, tag=tag) or (
                tag == "svg" and self._svg_image(node) is not None
            ):
                self._element(node, tag, drafts, spans, style, depth + 1)
            if text := node.tail:
                _add_text(text, spans, style)

    def _element(
        self, node: etree._Element, tag: str, drafts: list[Draft], spans: list[Span], style: Span, depth: int
    ) -> None:
        if depth > MAX_DEPTH:
            _add_text(" ".join(map(str, node.itertext())), spans, style)
        elif tag in _IN_LINE and tag != "math":
            if tag == "option":
                spans.append(Span(" "))
            elif tag == "a":
                style = self._linked(node, style)
            elif tag in _FORMATS:
                style = style.with_format(_FORMATS[tag])
            if len(node):
                self._walk(node, drafts, spans, style, depth)
            elif text := node.text:
                _add_text(text, spans, style)
        elif tag in _BLOCKS:
            self._flush(drafts, spans)
            drafts += self._block(node, tag, depth)
        elif tag == "br":
            spans.append(style.with_text("\n"))
        elif tag in {"img", "svg"} or (tag == "input" and (node.get("type") or "") == "image"):
            self._picture(node, tag, spans, style)
        elif tag == "input":
            spans.append(style.with_text(_input_text(node)))
        elif tag == "math":
            self._math(node, drafts, spans)
        else:
            self._flush(drafts, spans)
            semantics = _semantics(node)
            if tag == "nav" and semantics & _CONTENTS:
                drafts += self._contents(node, depth)
                return
            before = len(drafts)
            if style is _UNSTYLED and not len(node):
                drafts += self._inside(node, depth)
            else:
                self._walk(node, drafts, spans, style, depth)
                self._flush(drafts, spans)
            if semantics & _NOTES:
                _rename_texts(drafts[before:], "Footnote")

    def _contents(self, node: etree._Element, depth: int) -> list[Draft]:
        """A table of contents: its heading as it stands, its lists as one block."""
        inner = self._inside(node, depth)
        lines = "".join(draft.html for draft in inner if draft.block_type != "SectionHeader")
        headings = [draft for draft in inner if draft.block_type == "SectionHeader"]
        return [*headings, Draft("TableOfContents", lines)] if lines else headings

    def _block(self, node: etree._Element, tag: str, depth: int) -> list[Draft]:
        if tag in _HEADINGS:
            return self._heading(node, _HEADINGS[tag], depth)
        if tag in _LISTS:
            return self._list(node, is_ordered=tag == "ol", depth=depth)
        if tag == "table":
            return self._table(node, depth)
        if tag == "pre":
            return self._code(node)
        if tag == "dl":
            return self._definitions(node, depth)
        inner = self._inside(node, depth)
        if tag in {"figcaption", "caption"}:
            _rename_texts(inner, "Caption")
            return inner
        html = "".join(draft.html for draft in inner)
        return [Draft("Text", element("blockquote", html), images=_images_of(inner))] if html else []

    @staticmethod
    def _code(node: etree._Element) -> list[Draft]:
        text = "".join(str(piece) for piece in node.itertext()).strip("\n")
        if not text.strip():
            return []
        classes = (str(child.get("class") or "") for child in (node, *node.iter()) if tag_name(child))
        language = next((match[1] for name in classes if (match := _LANGUAGE.search(name))), None)
        html = code_html(text.replace("\r\n", "\n"))
        if language:
            html = html.replace("<code>", f'<code class="language-{language}">', 1)
        return [Draft("Code", html)]

    def _inside(self, node: etree._Element, depth: int) -> list[Draft]:
        if not len(node):
            text = node.text
            html = "" if not text or text.isspace() else text_html(collapsed(text))
            return [Draft("Text", f"<p>{html}</p>")] if html else []
        drafts: list[Draft] = []
        spans: list[Span] = []
        self._walk(node, drafts, spans, _UNSTYLED, depth)
        self._flush(drafts, spans)
        return drafts

    def _heading(self, node: etree._Element, level: int, depth: int) -> list[Draft]:
        drafts = self._inside(node, depth)
        for draft in drafts:
            if draft.block_type == "Text" and draft.html.startswith("<p>"):
                draft.block_type, draft.level = "SectionHeader", level
                draft.html = element(f"h{level}", draft.html[3:-4])
        return drafts

    def _list(self, node: etree._Element, *, is_ordered: bool, depth: int) -> list[Draft]:
        items: list[str] = []
        children: list[Draft] = []
        for child in node:
            tag = tag_name(child)
            if not is_seen(child, keep_navigation=self._keep_navigation, tag=tag):
                continue
            inner = self._inside(child, depth + 1) if tag == "li" else self._wrapped(child, tag, depth)
            html = joined(inner)
            if not html:
                continue
            if tag in _LISTS and items:
                items[-1] += html
                children[-1].html = element("li", items[-1])
                children[-1].images = {**children[-1].images, **_images_of(inner)}
                continue
            items.append(html)
            children.append(Draft("ListItem", f"<li>{html}</li>", images=_images_of(inner)))
        if not items:
            return []
        start = integer(node.get("start"), 1) if is_ordered else 1
        html = list_html(items, is_ordered=is_ordered, start=1 if start is None else start)
        return [Draft("ListGroup", html, children=children, images=_images_of(children))]

    def _wrapped(self, node: etree._Element, tag: str, depth: int) -> list[Draft]:
        """The drafts of an element itself (not only of what is inside it)."""
        drafts: list[Draft] = []
        spans: list[Span] = []
        self._element(node, tag, drafts, spans, _UNSTYLED, depth + 1)
        self._flush(drafts, spans)
        return drafts

    def _definitions(self, node: etree._Element, depth: int) -> list[Draft]:
        """Terms with their descriptions as a list: the term bold, each description on a line of its own."""
        items: list[str] = []
        images: dict[str, bytes] = {}
        for child in node.iter():
            tag = tag_name(child)
            if tag not in {"dt", "dd"} or _nearest(child, "dl") is not node:
                continue
            inner = self._inside(child, depth + 1)
            images |= _images_of(inner)
            html = joined(inner)
            if not html:
                continue
            if tag == "dt":
                is_plain = len(inner) == 1 and inner[0].html.startswith("<p>")
                is_bold = html.startswith("<strong>")
                items.append(element("strong", html) if is_plain and not is_bold else html)
            elif items:
                items[-1] += ("<br/>" if inner[0].html.startswith("<p>") else "") + html
            else:
                items.append(html)
        children = [Draft("ListItem", element("li", item)) for item in items]
        if not items:
            return []
        return [Draft("ListGroup", list_html(items, is_ordered=False), children=children, images=images)]

    def _table(self, node: etree._Element, depth: int) -> list[Draft]:
        """A table; one for layout (a presentation role, or a single cell) is only what is inside it."""
        rows = [(row, list(_cells(row))) for row in _rows(node)]
        is_layout = (node.get("role") or "").lower() in {"presentation", "none"}
        if is_layout or (len(rows) == 1 and len(rows[0][1]) == 1):
            return [draft for _, cells in rows for cell in cells for draft in self._inside(cell, depth + 3)]
        captions = [
            draft
            for child in node
            if tag_name(child) == "caption" and is_seen(child)
            for draft in self._block(child, "caption", depth + 1)
        ]
        images: dict[str, bytes] = {}
        table: list[list[Cell]] = []
        for _, cells in rows:
            written = []
            for cell in cells:
                inner = self._inside(cell, depth + 3)
                for draft in inner:
                    images |= draft.images
                has_attributes = bool(cell.keys())
                written.append(
                    Cell(
                        joined(inner),
                        row_span=_span(cell.get("rowspan")) if has_attributes else 1,
                        column_span=_span(cell.get("colspan")) if has_attributes else 1,
                        is_header=tag_name(cell) == "th",
                    )
                )
            if written:
                table.append(written)
        if not any(cell.html for row in table for cell in row):
            return captions
        return [*captions, Draft("Table", table_html(table), images=images)]

    def _picture(self, node: etree._Element, tag: str, spans: list[Span], style: Span) -> None:
        source = self._svg_image(node) if tag == "svg" else node.get("src")
        name = self._images.add(self._load_image(source)) if source and self._images.is_enabled else None
        alternative_text = (node.get("alt") or node.get("title") or "").strip()
        if name is not None or alternative_text:
            spans.append(Span("", href=style.href, raw=image_html(name, alternative_text)))

    @staticmethod
    def _svg_image(node: etree._Element) -> str | None:
        """The address of the one raster picture that an ``svg`` wraps (book covers)."""
        image = first_named(node, "image")
        if image is None:
            return None
        return next((str(value) for key, value in image.items() if str(key).endswith("href")), None)

    def _math(self, node: etree._Element, drafts: list[Draft], spans: list[Span]) -> None:
        latex = mathml_latex(node)
        if latex and node.get("display") == "block":
            self._flush(drafts, spans)
            drafts.append(Draft("Equation", f'<p><math display="block">{escape_text(latex)}</math></p>'))
        elif latex:
            spans.append(Span("", raw=element("math", escape_text(latex))))

    def _linked(self, node: etree._Element, style: Span) -> Span:
        href = node.get("href")
        if href and self._base and not href.startswith("#"):
            try:
                href = urljoin(self._base, href.strip())
            except ValueError:
                href = None
        address = safe_link(href)
        return style if address is None else style._replace(href=address)

    def _flush(self, drafts: list[Draft], spans: list[Span]) -> None:
        if not spans:
            return
        html, has_text = inline_html_and_text(spans)
        if html:
            is_picture = not has_text and all(
                span.is_blank or (span.raw or "").startswith("<img") for span in spans
            )
            drafts.append(
                Draft(
                    "Picture" if is_picture else "Text", f"<p>{html}</p>", images=self._images.used_in(html)
                )
            )
        spans.clear()


def _add_text(text: str, spans: list[Span], style: Span) -> None:
    if text.isspace():
        # White space between blocks says nothing; inside a line it is one space.
        if spans:
            spans.append(style.with_text(" "))
        return
    spans.append(style.with_text(text if text.isprintable() else collapsed(text)))


def joined(drafts: list[Draft]) -> str:
    """The drafts as the inner html of a list item or cell: paragraphs become lines."""
    if len(drafts) == 1 and drafts[0].block_type == "Text" and drafts[0].html.startswith("<p>"):
        return drafts[0].html[3:-4]
    html = ""
    ends_with_line = False
    for draft in drafts:
        is_line = draft.html.startswith("<p>") and draft.block_type != "TableOfContents"
        if draft.block_type == "SectionHeader":
            inner, is_line = element("strong", draft.html[4:-5]), True
        else:
            inner = draft.html[3:-4] if is_line else draft.html
        html += ("<br/>" if is_line and ends_with_line else "") + inner
        ends_with_line = is_line
    return html


def _base_address(root: etree._Element) -> str | None:
    """The address that a page's relative links are meant to start from, when it says one."""
    nodes = root.iter("{*}base", "{*}BASE")
    return safe_link(next((href for node in nodes if (href := node.get("href"))), None))


def _semantics(node: etree._Element) -> frozenset[str]:
    """What the element says that it is (``role``, EPUB's ``epub:type``)."""
    found: list[str] = []
    for name in node.keys():  # noqa: SIM118 - an element's items are its children
        if name == "role" or name.endswith(("}type", ":type")):
            found += (node.get(name) or "").lower().split()
    return frozenset(found) if found else _NO_SEMANTICS


def _rename_texts(drafts: list[Draft], block_type: str) -> None:
    for draft in drafts:
        if draft.block_type == "Text":
            draft.block_type = block_type


def _input_text(node: etree._Element) -> str:
    kind = (node.get("type") or "text").lower()
    if kind in {"checkbox", "radio"}:
        return "☑ " if node.get("checked") is not None else "☐ "
    return f" {node.get('value') or ''} "


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        tag = tag_name(child)
        if not is_seen(child, tag=tag):
            continue
        if tag == "tr":
            yield child
        elif tag in {"thead", "tbody", "tfoot", "form"}:
            yield from _rows(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        tag = tag_name(child)
        if tag in {"td", "th"} and is_seen(child, tag=tag):
            yield child


def _span(text: str | None) -> int:
    return min(max(integer((text or "").strip() or None, 1) or 1, 1), _MAX_SPAN)


def _nearest(node: etree._Element, tag: str) -> etree._Element | None:
    parent = node.getparent()
    while parent is not None and tag_name(parent) != tag:
        parent = parent.getparent()
    return parent


def _images_of(drafts: list[Draft]) -> dict[str, bytes]:
    return {name: content for draft in drafts if draft.images for name, content in draft.images.items()}
