"""JSON objects in what a model wrote."""

from __future__ import annotations

import pytest

from docassay.models.json_objects import json_objects


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("none", []),
        ('{"a": {"b": 1}}', [{"a": {"b": 1}}]),
        ('a { b } {"c": "}{"} then {"d": "\\""} {"open": 1', [{"c": "}{"}, {"d": '"'}]),
        ('```json\n{"a": 1}\n```', [{"a": 1}]),
        ("}{" * 3 + "[1]", [{}, {}]),
    ],
)
def test_objects_are_found_whatever_stands_around_them(text, found):
    assert list(json_objects(text)) == found
