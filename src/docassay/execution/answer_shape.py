"""Answers that need no document: still processing, and failed. All keys of the wire are always there."""

from __future__ import annotations

from typing import Any, Final

from docassay import __version__

FINAL_KEYS: Final = (
    "status", "success", "output_format", "markdown", "html", "json", "chunks", "images", "metadata",
    "extraction_schema_json", "extraction_mode", "extraction_score_average", "segmentation_results", "error",
    "error_in", "page_count", "checkpoint_id", "parse_quality_score", "runtime", "cost_breakdown", "versions",
    "evaluation",
)  # fmt: skip
"""Keys of an answer to convert, extract and segment."""

OCR_KEYS: Final = (
    "status", "success", "pages", "page_count", "error", "error_in", "runtime", "cost_breakdown", "versions",
)  # fmt: skip
"""Keys of an answer to ocr."""


def empty_answer(kind: str, status: str) -> dict[str, Any]:
    """An answer of this kind with every key and nothing but its status."""
    keys = OCR_KEYS if kind == "ocr" else FINAL_KEYS
    return {**dict.fromkeys(keys), "status": status}


def failed_answer(
    kind: str,
    message: str,
    error_in: str | None,
    *,
    code: str | None = None,
    runtime_seconds: float | None = None,
    output_format: str | None = None,
) -> dict[str, Any]:
    """The answer to a document that could not be processed: ``success`` false and the reason.

    ``code`` is the stable name of the failure; it stands in ``metadata`` (not for ocr, which has none).
    """
    answer = {
        **empty_answer(kind, "failed"),
        "success": False,
        "error": message,
        "error_in": error_in,
        "runtime": round(runtime_seconds, 3) if runtime_seconds is not None else None,
        "versions": {"docassay": __version__},
    }
    if kind != "ocr":
        answer["output_format"] = output_format
        answer["metadata"] = {"error_code": code} if code is not None else None
    return answer
