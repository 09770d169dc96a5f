"""Equations between fields, as ``subtotal + tax = total``, and the ones that field names suggest.

lines[].quantity * lines[].price = lines[].amount      for each row
sum(lines[].amount) = subtotal
subtotal + tax - discount = total
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from docassay.checks.extracted_fields import DEEPEST

MAX_TERMS: Final = 20
_TOKEN: Final = re.compile(r"\s*(?:(sum)\s*\(\s*([^()]+?)\s*\)|([+\-*=])|(\d+(?:\.\d+)?)|([^\s+\-*=()]+))")
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_QUANTITY: Final = frozenset(
    {"quantity", "qty", "count", "pieces", "hours", "menge", "anzahl", "cantidad", "quantite"}
)
_PRICE: Final = frozenset({"price", "rate", "preis", "einzelpreis", "precio", "prix", "tarif"})
_AMOUNT: Final = frozenset(
    {"amount", "total", "sum", "extended", "betrag", "gesamt", "importe", "montant", "net"}
)
_TAX: Final = frozenset({"tax", "vat", "gst", "mwst", "ust", "iva", "tva"})
_DISCOUNT: Final = frozenset({"discount", "rebate", "rabatt", "descuento", "remise"})
_SHIPPING: Final = frozenset({"shipping", "freight", "delivery", "versand", "handling"})
_NOT_AN_AMOUNT: Final = frozenset({"percent", "percentage", "rate", "number", "id", "code", "date", "satz"})


class EquationError(ValueError):
    """The equation cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A field's path, its sum over a list, or a plain number."""

    path: str = ""
    is_sum: bool = False
    number: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """Factors multiplied, added or taken away."""

    sign: int
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Equation:
    """``left`` equals ``right``; ``text`` is how it was written."""

    text: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]

    @property
    def row_list(self) -> str | None:
        """The list (``lines[]``) for each of whose rows the equation stands, None for the whole object."""
        for factor in (factor for term in (*self.left, *self.right) for factor in term.factors):
            if not factor.is_sum and "[]" in factor.path:
                return factor.path[: factor.path.rindex("[]") + 2]
        return None


def parse_equation(text: str) -> Equation:
    """Read an equation. Raises EquationError."""
    sides: list[list[Term]] = [[]]
    factors: list[Factor] = []
    sign, position, awaits = 1, 0, True
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise EquationError(f"'{text}': '{text[position:].strip()[:20]}' cannot be read")
        position = match.end()
        function, inner, operator, number, path = match.groups()
        if operator is None:
            if not awaits:
                raise EquationError(f"'{text}': an operator is missing before '{match[0].strip()}'")
            factors.append(Factor(inner or path or "", bool(function), Decimal(number) if number else None))
            awaits = False
            continue
        if awaits:
            raise EquationError(f"'{text}': a field is missing before '{operator}'")
        awaits = True
        if operator == "*":
            continue
        sides[-1].append(Term(sign, tuple(factors)))
        factors, sign = [], -1 if operator == "-" else 1
        if operator == "=":
            sides.append([])
    if awaits or len(sides) != 2:
        raise EquationError(f"'{text}' needs one '=' with fields on both sides")
    sides[-1].append(Term(sign, tuple(factors)))
    if sum(map(len, sides)) > MAX_TERMS:
        raise EquationError(f"'{text[:60]}' has more than {MAX_TERMS} terms")
    return Equation(text.strip(), tuple(sides[0]), tuple(sides[1]))


def suggested_equations(value: Any, path: str = "", depth: int = 0) -> Iterator[str]:
    """Equations that the names of fields suggest, for each object and its lists."""
    if depth > DEEPEST or not isinstance(value, Mapping):
        return
    prefix = f"{path}." if path else ""
    lists = {name: rows for name, rows in value.items() if _is_rows(rows)}
    for name, rows in lists.items():
        yield from _of_rows(f"{prefix}{name}[]", rows)
    scalars = [name for name, inner in value.items() if isinstance(inner, str | int | float)]
    yield from _of_sums(prefix, scalars, lists)
    for name, inner in value.items():
        yield from suggested_equations(inner, f"{prefix}{name}", depth + 1)


def _is_rows(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and any(isinstance(row, Mapping) for row in value)
    )


def _of_rows(path: str, rows: Sequence[Any]) -> Iterator[str]:
    names = list(dict.fromkeys(name for row in rows if isinstance(row, Mapping) for name in row))
    quantity, price = _one(names, _QUANTITY, frozenset()), _one(names, _PRICE, _TAX | _DISCOUNT)
    amount = _one([name for name in names if name not in (quantity, price)], _AMOUNT, _NOT_A_LINE)
    if quantity and price and amount:
        yield f"{path}.{quantity} * {path}.{price} = {path}.{amount}"


_NOT_A_LINE: Final = _TAX | _DISCOUNT | _NOT_AN_AMOUNT
_PARTS: Final = _TAX | _DISCOUNT | _SHIPPING


def _of_sums(prefix: str, scalars: Sequence[str], lists: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    plain = [name for name in scalars if not _words(name) & _NOT_AN_AMOUNT]
    subtotal = next((name for name in plain if _is_subtotal(name)), None)
    tax, discount, shipping = (_one(plain, words, frozenset()) for words in (_TAX, _DISCOUNT, _SHIPPING))
    total = next(
        (
            name
            for name in plain
            if _words(name) & {"total", "gesamt", "gesamtbetrag", "grand"}
            and name != subtotal
            and not _words(name) & _PARTS
        ),
        None,
    )
    if subtotal and total and tax:
        parts = f"{prefix}{subtotal} + {prefix}{tax}"
        parts += f" + {prefix}{shipping}" if shipping else ""
        parts += f" - {prefix}{discount}" if discount else ""
        yield f"{parts} = {prefix}{total}"
    wanted = subtotal or (total if not (tax or discount or shipping) else None)
    if wanted is None or len(lists) != 1:
        return
    (name, rows), *_ = lists.items()
    names = list(dict.fromkeys(key for row in rows if isinstance(row, Mapping) for key in row))
    amount = _one([each for each in names if not _words(each) & _PRICE], _AMOUNT, _NOT_A_LINE)
    if amount:
        yield f"sum({prefix}{name}[].{amount}) = {prefix}{wanted}"


def _one(names: Sequence[str], words: frozenset[str], without: frozenset[str]) -> str | None:
    """The only name with one of the words, None when several or none have one."""
    found = [name for name in names if _words(name) & words and not _words(name) & without]
    return found[0] if len(found) == 1 else None


def _is_subtotal(name: str) -> bool:
    words = _words(name)
    if words & {"subtotal", "zwischensumme", "nettobetrag"} or {"sub", "total"} <= words:
        return True
    return bool(words & {"net", "netto"}) and bool(words & {"total", "amount", "sum"})


def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORDS.findall(name))
