"""The sheet that people write their labels into: a CSV file with one item a line."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from docassay.errors import CannotUse

if TYPE_CHECKING:
    from docassay.client.types import RunFile, RunItem

_Value = TypeVar("_Value")

_IDS: Final = ("result", "rule_index", "item_index")
_PLACE: Final = ("file", "page", "block", "rule")
_MEASURED: Final = ("score", "feedback")
_VERDICT: Final = ("label", "note")
_WORDS: Final = {"pass": True, "right": True, "yes": True, "fail": False, "wrong": False, "no": False}
_STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class SheetLabel:
    """One line of a sheet that has a label: a score of 0-5 or right or wrong."""

    result: int
    rule_index: int
    item_index: int
    score: float | None
    passed: bool | None
    note: str | None


def spread(items: Sequence[tuple[RunFile, RunItem]], per_rule: int) -> list[tuple[RunFile, RunItem]]:
    """Up to ``per_rule`` items with a score of each rule, evenly from the lowest to the highest; by file."""
    by_rule: dict[int, list[tuple[RunFile, RunItem]]] = defaultdict(list)
    for file, item in items:
        if item["score"] is not None:
            by_rule[item["rule_index"]].append((file, item))
    chosen = []
    for group in by_rule.values():
        group.sort(key=lambda pair: (pair[1]["score"] or 0.0, pair[0]["position"], pair[1]["item_index"]))
        chosen += evenly(group, per_rule)
    chosen.sort(key=lambda pair: (pair[0]["position"], pair[1]["page_id"] or 0, pair[1]["rule_index"]))
    return chosen


def evenly(values: Sequence[_Value], count: int) -> list[_Value]:
    """``count`` of the values, first and last among them, at equal distances; all when there are fewer."""
    if len(values) <= count:
        return list(values)
    if count == 1:
        return [values[len(values) // 2]]
    return [values[number * (len(values) - 1) // (count - 1)] for number in range(count)]


def write_sheet(path: Path, items: Iterable[tuple[RunFile, RunItem]], *, with_scores: bool) -> int:
    """Write the sheet; the number of its lines. Texts that a spreadsheet would run are made harmless."""
    columns = (*_IDS, *_PLACE, *(_MEASURED if with_scores else ()), *_VERDICT)
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="")
        writer.writeheader()
        for of_file, item in items:
            writer.writerow(_line(of_file, item))
            count += 1
    return count


def read_sheet(path: Path) -> list[SheetLabel]:
    """The lines with a label. Raises CannotUse that names every wrong line, so that none is half read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in (*_IDS, "label") if name not in (reader.fieldnames or ())]
            if missing:
                raise CannotUse(
                    f"{path} has no column {', '.join(missing)}. Write a sheet with `docassay review sheet`."
                )
            lines = [(reader.line_num, line) for line in reader if (line.get("label") or "").strip()]
    except FileNotFoundError:
        raise CannotUse(f"{path} does not exist.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise CannotUse(f"{path} is not CSV in UTF-8: {error}") from None
    found, wrong = [], []
    for number, line in lines:
        try:
            found.append(_label(line))
        except ValueError as error:
            wrong.append(f"line {number}: {error}")
    if wrong:
        more = f" and {len(wrong) - 10} more" if len(wrong) > 10 else ""
        raise CannotUse(f"{path}: {'; '.join(wrong[:10])}{more}. Nothing was sent.")
    return found


def _line(file: RunFile, item: RunItem) -> dict[str, Any]:
    page = item["page_id"]
    return {
        "result": file["request_id"],
        "rule_index": item["rule_index"],
        "item_index": item["item_index"],
        "file": _harmless(file["filename"]),
        "page": "" if page is None else page + 1,
        "block": item["block_id"] or "",
        "rule": _harmless(item["rule"]),
        "score": item["score"],
        "feedback": _harmless(item["feedback"]),
    }


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def _label(line: Mapping[str, str]) -> SheetLabel:
    result, rule_index, item_index = (_number(line, name) for name in _IDS)
    text = line["label"].strip().lower()
    note = (line.get("note") or "").strip() or None
    if text in _WORDS:
        return SheetLabel(result, rule_index, item_index, None, _WORDS[text], note)
    try:
        score = float(text.replace(",", "."))
    except ValueError:
        score = -1.0
    if not 0 <= score <= 5:
        raise ValueError(f"the label {text!r} is neither a score from 0 to 5 nor pass or fail")
    return SheetLabel(result, rule_index, item_index, score, None, note)


def _number(line: Mapping[str, str], name: str) -> int:
    value = (line[name] or "").strip()
    if not value.isascii() or not value.isdigit():
        raise ValueError(f"{name} is {value!r} instead of a number")
    return int(value)
