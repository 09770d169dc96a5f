"""File types by their bytes."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from docassay.errors import DocumentFailure
from docassay.readers.detect import detect_type, is_supported_filename, supported_extensions

DATA = Path(__file__).resolve().parents[3] / "../shared/data/formats"


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / "stored"
    path.write_bytes(content)
    return path


def detected(folder: Path, name: str, content: bytes, content_type: str | None = None) -> str:
    return detect_type(written(folder, name, content), name, content_type).name


def failure(folder: Path, name: str, content: bytes) -> DocumentFailure:
    with pytest.raises(DocumentFailure) as caught:
        detected(folder, name, content)
    return caught.value


def zipped(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return buffer.getvalue()


def office(main: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "[Content_Types].xml", f'<Types><Override ContentType="application/{main}"/></Types>'
        )
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "tiff", "gif"])
def test_images_are_known_by_their_bytes_whatever_they_are_called(tmp_path: Path, kind: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (3, 3)).save(buffer, kind)
    assert detected(tmp_path, "really.pdf", buffer.getvalue()) == ("jpg" if kind == "jpeg" else kind)


@pytest.mark.parametrize(
    ("main", "name"),
    [
        ("vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "docx"),
        ("vnd.openxmlformats-officedocument.presentationml.presentation.main+xml", "pptx"),
        ("vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "xlsx"),
        ("vnd.ms-excel.sheet.macroEnabled.main+xml", "xlsm"),
        ("vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml", "xltx"),
        ("vnd.ms-excel.sheet.binary.macroEnabled.main", "xlsb"),
        ("vnd.ms-word.document.macroEnabled.main+xml", "docm"),
        ("vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", "dotx"),
        ("vnd.ms-word.template.macroEnabledTemplate.main+xml", "dotm"),
        ("vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml", "ppsx"),
        ("vnd.openxmlformats-officedocument.presentationml.template.main+xml", "potx"),
    ],
)
def test_office_files_are_known_by_their_content_types(tmp_path: Path, main: str, name: str) -> None:
    assert detected(tmp_path, "file.bin", office(main)) == name


def test_epub_and_ods_are_known_by_their_mimetype_member(tmp_path: Path) -> None:
    assert detected(tmp_path, "a.zip", zipped(mimetype="application/epub+zip")) == "epub"
    ods = "application/vnd.oasis.opendocument.spreadsheet"
    assert detected(tmp_path, "a.zip", zipped(mimetype=ods)) == "ods"


def test_a_pdf_header_may_follow_some_junk(tmp_path: Path) -> None:
    assert detected(tmp_path, "a.txt", b"\r\njunk\n%PDF-1.4\n") == "pdf"


def test_text_formats_are_told_apart_by_content_then_by_name_then_by_content_type(tmp_path: Path) -> None:
    assert detected(tmp_path, "a.txt", b"  <!DOCTYPE html><p>hi") == "html"
    assert detected(tmp_path, "a.htm", b"<p>a fragment</p>") == "html"
    assert detected(tmp_path, "a.csv", b"a;b\n1;2\n") == "csv"
    assert detected(tmp_path, "a.csv", "ä,b\n".encode("utf-16")) == "csv"
    assert detected(tmp_path, "download", b"a,b\n1,2\n", "text/csv; charset=utf-8") == "csv"


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    assert failure(tmp_path, "a.pdf", b"").code == "empty"


def test_text_in_pdf_clothes_is_refused_by_what_it_looks_like(tmp_path: Path) -> None:
    refused = failure(tmp_path, "notes.pdf", b"Dear all, this is just a letter.\n")
    assert refused.code == "unsupported_type"
    assert "plain text" in refused.message
    assert "not a PDF" in refused.message


def test_random_bytes_in_pdf_clothes_are_corrupt(tmp_path: Path) -> None:
    assert failure(tmp_path, "a.pdf", bytes(range(256)) * 4).code == "corrupt"


def test_a_zip_in_docx_clothes_is_corrupt_and_a_plain_zip_unsupported(tmp_path: Path) -> None:
    assert failure(tmp_path, "a.docx", zipped(readme="hello")).code == "corrupt"
    refused = failure(tmp_path, "a.zip", zipped(readme="hello"))
    assert refused.code == "unsupported_type"
    assert "ZIP archive" in refused.message


def test_a_truncated_zip_is_corrupt(tmp_path: Path) -> None:
    assert failure(tmp_path, "a.docx", office("x")[:40]).code == "corrupt"


@pytest.mark.parametrize(
    ("kind", "name"),
    [("text", "odt"), ("text-template", "ott"), ("presentation", "odp"), ("presentation-template", "otp")],
)
def test_open_document_files_are_known_by_their_mimetype_member(tmp_path: Path, kind: str, name: str) -> None:
    content = zipped(mimetype=f"application/vnd.oasis.opendocument.{kind}")
    assert detected(tmp_path, "a.zip", content) == name


def test_other_open_document_files_are_refused_with_a_hint(tmp_path: Path) -> None:
    refused = failure(tmp_path, "a.odg", zipped(mimetype="application/vnd.oasis.opendocument.graphics"))
    assert refused.code == "unsupported_type"
    assert "save it as PDF" in refused.message


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


@pytest.mark.parametrize(("stream", "name"), [("WordDocument", "doc"), ("PowerPoint Document", "ppt")])
def test_files_of_old_office_programs_are_known_by_their_streams(
    tmp_path: Path, stream: str, name: str
) -> None:
    assert detected(tmp_path, "a.bin", OLE + stream.encode("utf-16-le")) == name


def test_an_encrypted_office_file_says_what_to_do(tmp_path: Path) -> None:
    refused = failure(tmp_path, "a.doc", OLE + "EncryptedPackage".encode("utf-16-le"))
    assert refused.code == "encrypted"
    assert "password" in refused.message


def test_rich_text_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    assert detected(tmp_path, "a.doc", b"{\\rtf1\\ansi Hello}") == "rtf"


def test_a_legacy_workbook_is_supported(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "Workbook".encode("utf-16-le")
    assert detected(tmp_path, "a.xls", content) == "xls"


def test_messages_name_the_file_without_control_characters_and_shortened(tmp_path: Path) -> None:
    refused = failure(tmp_path, "evil\n\x1b[31m" + "x" * 300 + ".txt", b"hello")
    assert "\n" not in refused.message
    assert "\x1b" not in refused.message
    assert "x" * 100 not in refused.message


def test_names_are_judged_by_extension_then_by_content_type() -> None:
    assert is_supported_filename("A.PDF")
    assert is_supported_filename("scan.JPEG", "application/octet-stream")
    assert is_supported_filename("download", "application/pdf")
    assert is_supported_filename("letter.doc")
    assert not is_supported_filename("archive.zip", "application/zip")
    assert not is_supported_filename("noextension", None)
    assert {".pdf", ".jpg", ".jpeg", ".tif", ".htm", ".ods"} <= set(supported_extensions())


@pytest.mark.needs_shared_data
def test_third_party_files_are_what_they_say() -> None:
    if not DATA.is_dir():
        pytest.skip("the third-party documents are not here")
    expected = {"pdf": "pdf", "docx": "docx", "pptx": "pptx", "xlsx": "xlsx", "epub": "epub", "xls": "xls",
                "html": "html", "csv": "csv", "tiff": "tiff", "webp": "webp"}  # fmt: skip
    for folder, name in expected.items():
        for path in sorted((DATA / folder).iterdir()):
            extension = path.suffix.lstrip(".").lower()
            if extension in {folder, name, "tif"}:
                assert detect_type(path, path.name).name == name, path.name
