"""Unit tests of a page as olmOCR-bench and omni-parse-bench write them, read into one form and run.

Where the published runners are known to be wrong ours differ; see ``docs/reference/unit-tests.md``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from docassay.checks.fragment_text import fragment_text
from docassay.checks.page_text import block_text
from docassay.checks.repeats import find_loops
from docassay.checks.words import shorten, to_words
from docassay.documents.model import PAGE_FURNITURE, Block, Page

if TYPE_CHECKING:
    from docassay.documents.tables import TableGrid

_KINDS: Final[dict[str, frozenset[str]]] = {
    "heading": frozenset({"SectionHeader"}),
    "table": frozenset({"Table", "TableGroup", "Form", "TableOfContents"}),
    "figure": frozenset({"Figure", "Picture", "FigureGroup", "PictureGroup"}),
    "formula": frozenset({"Equation"}),
    "equation": frozenset({"Equation"}),
    "caption": frozenset({"Caption"}),
    "footnote": frozenset({"Footnote"}),
    "header": frozenset({"PageHeader"}),
    "footer": frozenset({"PageFooter"}),
    "code": frozenset({"Code"}),
    "list": frozenset({"ListGroup", "ListItem"}),
    "text": frozenset({"Text", "ListGroup", "ListItem", "Form", "Reference"}),
}
_TAGS: Final = {"bold": ("b", "strong", "th"), "italic": ("i", "em")}
_DISALLOWED: Final = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff\x00-\x08\x0e-\x1f]")
_CJK: Final = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_LEAST_COVER: Final = 0.5
_MAX_REPEATS: Final = 30
_RELATIONS: Final = ("up", "down", "left", "right", "top_heading", "left_heading")


class UnknownTestError(ValueError):
    """The test has a type that is not known, or lacks what its type needs; the message says which."""


@dataclass(frozen=True, slots=True)
class UnitTest:
    """``page`` is 0-based. ``needs`` are the fields of the type, as olmOCR-bench names them."""

    name: str
    page_index: int
    type: str
    needs: Mapping[str, Any]


class PageView:
    """What tests look at on one page, prepared once."""

    def __init__(self, page: Page | None, *, strict: bool) -> None:
        self.strict = strict
        self.page = page
        self.blocks = [] if page is None else [b for b in page.blocks if b.block_type not in PAGE_FURNITURE]
        self._texts: dict[str, str] = {}
        self._tables: list[TableGrid] | None = None
        self._formulas: list[list[str]] | None = None

    @property
    def raw(self) -> str:
        """The text of the page."""
        if "raw" not in self._texts:
            self._texts["raw"] = "\n".join(block_text(block).text for block in self.blocks)
        return self._texts["raw"]

    def text(self, *, case_sensitive: bool) -> str:
        """The text as it is compared."""
        key = f"text {case_sensitive}"
        if key not in self._texts:
            self._texts[key] = folded(self.raw, case_sensitive=case_sensitive)
        return self._texts[key]

    @property
    def tables(self) -> list[TableGrid]:
        """The tables of the page, read once however many tests ask."""
        if self._tables is None:
            from docassay.documents.tables import table_grids

            self._tables = [
                grid for block in self.blocks if "<table" in block.html for grid in table_grids(block.html)
            ]
        return self._tables

    @property
    def formulas(self) -> list[list[str]]:
        """The symbols of each formula of the page."""
        if self._formulas is None:
            from docassay.checks.formulas_of_output import formulas_of
            from docassay.checks.metrics.latex_formulas import formula_symbols
            from docassay.documents.model import Document

            pages = (self.page,) if self.page is not None else ()
            self._formulas = [formula_symbols(each.latex) for each in formulas_of(Document(pages, 1))]
        return self._formulas


def folded(text: str, *, case_sensitive: bool) -> str:
    """A text as it is compared: one kind of dash, quotation mark and space; case if it counts."""
    from docassay.checks.metrics.edit_similarity import comparable

    found = comparable(text)
    return found if case_sensitive else found.casefold()


def read_test(test: Mapping[str, Any], number: int) -> UnitTest:
    """A test in either format. Raises UnknownTestError."""
    kind = test.get("type", test.get("test_type"))
    name = str(test.get("id") or f"test {number}")
    page = test.get("page", 1)
    if not isinstance(kind, str) or kind not in _RUNNERS:
        raise UnknownTestError(f"{name}: {kind!r} is not a type of test that is known")
    if isinstance(page, bool) or not isinstance(page, int) or page < 1:
        raise UnknownTestError(f"{name}: page must be a number from 1 on, not {page!r}")
    needs = _from_args(test) if isinstance(test.get("args"), Mapping) else dict(test)
    for wanted in _RUNNERS[kind][1]:
        if not isinstance(needs.get(wanted), str | int | list) or needs[wanted] in ("", []):
            raise UnknownTestError(f"{name}: a test of type '{kind}' needs '{wanted}'")
    return UnitTest(name, page - 1, kind, needs)


def _from_args(test: Mapping[str, Any]) -> dict[str, Any]:
    """omni-parse-bench's ``args`` and ``settings`` as flat fields."""
    needs: dict[str, Any] = {"case_sensitive": False, **(test.get("settings") or {})}
    for role, arg in test["args"].items():
        many = arg if isinstance(arg, list) else [arg]
        values = [
            next((each[key] for key in ("text", "number", "latex") if key in each), "") for each in many
        ]
        needs[role] = values if isinstance(arg, list) else values[0]
        if not isinstance(arg, list):
            needs["max_diffs"] = max(needs.get("max_diffs", 0), arg.get("max_diffs", 0))
            if role == "content":
                needs["text"] = values[0]
                needs["kind_of_content"] = next((key for key in ("number", "latex") if key in arg), "text")
                needs["place"] = arg.get("place")
    return needs


def run_test(test: UnitTest, view: PageView) -> str:
    """Why the test fails, empty when it passes. Raises ValueError for texts too large to search."""
    if view.page is None:
        return "the page could not be read or was not asked for"
    return _RUNNERS[test.type][0](test.needs, view)


def _find(needs: Mapping[str, Any], wanted: str, text: str, view: PageView) -> list[int]:
    from docassay.checks.metrics.near_text import find_near

    case_sensitive = bool(needs.get("case_sensitive", True))
    needle = folded(wanted, case_sensitive=case_sensitive)
    diffs = int(needs.get("max_diffs") or 0)
    found = find_near(needle, text, diffs)
    if not found and not view.strict:
        # The same without any white space, for how words are spaced is often typography.
        found = find_near("".join(needle.split()), "".join(text.split()), diffs)
    return found


def _window(needs: Mapping[str, Any], view: PageView) -> str:
    text = view.text(case_sensitive=bool(needs.get("case_sensitive", True)))
    first, last = needs.get("first_n"), needs.get("last_n")
    if not first and not last:
        return text
    return (text[: int(first)] if first else "") + "\n" + (text[-int(last) :] if last else "")


def _present(needs: Mapping[str, Any], view: PageView) -> str:
    kind = needs.get("kind_of_content")
    if kind == "latex":
        return _math({"math": needs["text"]}, view)
    if kind == "number":
        from docassay.checks.words import normalise, numbers

        wanted = numbers(normalise(str(needs["text"])))
        missing = Counter(wanted) - Counter(numbers(normalise(view.raw)))
        return f"the number {needs['text']} is not there" if missing or not wanted else ""
    if _find(needs, str(needs["text"]), _window(needs, view), view):
        return ""
    return f"“{shorten(str(needs['text']), 80)}” is not there"


def _absent(needs: Mapping[str, Any], view: PageView) -> str:
    if not view.raw.strip():
        return ""
    if _find(needs, str(needs["text"]), _window(needs, view), view):
        return f"“{shorten(str(needs['text']), 80)}” is there"
    return ""


def _order(needs: Mapping[str, Any], view: PageView) -> str:
    text = view.text(case_sensitive=bool(needs.get("case_sensitive", True)))
    places = []
    for role in ("before", "after"):
        found = _find(needs, str(needs[role]), text, view)
        if not found:
            return f"“{shorten(str(needs[role]), 60)}” is not there"
        places.append(found)
    # The published runner is content with any occurrence before any other.
    is_right = places[0][0] < places[1][-1] if view.strict else places[0][0] < places[1][0]
    return "" if is_right else f"“{shorten(str(needs['before']), 60)}” comes later"


def _repeat(needs: Mapping[str, Any], view: PageView) -> str:
    wanted = to_words(str(needs["text"])).tokens
    tokens = to_words(view.raw).tokens
    size = len(wanted)
    count = (
        sum(tokens[start : start + size] == wanted for start in range(len(tokens) - size + 1)) if size else 0
    )
    expected = int(needs["expected_count"])
    return "" if count == expected else f"“{shorten(str(needs['text']), 60)}” is there {count} times"


def _math(needs: Mapping[str, Any], view: PageView) -> str:
    from docassay.checks.metrics.latex_formulas import formula_symbols

    wanted = formula_symbols(str(needs["math"]))
    if wanted and any(wanted == symbols for symbols in view.formulas):
        return ""
    return f"no formula shows {shorten(str(needs['math']), 80)}"


def _baseline(needs: Mapping[str, Any], view: PageView) -> str:
    text = view.raw
    limit = needs.get("max_length")
    if limit is not None:
        size = len("".join(text.split()))
        return "" if size <= int(limit) else f"there are {size:,} characters, at most {limit} are right"
    if not any(character.isalnum() for character in text):
        return "there is no text"
    disallowed = _DISALLOWED.search(text)
    if disallowed is None and view.strict:
        disallowed = _CJK.search(text)
    if needs.get("check_disallowed_characters", True) and disallowed is not None:
        return f"there is the character U+{ord(disallowed[0]):04X}"
    copies = max(3, int(needs.get("max_repeats") or _MAX_REPEATS))
    words = to_words(text)
    loops = find_loops(words.tokens, copies)
    if loops:
        return f"“{words.quote(loops[0].first, loops[0].first + loops[0].period)}” is repeated over and over"
    return ""


def _format(needs: Mapping[str, Any], view: PageView) -> str:
    wanted, form = str(needs["text"]), str(needs["format"])
    for block in view.blocks:
        for text in _formatted(block, form):
            if _find(
                needs, wanted, folded(text, case_sensitive=bool(needs.get("case_sensitive", True))), view
            ):
                return ""
    return f"“{shorten(wanted, 60)}” is not {form}"


def _formatted(block: Block, form: str) -> Sequence[str]:
    if form == "heading":
        return [block_text(block).text] if block.block_type == "SectionHeader" else []
    if form not in _TAGS:
        return []
    names = "|".join(_TAGS[form])
    found = re.findall(rf"<({names})\b[^>]*>(.*?)</\1>", block.html, re.DOTALL)
    return [fragment_text(inner).text for _, inner in found]


def _footnote(needs: Mapping[str, Any], view: PageView) -> str:
    marker = str(needs["marker"])
    notes = [block_text(b).text.strip() for b in view.blocks if b.block_type == "Footnote"]
    if not any(note.lstrip("[(").startswith(marker) for note in notes):
        return f"no footnote begins with {marker}"
    body = [block for block in view.blocks if block.block_type != "Footnote"]
    marked = re.compile(rf"<sup\b[^>]*>\s*[\[(]?{re.escape(marker)}[\])]?\s*</sup>")
    if any(marked.search(block.html) or f"[^{marker}]" in block.html for block in body):
        return ""
    return f"the text has no mark {marker}"


def _layout_kind(needs: Mapping[str, Any], view: PageView) -> str:
    wanted = str(needs.get("kind", needs.get("layout_kind", ""))).lower()
    page, places = view.page, needs.get("place") or []
    if page is None or not places or wanted not in _KINDS:
        return f"the test names no place, or the kind {wanted!r} is not known"
    boxes = [
        (x0 * page.width, y0 * page.height, x1 * page.width, y1 * page.height) for x0, y0, x1, y1 in places
    ]
    area = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in boxes)
    covering = [
        block
        for block in page.blocks
        if sum(_shared(block, box) for box in boxes) >= _LEAST_COVER * area and area > 0
    ]
    if not covering:
        return "no block stands there"
    smallest = min(covering, key=lambda b: (b.bbox.x1 - b.bbox.x0) * (b.bbox.y1 - b.bbox.y0))
    is_right = smallest.block_type in _KINDS[wanted]
    return "" if is_right else f"{smallest.id} is no {wanted}"


def _shared(block: Block, box: tuple[float, float, float, float]) -> float:
    width = min(block.bbox.x1, box[2]) - max(block.bbox.x0, box[0])
    height = min(block.bbox.y1, box[3]) - max(block.bbox.y0, box[1])
    return max(0.0, width) * max(0.0, height)


def _table(needs: Mapping[str, Any], view: PageView) -> str:
    if not view.tables:
        return "there is no table"
    best = f"no cell says “{shorten(str(needs['cell']), 60)}”"
    relations = {name: str(needs[name]) for name in _RELATIONS if needs.get(name)}
    headings = [str(each) for each in needs.get("headings") or []]
    for grid in view.tables:
        for cell in grid.cells:
            if not _says(cell.text, str(needs["cell"]), needs):
                continue
            wrong = [name for name, text in relations.items() if not _has(grid, cell, name, text, needs)]
            if headings and not _has_headings(grid, cell, headings, needs):
                wrong.append("headings")
            if not wrong:
                return ""
            best = f"the cell “{shorten(cell.text, 40)}” has another {wrong[0].replace('_', ' ')}"
    return best


def _says(text: str, wanted: str, needs: Mapping[str, Any]) -> bool:
    from rapidfuzz.distance import Levenshtein

    one, other = ("".join(folded(each, case_sensitive=False).split()) for each in (text, wanted))
    return int(Levenshtein.distance(one, other)) <= int(needs.get("max_diffs") or 0)


def _has(grid: TableGrid, cell: Any, relation: str, wanted: str, needs: Mapping[str, Any]) -> bool:
    rows = range(cell.row, cell.row + cell.row_span)
    columns = range(cell.column, cell.column + cell.column_span)
    texts: list[str] = []
    if relation in ("up", "down"):
        row = cell.row - 1 if relation == "up" else cell.row + cell.row_span
        texts = [grid.rows[row][column] for column in columns] if 0 <= row < grid.row_count else []
    elif relation in ("left", "right"):
        column = cell.column - 1 if relation == "left" else cell.column + cell.column_span
        texts = [grid.rows[row][column] for row in rows] if 0 <= column < grid.column_count else []
    elif relation == "top_heading":
        texts = [grid.rows[row][column] for column in columns for row in range(cell.row)]
    else:
        texts = [grid.rows[row][column] for row in rows for column in range(cell.column)]
    return any(_says(text, wanted, needs) for text in texts)


def _has_headings(grid: TableGrid, cell: Any, wanted: Sequence[str], needs: Mapping[str, Any]) -> bool:
    """Whether the headings stand above the cell in their order, others between them allowed."""
    for column in range(cell.column, cell.column + cell.column_span):
        above = iter(grid.rows[row][column] for row in range(cell.row))
        if all(any(_says(text, heading, needs) for text in above) for heading in wanted):
            return True
    return False


_Runner = Callable[[Mapping[str, Any], PageView], str]
_RUNNERS: Final[dict[str, tuple[_Runner, tuple[str, ...]]]] = {
    "present": (_present, ("text",)),
    "absent": (_absent, ("text",)),
    "order": (_order, ("before", "after")),
    "repeat": (_repeat, ("text", "expected_count")),
    "math": (_math, ("math",)),
    "table": (_table, ("cell",)),
    "table_cell": (_table, ("cell",)),
    "baseline": (_baseline, ()),
    "format": (_format, ("text", "format")),
    "footnote": (_footnote, ("marker",)),
    "layout_kind": (_layout_kind, ("text",)),
}
"""The runner of each type and the fields that it needs."""
