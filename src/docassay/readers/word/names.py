"""Names of WordprocessingML, DrawingML and OMML elements in lxml's ``{namespace}tag`` form."""

from __future__ import annotations

from typing import Final

from lxml import etree

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
V: Final = "{urn:schemas-microsoft-com:vml}"
WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"

DROPPED_REVISIONS: Final = frozenset({f"{W}del", f"{W}moveFrom"})
"""Tracked changes that are gone once all changes are accepted."""

_UNDERSTOOD: Final = frozenset({"wps", "wpg", "wpc", "w14", "w15", "w16", "a14", "wp14"})


def value(parent: etree._Element | None, tag: str) -> str | None:
    """``w:val`` of the child ``w:tag``; None when either is missing."""
    child = None if parent is None else parent.find(W + tag)
    return None if child is None else child.get(f"{W}val")


def is_on(parent: etree._Element | None, tag: str) -> bool | None:
    """An on/off property: None when it is not given, True for a bare element."""
    child = None if parent is None else parent.find(W + tag)
    if child is None:
        return None
    return child.get(f"{W}val", "true") not in {"0", "false", "off", "none"}


def chosen_alternative(node: etree._Element) -> etree._Element | None:
    """The one branch of ``mc:AlternateContent`` to read, so that nothing is read twice."""
    fallback = node.find(f"{MC}Fallback")
    for choice in node.findall(f"{MC}Choice"):
        if set((choice.get("Requires") or "").split()) <= _UNDERSTOOD:
            return choice
    return fallback if fallback is not None else node.find(f"{MC}Choice")
