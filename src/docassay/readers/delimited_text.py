"""CSV and its relatives: the encoding, the delimiter and the records of a delimited text file."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Final

from docassay.errors import DocumentFailure

DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_CHARACTERS: Final = 256 * 1024
_SAMPLE_RECORDS: Final = 500
_MAX_FIELD_CHARACTERS: Final = 10_000_000
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode_text(data: bytes) -> str:
    """The text by byte order mark, else UTF-8, else UTF-16 without a mark, else Windows-1252.

    Raises ``DocumentFailure`` (``corrupt``) for bytes that are no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _no_nulls(data.decode(encoding, "replace"))
    head = data[:4096]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if (
            len(head) > 3
            and head[offset::2].count(0) > 0.8 * (len(head) // 2)
            and not head[1 - offset :: 2].count(0)
        ):
            return _no_nulls(data.decode(encoding, "replace"))
    try:
        return _no_nulls(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _no_nulls(data.decode("cp1252", "replace"))


def delimiter_of(text: str) -> str:
    """The delimiter under which the records agree best on a width of two or more; a comma when none does.

    A first line ``sep=;`` (Excel's) decides. The score of a candidate is the share of records with its
    commonest width; between equals the wider one wins, then the order of ``DELIMITERS``.
    """
    first_line = text[:16].splitlines()[0] if text[:16].splitlines() else ""
    if first_line.lower().startswith("sep=") and len(first_line.rstrip("\r\n")) == 5:
        return first_line[4]
    sample = text[:_SAMPLE_CHARACTERS]
    best, best_score = DELIMITERS[0], (0.0, 0)
    for delimiter in DELIMITERS:
        widths = Counter(
            len(record) for record in _records(sample, delimiter, _SAMPLE_RECORDS) if any(record)
        )
        wide = [(count, width) for width, count in widths.items() if width > 1]
        if not wide:
            continue
        count, width = max(wide)
        score = (round(count / widths.total(), 2), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_records(text: str) -> list[list[str]]:
    """All records; quoted fields may hold delimiters and line feeds. Blank lines are left out."""
    delimiter = delimiter_of(text)
    if text[:4].lower() == "sep=":
        text = text.partition("\n")[2]
    return [record for record in _records(text, delimiter, None) if any(field.strip() for field in record)]


def _records(text: str, delimiter: str, limit: int | None) -> list[list[str]]:
    records: list[list[str]] = []
    previous_limit = csv.field_size_limit(_MAX_FIELD_CHARACTERS)
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            records.append(record)
            if limit is not None and len(records) >= limit:
                break
    except csv.Error as error:
        raise DocumentFailure(
            "corrupt", f"Record {len(records) + 1} of the delimited text cannot be read ({error})."
        ) from error
    finally:
        csv.field_size_limit(previous_limit)
    return records


def _no_nulls(text: str) -> str:
    if "\0" in text:
        raise DocumentFailure("corrupt", "The file holds binary data and is not a delimited text file.")
    return text
