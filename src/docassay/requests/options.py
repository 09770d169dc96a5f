"""What a request asks for: the wire's form fields read, checked and turned into plain data.

The options are stored with the request as JSON, so that the process that does the work sees exactly what
was checked here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from docassay.documents.page_range import check_page_range_syntax
from docassay.engines.contract import Mode
from docassay.errors import CannotUse, InvalidField
from docassay.extraction.schema import parse_page_schema
from docassay.requests.languages import parse_languages
from docassay.requests.schemas import FORMS, ConvertForm, ExtractForm, OcrForm, RubricField, SegmentForm
from docassay.segmentation.schema import parse_segmentation_schema

Kind = Literal["convert", "extract", "segment", "ocr"]

OUTPUT_FORMATS: Final = ("markdown", "html", "json", "chunks")
MAX_PAGES: Final = 1_000_000
MODES: Final[tuple[Mode, ...]] = ("fast", "balanced", "accurate")
EXTRACTION_MODES: Final = ("turbo", "fast", "balanced")
TRACK_CHANGES: Final = "track_changes"
"""The name among ``extras``, and of the engine option, that marks up insertions, deletions and comments."""

APPLIED_EXTRAS: Final = frozenset(
    {"extract_links", "list_item_bboxes", "table_cell_bboxes", "table_row_bboxes", TRACK_CHANGES}
)
"""The ``extras`` that change an answer, or ask for what every answer has (links are always kept)."""
UNSERVED_FLAGS: Final = ("merge_cross_page",)
"""Flags that newer clients may send, outside of the contract's form, and that would change the answer."""
_TRUE: Final = frozenset({"true", "1", "on", "yes", "t", "y"})
_MAX_NAME: Final = 80
_MAX_NAMES: Final = 50


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How a converted document is written down; nothing of it changes the conversion itself."""

    output_formats: tuple[str, ...] = ("markdown",)
    paginate: bool = False
    add_block_ids: bool = False
    include_markdown_in_chunks: bool = False
    token_efficient_markdown: bool = False
    disable_image_extraction: bool = False
    keep_page_header: bool = False
    keep_page_footer: bool = False
    word_bboxes: bool = False
    table_cell_bboxes: bool = False
    table_row_bboxes: bool = False
    list_item_bboxes: bool = False
    not_applied: tuple[str, ...] = ()
    """Options that were sent and that this server does not honour yet; the answer's metadata lists them."""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> RenderOptions:
        """From the JSON of ``asdict``; keys of other versions are ignored."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        for name in ("output_formats", "not_applied"):
            if name in known:
                known[name] = tuple(known[name])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """One request, checked.

    ``page_schema`` and ``segmentation_schema`` are the caller's JSON text, known to be readable.
    """

    kind: Kind
    render: RenderOptions = RenderOptions()
    mode: Mode = "fast"
    max_pages: int | None = None
    page_range: str | None = None
    page_schema: str | None = None
    extraction_mode: str | None = None
    segmentation_schema: str | None = None
    skip_cache: bool = False
    save_checkpoint: bool = False
    track_changes: bool = False
    languages: tuple[str, ...] | None = None
    """Tesseract's codes; None: those of the settings."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON for the table of requests."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> RequestOptions:
        """What ``to_json`` stored; keys of other versions are ignored."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        known["render"] = RenderOptions.from_json(known.get("render", {}))
        if known.get("languages") is not None:
            known["languages"] = tuple(known["languages"])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class SourceFields:
    """Where the document of a request is, as the form says it; the uploaded part is passed on apart."""

    file_url: str | None
    checkpoint_id: str | None

    @property
    def is_upload(self) -> bool:
        """Whether the document is the uploaded part."""
        return self.file_url is None and self.checkpoint_id is None


@dataclass(frozen=True, slots=True)
class ParsedForm:
    """A form that is right in itself; ids in it are still to be looked up."""

    options: RequestOptions
    source: SourceFields
    eval_rubric_id: int | None


def parse_form(kind: Kind, fields: Mapping[str, str], *, has_file: bool) -> ParsedForm:
    """Read the text fields of a submitted form; ``has_file`` says whether a file part came with it.

    Unknown fields are ignored and empty ones count as not sent. Raises RequestValidationError for a missing
    field or a wrong type, InvalidField for a wrong value, and CannotUse for a part of the wire that this
    server does not serve.
    """
    sent = {name: value for name, value in fields.items() if value != "" and name != "file"}
    try:
        form = FORMS[kind].model_validate(sent)
        rubric_id = None if kind == "ocr" else RubricField.model_validate(sent).eval_rubric_id
    except ValidationError as error:
        raise RequestValidationError(
            [{**detail, "loc": ("body", *detail["loc"])} for detail in error.errors(include_url=False)]
        ) from error
    if form.max_pages is not None and not 1 <= form.max_pages <= MAX_PAGES:
        raise InvalidField(("body", "max_pages"), f"max_pages must be from 1 to {MAX_PAGES:,}.")
    if form.page_range is not None:
        try:
            check_page_range_syntax(form.page_range)
        except ValueError as error:
            raise InvalidField(("body", "page_range"), str(error)) from error
    source = _source(form, has_file)
    languages = parse_languages(sent["langs"]) if "langs" in sent else None
    return ParsedForm(replace(_options(form, sent), languages=languages), source, rubric_id)


def _options(
    form: ConvertForm | ExtractForm | SegmentForm | OcrForm, sent: Mapping[str, str]
) -> RequestOptions:
    if isinstance(form, OcrForm):
        return RequestOptions(
            kind="ocr", max_pages=form.max_pages, page_range=form.page_range, skip_cache=form.skip_cache
        )
    if form.webhook_url is not None:
        raise CannotUse("Webhooks are not served yet: leave out webhook_url and poll request_check_url.")
    if isinstance(form, ConvertForm):
        return _convert(form, sent)
    return _extract(form) if isinstance(form, ExtractForm) else _segment(form)


def parse_output_formats(text: str) -> tuple[str, ...]:
    """The output formats of a comma-separated list, in its order and without repeats.

    Raises InvalidField on ``output_format`` for an unknown name and for an empty list.
    """
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in OUTPUT_FORMATS]
    if unknown or not names:
        wrong = f"{unknown[0][:60]!r} is not an output format" if unknown else "No output format is named"
        raise InvalidField(
            ("body", "output_format"), f"{wrong}: use one or more of {', '.join(OUTPUT_FORMATS)}, by commas."
        )
    return names


def _source(form: ConvertForm | ExtractForm | SegmentForm | OcrForm, has_file: bool) -> SourceFields:
    checkpoint_id = form.checkpoint_id if isinstance(form, ExtractForm | SegmentForm) else None
    if checkpoint_id is not None:
        return SourceFields(file_url=None, checkpoint_id=checkpoint_id)
    if has_file and form.file_url is not None:
        raise InvalidField(("body", "file_url"), "Send either file or file_url, not both.")
    if not has_file and form.file_url is None:
        is_convert = isinstance(form, ConvertForm | OcrForm)
        choice = "file or file_url" if is_convert else "file, file_url or checkpoint_id"
        raise InvalidField(("body", "file"), f"There is no document: send one of {choice}.", "missing")
    return SourceFields(file_url=form.file_url, checkpoint_id=None)


def _mode(mode: str) -> Mode:
    for known in MODES:
        if mode == known:
            return known
    raise InvalidField(("body", "mode"), f"{mode[:60]!r} is not a mode: use one of {', '.join(MODES)}.")


def _convert(form: ConvertForm, sent: Mapping[str, str]) -> RequestOptions:
    extras = _extras(form)
    config = _additional_config(form.additional_config)
    header = _config_flag(config, "keep_pageheader_in_output")
    footer = _config_flag(config, "keep_pagefooter_in_output")
    return RequestOptions(
        kind="convert",
        render=RenderOptions(
            output_formats=parse_output_formats(form.output_format),
            paginate=form.paginate,
            add_block_ids=form.add_block_ids,
            include_markdown_in_chunks=form.include_markdown_in_chunks,
            token_efficient_markdown=form.token_efficient_markdown,
            disable_image_extraction=form.disable_image_extraction,
            keep_page_header=header,
            keep_page_footer=footer,
            word_bboxes=form.word_bboxes,
            table_cell_bboxes="table_cell_bboxes" in extras,
            table_row_bboxes="table_row_bboxes" in extras,
            list_item_bboxes="list_item_bboxes" in extras,
            not_applied=_not_applied(extras, config, sent),
        ),
        mode=_mode(form.mode),
        max_pages=form.max_pages,
        page_range=form.page_range,
        skip_cache=form.skip_cache,
        save_checkpoint=form.save_checkpoint,
        track_changes=TRACK_CHANGES in extras,
    )


def _extract(form: ExtractForm) -> RequestOptions:
    if form.schema_id is not None:
        if form.page_schema is not None:
            raise InvalidField(("body", "schema_id"), "Send either page_schema or schema_id, not both.")
        raise CannotUse("Saved extraction schemas are not served yet: send the schema in page_schema.")
    if form.schema_version is not None:
        raise InvalidField(("body", "schema_version"), "schema_version is only valid with schema_id.")
    if form.page_schema is None:
        raise InvalidField(
            ("body", "page_schema"), "page_schema is required: a JSON Schema as text.", "missing"
        )
    try:
        parse_page_schema(form.page_schema)
    except ValueError as error:
        raise InvalidField(("body", "page_schema"), str(error)) from error
    if form.extraction_mode is not None and form.extraction_mode not in EXTRACTION_MODES:
        raise InvalidField(
            ("body", "extraction_mode"),
            f"{form.extraction_mode[:60]!r} is not an extraction mode: use one of "
            f"{', '.join(EXTRACTION_MODES)}.",
        )
    return RequestOptions(
        kind="extract",
        render=RenderOptions(output_formats=parse_output_formats(form.output_format)),
        mode=_mode(form.mode),
        max_pages=form.max_pages,
        page_range=form.page_range,
        page_schema=form.page_schema,
        extraction_mode=form.extraction_mode,
        skip_cache=form.skip_cache,
        save_checkpoint=form.save_checkpoint,
    )


def _segment(form: SegmentForm) -> RequestOptions:
    try:
        parse_segmentation_schema(form.segmentation_schema)
    except ValueError as error:
        raise InvalidField(("body", "segmentation_schema"), str(error)) from error
    return RequestOptions(
        kind="segment",
        mode=_mode(form.mode),
        max_pages=form.max_pages,
        page_range=form.page_range,
        segmentation_schema=form.segmentation_schema,
        skip_cache=form.skip_cache,
        save_checkpoint=form.save_checkpoint,
    )


def _not_applied(extras: tuple[str, ...], config: dict[str, Any], sent: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the options that were sent and change nothing here; untrusted, so cut down to plain words."""
    names = [name for name in UNSERVED_FLAGS if sent.get(name, "").lower() in _TRUE]
    names += [f"additional_config.{key}" for key, value in config.items() if value not in (None, False)]
    names += [f"extras.{name}" for name in extras if name not in APPLIED_EXTRAS]
    plain = ("".join(c if c.isprintable() else "?" for c in name)[:_MAX_NAME] for name in names)
    return tuple(dict.fromkeys(plain))[:_MAX_NAMES]


def _extras(form: ConvertForm) -> tuple[str, ...]:
    return tuple(name.strip() for name in (form.extras or "").split(",") if name.strip())


def _additional_config(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: also an integer of thousands of digits
        raise InvalidField(
            ("body", "additional_config"), f"additional_config is not valid JSON: {error}."
        ) from error
    if not isinstance(config, dict):
        raise InvalidField(("body", "additional_config"), "additional_config must be a JSON object.")
    return config


def _config_flag(config: dict[str, Any], name: str) -> bool:
    value = config.pop(name, False)
    if not isinstance(value, bool):
        raise InvalidField(("body", "additional_config"), f"additional_config.{name} must be true or false.")
    return value
