"""Names of functions that LaTeX sets upright."""

from __future__ import annotations

from typing import Final

FUNCTIONS: Final = frozenset(
    {
        "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "deg", "det", "dim", "exp",
        "gcd", "hom", "inf", "ker", "lg", "lim", "liminf", "limsup", "ln", "log", "max", "min", "Pr", "sec",
        "sin", "sinh", "sup", "tan", "tanh",
    }
)  # fmt: skip
"""Those with a command of their own."""

FUNCTIONS_WITH_LIMITS: Final = frozenset(
    {"det", "gcd", "inf", "lim", "liminf", "limsup", "max", "min", "Pr", "sup", "argmax", "argmin", "lím"}
)
"""Those that may have a condition written under them."""

OTHER_NAMES: Final = frozenset(
    {
        "mod", "sgn", "sign", "tr", "Tr", "rank", "diag", "span", "Var", "Cov", "Re", "Im", "argmax",
        "argmin", "lím", "máx", "mín", "sen", "arctg", "tg", "ctg", "erf", "erfc", "div", "grad", "rot",
        "curl", "vol", "supp", "id",
    }
)  # fmt: skip
"""Names that are read as part of a formula next to one."""
