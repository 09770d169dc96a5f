"""What a request says about its document before anybody has looked inside."""

from __future__ import annotations

import pytest

from docassay.errors import InvalidField
from docassay.requests.incoming import UNKNOWN_TYPE, describe_upload, filename_of_url, known_content_type


def test_an_upload_keeps_its_name_and_type() -> None:
    document = describe_upload("Bericht über 2026.pdf", "application/pdf")
    assert (document.filename, document.content_type) == ("Bericht über 2026.pdf", "application/pdf")


@pytest.mark.parametrize("name", ["", "..", "a/", "\x07"])
def test_an_upload_needs_a_usable_name(name: str) -> None:
    with pytest.raises(InvalidField) as caught:
        describe_upload(name, None)
    assert caught.value.loc == ("body", "file")


@pytest.mark.parametrize("content_type", [None, "", "pdf", "text/html\r\nX: y", "x" * 300 + "/y"])
def test_what_is_no_content_type_becomes_the_unknown_one(content_type: str | None) -> None:
    assert known_content_type(content_type) == UNKNOWN_TYPE


@pytest.mark.parametrize(
    ("url", "filename"),
    [
        ("https://example.org/files/Q1%20report.pdf?token=x", "Q1 report.pdf"),
        ("https://example.org/..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("https://example.org/", "document"),
        ("https://example.org", "document"),
        ("https://example.org/" + "a" * 300, "document"),
    ],
)
def test_a_url_gives_the_last_part_of_its_path(url: str, filename: str) -> None:
    assert filename_of_url(url) == filename
