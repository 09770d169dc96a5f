"""Block html written out again with known tags and attributes only: what leaves the server is safe to show.

Engines outside our control may hand over scripts, event handlers or broken nesting. Unknown elements keep
their text and lose their tags.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Final

from lxml import etree

from docassay.documents.html_fragment import (
    HIDDEN_TAGS,
    PREFORMATTED_TAGS,
    WHITESPACE,
    collapsed,
    parse_fragment,
    plain_element,
    readable,
    tag_of,
)

VOID_TAGS: Final = frozenset({"br", "hr", "img", "input", "col"})

_KEPT_TAGS: Final = VOID_TAGS | {
    "a", "abbr", "b", "blockquote", "caption", "cite", "code", "colgroup", "comment", "content-ref", "dd",
    "del", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "i", "ins",
    "kbd", "label", "li", "mark", "math", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span",
    "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
}  # fmt: skip

_REVISION_ATTRIBUTES: Final = frozenset({"data-revision-author", "data-revision-datetime"})
_KEPT_ATTRIBUTES: Final[Mapping[str, frozenset[str]]] = {
    "a": frozenset({"href", "title"}),
    "code": frozenset({"class"}),
    "comment": frozenset({"data-comment-author", "data-comment-datetime", "text"}),
    "content-ref": frozenset({"src"}),
    "del": _REVISION_ATTRIBUTES,
    "img": frozenset({"src", "alt", "width", "height"}),
    "input": frozenset({"type", "checked", "value"}),
    "ins": _REVISION_ATTRIBUTES,
    "li": frozenset({"value"}),
    "math": frozenset({"display"}),
    "ol": frozenset({"start", "type"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
}
_WITHOUT_TEXT: Final = frozenset({"table", "thead", "tbody", "tfoot", "tr", "colgroup", "ul", "ol", "dl"})
"""Elements whose own white space between children means nothing and is dropped."""
_NO_ATTRIBUTES: Final[frozenset[str]] = frozenset()
_URL_ATTRIBUTES: Final = frozenset({"href", "src"})
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SAFE_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "ftp"})
# Browsers ignore these inside a scheme, so that "java\nscript:" would run.
_IGNORED_IN_URLS: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\ufeff]+")
_SAFE_DATA_URL: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)


def clean_html(html: str) -> str:
    """The fragment with known tags and attributes only, well-formed, with white space collapsed."""
    if "<" not in html and "&" not in html:
        return escape(collapsed(readable(html)).strip(" "), quote=False)
    plain = plain_element(html)
    if plain is not None:
        return f"<{plain.tag}>{escape(collapsed(plain.text), quote=False)}</{plain.tag}>"
    return clean_element(parse_fragment(html), with_root=False)


def clean_element(
    element: etree._Element,
    *,
    with_root: bool = True,
    extra_attributes: Mapping[etree._Element, Mapping[str, str]] | None = None,
    newline_in_pre: str = "\n",
) -> str:
    """A parsed element as clean html; ``extra_attributes`` are added to the named elements.

    ``newline_in_pre`` replaces line breaks of preformatted text (markdown ends an html block at an empty
    line, so there they are written as ``&#10;``).
    """
    pieces: list[str] = []
    hidden_depth = 0
    preformatted_depth = 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        tag = tag_of(node)
        is_shown = tag in _KEPT_TAGS and (with_root or node is not element)
        if event == "start":
            hidden_depth += tag in HIDDEN_TAGS
            preformatted_depth += tag in PREFORMATTED_TAGS
            if hidden_depth:
                continue
            if is_shown:
                extra = extra_attributes.get(node, {}) if extra_attributes else {}
                pieces.append(start_tag(node, tag, extra))
            if node.text and not (tag in _WITHOUT_TEXT and not node.text.strip(WHITESPACE)):
                pieces.append(_text(node.text, preformatted_depth, newline_in_pre))
            continue
        if is_shown and not hidden_depth and tag not in VOID_TAGS:
            pieces.append(f"</{tag}>")
        hidden_depth -= tag in HIDDEN_TAGS
        preformatted_depth -= tag in PREFORMATTED_TAGS
        if node.tail and not hidden_depth and node is not element:
            parent = node.getparent()
            is_indentation = not node.tail.strip(WHITESPACE) and tag_of(parent) in _WITHOUT_TEXT
            if not is_indentation:
                pieces.append(_text(node.tail, preformatted_depth, newline_in_pre))
    return "".join(pieces).strip(" ")


def safe_url(url: str) -> str | None:
    """``url`` trimmed, or None when following it could run code (``javascript:`` and the like)."""
    if url.startswith(("https://", "http://")) and " " not in url and url.isprintable():
        return url
    trimmed = collapsed(url).strip()
    squeezed = _IGNORED_IN_URLS.sub("", trimmed)
    scheme = _SCHEME.match(squeezed)
    if scheme is None or scheme[1].lower() in _SAFE_SCHEMES or _SAFE_DATA_URL.match(squeezed):
        return trimmed
    return None


def start_tag(node: etree._Element, tag: str, extra: Mapping[str, str] = MappingProxyType({})) -> str:
    """The element's start tag with its known attributes, then those of ``extra``."""
    kept = _KEPT_ATTRIBUTES.get(tag, _NO_ATTRIBUTES)
    attributes = {str(name).lower(): str(value) for name, value in node.attrib.items()} if kept else {}
    pieces = [tag]
    for name, value in attributes.items():
        if name not in kept:
            continue
        checked = safe_url(value) if name in _URL_ATTRIBUTES else collapsed(value)
        if checked is not None:
            pieces.append(f'{name}="{escape(checked)}"')
    pieces.extend(f'{name}="{escape(value)}"' for name, value in extra.items())
    return f"<{' '.join(pieces)}{'/' if tag in VOID_TAGS else ''}>"


def _text(text: str, preformatted_depth: int, newline_in_pre: str) -> str:
    if preformatted_depth:
        return escape(text, quote=False).replace("\r\n", "\n").replace("\n", newline_in_pre)
    return escape(collapsed(text), quote=False)
