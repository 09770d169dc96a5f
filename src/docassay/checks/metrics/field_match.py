"""An extracted object against the expected one: every value by its address, rows of lists matched freely.

Rows are matched so that the most weight of fields is right (optimal assignment), never by their position.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from docassay.checks.metrics.assignment import MAX_ITEMS, best_assignment
from docassay.checks.metrics.field_values import FieldType, is_empty, readings, similarity

Verdict = Literal["matched", "misread", "unfound", "fabricated", "invented_item", "invented_field"]
VERDICTS: Final[tuple[Verdict, ...]] = (
    "matched", "misread", "unfound", "fabricated", "invented_item", "invented_field",
)  # fmt: skip
DEEPEST: Final = 64
MAX_VALUES: Final = 200_000
_MOST_ROUNDS: Final = 200
_MOST_PAIRS: Final = 4_000_000

_Cells = Mapping[str, Any]
_Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """One address of the union of both sides. ``value`` is 0-1, 1 exactly for ``matched``."""

    path: str
    verdict: Verdict
    value: float
    weight: float
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True)
class FieldMatch:
    """All verdicts in order. ``skipped`` are addresses that were not graded, with the reason for each kind:
    ``empty`` (nothing expected, nothing found), ``default`` (nothing expected, the schema's default found),
    ``unknown`` (nothing is said of it). ``is_exact`` is False when rows were matched by a shortcut."""

    verdicts: tuple[FieldVerdict, ...]
    skipped: Mapping[str, int]
    is_exact: bool

    @property
    def accuracy(self) -> float | None:
        """Weighted mean of the values over all addresses, None without any."""
        total = sum(each.weight for each in self.verdicts)
        return sum(each.value * each.weight for each in self.verdicts) / total if total else None

    def count(self, verdict: Verdict) -> int:
        """How many addresses have it."""
        return sum(each.verdict == verdict for each in self.verdicts)


@dataclass(slots=True)
class FieldRules:
    """How fields are compared: the type and the weight of a path (list indexes written ``[]``), whether a
    field that the expected object leaves out is known to be empty, and what the schema declares."""

    type_of: Callable[[str], FieldType]
    weight_of: Callable[[str], float]
    declared: Callable[[str], bool] = lambda _: True
    default_of: Callable[[str], Any] = lambda _: None
    missing_is_empty: bool = True


@dataclass(slots=True)
class _Work:
    rules: FieldRules
    verdicts: list[FieldVerdict] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    is_exact: bool = True


_ABSENT: Final = object()
_COPY: Final = "\x00"
"""Stands between a kind of path and the number of the value, for lists inside of rows."""


def match_fields(expected: Any, found: Any, rules: FieldRules) -> FieldMatch:
    """Compare two objects of plain JSON data. Raises ValueError above ``MAX_VALUES`` values on a side.

    A null, an empty text, an empty list and a field that is left out are all "nothing"; see ``FieldRules``
    for what is made of nothing on the side of the truth.
    """
    truth, output = _as_plain(expected, 0), _as_plain(found, 0)
    for side in (truth, output):
        if sum(1 for _ in _leaves(side)) > MAX_VALUES:
            raise ValueError(f"an object of more than {MAX_VALUES:,} values is too large to compare")
    work = _Work(rules)
    _compare(work, truth, output, "", "", 0)
    return FieldMatch(tuple(work.verdicts), dict(work.skipped), work.is_exact)


def _compare(work: _Work, expected: Any, found: Any, path: str, kind: str, depth: int) -> None:
    """``path`` is the address, ``kind`` the same with ``[]`` for indexes."""
    if depth > DEEPEST:
        return
    shape = type(expected)
    if shape is dict and (type(found) is dict or _is_nothing(found)):
        others = found if type(found) is dict else {}
        for name in {**expected, **others}:
            inner = f"{path}.{name}" if path else name
            inner_kind = f"{kind}.{name}" if kind else name
            both = expected.get(name, _ABSENT), others.get(name, _ABSENT)
            _compare(work, *both, inner, inner_kind, depth + 1)
    elif shape is list and (type(found) is list or _is_nothing(found)):
        _compare_lists(work, expected, found if type(found) is list else [], path, kind, depth)
    elif _is_nothing(expected):
        _judge_surplus(work, expected, found, path, kind)
    elif _is_nothing(found):
        _add_all(work, expected, path, kind, "unfound")
    elif _is_scalar(expected) and _is_scalar(found):
        value = similarity(work.rules.type_of(kind), expected, found)
        _add(work, path, kind, "matched" if value == 1 else "misread", value, expected, found)
    else:
        _add_all(work, expected, path, kind, "unfound")
        _add_all(work, found, path, kind, "invented_field")


def _compare_lists(
    work: _Work, expected: Sequence[Any], found: Sequence[Any], path: str, kind: str, depth: int
) -> None:
    kind = f"{kind}[]"
    pairs = _match_rows(work, expected, found, kind, depth)
    partner = dict(pairs)
    for row, value in enumerate(expected):
        if row in partner:
            _compare(work, value, found[partner[row]], f"{path}[{row}]", kind, depth + 1)
        else:
            _add_all(work, value, f"{path}[{row}]", kind, "unfound")
    used = set(partner.values())
    for row, value in enumerate(found):
        if row not in used:
            _add_all(work, value, f"{path}[{row}]", kind, "invented_item")


def _judge_surplus(work: _Work, expected: Any, found: Any, path: str, kind: str) -> None:
    """Nothing is expected here: what of it is found?"""
    if _is_nothing(found):
        work.skipped["empty"] += expected is not _ABSENT
        return
    if expected is _ABSENT and not work.rules.missing_is_empty:
        work.skipped["unknown"] += 1
        return
    default = work.rules.default_of(kind)
    if default is not None and _is_scalar(found) and found == default:
        work.skipped["default"] += 1
        return
    verdict: Verdict = "fabricated" if work.rules.declared(kind) else "invented_field"
    _add_all(work, found, path, kind, verdict)


def _add_all(work: _Work, value: Any, path: str, kind: str, verdict: Verdict) -> None:
    """Every value below ``value`` that says something has the same verdict."""
    for inner, inner_kind, leaf in _leaves(value, path, kind):
        is_expected = verdict == "unfound"
        _add(
            work,
            inner,
            inner_kind,
            verdict,
            0.0,
            leaf if is_expected else None,
            None if is_expected else leaf,
        )


def _add(
    work: _Work, path: str, kind: str, verdict: Verdict, value: float, expected: Any, found: Any
) -> None:
    work.verdicts.append(FieldVerdict(path, verdict, value, work.rules.weight_of(kind), expected, found))


def _match_rows(
    work: _Work, expected: Sequence[Any], found: Sequence[Any], kind: str, depth: int
) -> list[tuple[int, int]]:
    """Pairs of rows; rows that have nothing in common are no pair."""
    if not expected or not found:
        return []
    if len(expected) * len(found) > _MOST_PAIRS or max(len(expected), len(found)) > MAX_ITEMS:
        work.is_exact = False
        return _equal_rows(work, expected, found, kind)
    sides = [[dict(_cells(row, kind)) for row in rows] for rows in (expected, found)]
    equal = _pair_equal(sides[0], sides[1])
    left = [
        sorted(set(range(len(rows))) - {pair[side] for pair in equal})
        for side, rows in enumerate((expected, found))
    ]
    if not left[0] or not left[1]:
        return sorted(equal)
    rows = [[side[row] for row in of_side] for side, of_side in zip(sides, left, strict=True)]
    if not (_has_lists(expected) or _has_lists(found)):
        pairs = best_assignment(_row_weights(work, *rows))
    else:
        truths, outputs = [expected[row] for row in left[0]], [found[row] for row in left[1]]
        pairs = _assign_nested(work, truths, outputs, kind, depth)
    return sorted(equal + [(left[0][row], left[1][column]) for row, column in pairs])


def _assign_nested(
    work: _Work, expected: Sequence[Any], found: Sequence[Any], kind: str, depth: int
) -> list[tuple[int, int]]:
    """The best assignment of rows that hold lists themselves.

    Comparing two such rows is dear, so only those pairs are compared that an assignment by an upper bound of
    their likeness takes, until it takes none that was not compared: then no other can be better.
    """
    weights = _upper_bounds(work, expected, found, kind)
    known: set[tuple[int, int]] = set()
    for _ in range(_MOST_ROUNDS):
        pairs = best_assignment(weights)
        new = [pair for pair in pairs if pair not in known]
        if not new:
            return pairs
        for row, column in new:
            weights[row, column] = _likeness(work, expected[row], found[column], kind, depth)
        known.update(new)
    work.is_exact = False
    return [pair for pair in best_assignment(weights) if pair in known]


def _upper_bounds(work: _Work, expected: Sequence[Any], found: Sequence[Any], kind: str) -> _Weights:
    """At least the weight of what can be right for each pair of rows: values of the same kind of path that
    have a reading in common, wherever they stand in the row."""
    holders: dict[str, dict[str, list[dict[int, int]]]] = defaultdict(
        lambda: defaultdict(lambda: [defaultdict(int), defaultdict(int)])
    )
    counts: dict[str, _Weights] = defaultdict(lambda: np.zeros((2, max(len(expected), len(found)))))
    for side, rows in enumerate((expected, found)):
        for row, value in enumerate(rows):
            for _, name, leaf in _leaves(value, "", kind):
                counts[name][side, row] += 1
                for reading in readings(work.rules.type_of(name).kind, leaf):
                    holders[name][reading][side][row] += 1
    bounds: _Weights = np.zeros((len(expected), len(found)))
    for name, by_reading in holders.items():
        rule = work.rules.type_of(name)
        limit = np.minimum.outer(counts[name][0, : len(expected)], counts[name][1, : len(found)])
        shared = np.zeros_like(bounds)
        for one, other in by_reading.values() if not (rule.is_partial or rule.has_tolerance) else ():
            if one and other:
                both = np.minimum.outer(list(one.values()), list(other.values()))
                shared[np.ix_(list(one), list(other))] += both
        if rule.is_partial or rule.has_tolerance:
            shared = limit
        bounds += work.rules.weight_of(name) * np.minimum(shared, limit)
    return bounds


def _likeness(work: _Work, expected: Any, found: Any, kind: str, depth: int) -> float:
    """The weight of what is right when one row is taken for the other."""
    inner = _Work(work.rules)
    _compare(inner, expected, found, "", kind, depth + 1)
    work.is_exact = work.is_exact and inner.is_exact
    return sum(each.value * each.weight for each in inner.verdicts)


def _pair_equal(expected: Sequence[_Cells], found: Sequence[_Cells]) -> list[tuple[int, int]]:
    """Rows that are the same to the letter are a pair in some best assignment: equality is transitive."""
    places: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in range(len(found) - 1, -1, -1):
        if found[row]:
            places[_row_key(found[row])].append(row)
    return [
        (row, places[key].pop())
        for row, cells in enumerate(expected)
        if cells and places.get(key := _row_key(cells))
    ]


def _row_key(cells: _Cells) -> tuple[Any, ...]:
    return tuple(sorted((name, type(value).__name__, str(value)) for name, value in cells.items()))


def _equal_rows(
    work: _Work, expected: Sequence[Any], found: Sequence[Any], kind: str
) -> list[tuple[int, int]]:
    """For lists too large to assign: equal rows first, then what shares its rarest value, in order."""
    sides = [[dict(_cells(row, kind)) for row in rows] for rows in (expected, found)]
    pairs = _pair_equal(sides[0], sides[1])
    used = [{row for row, _ in pairs}, {row for _, row in pairs}]
    keys = [[set(_row_keys(work, cells)) for cells in side] for side in sides]
    holders: dict[str, list[int]] = defaultdict(list)
    for row, of_row in enumerate(keys[1]):
        if row not in used[1]:
            for key in of_row:
                holders[key].append(row)
    for row, of_row in enumerate(keys[0]):
        if row in used[0]:
            continue
        best, most = -1, 0
        rarest = sorted((key for key in of_row if key in holders), key=lambda key: len(holders[key]))
        for key in rarest[:3]:
            for other in holders[key][:50]:
                shared = len(of_row & keys[1][other])
                if other not in used[1] and shared > most:
                    best, most = other, shared
        if best >= 0:
            used[1].add(best)
            pairs.append((row, best))
    return sorted(pairs)


def _row_keys(work: _Work, cells: _Cells) -> Iterator[str]:
    for name, value in cells.items():
        kind = name.partition(_COPY)[0]
        for reading in readings(work.rules.type_of(kind).kind, value):
            yield f"{kind}{_COPY}{reading}"


def _row_weights(work: _Work, expected: Sequence[_Cells], found: Sequence[_Cells]) -> _Weights:
    """The weight of right fields for each pair of rows, column by column."""
    weights: _Weights = np.zeros((len(expected), len(found)))
    for name in dict.fromkeys(name for row in expected for name in row):
        columns = [[row.get(name) for row in rows] for rows in (expected, found)]
        if any(value is not None for value in columns[1]):
            kind = name.partition(_COPY)[0]
            weights += work.rules.weight_of(kind) * _column_likeness(work.rules.type_of(kind), *columns)
    return weights


def _column_likeness(kind: FieldType, expected: Sequence[Any], found: Sequence[Any]) -> _Weights:
    """Whether each pair of values is the same (1), nearly the same, or not (0)."""
    numbers: dict[str, int] = {}
    codes = []
    for side in (expected, found):
        array = np.full((len(side), 3), -1, dtype=np.int64)
        for row, value in enumerate(side):
            if value is not None:
                for place, reading in enumerate(readings(kind.kind, value)[:3]):
                    array[row, place] = numbers.setdefault(reading, len(numbers))
        codes.append(array)
    result = np.zeros((len(expected), len(found)), dtype=bool)
    for one in range(3):
        if (codes[0][:, one] < 0).all():
            continue
        for other in range(3):
            if (codes[1][:, other] >= 0).any():
                equal = codes[0][:, one][:, None] == codes[1][:, other][None, :]
                result |= equal & (codes[0][:, one] >= 0)[:, None]
    likeness: _Weights = result.astype(np.float64)
    if kind.is_partial or kind.has_tolerance:
        known: dict[tuple[str, str], float] = {}
        for row, column in zip(*np.nonzero(~result), strict=True):
            pair = expected[row], found[column]
            if pair[0] is not None and pair[1] is not None:
                key = (str(pair[0]), str(pair[1]))
                if key not in known:
                    known[key] = similarity(kind, *pair)
                likeness[row, column] = known[key]
    return likeness


def _cells(row: Any, kind: str) -> Iterator[tuple[str, Any]]:
    """The values of a row by their kinds of path; of a list inside of it each value is a cell of its own."""
    seen: dict[str, int] = defaultdict(int)
    for _, name, value in _leaves(row, "", kind):
        number = seen[name]
        seen[name] += 1
        yield (name if not number else f"{name}{_COPY}{number}"), value


def _has_lists(rows: Sequence[Any]) -> bool:
    return any(type(value) in (list, dict) for row in rows if type(row) is dict for value in row.values())


def _leaves(value: Any, path: str = "", kind: str = "", depth: int = 0) -> Iterator[tuple[str, str, Any]]:
    """Path, kind of path and value of everything that says something."""
    shape = type(value)
    if shape is dict:
        if depth <= DEEPEST:
            for name, inner in value.items():
                at = f"{path}.{name}" if path else name
                yield from _leaves(inner, at, f"{kind}.{name}" if kind else name, depth + 1)
    elif shape is list:
        if depth <= DEEPEST:
            inner_kind = f"{kind}[]"
            for row, inner in enumerate(value):
                yield from _leaves(inner, f"{path}[{row}]", inner_kind, depth + 1)
    elif value is not _ABSENT and not is_empty(value):
        yield path, kind, value


def _as_plain(value: Any, depth: int) -> Any:
    """Dictionaries with text keys, lists and scalars only, which are told apart much faster."""
    if depth > DEEPEST + 1:
        return None
    if isinstance(value, Mapping):
        return {str(name): _as_plain(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_as_plain(inner, depth + 1) for inner in value]
    return value


def _is_scalar(value: Any) -> bool:
    return type(value) not in (dict, list)


def _is_nothing(value: Any) -> bool:
    if type(value) in (dict, list):
        return next(_leaves(value), None) is None
    return value is _ABSENT or is_empty(value)
