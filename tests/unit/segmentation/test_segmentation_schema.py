"""What counts as a segmentation schema, and what is said about one that does not."""

import json

import pytest

from docassay.segmentation.schema import (
    MAX_CHARACTERS,
    MAX_SEGMENTS,
    SegmentationRequest,
    SegmentDefinition,
    parse_segmentation_schema,
)

BOTH = SegmentationRequest("custom", (SegmentDefinition("Invoice", "A bill"), SegmentDefinition("Letter")))


@pytest.mark.parametrize(
    "schema",
    [
        {
            "segments": [{"name": "Invoice", "description": "A bill"}, {"name": "Letter"}],
            "segmentation_strategy": "custom",
        },
        {"sections": [{"name": "Invoice", "description": "A bill"}, "Letter"]},
        {"Invoice": "A bill", "Letter": ""},
        {"Invoice": "A bill", "Letter": None, "segmentation_strategy": "custom"},
        {"segments": {"Invoice": {"description": "A bill"}, "Letter": None}},
    ],
)
def test_every_documented_form_gives_the_same_request(schema: dict[str, object]) -> None:
    assert parse_segmentation_schema(json.dumps(schema)) == BOTH


def test_document_boundary_needs_no_segments() -> None:
    request = parse_segmentation_schema('{"segmentation_strategy": "document_boundary"}')
    assert request == SegmentationRequest("document_boundary")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not valid JSON"),
        ("{'a': 1}", "not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "must be a JSON object"),
        ("{}", "names no segments"),
        ('{"segments": []}', "names no segments"),
        ('{"segmentation_strategy": "custom"}', "names no segments"),
        ('{"segmentation_strategy": "magic"}', "use one of custom, document_boundary"),
        ('{"segments": [3]}', "must be an object"),
        ('{"segments": [{"description": "x"}]}', "name must be text"),
        ('{"segments": [{"name": "a", "description": 3}]}', "description must be text"),
        ('{"segments": [{"name": " "}]}', "without a name"),
        ('{"segments": ["a", "a"]}', "twice"),
        ('{"a": 3}', "must be the description"),
        (json.dumps({"segments": [str(n) for n in range(MAX_SEGMENTS + 1)]}), "more than"),
        (" " * (MAX_CHARACTERS + 1), "longer than"),
    ],
)
def test_what_is_wrong_is_said(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_segmentation_schema(text)
