"""What counts as a page schema, and what is said about one that does not."""

import json
import subprocess
import sys

import pytest

from docassay.extraction.schema import MAX_CHARACTERS, MAX_DEPTH, MAX_FIELDS, parse_page_schema


def test_a_json_schema_object_keeps_its_properties() -> None:
    schema = parse_page_schema(
        json.dumps(
            {
                "title": "Invoice",
                "type": "object",
                "properties": {"total": {"type": "number", "description": "Amount due"}},
                "required": ["total"],
            }
        )
    )
    assert schema["properties"] == {"total": {"type": "number", "description": "Amount due"}}
    assert schema["required"] == ["total"]
    assert schema["title"] == "Invoice"


def test_a_bare_map_of_fields_becomes_the_properties_of_an_object() -> None:
    schema = parse_page_schema('{"total": {"type": "number"}, "vendor": {"description": "Seller"}}')
    assert schema["type"] == "object"
    assert schema["properties"]["total"] == {"type": "number"}
    assert schema["properties"]["vendor"] == {"description": "Seller", "type": "string"}


def test_informal_type_names_become_those_of_json_schema() -> None:
    schema = parse_page_schema('{"a": {"type": "float"}, "b": {"type": "date"}, "c": {"type": "list"}}')
    assert schema["properties"]["a"]["type"] == "number"
    assert schema["properties"]["b"] == {"type": "string", "format": "date"}
    assert schema["properties"]["c"] == {"type": "array", "items": {"type": "string"}}


def test_local_references_and_optional_fields_are_put_in_place() -> None:
    schema = parse_page_schema(
        json.dumps(
            {
                "$defs": {"Item": {"type": "object", "properties": {"name": {"type": "string"}}}},
                "properties": {
                    "items": {"type": "array", "items": {"$ref": "#/$defs/Item"}},
                    "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Note"},
                },
            }
        )
    )
    assert schema["properties"]["items"]["items"]["properties"]["name"] == {"type": "string"}
    assert schema["properties"]["note"] == {"type": ["string", "null"], "title": "Note"}
    assert "$defs" not in schema


def _nested(depth: int) -> str:
    text = '{"type": "string"}'
    for _ in range(depth):
        text = '{"type": "object", "properties": {"a": ' + text + "}}"
    return text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ('{"a": NaN}', "NaN"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "must be a JSON object"),
        ('"total"', "must be a JSON object"),
        ("{}", "has no fields"),
        ('{"properties": {}}', "has no fields"),
        ('{"properties": []}', "must be an object"),
        ('{"type": "object"}', "has no properties"),
        ('{"foo": "bar"}', "'foo' is not"),
        ('{"foo": {"bar": 1}}', "'foo' is not"),
        ('{"type": "array", "properties": {"a": {}}}', "must describe an object"),
        ('{"properties": {"a": 3}}', "page_schema.a must be an object"),
        ('{"a": {"type": "money"}}', "page_schema.a.type is 'money'"),
        ('{"a": {"type": 3}}', "page_schema.a.type is 3"),
        ('{"a": {"enum": "x"}}', "page_schema.a.enum must be a list"),
        ('{"a": {"description": 3}}', "page_schema.a.description must be text"),
        ('{"a": {"pattern": "("}}', "not a regular expression"),
        ('{"a": {"$ref": "#/$defs/X"}}', "does not exist"),
        ('{"a": {"$ref": "http://example.com/x"}}', "must point inside"),
        ('{"$defs": {"X": {"$ref": "#/$defs/X"}}, "properties": {"a": {"$ref": "#/$defs/X"}}}', "circle"),
        (
            '{"$defs": {"X": {"properties": {"x": {"$ref": "#/$defs/X"}}}}, "properties": {"a": '
            '{"$ref": "#/$defs/X"}}}',
            "levels deep",
        ),
        (_nested(MAX_DEPTH + 2), "levels deep"),
        (json.dumps({f"f{n}": {"type": "string"} for n in range(MAX_FIELDS + 1)}), "more than"),
        (" " * (MAX_CHARACTERS + 1), "longer than"),
        ('{"a": {"anyOf": []}}', "must be a list"),
        ('{"a": {"properties": {"b": 1}}}', "page_schema.a.b must be an object"),
        ('{"properties": {"a": {}}, "required": "a"}', "required must be a list"),
    ],
)
def test_what_is_wrong_is_said(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("[", r"\[")):
        parse_page_schema(text)


def test_reading_a_schema_imports_nothing_heavy() -> None:
    program = (
        "import sys; import docassay.extraction.schema, docassay.segmentation.schema\n"
        "heavy = {'numpy', 'lxml', 'pypdfium2', 'PIL', 'docx', 'pptx', 'openpyxl', 'reportlab'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
