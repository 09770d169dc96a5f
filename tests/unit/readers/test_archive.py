"""Archives of untrusted documents: every bound holds, also when the headers lie."""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from docassay.engines.contract import ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.archive import OLE_MAGIC, open_archive
from docassay.readers.open_package import resolved
from docassay.readers.xml import parse_xml
from docassay.testing.raw_files import deflated_member, write_raw_zip

LIMITS = ReadLimits()


def source_file(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "application/zip", "0" * 64)


def zip_file(path: Path, members: dict[str, bytes]) -> SourceFile:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return source_file(path)


def read_all(source: SourceFile, limits: ReadLimits, *, count: bool) -> None:
    with open_archive(source, limits) as archive:
        if count:
            archive.count_real_sizes()
        for name in archive.names:
            archive.read(name)


def failure_of(source: SourceFile, limits: ReadLimits = LIMITS, *, count: bool = False) -> str:
    with pytest.raises(DocumentFailure) as caught:
        read_all(source, limits, count=count)
    assert caught.value.message
    return caught.value.code


def test_members_of_a_sound_archive_are_read(tmp_path: Path) -> None:
    source = zip_file(tmp_path / "a.zip", {"word/document.xml": b"<a/>", "b.bin": bytes(300_000)})
    with open_archive(source, LIMITS) as archive:
        archive.count_real_sizes()
        assert archive.names == ("word/document.xml", "b.bin")
        assert archive.read("word/document.xml") == b"<a/>"
        assert archive.read_optional("missing.xml") is None
        assert archive.declared_size("b.bin") == 300_000


def test_a_missing_member_is_named(tmp_path: Path) -> None:
    source = zip_file(tmp_path / "a.zip", {"a": b"1"})
    with open_archive(source, LIMITS) as archive, pytest.raises(DocumentFailure, match=r"word/document\.xml"):
        archive.read("word/document.xml")


def test_a_member_over_the_ratio_is_a_bomb(tmp_path: Path) -> None:
    assert failure_of(zip_file(tmp_path / "a.docx", {"word/document.xml": bytes(40_000_000)})) == "zip_bomb"


def test_members_that_together_declare_too_much_are_a_bomb(tmp_path: Path) -> None:
    members = {f"{number}.bin": bytes(1_000_000) for number in range(5)}
    limits = ReadLimits(max_uncompressed_bytes=4_000_000)
    assert failure_of(zip_file(tmp_path / "a.zip", members), limits) == "zip_bomb"


def test_too_many_members_are_a_bomb(tmp_path: Path) -> None:
    members = {f"{number}": b"" for number in range(11)}
    assert failure_of(zip_file(tmp_path / "a.zip", members), ReadLimits(max_archive_members=10)) == "zip_bomb"


def test_a_member_that_is_longer_than_declared_is_caught_by_counting(tmp_path: Path) -> None:
    honest = b"<a/>"
    inflated = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = inflated.compress(bytes(5_000_000)) + inflated.flush()
    name = b"xl/worksheets/sheet1.xml"
    sizes = struct.pack("<3L", zlib.crc32(honest), len(data), len(honest))
    local = (
        b"PK\x03\x04" + struct.pack("<5H", 20, 0, 8, 0, 0) + sizes + struct.pack("<2H", len(name), 0) + name
    )
    central = (
        b"PK\x01\x02" + struct.pack("<6H", 20, 20, 0, 8, 0, 0) + sizes
        + struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0, 0) + name
    )  # fmt: skip
    body = local + data
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 1, 1, len(central), len(body), 0)
    path = tmp_path / "lie.xlsx"
    path.write_bytes(body + central + end)
    assert failure_of(source_file(path), count=True) == "zip_bomb"
    assert failure_of(source_file(path)) in {"zip_bomb", "corrupt"}


def test_reads_are_capped_one_by_one(tmp_path: Path) -> None:
    source = zip_file(tmp_path / "a.zip", {"a": bytes(100_000)})
    with open_archive(source, LIMITS) as archive, pytest.raises(DocumentFailure) as caught:
        archive.read("a", max_bytes=99_999)
    assert caught.value.code == "zip_bomb"


def test_a_member_that_points_outside_the_file_is_corrupt(tmp_path: Path) -> None:
    source = zip_file(tmp_path / "a.zip", {"a.xml": b"<a/>", "b.xml": b"<b/>"})
    content = source.path.read_bytes()
    start = content.rindex(b"PK\x01\x02")
    content = content[: start + 42] + b"\xff\xff\xff\x7f" + content[start + 46 :]
    source.path.write_bytes(content)
    assert failure_of(source) == "corrupt"
    source.path.write_bytes(b"PK" + content)
    assert failure_of(source) == "corrupt"


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut", b"plain text", b"%PDF-1.7"])
def test_what_is_no_archive_is_corrupt(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(content)
    assert failure_of(source_file(path)) == "corrupt"


def test_a_truncated_archive_is_corrupt(tmp_path: Path) -> None:
    source = zip_file(tmp_path / "a.docx", {"word/document.xml": bytes(range(256)) * 1000})
    source.path.write_bytes(source.path.read_bytes()[:-200])
    assert failure_of(source) == "corrupt"


def test_a_damaged_member_is_corrupt(tmp_path: Path) -> None:
    source = zip_file(tmp_path / "a.docx", {"a.xml": bytes(range(256)) * 50})
    content = bytearray(source.path.read_bytes())
    content[60:80] = b"\xff" * 20
    source.path.write_bytes(content)
    assert failure_of(source) == "corrupt"


@pytest.mark.parametrize("count", [False, True])
def test_what_stands_behind_the_end_of_a_stream_is_never_read_again(tmp_path: Path, count: bool) -> None:
    whole = deflated_member("part.xml", b"".join(b"<w:p>%d</w:p>" % n for n in range(9_000)))
    padded = replace(whole, deflated=whole.deflated + b"leftover" * 300)
    write_raw_zip(tmp_path / "padded.zip", [padded])
    read_all(source_file(tmp_path / "padded.zip"), LIMITS, count=count)
    short = replace(padded, size=whole.size + 1)
    write_raw_zip(tmp_path / "short.zip", [short])
    assert failure_of(source_file(tmp_path / "short.zip"), count=count) == "corrupt"


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.docx").touch()
    assert failure_of(source_file(tmp_path / "a.docx")) == "empty"


def test_an_encrypted_office_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(OLE_MAGIC + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(500))
    assert failure_of(source_file(path)) == "encrypted"


def test_a_legacy_office_file_is_unsupported(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(OLE_MAGIC + bytes(2000))
    assert failure_of(source_file(path)) == "unsupported_type"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_counting_refuses_parts_that_declare_entities(tmp_path: Path, encoding: str) -> None:
    part = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'.encode(encoding)
    assert failure_of(zip_file(tmp_path / "a.pptx", {"ppt/presentation.xml": part}), count=True) == "corrupt"


BILLION_LAUGHS = b"""<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;&l;&l;"><!ENTITY n "&m;&m;&m;&m;">]>
<a>&n;</a>"""


@pytest.mark.parametrize(
    "part",
    [
        BILLION_LAUGHS,
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><a/>',
        BILLION_LAUGHS.decode().encode("utf-16"),
    ],
)
@pytest.mark.parametrize("allow_doctype", [True, False])
def test_entities_are_refused(part: bytes, allow_doctype: bool) -> None:
    with pytest.raises(DocumentFailure) as caught:
        parse_xml(part, "part.xml", LIMITS, allow_doctype=allow_doctype)
    assert caught.value.code == "corrupt"


def test_a_plain_document_type_passes_where_it_is_allowed() -> None:
    page = b"<!DOCTYPE html><html><p>a&nbsp;b &amp; c</p></html>"
    assert parse_xml(page, "page", LIMITS, allow_doctype=True)[0].text == "a\xa0b & c"
    with pytest.raises(DocumentFailure):
        parse_xml(page, "page", LIMITS)


@pytest.mark.parametrize(("depth", "limit"), [(300, 256), (60, 50), (100_000, 256)])
def test_deep_nesting_is_refused(depth: int, limit: int) -> None:
    with pytest.raises(DocumentFailure):
        parse_xml(b"<a>" * depth + b"</a>" * depth, "part.xml", ReadLimits(max_xml_depth=limit))


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("media/a.png", "word/media/a.png"),
        ("../../../../etc/passwd", "etc/passwd"),
        ("/word/a.xml", "word/a.xml"),
        ("a%20b.xml#top", "word/a b.xml"),
    ],
)
def test_targets_stay_inside_the_archive(target: str, name: str) -> None:
    assert resolved("word", target) == name
