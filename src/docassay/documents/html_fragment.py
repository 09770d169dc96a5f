"""Block html parsed into a tree, and the text that a reader of it sees.

Uses lxml, so only processes that read documents import it, never the server at start-up. Input may be
malformed: it is recovered as a browser would, never refused.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final, NamedTuple

from lxml import etree

# libxml2 drops whatever follows these end tags.
_DOCUMENT_TAGS: Final = re.compile(r"</?(?:html|body|frameset)\b[^<>]*>", re.IGNORECASE)
_MAYBE_DOCUMENT_TAG: Final = re.compile(r"</?(?:[bB][oO]|[fF][rR]|[hH][tT])")

HIDDEN_TAGS: Final = frozenset(
    {
        "script",
        "style",
        "head",
        "template",
        "title",
        "meta",
        "link",
        "noscript",
        "annotation",
        "annotation-xml",
    }
)
"""Elements whose content is never shown."""

BLOCK_TAGS: Final = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
        "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
        "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol",
        "option", "p", "pre", "section", "select", "summary", "table", "tbody", "textarea", "tfoot",
        "thead", "tr", "ul", "content-ref",
    }
)  # fmt: skip
"""Elements that start and end a line of their own."""

CELL_TAGS: Final = frozenset({"td", "th"})
PREFORMATTED_TAGS: Final = frozenset({"pre", "textarea"})
_NEVER_PLAIN: Final = HIDDEN_TAGS | PREFORMATTED_TAGS
WHITESPACE: Final = " \t\r\n\f"
_SPACES: Final = re.compile(" {2,}")
_ONE_PLAIN_ELEMENT: Final = re.compile(r"<(p|h[1-6]|li|td|th)>([^<>]*)</\1>")
REFERENCE_OF_ANOTHER: Final = re.compile(r"&(?!(?:amp|lt|gt|quot);)")
"""A reference, or what a parser may take for one, that ``readers.fragments`` does not write."""

# PDFium's marks for a hyphen that ends a line; then characters that no html may hold.
_LINE_END_HYPHEN: Final = re.compile(r"[\x02\ufffe]")
_NOT_IN_HTML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\uffff\ud800-\udfff]")


def readable(html: str) -> str:
    """``html`` without control characters and lone surrogates: U+FFFD stands in their place, so that they
    stay visible as damage, and a hyphen for PDFium's marks of one."""
    if html.isprintable():
        return html
    return _NOT_IN_HTML.sub("\ufffd", _LINE_END_HYPHEN.sub("-", html))


class PlainElement(NamedTuple):
    """A fragment that is one element with nothing but text inside; ``text`` is not escaped."""

    tag: str
    text: str


def plain_element(html: str) -> PlainElement | None:
    """The fragment as a plain element, without building a tree: most blocks of most documents are one.

    None for everything else, also for references other than ``&amp; &lt; &gt; &quot;``.
    """
    match = _ONE_PLAIN_ELEMENT.fullmatch(html)
    if match is None:
        return None
    content = match[2]
    if "&" in content:
        if REFERENCE_OF_ANOTHER.search(content):
            return None
        content = unescape(content)
    return PlainElement(match[1], readable(content))


def parse_fragment(html: str) -> etree._Element:
    """The fragment's elements under one ``div`` (or ``body``) root; comments and instructions are dropped."""
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    content = readable(html)
    if _MAYBE_DOCUMENT_TAG.search(content):
        content = _DOCUMENT_TAGS.sub("", content)
    tree = etree.fromstring(b"<html><body><div>%b</div></body></html>" % content.encode("utf-8"), parser)
    body = next(tree.iterchildren("body"), None)
    if body is None:
        return tree
    return body[0] if len(body) == 1 and not (body[0].tail or "").strip(WHITESPACE) else body


def tag_of(element: etree._Element | None) -> str:
    """The element's lower-case tag; an empty string for None, entities and the like."""
    return element.tag.lower() if element is not None and isinstance(element.tag, str) else ""


def collapsed(text: str) -> str:
    """``text`` with every run of white space as one space, as a browser shows it."""
    if not text.isprintable():
        # One pass of C code each, where a pattern would stop at every single space of the text.
        text = text.replace("\n", " ").replace("\t", " ").replace("\r", " ").replace("\f", " ")
    return _SPACES.sub(" ", text) if "  " in text else text


def text_of(html: str) -> str:
    """The visible text of a fragment.

    Block elements, displayed formulas and ``<br>`` start a new line, table cells are apart by a tab, white
    space is collapsed except in ``<pre>``. Alternative texts of images are not text and are left out; the
    LaTeX inside ``<math>`` is text.
    """
    if "<" not in html and "&" not in html:
        return collapsed(readable(html)).strip(WHITESPACE)
    plain = plain_element(html)
    if plain is not None:
        return collapsed(plain.text).strip(" ")
    return text_of_element(parse_fragment(html))


def text_of_element(element: etree._Element) -> str:
    """The visible text inside a parsed element (its tail left out), in the form of ``text_of``."""
    if not len(element) and tag_of(element) not in _NEVER_PLAIN:
        return collapsed(element.text or "").strip(" ")  # most cells of a table
    text = _VisibleText()
    hidden_depth = 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        tag = tag_of(node)
        if tag == "math" and node.get("display") == "block":
            tag = "div"  # it stands on a line of its own
        if event == "start":
            hidden_depth += tag in HIDDEN_TAGS
            if not hidden_depth:
                text.open(tag)
                text.add(node.text)
            continue
        if not hidden_depth:
            text.close(tag)
        hidden_depth -= tag in HIDDEN_TAGS
        if not hidden_depth and node is not element:
            text.add(node.tail)
    return str(text)


class _VisibleText:
    """Text pieces with the widest separator that stands between each two of them."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._separator = ""
        self._preformatted_depth = 0

    def open(self, tag: str) -> None:
        if tag in PREFORMATTED_TAGS:
            self._preformatted_depth += 1
        if tag == "tr" or tag == "br" or (tag in BLOCK_TAGS and self._separator != "\t"):
            self._separator = "\n"

    def close(self, tag: str) -> None:
        if tag in PREFORMATTED_TAGS:
            self._preformatted_depth -= 1
        if tag in CELL_TAGS:
            self._separator = "\t"
        elif tag in BLOCK_TAGS:
            self._separator = "\n"

    def add(self, text: str | None) -> None:
        if not text:
            return
        if self._preformatted_depth:
            self._append(text.replace("\r\n", "\n"))
            return
        shown = collapsed(text)
        if shown.startswith(" "):
            self._separator = self._separator or " "
        stripped = shown.strip(" ")
        if stripped:
            self._append(stripped)
            if shown.endswith(" "):
                self._separator = " "

    def _append(self, text: str) -> None:
        if self._pieces:
            self._pieces.append(self._separator)
        self._pieces.append(text)
        self._separator = ""

    def __str__(self) -> str:
        return "".join(self._pieces).strip("\r\n")
