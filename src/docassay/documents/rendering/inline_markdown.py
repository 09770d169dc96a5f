"""Inline html (text, emphasis, links, code, math, images) as GitHub-flavoured markdown.

Only what would change meaning is escaped. A line break inside a paragraph is kept as ``HARD_BREAK`` until
it is known where the text will stand (a paragraph, a heading, a table cell).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from lxml import etree

from docassay.documents.html_fragment import HIDDEN_TAGS, collapsed, tag_of, text_of_element
from docassay.documents.rendering.clean_html import safe_url, start_tag
from docassay.documents.rendering.markdown_escapes import HARD_BREAK, escaped_line_start, escaped_text

_EMPHASIS: Final = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_MARKERS: Final = re.compile(r"~~|\*\*|\*")
_HTML_NAMES: Final = {"**": "strong", "*": "em", "~~": "del"}
_KEPT_AS_HTML: Final = frozenset({"sup", "sub", "u", "ins", "mark"})
_ONLY_LOOKS: Final = frozenset({"u", "mark"})
_CHANGE_TAGS: Final = frozenset({"ins", "del", "comment"})
_CODE_TAGS: Final = frozenset({"code", "kbd", "samp", "tt"})

_UNESCAPED_DOLLAR: Final = re.compile(r"(?<!\\)\$")
_MARKUP_IN_LATEX: Final = re.compile(r"([<&])(?=[A-Za-z/!?#])")
_LEADER: Final = re.compile(r"([-._=~*\u00b7\u2022\u2026\u2013\u2014])(?: ?\1){3,}")
_COMMAND_AT_END: Final = re.compile(r"\\[A-Za-z]+\$$")
_CHARACTER_REFERENCE: Final = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
_BACKTICKS: Final = re.compile(r"`+")
_AFTER_BREAKS: Final = re.compile(rf" *{HARD_BREAK}[ {HARD_BREAK}]*")
_MARKUP_WITH_NEXT: Final = re.compile(
    rf"\\[!-/:-@\[-`{{-~{HARD_BREAK}]|\][(\[:]|!\[|<[A-Za-z/!?]|&[A-Za-z0-9#]"
)


_SPACE_AND_BREAK: Final = f" {HARD_BREAK}"
_MARKUP_STARTS: Final = "\\]!<&"
"""What ``_MARKUP_WITH_NEXT`` may begin with."""
_NOT_IN_DESTINATION: Final = re.compile(r"[\s()<>\\]|&#?[A-Za-z0-9]+;")


class _Piece(NamedTuple):
    """Part of a line. ``marker`` is set for emphasis that still has to choose between ``**`` and html."""

    content: str
    kind: Literal["text", "raw", "emphasis", "code", "math"]
    marker: str = ""


class InlineWriter:
    """Writes the inline content of one block.

    ``has_math``: whether the block holds formulas, so that every dollar sign of its text must be escaped.
    ``is_compact`` leaves out images and underlines, and shortens leaders and fill-in lines (``........``) to
    three characters.
    """

    def __init__(self, *, has_math: bool, is_compact: bool) -> None:
        self._has_math = has_math
        self._is_compact = is_compact
        self._link_depth = 0
        self._open_markers: list[str] = []

    def paragraph(self, nodes: list[etree._Element | str]) -> str:
        """Texts and inline elements as the lines of a paragraph, escaped where a line would start a list,
        heading, quote, rule or table."""
        run = self.run(nodes)
        if HARD_BREAK not in run:
            return escaped_line_start(run)
        line_break = "\n" if self._is_compact else "\\\n"
        return line_break.join([escaped_line_start(line) for line in _lines(run)])

    def run(self, nodes: list[etree._Element | str], *, is_whole: bool = True) -> str:
        """Texts and inline elements (tails not included) as one line; breaks are ``HARD_BREAK``.

        ``is_whole`` says that nothing else will stand in the same paragraph, heading or cell, so that a mark
        without a partner needs no escape.
        """
        if is_whole:
            if len(nodes) == 1 and isinstance(nodes[0], str):
                return self.text_run(nodes[0])
            if all(isinstance(node, str) or tag_of(node) == "br" for node in nodes):
                return self.text_run("".join(node if isinstance(node, str) else HARD_BREAK for node in nodes))
        pieces: list[_Piece] = []
        for node in nodes:
            if isinstance(node, str):
                self._text(node, pieces)
            else:
                self._element(node, pieces)
        return collapsed(_assembled(pieces)).strip(_SPACE_AND_BREAK)

    def text_run(self, text: str) -> str:
        """As ``run`` for text that is all of its paragraph or cell, with ``HARD_BREAK`` for line breaks."""
        return self._escaped(collapsed(text), is_whole=True).strip(_SPACE_AND_BREAK)

    def _inside(self, element: etree._Element, next_character: str) -> str:
        """The content of an element that the character will follow."""
        pieces: list[_Piece] = []
        self._children(element, pieces)
        return _assembled(pieces, next_character=next_character)

    def _children(self, element: etree._Element, pieces: list[_Piece]) -> None:
        self._text(element.text, pieces)
        for child in element:
            self._element(child, pieces)
            self._text(child.tail, pieces)

    def _text(self, text: str | None, pieces: list[_Piece]) -> None:
        if text:
            pieces.append(_Piece(self._escaped(collapsed(text)), "text"))

    def _escaped(self, text: str, *, is_whole: bool = False) -> str:
        if self._is_compact:
            text = _LEADER.sub(r"\1\1\1", text)
        return escaped_text(
            text, all_dollars=self._has_math, brackets=self._link_depth > 0, is_whole=is_whole
        )

    def _element(self, element: etree._Element, pieces: list[_Piece]) -> None:
        tag = tag_of(element)
        if tag in HIDDEN_TAGS:
            return
        if tag == "br":
            pieces.append(_Piece(HARD_BREAK, "raw"))
        elif tag in _CHANGE_TAGS and len(element.attrib):
            pieces.append(self._change(element, tag))
        elif tag in _EMPHASIS:
            self._emphasis(element, _EMPHASIS[tag], pieces)
        elif tag in _CODE_TAGS:
            pieces.extend(_code_span(element))
        elif tag == "a":
            self._link(element, pieces)
        elif tag == "img":
            self._image(element, pieces)
        elif tag == "math":
            self._math(element, pieces)
        elif tag == "input":
            pieces.extend(_form_control(element))
        elif tag in _KEPT_AS_HTML and not (self._is_compact and tag in _ONLY_LOOKS):
            pieces.append(_surrounded(self._inside(element, "*"), tag))
        else:
            self._children(element, pieces)

    def _emphasis(self, element: etree._Element, marker: str, pieces: list[_Piece]) -> None:
        if marker in self._open_markers:
            self._children(element, pieces)
            return
        depth = len(self._open_markers)
        self._open_markers.append(marker)
        only = _only_child(element)
        inner_marker = _EMPHASIS.get(tag_of(only)) if only is not None else None
        if only is not None and inner_marker is not None and inner_marker not in self._open_markers:
            # Bold italics: one run of marks for both.
            element, marker = only, f"{marker}{inner_marker}"
            self._open_markers.append(inner_marker)
        content = self._inside(element, "*")
        del self._open_markers[depth:]
        before, inner, after = _outer_space(content)
        if before:
            pieces.append(_Piece(before, "raw"))
        if inner and _has_mark_in_formula(element, marker):
            # A reader that knows no formulas would end the emphasis inside of it.
            pieces.append(_Piece(_as_html(inner, marker), "raw"))
        elif inner:
            pieces.append(_Piece(inner, "emphasis", marker))
        if after:
            pieces.append(_Piece(after, "raw"))

    def _change(self, element: etree._Element, tag: str) -> _Piece:
        """A tracked change or a comment, as html that says who made it."""
        return _Piece(f"{start_tag(element, tag)}{self._inside(element, '<')}</{tag}>", "raw")

    def _link(self, element: etree._Element, pieces: list[_Piece]) -> None:
        url = safe_url(element.get("href") or "")
        if not url or self._link_depth:
            self._children(element, pieces)
            return
        self._link_depth += 1
        before, inner, after = _outer_space(self._inside(element, "]"))
        self._link_depth -= 1
        link = f"[{inner}]({_destination(url)})" if inner else ""
        pieces.append(_Piece(before + link + after, "raw"))

    def _image(self, element: etree._Element, pieces: list[_Piece]) -> None:
        source = safe_url(element.get("src") or "")
        if not source or source.lower().startswith("data:") or self._is_compact:
            return
        alternative = collapsed(element.get("alt") or "").strip()
        escaped = escaped_text(alternative, all_dollars=self._has_math, brackets=True)
        escaped = _assembled([_Piece(escaped, "text")], next_character="*")
        pieces.append(_Piece(f"![{escaped}]({_destination(source)})", "raw"))

    def _math(self, element: etree._Element, pieces: list[_Piece]) -> None:
        if len(element):
            # MathML, which has no LaTeX to show: its text is better than a formula that is none.
            self._text(text_of_element(element), pieces)
            return
        latex = latex_of(element)
        if latex:
            pieces.append(_Piece(f"${latex}$", "math"))


def latex_of(element: etree._Element) -> str:
    """The LaTeX of a ``math`` element on one line, with nothing that markdown would take for its own."""
    latex = collapsed(element.text or "").strip()
    latex = _UNESCAPED_DOLLAR.sub(r"\\$", latex)
    return _MARKUP_IN_LATEX.sub(r"\1 ", latex)


def as_single_line(run: str, line_break: str = " ") -> str:
    """A run on one line, with ``line_break`` for each hard break."""
    return line_break.join(_lines(run))


def _lines(run: str) -> list[str]:
    if HARD_BREAK not in run:
        return [run]
    *lines, last = _AFTER_BREAKS.split(run)
    return [*(f"{line}\\" if _ends_in_backslash(line) else line for line in lines), last]


def _only_child(element: etree._Element) -> etree._Element | None:
    """The child that is all of the element's content, or None."""
    return element[0] if len(element) == 1 and not element.text and not element[0].tail else None


def _assembled(pieces: list[_Piece], *, next_character: str = "") -> str:
    """The pieces as one text; escapes what only becomes markup through the piece or character behind it."""
    written = ""
    parts: list[str] = []
    for index, piece in enumerate(pieces):
        if piece.kind == "text" and (not piece.content or piece.content[-1] not in _MARKUP_STARTS):
            if piece.content:
                parts.append(piece.content)
                written = piece.content
            continue
        following = _first_character(pieces[index + 1]) if index + 1 < len(pieces) else next_character
        if piece.kind == "emphasis":
            content = _emphasised(piece, written[-1:], following)
        elif piece.kind == "text":
            content = _escaped_edge(piece.content, following)
        elif piece.kind == "code" and written.endswith("`"):
            # Two runs of backticks would become one.
            content = "<!-- -->" + piece.content
        elif piece.kind == "math" and parts and index and pieces[index - 1].kind == "math":
            # Two dollar signs in a row would start a displayed formula.
            parts[-1], content = _joined_formulas(parts[-1], piece.content)
        else:
            content = piece.content
        if content:
            parts.append(content)
            written = content
    return "".join(parts)


def _joined_formulas(first: str, second: str) -> tuple[str, str]:
    """Two formulas in dollar signs as the halves of one; a command's name never grows by letters of the
    second."""
    is_command = _COMMAND_AT_END.search(first) is not None and second[1:2].isalpha()
    return f"{first[:-1]}{' ' if is_command else ''}", second[1:]


def _first_character(piece: _Piece) -> str:
    return piece.marker[:1] or piece.content[:1]


def _escaped_edge(text: str, following: str) -> str:
    if text[-1:] not in _MARKUP_STARTS or not _MARKUP_WITH_NEXT.fullmatch(text[-1:] + following):
        return text
    before = text[:-1]
    return text if _ends_in_backslash(before) else f"{before}\\{text[-1]}"


def _ends_in_backslash(text: str) -> bool:
    """Whether a backslash stands at the end that is not escaped itself."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _emphasised(piece: _Piece, previous: str, following: str) -> str:
    """With asterisks where CommonMark's flanking rules see them, else as html."""
    inner = piece.content
    is_one_run = len(set(piece.marker)) == 1
    opens = (is_one_run and inner[0].isalnum()) or not previous or not previous.isalnum()
    closes = (is_one_run and inner[-1].isalnum()) or not following or not following.isalnum()
    touches = previous in ("*", "~", "_") or following in ("*", "~", "_")
    if opens and closes and not touches:
        return f"{piece.marker}{inner}{''.join(_MARKERS.findall(piece.marker)[::-1])}"
    return _as_html(inner, piece.marker)


def _as_html(content: str, markers: str) -> str:
    names = [_HTML_NAMES[marker] for marker in _MARKERS.findall(markers)]
    opening, closing = "".join(f"<{name}>" for name in names), "".join(f"</{name}>" for name in names[::-1])
    return f"{opening}{content}{closing}"


def _has_mark_in_formula(element: etree._Element, markers: str) -> bool:
    return any(mark in (formula.text or "") for formula in element.iter("math") for mark in set(markers))


def _surrounded(content: str, tag: str) -> _Piece:
    before, inner, after = _outer_space(content)
    return _Piece(f"{before}<{tag}>{inner}</{tag}>{after}" if inner else before + after, "raw")


def _outer_space(content: str) -> tuple[str, str, str]:
    """White space and breaks before, the rest, white space and breaks after."""
    inner = content.strip(_SPACE_AND_BREAK)
    if not inner:
        return content, "", ""
    start = content.index(inner)
    before, after = content[:start], content[start + len(inner) :]
    if _ends_in_backslash(inner):
        inner += "\\"  # the mark that follows would be escaped by it
    return before, inner, after


def _code_span(element: etree._Element) -> Iterator[_Piece]:
    before, _, after = _outer_space(collapsed("".join(element.itertext())))
    code = collapsed(text_of_element(element)).strip(" ")
    if not code:
        yield _Piece(before, "raw")
        return
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(code)), default=0) + 1)
    padding = " " if code[0] == "`" or code[-1] == "`" else ""
    if before:
        yield _Piece(before, "raw")
    yield _Piece(f"{fence}{padding}{code}{padding}{fence}", "code")
    if after:
        yield _Piece(after, "raw")


def _form_control(element: etree._Element) -> Iterator[_Piece]:
    kind = (element.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        yield _Piece("☑" if element.get("checked") is not None else "☐", "raw")


def _destination(url: str) -> str:
    """The address as a link's target. What looks like a character reference is none: read as one, it could
    give the address another scheme (``javascript:``) after it was found to be safe."""
    if not _NOT_IN_DESTINATION.search(url):
        return url
    cleaned = collapsed(url).replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    cleaned = _CHARACTER_REFERENCE.sub("&amp;", cleaned)
    return f"<{cleaned}>" if re.search(r"[\s()]", cleaned) else cleaned
