"""Our OpenAPI document against the contract of the wire, compared mechanically and field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docassay.api.reference import openapi_json

CONTRACT = json.loads((Path(__file__).parent / "wire.json").read_text(encoding="utf-8"))
SHARED_CONTRACT = Path(__file__).resolve().parents[2] / "../shared/contract/openapi.json"
METHODS = ("get", "put", "post", "delete", "patch")

PROSE = {"title", "description", "examples", "example", "contentMediaType"}
"""Keywords that say nothing about what is accepted or answered."""

ALLOWED_DIFFERENCES: dict[str, str] = {
    f'POST /api/v1/{path} body.file.anyOf[1]: format is "binary", the contract says null': (
        "a plain string could not hold a file: with it, generated clients know to send one"
    )
    for path in ("convert", "marker", "extract", "segment", "ocr")
}
"""Difference as the comparison names it -> why it has to be."""

NOT_SERVED_YET = {
    "DELETE /api/v1/extraction_schemas/{schema_id}",
    "GET /api/v1/custom-processor/{request_id}",
    "GET /api/v1/custom_processors",
    "GET /api/v1/custom_processors/{processor_id}/eval_definition",
    "GET /api/v1/custom_processors/{processor_id}/versions",
    "GET /api/v1/extraction_schemas",
    "GET /api/v1/extraction_schemas/{schema_id}",
    "GET /api/v1/pipelines",
    "GET /api/v1/pipelines/executions/{execution_id}",
    "GET /api/v1/pipelines/executions/{execution_id}/steps/{step_index}/result",
    "GET /api/v1/pipelines/{pipeline_id}",
    "GET /api/v1/pipelines/{pipeline_id}/executions",
    "GET /api/v1/pipelines/{pipeline_id}/versions",
    "PATCH /api/v1/custom_processors/{processor_id}/eval_rubric",
    "POST /api/v1/custom-processor",
    "POST /api/v1/custom_processors/{processor_id}/archive",
    "POST /api/v1/custom_processors/{processor_id}/set_active",
    "POST /api/v1/eval_rubrics/import_from_pipeline",
    "POST /api/v1/extraction_schemas",
    "POST /api/v1/pipelines",
    "POST /api/v1/pipelines/{pipeline_id}/archive",
    "POST /api/v1/pipelines/{pipeline_id}/discard",
    "POST /api/v1/pipelines/{pipeline_id}/run",
    "POST /api/v1/pipelines/{pipeline_id}/unarchive",
    "POST /api/v1/pipelines/{pipeline_id}/versions",
    "PUT /api/v1/extraction_schemas/{schema_id}",
    "PUT /api/v1/pipelines/{pipeline_id}",
    "PUT /api/v1/pipelines/{pipeline_id}/save",
}
"""Operations whose turn has not come. Serving one makes the test fail until it is taken out here."""


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS and path.startswith("/api/v1/")
    }


def normal(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """A schema with its references resolved, without prose, and in one spelling."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return normal({**document["components"]["schemas"][name], **_without(schema, "$ref")}, document)
    plain: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in PROSE or (keyword == "default" and value is None):
            continue
        if keyword == "additionalProperties" and value is True:  # what its absence means
            continue
        if keyword == "properties":
            plain[keyword] = {name: normal(each, document) for name, each in value.items()}
        elif keyword in {"items", "additionalProperties"} and isinstance(value, dict):
            plain[keyword] = normal(value, document)
        elif keyword in {"anyOf", "oneOf", "allOf"}:
            plain["anyOf"] = sorted((normal(each, document) for each in value), key=_sorting_key)
        elif keyword in {"required", "enum"}:
            plain[keyword] = sorted(value)
        elif keyword == "const":
            plain["enum"] = [value]
        else:
            plain[keyword] = value
    return plain


def _sorting_key(schema: dict[str, Any]) -> tuple[str, str]:
    return str(schema.get("type", "")), json.dumps(schema, sort_keys=True)


def _without(mapping: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key not in keys}


def schema_differences(where: str, expected: dict[str, Any], actual: dict[str, Any]) -> Iterator[str]:
    """Where two normal schemas differ, down to the keyword."""
    for keyword in sorted(expected.keys() | actual.keys()):
        theirs, ours = expected.get(keyword), actual.get(keyword)
        if theirs == ours:
            continue
        if keyword == "properties":
            yield from properties_differences(where, theirs or {}, ours or {})
        elif (
            keyword in {"items", "additionalProperties"}
            and isinstance(theirs, dict)
            and isinstance(ours, dict)
        ):
            yield from schema_differences(f"{where}.{keyword}", theirs, ours)
        elif keyword == "anyOf" and theirs and ours and len(theirs) == len(ours):
            for index, (left, right) in enumerate(zip(theirs, ours, strict=True)):
                yield from schema_differences(f"{where}.anyOf[{index}]", left, right)
        else:
            yield f"{where}: {keyword} is {json.dumps(ours)}, the contract says {json.dumps(theirs)}"


def properties_differences(where: str, expected: dict[str, Any], actual: dict[str, Any]) -> Iterator[str]:
    for name in sorted(expected.keys() | actual.keys()):
        if name not in actual:
            yield f"{where}.{name}: missing"
        elif name not in expected:
            yield f"{where}.{name}: not in the contract"
        else:
            yield from schema_differences(f"{where}.{name}", expected[name], actual[name])


def content_differences(
    where: str, expected: dict[str, Any], ours: dict[str, Any], api: Any
) -> Iterator[str]:
    expected_content, content = expected.get("content", {}), ours.get("content", {})
    if expected_content.keys() != content.keys():
        yield f"{where}: content types {sorted(content)}, the contract says {sorted(expected_content)}"
    for media_type in expected_content.keys() & content.keys():
        theirs = normal(expected_content[media_type].get("schema", {}), CONTRACT)
        yield from schema_differences(where, theirs, normal(content[media_type].get("schema", {}), api))


def operation_differences(name: str, expected: Any, ours: Any, api: Any) -> Iterator[str]:
    theirs_by_key = {(each["in"], each["name"]): each for each in expected.get("parameters", [])}
    ours_by_key = {(each["in"], each["name"]): each for each in ours.get("parameters", [])}
    for key in sorted(theirs_by_key.keys() | ours_by_key.keys()):
        where = f"{name} {key[0]} {key[1]}"
        if key not in ours_by_key:
            yield f"{where}: missing"
        elif key not in theirs_by_key:
            yield f"{where}: not in the contract"
        else:
            left, right = theirs_by_key[key], ours_by_key[key]
            if left.get("required", False) != right.get("required", False):
                yield f"{where}: required is {right.get('required', False)}"
            yield from schema_differences(
                where, normal(left["schema"], CONTRACT), normal(right["schema"], api)
            )
    if expected.get("security", []) != ours.get("security", []):
        yield f"{name}: security {ours.get('security')}, the contract says {expected.get('security')}"
    body, our_body = expected.get("requestBody", {}), ours.get("requestBody", {})
    if body.get("required", False) != our_body.get("required", False):
        yield f"{name} body: required is {our_body.get('required', False)}"
    yield from content_differences(f"{name} body", body, our_body, api)
    if expected["responses"].keys() != ours["responses"].keys():
        yield (
            f"{name}: answers {sorted(ours['responses'])}, the contract says {sorted(expected['responses'])}"
        )
    for status in sorted(expected["responses"].keys() & ours["responses"].keys()):
        yield from content_differences(
            f"{name} {status}", expected["responses"][status], ours["responses"][status], api
        )


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(openapi_json())
    return document


def test_every_served_operation_is_as_the_contract_says(api: dict[str, Any]) -> None:
    ours = operations(api)
    found = {
        difference
        for name, expected in operations(CONTRACT).items()
        if name in ours
        for difference in operation_differences(name, expected, ours[name], api)
    }
    assert sorted(found - ALLOWED_DIFFERENCES.keys()) == []
    assert sorted(ALLOWED_DIFFERENCES.keys() - found) == [], "these differences are gone: take them out"


def test_the_list_of_operations_not_served_yet_is_exact(api: dict[str, Any]) -> None:
    assert operations(CONTRACT).keys() - operations(api).keys() == NOT_SERVED_YET


def test_nothing_under_the_prefix_of_the_wire_is_of_our_own_making(api: dict[str, Any]) -> None:
    assert operations(api).keys() - operations(CONTRACT).keys() == set()


def test_the_security_scheme_and_the_error_bodies_are_those_of_the_contract(api: dict[str, Any]) -> None:
    ours, theirs = api["components"], CONTRACT["components"]
    scheme = ours["securitySchemes"]["APIKeyHeader"]
    assert _without(scheme, "description") == theirs["securitySchemes"]["APIKeyHeader"]
    for name in ("HTTPValidationError", "HTTPError"):
        left = normal(theirs["schemas"][name], CONTRACT)
        assert list(schema_differences(name, left, normal(ours["schemas"][name], api))) == []


def test_the_comparison_notices_a_type_a_default_a_bound_and_a_requirement() -> None:
    left = {"properties": {"a": {"type": "integer", "default": 50, "maximum": 200}}, "required": ["a"]}
    right = {"properties": {"a": {"type": "string"}, "b": {}}}
    assert list(schema_differences("x", left, right)) == [
        "x.a: default is null, the contract says 50",
        "x.a: maximum is null, the contract says 200",
        'x.a: type is "string", the contract says "integer"',
        "x.b: not in the contract",
        'x: required is null, the contract says ["a"]',
    ]


@pytest.mark.needs_shared_data
@pytest.mark.skipif(not SHARED_CONTRACT.exists(), reason="the shared contract is not here")
def test_the_contract_in_the_repository_is_the_shared_one() -> None:
    assert json.loads(SHARED_CONTRACT.read_text(encoding="utf-8")) == CONTRACT
