"""Fields (ECMA-376 17.16): what they show, where they link, and the form controls that they may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from docassay.readers.fragments import safe_link
from docassay.readers.word.names import W_VAL, W, is_set
from docassay.readers.xml import integer

_HYPERLINK: Final = re.compile(r'^\s*HYPERLINK\s+(?:\\[a-z]\s+)*"([^"]+)"', re.IGNORECASE)
_MAX_INSTRUCTION: Final = 10_000


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    is_in_result: bool = False
    control: str = ""


class FieldStack:
    """The fields that are open at a place in the text, the innermost last."""

    def __init__(self) -> None:
        self._fields: list[_Field] = []

    def __bool__(self) -> bool:
        return bool(self._fields)

    @property
    def is_in_instruction(self) -> bool:
        """Whether text at this place is a field's code and not its result."""
        return any(not field.is_in_result for field in self._fields)

    def character(self, node: etree._Element) -> str:
        """Take a ``w:fldChar``; the text of a form control (``☒``, a chosen entry) that ends with it."""
        kind = node.get(f"{W}fldCharType")
        if kind == "begin":
            self._fields.append(_Field(control=_control(node.find(f"{W}ffData"))))
        elif kind == "separate" and self._fields:
            self._fields[-1].is_in_result = True
        elif kind == "end" and self._fields:
            return self._fields.pop().control
        return ""

    def instruct(self, text: str) -> None:
        """Take a piece of a field's code."""
        if self._fields and not self._fields[-1].is_in_result:
            field = self._fields[-1]
            if len(field.instruction) < _MAX_INSTRUCTION:
                field.instruction += text

    def link(self) -> str | None:
        """The address of the innermost ``HYPERLINK`` field, when it is a safe one."""
        for field in reversed(self._fields):
            match = _HYPERLINK.match(field.instruction)
            if match:
                return safe_link(match[1])
        return None


def _control(data: etree._Element | None) -> str:
    """What a legacy check box or drop-down list shows; text fields have their text as the result."""
    if data is None:
        return ""
    box = data.find(f"{W}checkBox")
    if box is not None:
        state = box.find(f"{W}checked")
        state = box.find(f"{W}default") if state is None else state
        return "☒" if state is not None and is_set(state) else "☐"
    choices = data.find(f"{W}ddList")
    if choices is not None:
        entries = [entry.get(W_VAL) or "" for entry in choices.iterfind(f"{W}listEntry")]
        chosen = choices.find(f"{W}result")
        chosen = choices.find(f"{W}default") if chosen is None else chosen
        index = integer(None if chosen is None else chosen.get(W_VAL), 0) or 0
        return entries[index] if 0 <= index < len(entries) else ""
    return ""
