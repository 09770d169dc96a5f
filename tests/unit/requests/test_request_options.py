"""The forms of single requests: what is read, what is refused, and how it is stored."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.exceptions import RequestValidationError

from docassay.errors import CannotUse, InvalidField
from docassay.extraction.rules import MODES
from docassay.requests.options import (
    APPLIED_EXTRAS,
    EXTRACTION_MODES,
    UNSERVED_FLAGS,
    Kind,
    ParsedForm,
    RenderOptions,
    RequestOptions,
    parse_form,
    parse_output_formats,
)
from docassay.requests.schemas import ConvertForm, ExtractForm, SegmentForm

REFERENCE = Path(__file__).resolve().parents[3] / "docs/reference/wire-api.md"
PAGE_SCHEMA = json.dumps({"type": "object", "properties": {"total": {"type": "number"}}})
SEGMENTS = json.dumps({"segments": [{"name": "Cover", "description": "The first page"}]})


def convert(*, has_file: bool = True, **fields: str) -> ParsedForm:
    return parse_form("convert", fields, has_file=has_file)


def refused(kind: str, fields: dict[str, str], *, has_file: bool = True) -> tuple[str | int, ...]:
    with pytest.raises(InvalidField) as caught:
        parse_form(kind, fields, has_file=has_file)  # type: ignore[arg-type]
    return caught.value.loc


def test_an_empty_form_with_a_file_gets_every_default() -> None:
    parsed = convert()
    assert parsed.options == RequestOptions(kind="convert", render=RenderOptions())
    assert parsed.source.is_upload
    assert parsed.eval_rubric_id is None


@pytest.mark.parametrize("spelling", ["true", "True", "1", "on", "yes"])
def test_booleans_are_read_as_clients_spell_them(spelling: str) -> None:
    render = convert(paginate=spelling, add_block_ids=spelling).options.render
    assert render.paginate
    assert render.add_block_ids


def test_every_rendering_option_is_read() -> None:
    render = convert(
        output_format="json, markdown,json",
        paginate="true",
        add_block_ids="true",
        include_markdown_in_chunks="true",
        token_efficient_markdown="true",
        disable_image_extraction="true",
        word_bboxes="true",
        extras="table_cell_bboxes,table_row_bboxes, list_item_bboxes",
        additional_config='{"keep_pageheader_in_output": true, "keep_pagefooter_in_output": true}',
    ).options.render
    assert render == RenderOptions(("json", "markdown"), *([True] * 11))


def test_an_empty_value_counts_as_not_sent() -> None:
    assert convert(max_pages="", page_range="", mode="", output_format="").options == convert().options


def test_unknown_fields_are_ignored() -> None:
    assert convert(workflowstepdata_id="7", force_new="perhaps").options == convert().options


@pytest.mark.parametrize("field", ["paginate", "max_pages", "eval_rubric_id", "skip_cache"])
def test_a_value_of_the_wrong_type_is_a_validation_error_at_its_field(field: str) -> None:
    with pytest.raises(RequestValidationError) as caught:
        convert(**{field: "several"})
    assert [entry["loc"] for entry in caught.value.errors()] == [("body", field)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("output_format", "docx"),
        ("output_format", " , "),
        ("mode", "best"),
        ("max_pages", "0"),
        ("max_pages", "99999999999999999999"),
        ("page_range", "1-"),
        ("page_range", "5-2"),
        ("additional_config", "[]"),
        ("additional_config", "{"),
        ("additional_config", '{"keep_pageheader_in_output": "yes"}'),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(field: str, value: str) -> None:
    assert refused("convert", {field: value}) == ("body", field)


def test_file_and_file_url_together_are_refused() -> None:
    assert refused("convert", {"file_url": "https://example.org/a.pdf"}) == ("body", "file_url")


@pytest.mark.parametrize("kind", ["convert", "ocr"])
def test_a_form_without_a_document_is_refused(kind: str) -> None:
    assert refused(kind, {}, has_file=False) == ("body", "file")


def test_a_checkpoint_wins_over_a_file() -> None:
    fields = {"page_schema": PAGE_SCHEMA, "checkpoint_id": "ckpt_1"}
    source = parse_form("extract", fields, has_file=True).source
    assert (source.checkpoint_id, source.is_upload) == ("ckpt_1", False)


def test_extract_needs_a_schema_with_fields() -> None:
    assert refused("extract", {}) == ("body", "page_schema")
    assert refused("extract", {"page_schema": "{"}) == ("body", "page_schema")
    assert refused("extract", {"page_schema": '{"type": "object"}'}) == ("body", "page_schema")


def test_extract_keeps_the_schema_as_it_was_sent() -> None:
    options = parse_form(
        "extract", {"page_schema": PAGE_SCHEMA, "extraction_mode": "turbo"}, has_file=True
    ).options
    assert (options.page_schema, options.extraction_mode) == (PAGE_SCHEMA, "turbo")


def test_extract_refuses_an_unknown_extraction_mode() -> None:
    fields = {"page_schema": PAGE_SCHEMA, "extraction_mode": "magic"}
    assert refused("extract", fields) == ("body", "extraction_mode")


def test_every_extraction_mode_that_is_accepted_is_known_to_the_extraction() -> None:
    assert EXTRACTION_MODES == MODES


def test_schema_version_needs_schema_id() -> None:
    assert refused("extract", {"page_schema": PAGE_SCHEMA, "schema_version": "2"}) == (
        "body",
        "schema_version",
    )


def test_schema_id_and_page_schema_exclude_each_other() -> None:
    assert refused("extract", {"page_schema": PAGE_SCHEMA, "schema_id": "sch_1"}) == ("body", "schema_id")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("convert", {"webhook_url": "https://example.org/hook"}),
        ("extract", {"schema_id": "sch_1"}),
    ],
)
def test_parts_that_are_not_served_are_refused_and_never_ignored(kind: str, fields: dict[str, str]) -> None:
    with pytest.raises(CannotUse, match="not served yet"):
        parse_form(kind, fields, has_file=True)  # type: ignore[arg-type]


def test_segment_needs_a_schema_with_segments() -> None:
    with pytest.raises(RequestValidationError) as caught:
        parse_form("segment", {}, has_file=True)
    assert caught.value.errors()[0]["loc"] == ("body", "segmentation_schema")
    assert refused("segment", {"segmentation_schema": "{}"}) == ("body", "segmentation_schema")
    options = parse_form("segment", {"segmentation_schema": SEGMENTS}, has_file=True).options
    assert options.segmentation_schema == SEGMENTS


def test_options_without_effect_are_named_once_and_in_plain_words() -> None:
    render = convert(
        extras="infographic, table_cell_bboxes, chart_understanding,infographic",
        additional_config='{"keep_spreadsheet_formatting": true, "off": false, "odd\\ud800": 1}',
    ).options.render
    assert render.not_applied == (
        "additional_config.keep_spreadsheet_formatting",
        "additional_config.odd?",
        "extras.infographic",
        "extras.chart_understanding",
    )


def test_options_survive_being_stored_as_json() -> None:
    options = replace(
        convert(output_format="html,chunks", max_pages="3", page_range="0,2-4", extras="x").options,
        save_checkpoint=True,
    )
    stored = json.loads(json.dumps({**options.to_json(), "key_of_a_later_version": 1}))
    assert RequestOptions.from_json(stored) == options


def test_output_formats_are_read_without_regard_to_case() -> None:
    assert parse_output_formats("Markdown,HTML") == ("markdown", "html")


def test_a_flag_of_newer_clients_is_named_when_it_is_on() -> None:
    assert convert(merge_cross_page="true").options.render.not_applied == ("merge_cross_page",)
    assert convert(merge_cross_page="False").options.render.not_applied == ()


def test_every_field_of_the_form_is_documented() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    fields = [*ConvertForm.model_fields, *ExtractForm.model_fields, *SegmentForm.model_fields]
    assert [name for name in (*fields, *UNSERVED_FLAGS) if f"`{name}`" not in text] == []


def test_every_extra_is_documented_as_applied_or_not() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    documented = text[text.index("**Extras**") : text.index("**Results**")]
    assert [name for name in sorted(APPLIED_EXTRAS) if f"`{name}`" not in documented] == []
    for name in ("chart_understanding", "infographic", "new_block_types"):
        assert convert(extras=name).options.render.not_applied == (f"extras.{name}",)
        assert f"`{name}`" in documented


def test_track_changes_is_an_extra_that_is_honoured() -> None:
    options = convert(extras="track_changes, extract_links").options
    assert options.track_changes
    assert options.render.not_applied == ()
    assert not convert().options.track_changes


@pytest.mark.parametrize("kind", ["convert", "ocr"])
def test_languages_are_tesseracts_codes_and_two_letter_codes_are_translated(kind: Kind) -> None:
    options = parse_form(kind, {"langs": "eng, de,eng,chi_sim"}, has_file=True).options
    assert options.languages == ("eng", "deu", "chi_sim")
    assert RequestOptions.from_json(json.loads(json.dumps(options.to_json()))) == options
    assert parse_form(kind, {"langs": ""}, has_file=True).options.languages is None


@pytest.mark.parametrize(
    "langs",
    [
        "English!",
        "x",
        "eng,../../etc/passwd",
        "-c",
        " , ",
        "a" * 40,
        ",".join(f"l{number:02}" for number in range(9)),
    ],
)
def test_what_cannot_be_a_language_is_refused(langs: str) -> None:
    assert refused("convert", {"langs": langs}) == ("body", "langs")
