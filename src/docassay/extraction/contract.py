"""What an extraction is: a page schema and a ``Document`` in, values with citations out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Extraction:
    """The filled object in the wire's shape.

    ``values`` holds for each field ``f`` of the schema: ``f`` (null when not found) and ``f_citations``
    (block ids). ``average_score`` is the mean of the ``f_score`` entries (1-5) or None when nothing was
    found.
    """

    values: Mapping[str, Any]
    average_score: float | None = None
