"""Names of WordprocessingML, DrawingML and OMML elements in lxml's ``{namespace}tag`` form."""

from __future__ import annotations

from typing import Final

from lxml import etree

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
V: Final = "{urn:schemas-microsoft-com:vml}"
WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
DGM: Final = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"

W_VAL: Final = f"{W}val"
W_ID: Final = f"{W}id"
W_P: Final = f"{W}p"
W_R: Final = f"{W}r"
W_T: Final = f"{W}t"
W_TBL: Final = f"{W}tbl"
W_INS: Final = f"{W}ins"
W_DEL: Final = f"{W}del"
ALTERNATE: Final = f"{MC}AlternateContent"

INSERTIONS: Final = frozenset({W_INS, f"{W}moveTo"})
DELETIONS: Final = frozenset({W_DEL, f"{W}moveFrom"})
"""Tracked changes that are gone once all changes are accepted."""

BLOCK_CONTAINERS: Final = frozenset({W + name for name in ("sdt", "sdtContent", "customXml")}) | INSERTIONS
"""Elements around paragraphs, rows or cells that only say something about them."""

_UNDERSTOOD: Final = frozenset({"wps", "wpg", "wpc", "w14", "w15", "w16", "a14", "wp14"})
_OFF: Final = frozenset({"0", "false", "off", "none"})


def value(parent: etree._Element | None, tag: str) -> str | None:
    """``w:val`` of the child ``w:tag``; None when either is missing."""
    child = None if parent is None else parent.find(W + tag)
    return None if child is None else child.get(W_VAL)


def is_on(parent: etree._Element | None, tag: str) -> bool | None:
    """An on/off property: None when it is not given, True for a bare element."""
    child = None if parent is None else parent.find(W + tag)
    return None if child is None else is_set(child)


def is_set(property_: etree._Element) -> bool:
    """Whether an on/off property that is given is on."""
    return property_.get(W_VAL, "true") not in _OFF


def properties_of(parent: etree._Element | None) -> dict[str, etree._Element]:
    """The children by tag; of repeated ones the first."""
    found: dict[str, etree._Element] = {}
    for child in () if parent is None else parent:
        if isinstance(child.tag, str):
            found.setdefault(child.tag, child)
    return found


def chosen_alternative(node: etree._Element) -> etree._Element | None:
    """The one branch of ``mc:AlternateContent`` to read, so that nothing is read twice."""
    fallback = node.find(f"{MC}Fallback")
    for choice in node.findall(f"{MC}Choice"):
        if set((choice.get("Requires") or "").split()) <= _UNDERSTOOD:
            return choice
    return fallback if fallback is not None else node.find(f"{MC}Choice")
