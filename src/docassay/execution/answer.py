"""The wire's answers to one processed document: built where the document is, inside a slot process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from docassay import __version__
from docassay.documents.model import Document
from docassay.documents.quality import parse_quality_score
from docassay.documents.rendering import (
    Annotations,
    images,
    metadata,
    to_chunks,
    to_html,
    to_json,
    to_markdown,
)
from docassay.documents.source_layer import SourceLayer
from docassay.execution.answer_shape import empty_answer, failed_answer
from docassay.execution.ocr_lines import text_lines
from docassay.extraction.contract import Extraction

_NO_COST: Final = {"final_cost_cents": 0.0}


def final_response(
    document: Document,
    *,
    render: Mapping[str, Any],
    kind: str,
    extraction: Extraction | None,
    extraction_mode: str | None,
    segmentation: Mapping[str, Any] | None,
    source_layer: SourceLayer | None,
    runtime_seconds: float,
    engine_name: str,
    engine_version: str,
    checkpoint_id: str | None,
    evaluation: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The answer to a document that was processed.

    ``render`` holds the fields of ``RenderOptions``; only the output formats named there are filled. Texts
    that UTF-8 cannot hold (unpaired surrogates from broken fonts) lose those characters to ``?``.
    """
    formats = tuple(render.get("output_formats") or ("markdown",))
    not_applied = list(render.get("not_applied") or ())
    about = metadata(document)
    if document.page_errors:
        about["page_errors"] = {str(index): error for index, error in document.page_errors.items()}
    if not_applied:
        about["options_not_applied"] = not_applied
    answer = {
        **empty_answer(kind, "complete"),
        "success": True,
        "output_format": ",".join(formats),
        **_renderings(document, formats, render),
        "images": {} if render.get("disable_image_extraction") else images(document),
        "metadata": about,
        "segmentation_results": dict(segmentation) if segmentation is not None else None,
        "page_count": len(document.pages),
        "checkpoint_id": checkpoint_id,
        "parse_quality_score": parse_quality_score(document, source_layer),
        "runtime": round(runtime_seconds, 3),
        "cost_breakdown": dict(_NO_COST),
        "versions": _versions(engine_name, engine_version),
        "evaluation": dict(evaluation) if evaluation is not None else None,
    }
    if extraction is not None:
        values = _sendable(dict(extraction.values))
        answer["extraction_schema_json"] = orjson.dumps(values).decode()
        answer["extraction_mode"] = extraction_mode
        answer["extraction_score_average"] = extraction.average_score
    return dict(_sendable(answer))


def ocr_response(
    document: Document, *, runtime_seconds: float | None = None, versions: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The answer to ocr: for each page its box and its lines of text with their boxes; see ``text_lines``.

    ``confidence`` is null for text that was not recognised but read from the file, for there is nothing to
    doubt or to measure.
    """
    answer = {
        **empty_answer("ocr", "complete"),
        "success": True,
        "pages": [
            {"page": page.index, "image_bbox": list(page.bbox), "text_lines": text_lines(page)}
            for page in document.pages
        ],
        "page_count": len(document.pages),
        "runtime": round(runtime_seconds, 3) if runtime_seconds is not None else None,
        "cost_breakdown": dict(_NO_COST),
        "versions": dict(versions) if versions is not None else {"docassay": __version__},
    }
    return dict(_sendable(answer))


def failure_response(
    kind: str,
    *,
    code: str,
    message: str,
    error_in: str | None = None,
    runtime_seconds: float | None = None,
    output_format: str | None = None,
) -> dict[str, Any]:
    """The answer to a document that could not be processed; see ``failed_answer``."""
    answer = failed_answer(
        kind,
        message,
        error_in,
        code=code,
        runtime_seconds=runtime_seconds,
        output_format=output_format,
    )
    return dict(_sendable(answer))


def _renderings(document: Document, formats: tuple[str, ...], render: Mapping[str, Any]) -> dict[str, Any]:
    """The four output formats: those asked for, null for the others."""
    annotations = _annotations(render)
    include_markdown = bool(render.get("include_markdown_in_chunks"))
    paginate = bool(render.get("paginate"))
    keep_header = bool(render.get("keep_page_header"))
    keep_footer = bool(render.get("keep_page_footer"))
    makers: dict[str, Callable[[], Any]] = {
        "markdown": lambda: to_markdown(
            document,
            paginate=paginate,
            keep_page_header=keep_header,
            keep_page_footer=keep_footer,
            token_efficient=bool(render.get("token_efficient_markdown")),
        ),
        "html": lambda: to_html(
            document,
            paginate=paginate,
            annotations=annotations,
            keep_page_header=keep_header,
            keep_page_footer=keep_footer,
        ),
        "json": lambda: to_json(document, include_markdown=include_markdown, annotations=annotations),
        "chunks": lambda: to_chunks(
            document,
            include_markdown=include_markdown,
            annotations=annotations,
            keep_page_header=keep_header,
            keep_page_footer=keep_footer,
        ),
    }
    return {name: make() if name in formats else None for name, make in makers.items()}


def _annotations(render: Mapping[str, Any]) -> Annotations:
    return Annotations(
        block_ids=bool(render.get("add_block_ids")),
        word_boxes=bool(render.get("word_bboxes")),
        cell_boxes=bool(render.get("table_cell_bboxes")),
        row_boxes=bool(render.get("table_row_bboxes")),
        item_boxes=bool(render.get("list_item_bboxes")),
    )


def _versions(engine_name: str, engine_version: str) -> dict[str, str]:
    return {"docassay": __version__, "engine": f"{engine_name} {engine_version}"}


def _sendable(value: Any) -> Any:
    """``value`` itself when it is JSON in UTF-8 already, else a copy without unpaired surrogates."""
    try:
        orjson.dumps(value)
    except TypeError:
        return _without_surrogates(value)
    return value


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_without_surrogates(str(key)): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(item) for item in value]
    return value
