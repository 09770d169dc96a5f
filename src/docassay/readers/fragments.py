"""Writes the html of blocks: inline runs, lists and tables, always escaped and well formed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

LINK_SCHEMES: Final = frozenset({"http", "https", "mailto"})

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SPECIAL: Final = re.compile("[&<>\"']")
_SPACES: Final = re.compile(r"[ \t\r\f\v]+")
_LINE_BREAK: Final = re.compile(r" *\n *")
_MAX_LINK_LENGTH: Final = 2_000
_FORMAT_TAGS: Final = ("code", "sup", "sub", "s", "u", "em", "strong")
"""The tags of ``Span.code`` to ``Span.bold``, the innermost first."""


class Span(NamedTuple):
    """A run of text in one format. A line feed is a line break; ``raw`` is html already written.

    ``around`` holds (start tag, end tag) pairs to write outside all formats, the outermost first.
    """

    text: str
    code: bool = False
    superscript: bool = False
    subscript: bool = False
    strike: bool = False
    underline: bool = False
    italic: bool = False
    bold: bool = False
    href: str | None = None
    raw: str | None = None
    around: tuple[tuple[str, str], ...] = ()

    def with_text(self, text: str) -> Span:
        """The same format with another text; several times as fast as ``_replace``."""
        return tuple.__new__(Span, (text,) + self[1:])  # noqa: RUF005 - unpacking takes twice the time

    def with_format(self, name: str) -> Span:
        """The same with one format more, by the name of its field (``bold``)."""
        place = _PLACES[name]
        return tuple.__new__(Span, (*self[:place], True, *self[place + 1 :]))

    @property
    def is_blank(self) -> bool:
        """Whether nothing would be seen."""
        return self.raw is None and not self.text.strip()


class Cell(NamedTuple):
    """A table cell: ``html`` is its inner html."""

    html: str
    row_span: int = 1
    column_span: int = 1
    is_header: bool = False


def escape_text(text: str) -> str:
    """The text as html character data, without characters that markup cannot carry."""
    if not text.isprintable():
        text = _UNPRINTABLE.sub("", text)
    if "&" in text or "<" in text or ">" in text:
        return escape(text, quote=False)
    return text


def escape_attribute(text: str) -> str:
    """The text as the content of a double-quoted attribute."""
    if not text.isprintable():
        text = _UNPRINTABLE.sub("", text)
    return escape(text, quote=True) if _SPECIAL.search(text) else text


def safe_link(href: str | None) -> str | None:
    """The address when it is an absolute http, https or mailto one, else None."""
    if not href or len(href) > _MAX_LINK_LENGTH:
        return None
    if href.startswith(("https://", "http://")) and href.isprintable() and "[" not in href:
        return href.strip()
    if ":" not in href:
        return None
    href = _UNPRINTABLE.sub("", href).strip()
    try:
        scheme = urlsplit(href).scheme.lower()
    except ValueError:
        return None
    return href if scheme in LINK_SCHEMES else None


def text_html(text: str) -> str:
    """``inline_html`` of one run without a format."""
    if text.isprintable() and "  " not in text:
        return escape_text(text.strip(" "))
    return inline_html((Span(text),))


def inline_html(spans: Iterable[Span]) -> str:
    """The runs as html: neighbours of one format joined, white space collapsed, both ends trimmed."""
    return "".join([_written(span) for span in _tidied(spans)])


def inline_html_and_text(spans: Sequence[Span]) -> tuple[str, bool]:
    """``inline_html`` of the runs, and whether ``plain_text`` of them says anything."""
    if len(spans) == 1 and spans[0][_RAW] is None:
        text = spans[0][0]
        if text.isprintable() and "  " not in text:
            trimmed = text.strip(" ")
            if not trimmed:
                return "", False
            return _written(spans[0] if trimmed == text else spans[0].with_text(trimmed)), True
    tidy = _tidied(spans)
    html = "".join([_written(span) for span in tidy])
    return html, any(span.raw is None for span in tidy)


def plain_text(spans: Iterable[Span]) -> str:
    """The runs' text as ``inline_html`` shows it, without formats."""
    return "".join(span.text for span in _tidied(spans) if span.raw is None)


def element(tag: str, inner: str) -> str:
    """``<tag>inner</tag>``; ``inner`` is html."""
    return f"<{tag}>{inner}</{tag}>"


def image_html(name: str | None, alternative_text: str) -> str:
    """An ``img`` element; without a name it only says what the picture shows."""
    source = f'src="{escape_attribute(name)}" ' if name else ""
    return f'<img {source}alt="{escape_attribute(" ".join(alternative_text.split()))}"/>'


def code_html(text: str) -> str:
    """Preformatted text with its line breaks."""
    return f"<pre><code>{escape_text(text)}</code></pre>"


def list_html(items: Sequence[str], *, is_ordered: bool, start: int = 1, marker: str = "") -> str:
    """A list; every item is inner html that may hold nested lists.

    ``marker`` is the html ``type`` of letters and Roman numerals (``a``, ``A``, ``i``, ``I``).
    """
    tag = "ol" if is_ordered else "ul"
    opening = tag
    if is_ordered:
        opening += (f' start="{start}"' if start != 1 else "") + (f' type="{marker}"' if marker else "")
    return f"<{opening}>" + "".join([f"<li>{item}</li>" for item in items]) + f"</{tag}>"


def table_html(rows: Sequence[Sequence[Cell] | str], caption: str | None = None) -> str:
    """A table. Leading rows made of header cells only go into ``thead``; ``caption`` is plain text.

    A row may be html already (``<tr>``); then it is none of the header.
    """
    head_rows: list[Sequence[Cell]] = []
    for row in rows[:-1]:
        if not row or isinstance(row, str) or not all(cell.is_header for cell in row):
            break
        head_rows.append(row)
    head = len(head_rows)
    while head and any(
        index + cell.row_span > head for index, row in enumerate(head_rows[:head]) for cell in row
    ):
        head -= 1
    parts = ["<table>"]
    if caption:
        parts.append(f"<caption>{escape_text(caption)}</caption>")
    if head:
        parts += ["<thead>", *map(_row_html, rows[:head]), "</thead>"]
    parts += ["<tbody>", *map(_row_html, rows[head:]), "</tbody></table>"]
    return "".join(parts)


def _row_html(row: Sequence[Cell] | str) -> str:
    return row if isinstance(row, str) else "<tr>" + "".join(map(_cell_html, row)) + "</tr>"


def _cell_html(cell: Cell) -> str:
    tag = "th" if cell.is_header else "td"
    spans = (f' rowspan="{cell.row_span}"' if cell.row_span > 1 else "") + (
        f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    )
    return f"<{tag}{spans}>{cell.html}</{tag}>"


_PLACES: Final = {name: place for place, name in enumerate(Span._fields)}
_PLAIN: Final = Span("")[1:]
_RAW: Final = _PLACES["raw"]


def _tidied(spans: Iterable[Span]) -> list[Span]:
    tidy: list[Span] = []
    at_line_start = True
    for first, text in _neighbours_joined(spans):
        if first[_RAW] is not None:
            tidy.append(first)
            at_line_start = False
            continue
        if not text.isprintable():
            text = _LINE_BREAK.sub("\n", _SPACES.sub(" ", _UNPRINTABLE.sub("", text)))
        elif "  " in text:
            text = _SPACES.sub(" ", text)
        if at_line_start:
            text = text.lstrip(" ") if tidy else text.lstrip(" \n")
        if text:
            tidy.append(first if text == first[0] else first.with_text(text))
            at_line_start = text[-1] in " \n"
    while tidy and tidy[-1][_RAW] is None:
        text = tidy[-1][0].rstrip(" \n")
        if text:
            if text != tidy[-1][0]:
                tidy[-1] = tidy[-1].with_text(text)
            break
        tidy.pop()
    return tidy


def _neighbours_joined(spans: Iterable[Span]) -> list[tuple[Span, str]]:
    """The first run of each format in a row with the text of all of that row; runs of html stay alone."""
    groups: list[tuple[Span, str]] = []
    first: Span | None = None
    formats: tuple[Any, ...] = ()
    texts: list[str] = []
    for span in spans:
        if not span[0] and span[_RAW] is None:
            continue
        if first is not None and span[_RAW] is None and span[1:] == formats:
            texts.append(span[0])
            continue
        if first is not None:
            groups.append((first, texts[0] if len(texts) == 1 else "".join(texts)))
        first, formats, texts = span, span[1:], [span[0]]
    if first is not None:
        groups.append((first, texts[0] if len(texts) == 1 else "".join(texts)))
    return groups


def _written(span: Span) -> str:
    if span.raw is not None:
        html = span.raw
    else:
        html = escape_text(span[0])
        if "\n" in html:
            html = html.replace("\n", "<br/>")
        if span[1:] == _PLAIN or (not span.around and not span[0].strip()):
            return html
    start, end = _format_tags(span[1:8])
    html = start + html + end
    if span.href:
        html = f'<a href="{escape_attribute(span.href)}">{html}</a>'
    for start, end in reversed(span.around):
        html = start + html + end
    return html


@lru_cache(maxsize=128)
def _format_tags(flags: tuple[bool, ...]) -> tuple[str, str]:
    """The start and end tags of a combination of ``_FORMAT_TAGS``."""
    tags = [tag for is_set, tag in zip(flags, _FORMAT_TAGS, strict=True) if is_set]
    return "".join([f"<{tag}>" for tag in reversed(tags)]), "".join([f"</{tag}>" for tag in tags])
