"""Hostile and broken inputs, made by code: what a public document server is sent sooner or later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final, Literal

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from docassay.testing.documents.frozen_zip import write_zip
from docassay.testing.documents.office import write_docx
from docassay.testing.documents.pdf import write_note
from docassay.testing.documents.scans import write_image
from docassay.testing.raw_files import (
    ZipMember,
    deflated_member,
    inflated_member,
    write_blank_png,
    write_raw_zip,
)

Expectation = Literal["converts", "fails", "either"]

CANARY: Final = "canary-7f3a91-must-never-be-read"
"""The text of a local file that external entities point at; no result may contain it."""


@dataclass(frozen=True, slots=True)
class HostileDocument:
    """One hostile input.

    ``path`` is a harmless name on disk; ``upload_name`` is the name to send. ``what`` says what is wrong.
    ``expectation``: ``converts`` = a result must come; ``fails`` = the upload is refused with a 4xx or the
    *file* ends as failed with a clear message; ``either`` = both are right. In no case a 5xx, a stuck run or
    harm to another file. ``forbidden_text`` must not appear in any result.
    """

    path: Path
    upload_name: str
    what: str
    expectation: Expectation
    forbidden_text: str = ""


def make_hostile_corpus(folder: Path) -> list[HostileDocument]:
    """Write all hostile inputs into ``folder`` (made if missing) in under a few seconds and 10 MiB."""
    folder.mkdir(parents=True, exist_ok=True)
    return [*_broken(folder), *_oversized(folder), *_xml_attacks(folder), *_hostile_names(folder)]


def _broken(folder: Path) -> list[HostileDocument]:
    whole_pdf, whole_docx, whole_png = folder / "whole.pdf", folder / "whole.docx", folder / "whole.png"
    write_note(whole_pdf, 1)
    write_docx(whole_docx, 1)
    write_image(whole_png, 1)

    def cut(source: Path, share: float) -> Callable[[Path], object]:
        content = source.read_bytes()
        return lambda path: path.write_bytes(content[: int(len(content) * share)])

    def copy(source: Path) -> Callable[[Path], object]:
        return lambda path: path.write_bytes(source.read_bytes())

    made = [
        _make(folder, "empty.pdf", "a PDF of 0 bytes", "fails", lambda path: path.write_bytes(b"")),
        _make(folder, "empty.docx", "a DOCX of 0 bytes", "fails", lambda path: path.write_bytes(b"")),
        _make(folder, "header-only.pdf", "nothing but a PDF header", "fails", cut(whole_pdf, 0.01)),
        _make(folder, "truncated.pdf", "the first half of a PDF", "either", cut(whole_pdf, 0.5)),
        _make(folder, "truncated.docx", "the first half of a DOCX", "fails", cut(whole_docx, 0.5)),
        _make(folder, "truncated.png", "the first half of a PNG", "either", cut(whole_png, 0.5)),
        _make(folder, "encrypted.pdf", "a PDF that needs a password", "fails", _write_encrypted),
        _make(folder, "png-named.pdf", "a PNG under a PDF's name", "either", copy(whole_png)),
        _make(folder, "docx-named.pdf", "a DOCX under a PDF's name", "either", copy(whole_docx)),
        _make(folder, "pdf-named.docx", "a PDF under a DOCX's name", "either", copy(whole_pdf)),
        _make(
            folder,
            "text-named.pdf",
            "plain text under a PDF's name",
            "either",
            lambda path: path.write_text("This is not a PDF.\n" * 40, encoding="utf-8"),
        ),
        _make(
            folder,
            "noise.pdf",
            "random-looking bytes behind a PDF header",
            "fails",
            lambda path: path.write_bytes(b"%PDF-1.7\n" + bytes(n * n * 31 % 251 for n in range(20_000))),
        ),
        _make(
            folder,
            "program.exe",
            "a file type that is not supported",
            "fails",
            lambda path: path.write_bytes(b"MZ" + bytes(2000)),
        ),
    ]
    for whole in (whole_pdf, whole_docx, whole_png):
        whole.unlink()
    return made


def _oversized(folder: Path) -> list[HostileDocument]:
    return [
        _make(
            folder,
            "300-pages.pdf",
            "a PDF of 300 pages",
            "converts",
            lambda path: write_note(path, 7, pages=300),
        ),
        _make(folder, "zip-bomb.docx", "a DOCX of 1 MiB that unpacks to 1.1 GiB", "fails", _write_zip_bomb),
        _make(
            folder,
            "100-megapixels.png",
            "a PNG of a few KiB with 100 million pixels",
            "fails",
            lambda path: write_blank_png(path, 10_000, 10_000),
        ),
        _make(
            folder,
            "deep.html",
            "100,000 nested elements",
            "either",
            lambda path: path.write_text("<div>" * 100_000 + "deep" + "</div>" * 100_000, encoding="utf-8"),
        ),
    ]


def _xml_attacks(folder: Path) -> list[HostileDocument]:
    secret = folder / "secret.txt"
    secret.write_text(CANARY, encoding="utf-8")
    external = f'<!DOCTYPE doc [<!ENTITY leak SYSTEM "{secret.resolve().as_uri()}">]>'
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    billion = f'<!DOCTYPE doc [<!ENTITY l0 "ha">{laughs}]>'
    return [
        _make(
            folder,
            "external-entity.docx",
            "a DOCX whose XML includes a local file as an external entity",
            "either",
            lambda path: write_raw_zip(path, _docx_members(_word_xml(external, "&leak;"))),
            CANARY,
        ),
        _make(
            folder,
            "billion-laughs.docx",
            "a DOCX whose XML entities expand to gigabytes",
            "either",
            lambda path: write_raw_zip(path, _docx_members(_word_xml(billion, "&l9;"))),
        ),
        _make(
            folder,
            "external-entity.html",
            "XHTML that includes a local file as an external entity and an image",
            "either",
            lambda path: path.write_bytes(_xhtml(external, "&leak;", secret)),
            CANARY,
        ),
        _make(
            folder,
            "external-entity.epub",
            "an e-book whose chapter includes a local file as an external entity",
            "either",
            lambda path: _write_epub(path, _xhtml(external, "&leak;", secret)),
            CANARY,
        ),
        _make(
            folder,
            "path-tricks.epub",
            "an e-book whose spine points outside of the archive",
            "either",
            lambda path: _write_epub(
                path, _xhtml("", "inside", secret), extra_href=f"../../..{secret.resolve()}"
            ),
            CANARY,
        ),
    ]


_HOSTILE_NAMES: Final = (
    ("../../etc/passwd.pdf", "a name that climbs out of its folder"),
    ("a\\b.pdf", "a name with a backslash"),
    ("..\\..\\windows\\system.pdf", "a name that climbs out with backslashes"),
    ("/etc/cron.d/job.pdf", "an absolute name"),
    ("C:\\Users\\Public\\report.pdf", "an absolute Windows name"),
    ("..", "a name that is the parent folder"),
    (".", "a name that is the folder itself"),
    (".pdf", "a name that is only a suffix"),
    ("CON.pdf", "a device name of Windows"),
    ("line\nbreak.pdf", "a name with a line break"),
    ("nul\x00byte.pdf", "a name with a NUL byte"),
    ('quote"; filename="other.pdf', "a name that breaks out of a header's quotes"),
    ("<script>alert(1)</script>.pdf", "a name that is a script"),
    ("%2e%2e%2fescaped.pdf", "a name with escaped path tricks"),
    ("re\u0301sume\u0301.pdf", "a name with combining accents"),
    ("\u05d3\u05d5\u05d7 \u0634\u0647\u0631\u064a.pdf", "a name in right-to-left scripts"),
    ("invoice\u202efdp.exe.pdf", "a name with a right-to-left override"),
    ("\U0001f4c4 report \U0001f469\u200d\U0001f52c.pdf", "a name with emoji"),
    ("\u5831\u544a\u66f8.pdf", "a name in Japanese"),
    ("n" * 251 + ".pdf", "a name of 255 bytes"),
    ("\u00e9" * 125 + "a.pdf", "a name of 255 bytes in 130 characters"),
    ("n" * 2000 + ".pdf", "a name of 2,004 bytes"),
)


def _hostile_names(folder: Path) -> list[HostileDocument]:
    made = []
    for number, (name, what) in enumerate(_HOSTILE_NAMES):
        path = folder / f"name-{number:02d}.pdf"
        write_note(path, 100 + number)
        made.append(HostileDocument(path, name, what, "either"))
    return made


def _make(
    folder: Path,
    name: str,
    what: str,
    expectation: Expectation,
    write: Callable[[Path], object],
    forbidden_text: str = "",
) -> HostileDocument:
    path = folder / name
    write(path)
    return HostileDocument(path, name, what, expectation, forbidden_text)


def _write_encrypted(path: Path) -> None:
    # reportlab salts the encryption with the document's id, which invariant=1 fixes.
    canvas = Canvas(str(path), invariant=1, encrypt=StandardEncryption("secret", ownerPassword="owner"))
    canvas.drawString(100, 700, "Nobody can read this without the password.")
    canvas.save()


_WORD_NAMESPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CONTENT_TYPES: Final = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS: Final = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)


def _word_xml(doctype: str, text: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<w:document xmlns:w="{_WORD_NAMESPACE}">'
        f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    ).encode()


def _docx_members(document_xml: bytes) -> list[ZipMember]:
    return [
        deflated_member("[Content_Types].xml", _CONTENT_TYPES.encode()),
        deflated_member("_rels/.rels", _RELATIONS.encode()),
        deflated_member("word/document.xml", document_xml),
    ]


def _write_zip_bomb(path: Path) -> None:
    head, tail = _word_xml("", "|").split(b"|")
    bomb = inflated_member("word/document.xml", head, b"A", tail, mebibytes=1126)
    write_raw_zip(path, [*_docx_members(b"")[:2], bomb])


def _xhtml(doctype: str, text: str, secret: Path) -> bytes:
    uri = escape(secret.resolve().as_uri())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<html xmlns="http://www.w3.org/1999/xhtml">'
        f'<head><title>Entities</title></head><body><p>{text}</p><img src="{uri}" alt="local"/>'
        f'<iframe src="{uri}"></iframe><p>The end.</p></body></html>'
    ).encode()


def _write_epub(path: Path, chapter: bytes, extra_href: str | None = None) -> None:
    container = (
        '<?xml version="1.0"?><container version="1.0" '
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="package.opf" media-type="application/oebps-package+xml"/>'
        "</rootfiles></container>"
    )
    item, reference = (
        '<item id="c1" href="c1.xhtml" media-type="application/xhtml+xml"/>',
        '<itemref idref="c1"/>',
    )
    if extra_href is not None:
        item += f'<item id="c2" href="{escape(extra_href)}" media-type="application/xhtml+xml"/>'
        reference += '<itemref idref="c2"/>'
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        f"<metadata/><manifest>{item}</manifest><spine>{reference}</spine></package>"
    )
    write_zip(
        path,
        [
            ("mimetype", b"application/epub+zip"),
            ("META-INF/container.xml", container.encode()),
            ("package.opf", package.encode()),
            ("c1.xhtml", chapter),
        ],
    )
