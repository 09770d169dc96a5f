"""The rubric to begin with: what can be said of any conversion without expected outputs or a model."""

from __future__ import annotations

from typing import Any, Final

DEFAULT_RUBRIC: Final[dict[str, Any]] = {
    "name": "Faithful conversion",
    "rules": [
        {"name": "Text is complete", "type": "page", "check": "text.layer_recall", "weight": 2},
        {"name": "Nothing is invented", "type": "page", "check": "text.layer_precision", "weight": 2},
        {"name": "No passage is missing", "type": "page", "check": "text.missing_passage"},
        {"name": "No passage is invented", "type": "page", "check": "text.unsupported_passage"},
        {"name": "Numbers are right", "type": "page", "check": "text.number_agreement"},
        {"name": "Order is kept", "type": "page", "check": "order.lis"},
        {"name": "Nothing is repeated", "type": "page", "check": "output.repetition"},
        {"name": "Characters are sound", "type": "page", "check": "output.garbage_chars"},
        {"name": "No page is lost", "type": "page", "check": "page.coverage"},
        {"name": "Tables are sound", "type": "block", "check": "table.wellformed"},
        {"name": "No columns are merged", "type": "block", "check": "table.columns"},
        {"name": "Headings make an outline", "type": "document", "check": "structure.headings"},
        {"name": "No heading is lost", "type": "document", "check": "structure.headings_kept"},
    ],
}

EXPECTED_RULES: Final[list[dict[str, Any]]] = [
    {"name": "Text is as expected", "type": "page", "check": "text.ned", "params": {"tables": False}},
    {"name": "Tables are as expected", "type": "document", "check": "table.match"},
    {"name": "Formulas are as expected", "type": "document", "check": "formula.match"},
    {"name": "The outline is as expected", "type": "document", "check": "headings.mhs"},
]
"""What to add for files with expected outputs; not applicable to files without one."""

DEFAULT_RUBRIC_WITH_EXPECTED: Final[dict[str, Any]] = {
    "name": "Faithful conversion, as expected",
    "rules": [*DEFAULT_RUBRIC["rules"], *EXPECTED_RULES],
}
