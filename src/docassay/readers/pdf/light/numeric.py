"""Whether the content of a table cell is a number."""

from __future__ import annotations

import re
from typing import Final

_NUMERIC: Final = re.compile(r"^[^\w]*[\d][\d\s.,:/%()+\-–—−'’]*[^\w]*(?:[a-zA-Z%°€$£]{0,4})[^\w]*$")


def is_numeric(content: str) -> bool:
    """A number with its sign, separators and a short unit; years are labels rather than numbers."""
    if not any(map(str.isdigit, content[:8])):
        return False
    is_year = len(content) == 4 and content.isdigit() and 1800 <= int(content) <= 2200
    return not is_year and bool(_NUMERIC.match(content))
