"""Documents as GitHub-flavoured markdown.

Tables become pipe tables where those can say the same, else html tables; formulas stand between dollar
signs; code fences are longer than any run of backticks inside.
"""

from __future__ import annotations

import itertools
import re
from typing import Final

from lxml import etree

from docassay.documents.html_fragment import (
    BLOCK_TAGS,
    CELL_TAGS,
    HIDDEN_TAGS,
    PlainElement,
    parse_fragment,
    plain_element,
    tag_of,
    text_of_element,
)
from docassay.documents.model import Block, Document, Page
from docassay.documents.plain_table import plain_table
from docassay.documents.rendering.inline_markdown import (
    InlineWriter,
    as_single_line,
    latex_of,
)
from docassay.documents.rendering.markdown_table import (
    html_table,
    needs_html,
    pipe_table,
    plain_table_markdown,
)
from docassay.documents.rendering.plain import is_kept

PAGE_RULE: Final = "-" * 48

_MAX_DEPTH: Final = 100
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS: Final = frozenset({"ul", "ol", "menu", "dir"})
_BLOCK_LEVEL: Final = BLOCK_TAGS | CELL_TAGS
_BACKTICK_RUN: Final = re.compile(r"`{3,}")
_LANGUAGE: Final = re.compile(r"(?:^|\s)language-([A-Za-z0-9+#._-]{1,30})")
_NUMBERED_ITEM: Final = re.compile(r"^(\d+)([.)]) ", re.MULTILINE)
_SUBLIST: Final = re.compile(r"(?:-|1\.) ")
"""A list that may follow a paragraph without a blank line."""
_TRAILING_HASHES: Final = re.compile(r"(?:^|(?<=\s))(#+)$")


def to_markdown(
    document: Document,
    *,
    paginate: bool = False,
    token_efficient: bool = False,
    keep_page_header: bool = False,
    keep_page_footer: bool = False,
) -> str:
    """The document as markdown, blocks apart by a blank line.

    ``paginate`` puts before each page a blank line, ``{n}`` (braces included, n being the page's index in the
    file) with 48 dashes behind it, and a blank line; pages without text keep their line. ``token_efficient``
    says the same words in fewer characters: no images, no underlines, no padding in tables and no parts of
    html tables, plain line ends for line breaks, leaders and fill-in lines of three characters. Running
    headers and footers are left out unless kept.
    """
    rendered = [
        page_markdown(
            page,
            token_efficient=token_efficient,
            keep_page_header=keep_page_header,
            keep_page_footer=keep_page_footer,
        )
        for page in document.pages
    ]
    if not paginate:
        return "\n\n".join(text for text in rendered if text)
    separators = [f"\n\n{{{page.index}}}{PAGE_RULE}\n\n" for page in document.pages]
    return "".join(separator + text for separator, text in zip(separators, rendered, strict=True))


def page_markdown(
    page: Page,
    *,
    token_efficient: bool = False,
    keep_page_header: bool = False,
    keep_page_footer: bool = False,
) -> str:
    """One page as markdown, without a page separator; see ``to_markdown`` for the options."""
    rendered: list[str] = []
    for block in page.blocks:
        if is_kept(block, keep_page_header=keep_page_header, keep_page_footer=keep_page_footer):
            text = block_markdown(block, token_efficient=token_efficient)
            if text:
                rendered.append(_apart_from(rendered[-1], text) if rendered else text)
    return "\n\n".join(rendered)


def _apart_from(previous: str, text: str) -> str:
    """``text`` with ``1)`` for ``1.`` where it is a numbered list that would be taken for more of the one
    before it, which only happens to end where this one starts anew."""
    first = _NUMBERED_ITEM.match(text)
    if first is None:
        return text
    items = list(_NUMBERED_ITEM.finditer(previous))
    if not items:
        return text
    last = items[-1]
    if int(first[1]) == int(last[1]) + 1:
        return text
    # Anything after a list that is not part of it is not indented, and would keep the lists apart.
    if last[2] != "." or not _is_list_to_the_end(previous, last.end()):
        return text
    return _NUMBERED_ITEM.sub(r"\1) ", text)


def _is_list_to_the_end(text: str, start: int) -> bool:
    return all(line.startswith(" ") or not line for line in text[start:].split("\n")[1:])


def block_markdown(block: Block, *, token_efficient: bool = False) -> str:
    """One block as markdown, or an empty string when it shows nothing.

    A ``SectionHeader`` whose html has no heading element takes its level from the block, and a ``Code`` block
    without ``<pre>`` is fenced as well.
    """
    plain = plain_element(block.html)
    if plain is not None and block.block_type != "Code":
        return _plain_markdown(block, plain, InlineWriter(has_math=False, is_compact=token_efficient))
    if block.block_type == "Table" and (rows := plain_table(block.html)) is not None:
        inline = InlineWriter(has_math=False, is_compact=token_efficient)
        table = plain_table_markdown(block.html, rows, inline, is_compact=token_efficient)
        if table is not None:
            return table
    root = parse_fragment(block.html)
    if _is_too_deep(root, block.html):
        return _writer(root, block.html, token_efficient).paragraph([text_of_element(root)])
    if block.block_type == "Code" and root.find(".//pre") is None:
        return _fence(text_of_element(root), "")
    blocks = _Blocks(_writer(root, block.html, token_efficient), token_efficient=token_efficient)
    if block.block_type == "SectionHeader" and block.level is not None and not _has_heading(root):
        return blocks.heading(root, block.level)
    return "\n\n".join(blocks.flow(root))


def _plain_markdown(block: Block, plain: PlainElement, inline: InlineWriter) -> str:
    if plain.tag in _HEADINGS:
        return _heading(inline.run([plain.text]), int(plain.tag[1]))
    if block.block_type == "SectionHeader" and block.level is not None:
        return _heading(inline.run([plain.text]), block.level)
    text = inline.paragraph([plain.text])
    return _prefixed(text, "- ", "  ") if plain.tag == "li" and text else text


def _heading(run: str, level: int) -> str:
    text = _TRAILING_HASHES.sub(r"\\\1", as_single_line(run))
    return f"{'#' * min(max(level, 1), 6)} {text}" if text else ""


def _writer(root: etree._Element, html: str, token_efficient: bool) -> InlineWriter:
    has_math = "<math" in html.lower() and next(root.iter("math"), None) is not None
    return InlineWriter(has_math=has_math, is_compact=token_efficient)


class _Blocks:
    """Block-level elements as markdown blocks: strings of one or more lines, without blank lines around."""

    def __init__(self, inline: InlineWriter, *, token_efficient: bool) -> None:
        self._inline = inline
        self._token_efficient = token_efficient

    def flow(self, element: etree._Element) -> list[str]:
        """The element's content in order; loose text between block elements becomes paragraphs."""
        blocks: list[str] = []
        run: list[etree._Element | str] = [element.text] if element.text else []
        items: list[etree._Element] = []
        for child in element:
            tag = tag_of(child)
            if tag == "li":
                self._end_run(run, blocks)
                items.append(child)
            elif _is_block_level(child, tag):
                self._end_run(run, blocks)
                self._end_items(items, blocks)
                blocks.extend(self._block(child, tag))
            else:
                self._end_items(items, blocks)
                run.append(child)
            if child.tail and (run or child.tail.strip()):
                self._end_items(items, blocks)
                run.append(child.tail)
        self._end_run(run, blocks)
        self._end_items(items, blocks)
        return blocks

    def heading(self, element: etree._Element, level: int) -> str:
        """The inline content of an element as one heading line."""
        return _heading(self._inline.run(_contents(element)), level)

    def _end_run(self, run: list[etree._Element | str], blocks: list[str]) -> None:
        text = self._inline.paragraph(run) if run else ""
        if text:
            blocks.append(text)
        run.clear()

    def _end_items(self, items: list[etree._Element], blocks: list[str]) -> None:
        if items:
            blocks.append(_joined_items([(self.flow(item), "- ") for item in items]))
        items.clear()

    def _block(self, element: etree._Element, tag: str) -> list[str]:
        if tag in _HEADINGS and not _holds_block(element):
            text = self.heading(element, int(tag[1]))
            return [text] if text else []
        if tag in _LISTS:
            return self._list(element, is_ordered=tag == "ol")
        if tag == "table":
            return self._table(element)
        if tag == "pre":
            return [_fence(text_of_element(element), _language(element))]
        if tag == "math":
            latex = latex_of(element)
            return [f"$${latex}$$"] if latex else []
        if tag == "hr":
            return ["***"]
        if tag == "blockquote":
            content = "\n\n".join(self.flow(element))
            return [_prefixed(content, "> ", "> ").replace("> \n", ">\n")] if content else []
        return self.flow(element)

    def _list(self, element: etree._Element, *, is_ordered: bool) -> list[str]:
        number = _list_start(element)
        items: list[tuple[list[str], str]] = []
        loose: list[str] = []
        for child in element:
            tag = tag_of(child)
            if tag == "li":
                items.append((self.flow(child), f"{number}. " if is_ordered else "- "))
                number += 1
            elif tag in HIDDEN_TAGS:
                continue
            else:
                content = self.flow(child) if tag not in _LISTS else self._list(child, is_ordered=tag == "ol")
                if items:
                    items[-1][0].extend(content)
                else:
                    loose.extend(content)
            if child.tail and child.tail.strip() and items:
                items[-1][0].append(self._inline.paragraph([child.tail]))
        if element.text and element.text.strip():
            loose.insert(0, self._inline.paragraph([element.text]))
        return [*loose, _joined_items(items)] if items else loose

    def _table(self, element: etree._Element) -> list[str]:
        if needs_html(element):
            return [html_table(element, is_compact=self._token_efficient)]
        blocks = []
        for child in element:
            if tag_of(child) == "caption":
                blocks.extend(self.flow(child))
        table = pipe_table(element, self._inline, is_padded=not self._token_efficient)
        return [*blocks, table] if table else blocks


def _contents(element: etree._Element) -> list[etree._Element | str]:
    nodes: list[etree._Element | str] = [element.text] if element.text else []
    for child in element:
        nodes.append(child)
        if child.tail:
            nodes.append(child.tail)
    return nodes


def _is_block_level(element: etree._Element, tag: str) -> bool:
    if tag == "math":
        return element.get("display") == "block" and not len(element)
    return tag in _BLOCK_LEVEL or (tag not in HIDDEN_TAGS and len(element) > 0 and _holds_block(element))


def _holds_block(element: etree._Element) -> bool:
    return any(_is_block_level(child, tag_of(child)) for child in element)


def _has_heading(root: etree._Element) -> bool:
    return any(tag_of(element) in _HEADINGS for element in root.iter())


def _is_too_deep(root: etree._Element, html: str) -> bool:
    """Whether recursion over the tree could go deeper than ``_MAX_DEPTH`` (hostile input; shown as text)."""
    if html.count("<") <= _MAX_DEPTH:
        return False
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest > _MAX_DEPTH


def _list_start(element: etree._Element) -> int:
    start = (element.get("start") or "1").strip()
    return int(start) if start.isascii() and start.isdigit() and len(start) <= 8 else 1


def _joined_items(items: list[tuple[list[str], str]]) -> str:
    """List items below each other, blank lines only where markdown needs them."""
    pieces: list[str] = []
    has_table = False
    for blocks, marker in items:
        content = blocks[0] if blocks else ""
        for previous, block in itertools.pairwise(blocks):
            is_sublist = _SUBLIST.match(block) is not None and not previous.startswith(("<", "|"))
            content += ("\n" if is_sublist else "\n\n") + block
        if not content and marker == "- ":
            continue  # shows nothing; inside two lists ``- - -`` would be a rule
        if pieces:
            # An html table ends at the next blank line only.
            pieces.append("\n\n" if has_table else "\n")
        has_table = has_table or "<table" in content
        pieces.append(_prefixed(content, marker, " " * len(marker)).rstrip())
    return "".join(pieces)


def _prefixed(content: str, first: str, others: str) -> str:
    lines = content.split("\n")
    return "\n".join(
        [first + lines[0], *(others + line if line or others.strip() else "" for line in lines[1:])]
    )


def _language(element: etree._Element) -> str:
    code = element.find("code")
    match = _LANGUAGE.search((code if code is not None else element).get("class") or "")
    return match[1] if match else ""


def _fence(code: str, language: str) -> str:
    longest = max((len(run) for run in _BACKTICK_RUN.findall(code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}" if code.strip() else ""
