"""From a measure between 0 and 1 to a score between 0 and 5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

BEST: Final = 5.0


def linear(value: float, low: float, high: float) -> float:
    """``5 x clip((value - low) / (high - low), 0, 1)``: 0 up to ``low``, 5 from ``high`` on.

    Raises ValueError unless ``low < high``.
    """
    if not low < high:
        raise ValueError(f"the anchor low ({low:g}) must be below the anchor high ({high:g})")
    return BEST * min(1.0, max(0.0, (value - low) / (high - low)))


def anchors(low: float, high: float) -> dict[str, Any]:
    """The JSON Schema properties ``low`` and ``high`` with these defaults."""
    return {
        "low": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "default": low,
            "description": "The measure at and below which the score is 0.",
        },
        "high": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "default": high,
            "description": "The measure at and above which the score is 5.",
        },
    }


def anchored(value: float, params: Mapping[str, Any], low: float, high: float) -> float:
    """``linear`` with the anchors of ``params``, else ``low`` and ``high``."""
    return linear(value, float(params.get("low", low)), float(params.get("high", high)))
