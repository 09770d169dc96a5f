"""What a drawing of a Word document holds: pictures, charts, diagrams and text boxes, in file order."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Final

from lxml import etree

from docassay.readers.chart_data import C
from docassay.readers.word.names import ALTERNATE, DGM, WP, A, V, W, chosen_alternative
from docassay.readers.xml import elements


class Drawn(Enum):
    """The kinds of things in a drawing."""

    TEXT_BOX = "text box"
    PICTURE = "picture"
    VML_PICTURE = "picture of old files"
    CHART = "chart"
    DIAGRAM = "diagram"


_KINDS: Final = {
    f"{W}txbxContent": Drawn.TEXT_BOX,
    f"{A}blip": Drawn.PICTURE,
    f"{V}imagedata": Drawn.VML_PICTURE,
    f"{C}chart": Drawn.CHART,
    f"{DGM}relIds": Drawn.DIAGRAM,
}


def drawn_things(node: etree._Element) -> Iterator[tuple[Drawn, etree._Element]]:
    """The things inside a drawing; those inside a text box belong to the box."""
    for child in elements(node):
        kind = _KINDS.get(child.tag)  # type: ignore[arg-type]
        if kind is not None:
            yield kind, child
        elif child.tag == ALTERNATE:
            branch = chosen_alternative(child)
            if branch is not None:
                yield from drawn_things(branch)
        elif len(child):
            yield from drawn_things(child)


def alternative_text_of(node: etree._Element) -> str:
    """What the drawing's author says that it shows."""
    properties = next(node.iter(f"{WP}docPr"), None)
    if properties is None:
        return ""
    return properties.get("descr") or properties.get("title") or ""
