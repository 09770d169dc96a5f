"""Lists of OpenDocument, which are nested in the file itself, and the numbers of headings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lxml import etree

from docassay.readers.flow_page import Draft
from docassay.readers.fragments import element, escape_text, list_html
from docassay.readers.joined_blocks import joined
from docassay.readers.opendocument.names import LIST, STYLE_NAME, TEXT, H, P
from docassay.readers.opendocument.styles import ListLevel, Styles
from docassay.readers.word.numbering import formatted_number
from docassay.readers.xml import elements, integer

_FORMATS: Final = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_ITEMS: Final = frozenset({f"{TEXT}list-item", f"{TEXT}list-header"})
_MAX_DEPTH: Final = 60

Reader = Callable[[etree._Element], list[Draft]]


class ListReader:
    """Reads lists; ``read`` gives the blocks inside an element. Numbers continue where the file says so."""

    def __init__(self, styles: Styles, read: Reader) -> None:
        self._styles = styles
        self._read = read
        self._counts: dict[str, dict[int, int]] = {}

    def read(self, node: etree._Element) -> list[Draft]:
        """The list as one ``ListGroup``; as plain blocks when it holds headings or shows no labels."""
        if next(node.iter(H), None) is not None:
            return self._flat(node)
        return self._group(node, node.get(STYLE_NAME), 1)

    def _flat(self, node: etree._Element) -> list[Draft]:
        drafts: list[Draft] = []
        for item in elements(node):
            if item.tag in _ITEMS:
                drafts += self._read(item)
        return drafts

    def _group(self, node: etree._Element, style: str | None, depth: int) -> list[Draft]:
        level = self._styles.list_level(style, depth)
        children = [child for child in elements(node) if child.tag in _ITEMS]
        only = list(elements(children[0])) if len(children) == 1 else []
        if depth < _MAX_DEPTH and len(only) == 1 and only[0].tag == LIST:
            # A list that only opens a deeper level.
            return self._group(only[0], only[0].get(STYLE_NAME) or style, depth + 1)
        is_labelled = level.is_labelled and any(map(self._shows_label, children))
        counts = self._counts.setdefault(style or "", {})
        if not self._is_continued(node):
            counts.pop(depth, None)
        items: list[str] = []
        images: dict[str, bytes] = {}
        drafts: list[Draft] = []
        first = level.start
        for child in children:
            own, deeper = self._contents(child, style, depth)
            for draft in (*own, *deeper):
                images.update(draft.images)
            if not is_labelled:
                drafts += [*own, *deeper]
                continue
            html = joined(own)
            nested = "".join(draft.html for draft in deeper)
            if not html and items:
                items[-1] += nested
                continue
            if not html and not nested:
                continue
            label = ""
            if child.tag == f"{TEXT}list-item" and html:
                counts[depth] = self._number(child, level, counts.get(depth))
                first = first if items else counts[depth]
                label = self._label(style, level, depth, counts)
            items.append((f"{escape_text(label)} " if label else "") + html + nested)
        if not items:
            return drafts
        is_ordered = level.is_numbered and level.shown_levels == 1
        html = list_html(items, is_ordered=is_ordered, start=first, marker=level.marker)
        parts = [Draft("ListItem", element("li", item)) for item in items]
        return [Draft("ListGroup", html, children=parts, images=images)]

    def _contents(
        self, item: etree._Element, style: str | None, depth: int
    ) -> tuple[list[Draft], list[Draft]]:
        """The item's own blocks, and its deeper lists."""
        lists = [child for child in elements(item) if child.tag == LIST]
        if depth >= _MAX_DEPTH or not lists:
            return self._read(item), []
        own = etree.Element(item.tag)
        deeper: list[Draft] = []
        for child in list(elements(item)):
            if child.tag == LIST:
                deeper += self._group(child, child.get(STYLE_NAME) or style, depth + 1)
            else:
                own.append(child)
        return self._read(own), deeper

    def _shows_label(self, item: etree._Element) -> bool:
        paragraph = item.find(P)
        return paragraph is None or self._styles.shows_label(paragraph.get(STYLE_NAME))

    @staticmethod
    def _is_continued(node: etree._Element) -> bool:
        return node.get(f"{TEXT}continue-numbering") == "true" or node.get(f"{TEXT}continue-list") is not None

    @staticmethod
    def _number(item: etree._Element, level: ListLevel, last: int | None) -> int:
        start = integer(item.get(f"{TEXT}start-value"))
        if start is not None:
            return start
        return level.start if last is None else last + 1

    def _label(self, style: str | None, level: ListLevel, depth: int, counts: dict[int, int]) -> str:
        """The label in words when it is more than the item's own number."""
        if level.shown_levels < 2 or not level.is_numbered:
            return ""
        levels = {index: self._styles.list_level(style, index) for index in range(1, depth + 1)}
        return numbered_label(levels, depth, counts)


class OutlineNumbers:
    """Counts headings and gives the numbers that they show."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._counts: dict[int, int] = {}

    def label(self, level: int) -> str:
        """The number of the next heading of this outline level; empty when headings are not numbered."""
        definition = self._styles.outline.get(level)
        last = self._counts.get(level)
        start = definition.start if definition is not None else 1
        self._counts[level] = start if last is None else last + 1
        for deeper in [index for index in self._counts if index > level]:
            del self._counts[deeper]
        if definition is None or not definition.is_labelled or not definition.is_numbered:
            return ""
        return numbered_label(self._styles.outline, level, self._counts)


def numbered_label(levels: dict[int, ListLevel], level: int, counts: dict[int, int]) -> str:
    """The label of an item: the numbers of as many levels as are shown, with prefix and suffix."""
    own = levels[level]
    numbers = []
    for index in range(max(level - own.shown_levels + 1, 1), level + 1):
        other = levels.get(index)
        if other is not None and other.number_format:
            count = counts.get(index, other.start)
            numbers.append(formatted_number(count, _FORMATS.get(other.number_format, "decimal")))
    return f"{own.prefix}{'.'.join(numbers)}{own.suffix}".strip()
