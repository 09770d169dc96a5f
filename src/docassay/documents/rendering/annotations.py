"""What html says beyond the content: ``data-`` attributes with ids, boxes and confidences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from docassay.documents.html_fragment import CELL_TAGS, tag_of
from docassay.documents.model import Block, BoundingBox, walk
from docassay.documents.rendering.word_spans import mark_words

Attributes = dict[etree._Element, dict[str, str]]

_CHILD_TAGS: Final[Mapping[str, frozenset[str]]] = {"ListItem": frozenset({"li"}), "TableCell": CELL_TAGS}


@dataclass(frozen=True, slots=True)
class Annotations:
    """Which attributes html gets.

    ``block_ids``: ``data-block-id`` on the element of every block. ``word_boxes``: each word that has a box
    stands in ``<span data-bbox="x0 y0 x1 y1" data-confidence="0.97">``; a word broken over two lines is two
    spans, and words of a text layer have no confidence. ``cell_boxes``, ``row_boxes`` and ``item_boxes``:
    ``data-bbox`` on cells, rows and list items that the reader has boxes of. Boxes are in points of the page
    with the origin at the top left.
    """

    block_ids: bool = False
    word_boxes: bool = False
    cell_boxes: bool = False
    row_boxes: bool = False
    item_boxes: bool = False

    @property
    def has_any(self) -> bool:
        """Whether there is anything to add."""
        return self.block_ids or self.has_boxes

    @property
    def has_boxes(self) -> bool:
        """Whether any of the boxes is asked for."""
        return self.word_boxes or self.cell_boxes or self.row_boxes or self.item_boxes

    @property
    def without_ids(self) -> Annotations:
        """The boxes alone, for trees in which every block has its id beside it."""
        return Annotations(
            word_boxes=self.word_boxes,
            cell_boxes=self.cell_boxes,
            row_boxes=self.row_boxes,
            item_boxes=self.item_boxes,
        )


NO_ANNOTATIONS: Final = Annotations()


def annotate(block: Block, root: etree._Element, annotations: Annotations) -> Attributes:
    """The attributes for the elements below ``root``, the parsed html of ``block``, but for its own id.

    With ``word_boxes`` the tree gets ``span`` elements around words.
    """
    children = dict(_child_elements(block, root))
    attributes: Attributes = {}
    for element, child in children.items():
        found: dict[str, str] = {}
        if annotations.block_ids:
            found["data-block-id"] = child.id
        is_cell, is_item = child.block_type == "TableCell", child.block_type == "ListItem"
        if (is_cell and annotations.cell_boxes) or (is_item and annotations.item_boxes):
            found["data-bbox"] = box_text(child.bbox)
        if found:
            attributes[element] = found
    if annotations.row_boxes:
        for row, box in _row_boxes(children):
            attributes.setdefault(row, {})["data-bbox"] = box_text(box)
    if annotations.word_boxes:
        for span, word in mark_words(block, root, children):
            attributes[span] = {"data-bbox": box_text(word.bbox)}
            if word.confidence is not None:
                attributes[span]["data-confidence"] = f"{word.confidence:.4g}"
    return attributes


def box_text(box: BoundingBox) -> str:
    """``x0 y0 x1 y1`` in points, to a hundredth."""
    return " ".join(f"{value:.2f}".rstrip("0").rstrip(".") for value in box)


def _child_elements(block: Block, root: etree._Element) -> Iterator[tuple[etree._Element, Block]]:
    """Blocks inside with their elements, where there are as many of them as in the html; a list item or cell
    is one of its own."""
    for block_type, tags in _CHILD_TAGS.items():
        inner = [part for part in walk(block) if part.block_type == block_type]
        elements = [element for element in root.iter() if tag_of(element) in tags] if inner else []
        if len(inner) == len(elements):
            yield from zip(elements, inner, strict=True)
    parts = [child for child in block.children if child.block_type not in _CHILD_TAGS]
    elements = [element for element in root if tag_of(element)] if parts else []
    if len(parts) == len(elements):
        yield from zip(elements, parts, strict=True)


def _row_boxes(
    children: Mapping[etree._Element, Block],
) -> Iterator[tuple[etree._Element, BoundingBox]]:
    """Rows with the box around their cells; cells that reach into other rows count only in rows of such."""
    rows: dict[etree._Element, list[tuple[bool, BoundingBox]]] = {}
    for element, child in children.items():
        row = element.getparent() if child.block_type == "TableCell" else None
        if row is not None and tag_of(row) == "tr":
            rows.setdefault(row, []).append(((element.get("rowspan") or "1") != "1", child.bbox))
    for row, cells in rows.items():
        own = [box for is_tall, box in cells if not is_tall] or [box for _, box in cells]
        box = own[0]
        for other in own[1:]:
            box = box.union(other)
        yield row, box
