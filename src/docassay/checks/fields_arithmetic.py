"""``fields.arithmetic``: whether the numbers of an extraction add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.equations import Equation, Term, parse_equation, suggested_equations
from docassay.checks.extracted_fields import as_object_schema, without_envelopes, without_sidecars
from docassay.checks.registry import check
from docassay.checks.scale import BEST

TOLERANCE: Final = 0.01
PER_ROW: Final = Decimal("0.005")
_SHOWN: Final = 6
_MOST_INSTANCES: Final = 50_000


@dataclass(frozen=True, slots=True)
class _Instance:
    """An equation with its numbers: for one row, or for the whole object."""

    equation: Equation
    row: int | None
    left: Decimal
    right: Decimal
    rows: int

    def holds(self, tolerance: Decimal) -> bool:
        """Each summed row may be rounded by half a cent."""
        return abs(self.left - self.right) <= tolerance + PER_ROW * self.rows


@check(
    "fields.arithmetic",
    version="1",
    levels=("document",),
    needs=frozenset({"extraction"}),
    summary=(
        "The share of equations between extracted numbers that hold: quantity x price = amount in each row, "
        "rows that add up to the subtotal, subtotal + tax = total, found by the names of the fields, and "
        "the `equations` that you give. Equations with a number missing are not counted."
    ),
    mapping="5 x equations that hold / equations with all of their numbers",
    params={
        "equations": {
            "type": "array",
            "default": [],
            "items": {"type": "string", "maxLength": 500, "pattern": "^[^=]+=[^=]+$"},
            "maxItems": 50,
            "description": "Such as `subtotal + tax = total` or `sum(lines[].amount) = subtotal`.",
        },
        "by_name": {
            "type": "boolean",
            "default": True,
            "description": "Look for equations by the names of fields as well.",
        },
        "tolerance": {
            "type": "number",
            "minimum": 0,
            "default": TOLERANCE,
            "description": "How far both sides may be apart; half a cent more for each summed row.",
        },
    },
    source="Sums and products of business documents; names in English, German, French and Spanish.",
    cost="0.5 ms for 150 values",
)
def fields_arithmetic(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item for the document; ``value`` is the share of equations that hold, 0-1."""
    if subject.extraction is None:
        return [not_applicable("This result holds no extraction.")]
    schema = as_object_schema(subject.page_schema or {})
    values = without_envelopes(without_sidecars(subject.extraction, schema), schema)
    texts = list(params.get("equations", []))
    if params.get("by_name", True):
        texts += [text for text in suggested_equations(values) if text not in texts]
    instances = [each for text in texts for each in _instances(parse_equation(text), values)]
    if not instances:
        return [not_applicable("No equation has all of its numbers.")]
    tolerance = Decimal(repr(float(params.get("tolerance", TOLERANCE))))
    broken = [each for each in instances if not each.holds(tolerance)]
    value = 1 - len(broken) / len(instances)
    feedback = f"{len(instances) - len(broken)} of {len(instances)} equations hold."
    feedback = " ".join([feedback, *(_told(each) for each in broken[:_SHOWN])])
    return [
        Item(
            score=BEST * value,
            value=value,
            feedback=feedback + (f" And {len(broken) - _SHOWN} more." if len(broken) > _SHOWN else ""),
            details={
                "equations": len(instances),
                "broken": [
                    {
                        "equation": each.equation.text,
                        "row": each.row,
                        "left": float(each.left),
                        "right": float(each.right),
                    }
                    for each in broken[:50]
                ],
            },
        )
    ]


def _told(each: _Instance) -> str:
    row = f" (row {each.row + 1})" if each.row is not None else ""
    return f"{each.equation.text}{row}: {each.left:,f} is not {each.right:,f}."


def _instances(equation: Equation, values: Any) -> Iterator[_Instance]:
    """The equation for each row of its list, or once; without those that lack a number."""
    prefix = equation.row_list
    rows = _at(values, prefix.removesuffix("[]")) if prefix is not None else [values]
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return
    for number, row in enumerate(rows[:_MOST_INSTANCES]):
        scope = (prefix, row) if prefix is not None else None
        sides = [_side(side, values, scope) for side in (equation.left, equation.right)]
        if sides[0] is not None and sides[1] is not None:
            summed = sides[0][1] + sides[1][1]
            row_number = number if prefix is not None else None
            yield _Instance(equation, row_number, sides[0][0], sides[1][0], summed)


def _side(terms: Sequence[Term], values: Any, scope: tuple[str, Any] | None) -> tuple[Decimal, int] | None:
    """The sum of the terms and how many rows were summed up in it; None when a number is missing."""
    total, summed = Decimal(0), 0
    for term in terms:
        product = Decimal(term.sign)
        for factor in term.factors:
            if factor.number is not None:
                number: Decimal | None = factor.number
            elif factor.is_sum:
                numbers = _numbers(values, factor.path)
                number, summed = (sum(numbers, Decimal(0)) if numbers else None), summed + len(numbers or ())
            elif scope is not None and factor.path.startswith(scope[0]):
                number = _number(_at(scope[1], factor.path[len(scope[0]) :].lstrip(".")))
            else:
                number = _number(_at(values, factor.path))
            if number is None:
                return None
            product *= number
        total += product
    return total, summed


def _numbers(values: Any, path: str) -> list[Decimal] | None:
    """The numbers at a path with one ``[]``; None when a row has none."""
    head, _, tail = path.partition("[]")
    rows = _at(values, head)
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return None
    found = [_number(_at(row, tail.lstrip("."))) for row in rows[:_MOST_INSTANCES]]
    known = [number for number in found if number is not None]
    return known if len(known) == len(found) else None


def _at(value: Any, path: str) -> Any:
    for part in filter(None, path.split(".")):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _number(value: Any) -> Decimal | None:
    from docassay.checks.metrics.field_values import as_number

    number = as_number(value)
    return Decimal(repr(number)) if number is not None and abs(number) < 1e15 else None
