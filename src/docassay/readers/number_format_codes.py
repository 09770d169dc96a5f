"""Number format codes (ECMA-376 18.8.31) cut into sections and tokens, and the built-in ones by number."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

Kind = Literal[
    "literal", "digit", "point", "comma", "percent", "exponent", "slash", "date", "elapsed", "text", "general"
]
MAX_CODE: Final = 1_000

BUILT_IN: Final = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "$#,##0;-$#,##0", 6: "$#,##0;-$#,##0",
    7: "$#,##0.00;-$#,##0.00", 8: "$#,##0.00;-$#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd hh:mm", 37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)",
    41: '#,##0;(#,##0);"-"', 42: '$#,##0;($#,##0);"-"', 43: '#,##0.00;(#,##0.00);"-"',
    44: '$#,##0.00;($#,##0.00);"-"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0",
}  # fmt: skip
"""The formats that files name by number only. 14 and 22 are shown as the user's country writes dates, which
a file does not know: here they are ISO 8601."""

_TOKENS: Final = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]?|(?P<general>General)'
    r"|(?P<ampm>AM/PM|A/P)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|b+)|(?P<exponent>e[+-])"
    r"|(?P<digit>[0#?])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_ELAPSED: Final = re.compile(r"(h+|m+|s+)", re.IGNORECASE)
_CONDITION: Final = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
_PUNCTUATION: Final[dict[str, Kind]] = {".": "point", ",": "comma", "%": "percent", "/": "slash", "@": "text"}
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
}


class Token(NamedTuple):
    """``text`` is what to show of a literal, the placeholder of a digit, the letters of a date part."""

    kind: Kind
    text: str


class Section(NamedTuple):
    """One of up to four parts of a code. ``applies`` decides on a number when the code gives a condition."""

    tokens: tuple[Token, ...]
    applies: Callable[[float], bool] | None

    @property
    def is_date(self) -> bool:
        """Whether it shows a date, a time or a duration."""
        return any(token.kind in {"date", "elapsed"} for token in self.tokens)

    @property
    def has_digits(self) -> bool:
        """Whether it shows a number at all, not only words."""
        return any(token.kind in {"digit", "general"} for token in self.tokens)


def sections_of(code: str) -> list[Section]:
    """The sections of a code, at most four; a code over ``MAX_CODE`` characters is ``General``."""
    if len(code) > MAX_CODE:
        return [Section((Token("general", ""),), None)]
    return [_section(part) for part in _split(code)[:4]]


def _split(code: str) -> list[str]:
    parts = [""]
    for match in _TOKENS.finditer(code):
        if match["other"] == ";":
            parts.append("")
        else:
            parts[-1] += match[0]
    return parts


def _section(code: str) -> Section:
    tokens: list[Token] = []
    applies = None
    for match in _TOKENS.finditer(code):
        if match["quoted"] is not None or match["escaped"] is not None:
            tokens.append(Token("literal", match["quoted"] or match["escaped"] or ""))
        elif match["bracket"] is not None:
            bracket = match["bracket"]
            condition = _CONDITION.fullmatch(bracket)
            if condition:
                applies = _condition(condition[1], condition[2])
            elif _ELAPSED.fullmatch(bracket):
                tokens.append(Token("elapsed", bracket.lower()))
            elif bracket.startswith("$"):
                tokens.append(
                    Token("literal", bracket[1:].rpartition("-")[0] if "-" in bracket else bracket[1:])
                )
        elif match["general"]:
            tokens.append(Token("general", ""))
        elif match["ampm"]:
            tokens.append(Token("date", match["ampm"].upper()))
        elif match["date"]:
            tokens.append(Token("date", match["date"].lower()))
        elif match["exponent"]:
            tokens.append(Token("exponent", match["exponent"][1]))
        elif match["digit"]:
            tokens.append(Token("digit", match["digit"]))
        elif match["other"]:
            tokens.append(Token(_PUNCTUATION.get(match["other"], "literal"), match["other"]))
        else:
            tokens.append(Token("literal", " " if match[0].startswith("_") else ""))
    return Section(tuple(token for token in tokens if token.text or token.kind == "general"), applies)


def _condition(operator: str, limit: str) -> Callable[[float], bool] | None:
    compare = _COMPARE[operator]
    try:
        bound = float(limit)
    except ValueError:
        return None
    return lambda number: compare(number, bound)
