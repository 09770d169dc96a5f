"""Divide a document into named parts, or a stack into its documents, by rules."""

from __future__ import annotations

from typing import Any, Final

from docassay.documents.model import Document
from docassay.segmentation.boundaries import find_documents
from docassay.segmentation.custom import assign_pages
from docassay.segmentation.pages import features_of
from docassay.segmentation.schema import SegmentationRequest

METHOD: Final = "rules-1"
"""Name and version of this segmenter; results of another version are other work."""


def segment(document: Document, request: SegmentationRequest) -> dict[str, Any]:
    """The wire's ``segmentation_results`` for ``document``.

    ``segments`` is a list of ``{"name", "pages", "confidence"}`` in page order; ``pages`` are indexes of the
    original file, ascending and without holes among the converted pages, and no page is in two segments. A
    requested segment without evidence is not in the list but in ``metadata.segments_not_found``; pages before
    the first evidence are in ``metadata.unassigned_pages``.
    """
    pages = features_of(document)
    segments: list[dict[str, Any]]
    if request.strategy == "document_boundary":
        segments = [
            {"name": found.name, "pages": list(found.pages), "confidence": found.confidence}
            for found in find_documents(pages)
        ]
        method = "auto_detected"
    else:
        segments = [
            {
                "name": request.segments[run.segment].name,
                "pages": list(run.pages),
                "confidence": run.confidence,
            }
            for run in assign_pages(pages, request.segments)
        ]
        method = "custom"
    named = {entry["name"] for entry in segments}
    assigned = {index for entry in segments for index in entry["pages"]}
    return {
        "segments": segments,
        "metadata": {
            "total_pages": document.source_page_count,
            "segmentation_method": method,
            "segments_not_found": [part.name for part in request.segments if part.name not in named],
            "unassigned_pages": [page.index for page in pages if page.index not in assigned],
        },
    }
