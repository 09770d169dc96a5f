"""Reading and writing expected outputs: JSON objects, and files by their extension."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final, TypeVar

import orjson

from docassay.documents.expected import (
    TABLE_FORMATS,
    Expected,
    ExpectedBlock,
    ExpectedSegment,
    ExpectedTable,
    ExpectedText,
)
from docassay.documents.model import BLOCK_TYPES, BoundingBox

MAX_BYTES: Final = 8 * 1024 * 1024
"""Most that an expected output may have, as JSON."""
MAX_PARTS: Final = 100_000
_KEYS: Final = ("markdown", "html", "pages", "tables", "fields", "segments", "tests", "blocks")
_MAX_PAGE: Final = 1_000_000

Part = TypeVar("Part")


class ExpectedError(ValueError):
    """The expected output cannot be read; the message says where and what would be right."""


def read_expected_file(data: bytes, filename: str) -> Expected:
    """The expected output in a file, by its extension.

    ``.md`` and ``.html`` are texts, ``.csv`` and ``.tex`` one table, ``.jsonl`` unit tests (one a line). A
    ``.json`` file is an expected output when it has nothing but the keys of one, else the fields of an
    extraction. Raises ExpectedError.
    """
    if len(data) > MAX_BYTES:
        raise ExpectedError(f"{filename} is larger than {MAX_BYTES // 2**20} MiB, the most that is allowed.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExpectedError(f"{filename} is not UTF-8 text (byte {error.start}).") from error
    extension = PurePath(filename).suffix.lower()
    if extension in (".md", ".markdown"):
        return Expected(texts=(ExpectedText(text, "markdown"),))
    if extension in (".html", ".htm"):
        return Expected(texts=(ExpectedText(text, "html"),))
    if extension == ".csv":
        return Expected(tables=(ExpectedTable(text, "csv"),))
    if extension == ".tex":
        return Expected(tables=(ExpectedTable(text, "latex"),))
    if extension == ".jsonl":
        return Expected(tests=read_test_lines(text, filename))
    if extension != ".json":
        raise ExpectedError(
            f"{filename}: an expected output is a .json, .md, .html, .csv, .tex or .jsonl file, "
            f"not {extension or 'a file without extension'}."
        )
    value = _read_json(text, filename)
    if not isinstance(value, dict):
        raise ExpectedError(f"{filename}: an expected output is a JSON object, not {_kind(value)}.")
    if value and all(key in _KEYS for key in value):
        return parse_expected(value)
    return Expected(fields=value)


def read_test_lines(text: str, filename: str) -> tuple[Mapping[str, Any], ...]:
    """Unit tests as JSON Lines, blank lines left out. Raises ExpectedError that names the line."""
    tests = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            tests.append(_test(_read_json(line, f"{filename}, line {number}"), f"{filename}, line {number}"))
    return tuple(tests)


def _read_json(text: str, place: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ExpectedError(f"{place}: the JSON is nested too deeply.") from error
    except ValueError as error:
        raise ExpectedError(f"{place} is not valid JSON: {error}.") from error


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def parse_expected(value: Mapping[str, Any]) -> Expected:
    """The expected output that a JSON object describes (see ``docs/reference/expected-outputs.md``).

    Raises ExpectedError with the path of the part that is wrong.
    """
    if not isinstance(value, Mapping):
        raise ExpectedError(f"An expected output is a JSON object, not {_kind(value)}.")
    unknown = [key for key in value if key not in _KEYS]
    if unknown:
        raise ExpectedError(f"Unknown key {unknown[0]!r}. An expected output has: {', '.join(_KEYS)}.")
    fields = value.get("fields")
    if fields is not None and not isinstance(fields, Mapping):
        raise ExpectedError(f"fields: must be a JSON object, not {_kind(fields)}.")
    expected = Expected(
        texts=_texts(value),
        tables=_parts(value, "tables", _table),
        fields=fields,
        segments=_parts(value, "segments", _segment),
        tests=_parts(value, "tests", _test) or (),
        blocks=_parts(value, "blocks", _block),
    )
    if not expected.parts:
        raise ExpectedError(f"The expected output is empty. Give at least one of: {', '.join(_KEYS)}.")
    return expected


def expected_to_json(expected: Expected) -> dict[str, Any]:
    """The JSON object that ``parse_expected`` reads back."""
    value: dict[str, Any] = {}
    whole = expected.document_text
    if whole is not None:
        value[whole.format] = whole.text
    pages = expected.page_texts
    if pages:
        value["pages"] = [{"page": index, text.format: text.text} for index, text in pages.items()]
    if expected.tables is not None:
        value["tables"] = [
            {"format": table.format, "text": table.text, **_page_entry(table.page_index)}
            for table in expected.tables
        ]
    if expected.fields is not None:
        value["fields"] = dict(expected.fields)
    if expected.segments is not None:
        value["segments"] = [{"name": each.name, "pages": list(each.pages)} for each in expected.segments]
    if expected.tests:
        value["tests"] = [dict(test) for test in expected.tests]
    if expected.blocks is not None:
        value["blocks"] = [
            {"page": block.page_index, "type": block.block_type, "bbox": list(block.bbox)}
            for block in expected.blocks
        ]
    return value


def _page_entry(page_index: int | None) -> dict[str, int]:
    return {} if page_index is None else {"page": page_index}


def _parts(value: Mapping[str, Any], key: str, read: Callable[[Any, str], Part]) -> tuple[Part, ...] | None:
    given = value.get(key)
    if given is None:
        return None
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise ExpectedError(f"{key}: must be a list, not {_kind(given)}.")
    if len(given) > MAX_PARTS:
        raise ExpectedError(f"{key}: has {len(given):,} entries; at most {MAX_PARTS:,} are allowed.")
    return tuple(read(each, f"{key}[{number}]") for number, each in enumerate(given))


def _texts(value: Mapping[str, Any]) -> tuple[ExpectedText, ...]:
    whole = _one_text(value, "")
    pages = _parts(value, "pages", _page_text) or ()
    if whole is not None and pages:
        raise ExpectedError("Give the text of the whole document or that of its pages, not both.")
    indexes = [page.page_index for page in pages]
    if len(set(indexes)) < len(indexes):
        twice = next(index for index in indexes if indexes.count(index) > 1)
        raise ExpectedError(f"pages: page {twice} is given twice.")
    return (whole,) if whole is not None else pages


def _one_text(value: Mapping[str, Any], place: str) -> ExpectedText | None:
    given = [key for key in ("markdown", "html") if value.get(key) is not None]
    if not given:
        return None
    if len(given) > 1:
        raise ExpectedError(f"{place}Give the text as markdown or as html, not as both.")
    text = value[given[0]]
    if not isinstance(text, str):
        raise ExpectedError(f"{place}{given[0]}: must be text, not {_kind(text)}.")
    return ExpectedText(text, "markdown" if given[0] == "markdown" else "html")


def _page_text(value: Any, place: str) -> ExpectedText:
    _require_keys(value, place, ("page", "markdown", "html"))
    text = _one_text(value, f"{place}: ")
    if text is None:
        raise ExpectedError(f"{place}: needs the text of the page as markdown or html.")
    return ExpectedText(text.text, text.format, _page(value.get("page"), f"{place}.page"))


def _table(value: Any, place: str) -> ExpectedTable:
    if isinstance(value, str):
        return ExpectedTable(value, "html" if "<table" in value.lower() else "markdown")
    _require_keys(value, place, ("page", "format", "text"))
    text, name = value.get("text"), value.get("format", "html")
    if not isinstance(text, str):
        raise ExpectedError(f"{place}.text: must be text, not {_kind(text)}.")
    for known in TABLE_FORMATS:
        if name == known:
            page = value.get("page")
            return ExpectedTable(text, known, None if page is None else _page(page, f"{place}.page"))
    raise ExpectedError(f"{place}.format: must be one of {', '.join(TABLE_FORMATS)}, not {name!r}.")


def _segment(value: Any, place: str) -> ExpectedSegment:
    _require_keys(value, place, ("name", "pages"))
    name, pages = value.get("name"), value.get("pages")
    if not isinstance(name, str) or not name.strip():
        raise ExpectedError(f"{place}.name: must be a text that is not empty.")
    if isinstance(pages, str) or not isinstance(pages, Sequence) or not pages:
        raise ExpectedError(f"{place}.pages: must be a list of page numbers from 0 that is not empty.")
    read = {_page(page, f"{place}.pages[{number}]") for number, page in enumerate(pages)}
    return ExpectedSegment(name.strip(), tuple(sorted(read)))


def _test(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ExpectedError(f"{place}: a unit test is a JSON object, not {_kind(value)}.")
    if not isinstance(value.get("type"), str):
        raise ExpectedError(f'{place}: a unit test needs a "type" such as "present".')
    return value


def _block(value: Any, place: str) -> ExpectedBlock:
    _require_keys(value, place, ("page", "type", "bbox"))
    block_type, bbox = value.get("type"), value.get("bbox")
    if block_type not in BLOCK_TYPES:
        raise ExpectedError(f"{place}.type: {block_type!r} is no block type.")
    numbers = bbox if isinstance(bbox, list | tuple) and len(bbox) == len(BoundingBox._fields) else (None,)
    if not all(_is_number(each) for each in numbers):
        raise ExpectedError(f"{place}.bbox: must be four numbers, x0, y0, x1, y1, in points of the page.")
    box = BoundingBox(*(float(each) for each in numbers))
    if box.x0 > box.x1 or box.y0 > box.y1:
        raise ExpectedError(f"{place}.bbox: x0 and y0 must not be above x1 and y1.")
    return ExpectedBlock(_page(value.get("page"), f"{place}.page"), block_type, box)


def _require_keys(value: Any, place: str, keys: tuple[str, ...]) -> None:
    if not isinstance(value, Mapping):
        raise ExpectedError(f"{place}: must be an object with {', '.join(keys)}, not {_kind(value)}.")
    unknown = [key for key in value if key not in keys]
    if unknown:
        raise ExpectedError(f"{place}: unknown key {unknown[0]!r}; it has {', '.join(keys)}.")


def _page(value: Any, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MAX_PAGE:
        raise ExpectedError(f"{place}: must be a page number from 0, not {value!r}.")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")


def dump_expected(expected: Expected) -> bytes:
    """The expected output as bytes for ``load_expected``; equal ones give equal bytes."""
    return zlib.compress(orjson.dumps(expected_to_json(expected)))


def load_expected(data: bytes) -> Expected:
    """What ``dump_expected`` wrote."""
    return parse_expected(orjson.loads(zlib.decompress(data)))
