"""Which parts of an HTML page a reader sees, and how its bytes become a tree.

Not seen: scripts, styles, templates, ``noscript``, embedded media and frames, anything ``hidden`` or styled
``display: none``, and site navigation (``<nav>`` or ``role="navigation"``), which is about other pages.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lxml import etree

from docassay.errors import DocumentFailure

_DROPPED: Final = frozenset(
    {
        "script", "style", "template", "noscript", "head", "iframe", "frame", "object", "embed", "applet",
        "canvas", "audio", "video", "svg", "link", "meta", "base", "datalist", "map", "rp", "",
    }
)  # fmt: skip
_TELLING_ATTRIBUTES: Final = frozenset({"hidden", "role", "style", "type"})
"""Without one of these an element's tag alone says whether it is seen."""
_HIDING_STYLE: Final = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_CHARSET: Final = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_XML_ENCODING: Final = re.compile(rb"""\A\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})""")
_XML_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]*\?>")
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_HEAD_BYTES: Final = 4096


def tag_name(element: etree._Element) -> str:
    """The lower-case tag without a namespace; an empty string for comments and the like."""
    tag = element.tag
    return _plain_tag(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=4_096)
def _plain_tag(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


def is_seen(element: etree._Element, *, keep_navigation: bool = False, tag: str | None = None) -> bool:
    """Whether a reader sees this element (its ancestors are not looked at); ``tag`` is its ``tag_name``."""
    if tag is None:
        tag = tag_name(element)
    if tag in _DROPPED:
        return False
    if _TELLING_ATTRIBUTES.isdisjoint(element.keys()):
        return keep_navigation or tag != "nav"
    if element.get("hidden") is not None:
        return False
    if not keep_navigation and (tag == "nav" or (element.get("role") or "").strip().lower() == "navigation"):
        return False
    if tag == "input" and (element.get("type") or "").lower() == "hidden":
        return False
    style = element.get("style")
    return not style or _HIDING_STYLE.search(style) is None


def decoded(data: bytes) -> str:
    """The text of an HTML file: byte order mark, declared charset, UTF-8, then Windows-1252.

    A declared charset that is unknown or does not fit the bytes is not believed.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    head = data[:_HEAD_BYTES]
    declared = _XML_ENCODING.search(head) or _CHARSET.search(head)
    encodings = [declared[1].decode("ascii")] if declared else []
    for encoding in [*encodings, "utf-8"]:
        if encoding.lower().replace("_", "-") in {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"}:
            encoding = "cp1252"
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def parse_html(data: bytes, name: str) -> etree._Element:
    """The root of an HTML page, recovered as far as possible; entities beyond HTML's own stay text.

    Raises ``DocumentFailure``: ``empty`` without any content, ``corrupt`` when elements are nested so deep
    that the parser stops.
    """
    text = decoded(data)
    if declaration := _XML_DECLARATION.match(text):  # not sub(), which looks for it at every character
        text = text[declaration.end() :]
    if "\0" in text:
        text = text.replace("\0", "")
    if not text or text.isspace():
        raise DocumentFailure("empty", f"{name} has no content.")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, recover=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise DocumentFailure("corrupt", f"{name} cannot be parsed as HTML ({error}).") from error
    if root is None:
        raise DocumentFailure("empty", f"{name} has no content.")
    if any("Excessive depth" in entry.message for entry in parser.error_log):
        raise DocumentFailure("corrupt", f"{name} nests elements too deeply to be read.")
    return root


def page_title(root: etree._Element) -> str | None:
    """The text of ``<title>``, or None."""
    node = first_named(root, "title")
    return None if node is None else " ".join("".join(map(str, node.itertext())).split()) or None


def first_named(root: etree._Element, tag: str) -> etree._Element | None:
    """The first element of this lower-case tag, or of its upper-case form in XML, in any namespace."""
    return next(root.iter(f"{{*}}{tag}", f"{{*}}{tag.upper()}"), None)


def raw_text(root: etree._Element, *, keep_navigation: bool = False) -> str:
    """The text nodes that a reader sees in document order, white space collapsed, a line an element end."""
    pieces: list[str] = []
    walker = etree.iterwalk(root, events=("start", "end"))
    hidden: etree._Element | None = None
    for event, node in walker:
        if event == "start":
            if hidden is None and not is_seen(node, keep_navigation=keep_navigation):
                hidden = node
                walker.skip_subtree()
            elif hidden is None:
                pieces.append(_edge(node))
                pieces.append(node.text or "")
            continue
        if hidden is None:
            pieces.append(_edge(node))
        if node is hidden:
            hidden = None
        if hidden is None and node is not root:
            pieces.append(node.tail or "")
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\v"))
    return "\n".join(line for line in lines if line)


def _edge(node: etree._Element) -> str:
    """A line end (a vertical tab, which no page holds) around anything but inline elements."""
    return "" if tag_name(node) in INLINE_TAGS else "\v"


INLINE_TAGS: Final = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
        "i", "ins", "kbd", "label", "mark", "math", "output", "q", "ruby", "rb", "s", "samp", "small", "span",
        "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "mrow", "mi", "mn", "mo",
    }
)  # fmt: skip
"""Elements inside a line of text."""
