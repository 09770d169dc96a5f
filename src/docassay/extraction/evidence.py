"""What speaks for a value: where its label stood, how well it fits, what contradicts it; and the score of it.

The score starts from the place of the label and loses one point for each doubt:

====  ================================================================
5     label and value on one line, or label and value in one table row
4     value beside or below the label, or under a table header
3     label inside a sentence
2     no label: the only text of its form, or a letterhead
====  ================================================================

Doubts: the label is only similar, or a related term; the value stands among other words; it can be read in
more than one way; it lacks the form that the field asks for; another place prints another value. A score is
never under 1, and a field without a value has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from docassay.extraction.pairs import How

CLEAR_SIMILARITY: Final = 0.9

_START: Final[Mapping[How, int]] = {
    "same_line": 5, "table_row": 5, "table_column": 4, "right": 4, "below": 4, "prefix": 4,
    "prose": 3, "form": 2,
}  # fmt: skip
_PLACE: Final[Mapping[How, str]] = {
    "same_line": "on the same line as",
    "table_row": "in the table row of",
    "table_column": "in the table column",
    "right": "to the right of",
    "below": "below",
    "prefix": "directly after",
    "prose": "in a sentence after",
    "form": "",
}


@dataclass(frozen=True, slots=True)
class Match:
    """A value that was found for a field, as printed and as read, with the blocks that print it.

    ``label`` is empty for ``how == "form"``, where ``form_note`` says what was recognised instead.
    """

    value: Any
    printed: str
    block_ids: tuple[str, ...]
    how: How
    label: str = ""
    similarity: float = 1.0
    is_complete: bool = True
    is_certain: bool = True
    is_typed: bool = True
    rivals: tuple[str, ...] = ()
    form_note: str = ""

    @property
    def score(self) -> int:
        """1-5 as the module describes."""
        return max(1, _START[self.how] - len(self._doubts()))

    @property
    def reasoning(self) -> str:
        """One or two sentences that say where the value stood and what is doubtful about it."""
        if self.how == "form":
            found = f"'{self.printed}' has no label; {self.form_note}."
        else:
            found = f"'{self.printed}' stands {_PLACE[self.how]} '{self.label}'."
        doubts = self._doubts()
        return found if not doubts else f"{found} Doubts: {'; '.join(doubts)}."

    def _doubts(self) -> list[str]:
        doubts = []
        if self.how != "form" and self.similarity < CLEAR_SIMILARITY:
            doubts.append("the label only resembles the field")
        if not self.is_complete:
            doubts.append("the value stands among other text")
        if not self.is_certain:
            doubts.append("it can be read in more than one way")
        if not self.is_typed:
            doubts.append("it does not have the form that the field's name suggests")
        if self.rivals:
            doubts.append("other places print " + ", ".join(f"'{rival}'" for rival in self.rivals[:3]))
        return doubts


@dataclass(frozen=True, slots=True)
class RowsMatch:
    """A list that was found for an array field: plain values, or one mapping for each row.

    ``column_share`` is the share of the item's fields that found a column (1 for plain values),
    ``cell_share`` the share of the cells with text in them that held a value of the right form.
    ``skipped_rows`` counts rows of the table that were neither items nor sums.
    """

    values: tuple[Any, ...]
    block_ids: tuple[str, ...]
    headers: tuple[str, ...]
    column_share: float = 1.0
    cell_share: float = 1.0
    skipped_rows: int = 0
    is_labelled: bool = True

    @property
    def score(self) -> int:
        """5, less one point each for missing columns, for unreadable cells (more than one in ten), for
        skipped rows, and for a list that only one column without a heading speaks for."""
        return max(1, 5 - len(self._doubts()))

    @property
    def reasoning(self) -> str:
        """Which columns were used and what is doubtful about them."""
        found = f"{len(self.values)} entries under {', '.join(repr(header) for header in self.headers)}."
        doubts = self._doubts()
        return found if not doubts else f"{found} Doubts: {'; '.join(doubts)}."

    def _doubts(self) -> list[str]:
        doubts = []
        if self.column_share < 1:
            doubts.append("some fields have no column")
        if self.cell_share < 0.9:
            doubts.append("some cells hold no value of the field's form")
        if self.skipped_rows:
            doubts.append(f"{self.skipped_rows} rows did not look like entries")
        if not self.is_labelled and len(self.headers) < 2:
            doubts.append("only one column speaks for this list")
        return doubts
