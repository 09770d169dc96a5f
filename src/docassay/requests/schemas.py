"""The wire of single requests: the submitted forms and the answers, field for field."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from docassay.api.pagination import RowId
from docassay.runs.schemas import Evaluation


class _Form(BaseModel):
    """Fields that every form has. ``file`` is the uploaded part; the rest arrives as text."""

    model_config = ConfigDict(extra="ignore")

    file: str | None = None
    file_url: str | None = None
    max_pages: int | None = None
    page_range: str | None = None
    skip_cache: bool = False


class OcrForm(_Form):
    """Form of POST /ocr."""


class _ModelForm(_Form):
    mode: str = "fast"
    save_checkpoint: bool = False
    webhook_url: str | None = None
    processing_location: str | None = None


class ConvertForm(_ModelForm):
    """Form of POST /convert and of its older name /marker."""

    output_format: str = "markdown"
    paginate: bool = False
    disable_image_extraction: bool = False
    disable_image_captions: bool = False
    add_block_ids: bool = False
    include_markdown_in_chunks: bool = False
    token_efficient_markdown: bool = False
    word_bboxes: bool = False
    extras: str | None = None
    additional_config: str | None = None
    eval_rubric_id: RowId | None = None


class ExtractForm(_ModelForm):
    """Form of POST /extract."""

    checkpoint_id: str | None = None
    page_schema: str | None = None
    schema_id: str | None = None
    schema_version: int | None = None
    extraction_mode: str | None = None
    output_format: str = "markdown"


class SegmentForm(_ModelForm):
    """Form of POST /segment."""

    checkpoint_id: str | None = None
    segmentation_schema: str


class RubricField(BaseModel):
    """``eval_rubric_id`` beside the fields of a form that does not have it on the wire."""

    eval_rubric_id: RowId | None = None


FORMS: Final[dict[str, type[ConvertForm] | type[ExtractForm] | type[SegmentForm] | type[OcrForm]]] = {
    "convert": ConvertForm,
    "extract": ExtractForm,
    "segment": SegmentForm,
    "ocr": OcrForm,
}


class InitialResponse(BaseModel):
    """Answer to a submitted request: where to ask for its result."""

    success: bool
    error: str | None
    request_id: str
    request_check_url: str
    versions: Any = Field(description="Versions of the server, or null.")


Status = Literal["processing", "complete", "failed"]


class FinalResponse(BaseModel):
    """Result of convert, extract and segment; while it is processing every other field is null."""

    model_config = ConfigDict(populate_by_name=True)

    status: Status
    success: bool | None = None
    output_format: str | None = None
    markdown: str | None = None
    html: str | None = None
    json_: Any = Field(None, alias="json")
    chunks: Any = None
    images: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    extraction_schema_json: str | None = None
    segmentation_results: dict[str, Any] | None = None
    error: str | None = None
    page_count: int | None = None
    checkpoint_id: str | None = None
    parse_quality_score: float | None = None
    runtime: float | None = None
    cost_breakdown: dict[str, Any] | None = None
    versions: Any = None
    evaluation: Evaluation | None = None


class OcrResponse(BaseModel):
    """Result of ocr."""

    status: Status
    success: bool | None = None
    pages: list[Any] | None = None
    page_count: int | None = None
    error: str | None = None


class ThumbnailResponse(BaseModel):
    """Pages of a source document as base64 JPEGs."""

    success: bool
    error: str | None
    thumbnails: list[str] | None
