"""Which deterministic checks come close to a rule that is written for a judge model."""

from __future__ import annotations

import re
from typing import Final

_KEYWORDS: Final[dict[str, tuple[str, ...]]] = {
    "text.layer_recall": (
        "complete", "completeness", "missing", "omit", "omitted", "dropped", "lost", "all text",
        "all the text", "every word", "every paragraph", "nothing is left out", "full text",
        "preserved", "captured",
    ),
    "text.layer_precision": (
        "hallucinat", "invent", "fabricat", "made up", "unsupported", "not in the document",
        "not in the source", "faithful", "accurate", "accuracy", "verbatim", "ocr error", "misread",
        "typo", "spelling",
    ),
    "text.number_agreement": (
        "number", "digit", "figures", "amount", "numeric", "price", "currency", "decimal",
        "percent",
    ),
    "order.lis": (
        "reading order", "order of", "in order", "column", "sequence", "interleav", "flow",
    ),
    "output.repetition": (
        "repeat", "repetit", "duplicat", "loop", "redundan",
    ),
    "output.garbage_chars": (
        "garbage", "garbled", "gibberish", "encoding", "mojibake", "unreadable",
        "special character", "unicode", "artifact",
    ),
    "table.wellformed": (
        "table", "row", "cell", "header row", "merged", "grid",
    ),
    "table.columns": ("merged", "merged column", "merged columns", "table column", "columns of a table"),
    "structure.headings_kept": (
        "lost heading", "headings are kept", "heading is kept", "every heading", "all headings",
    ),
    "structure.headings": (
        "heading", "section", "title", "outline", "hierarchy", "structure", "toc",
    ),
    "page.coverage": (
        "every page", "all pages", "page is", "blank page", "empty page", "skipped page",
    ),
    "language.script": ("language", "script", "alphabet", "translat", "transliterat"),
    "math.renders": ("formula", "equation", "latex", "mathemat"),
    "markup.valid": ("markup", "html tag", "markdown syntax", "unclosed"),
    "links.resolve": ("link", "anchor", "footnote mark", "broken image"),
    "fields.arithmetic": ("add up", "adds up", "sum of", "arithmetic", "subtotal", "calculat"),
    "fields.cited": ("citation", "cites", "cited"),
    "fields.schema_valid": (
        "schema", "required field", "field type", "valid json", "format of the field",
    ),
    "fields.grounded": (
        "grounded", "extracted value", "extraction", "extracted field", "field",
        "supported by",
    ),
    "fields.agreement": ("second reading", "read twice", "agreement"),
    "segments.integrity": (
        "segment", "split", "boundar", "page range", "sub-document", "subdocument",
    ),
}  # fmt: skip

MOST_SUGGESTIONS: Final = 3


def closest_checks(prompt: str) -> list[str]:
    """Up to three names of checks whose keywords the prompt mentions, the most often mentioned first."""
    text = prompt.casefold()
    hits = {
        name: sum(bool(re.search(rf"\b{re.escape(word)}", text)) for word in words)
        for name, words in _KEYWORDS.items()
    }
    ranked = sorted((name for name, count in hits.items() if count), key=lambda name: -hits[name])
    return ranked[:MOST_SUGGESTIONS]
