"""The hostile corpus is as hostile as it says, and cheap to write."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from docassay.testing.hostile import CANARY, HostileDocument, make_hostile_corpus
from docassay.testing.raw_files import inflated_member, write_raw_zip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[str, HostileDocument]:
    made = make_hostile_corpus(tmp_path_factory.mktemp("hostile"))
    assert len({document.path for document in made}) == len(made)
    return {document.upload_name: document for document in made}


def test_every_file_exists_and_the_whole_corpus_stays_small(corpus: dict[str, HostileDocument]) -> None:
    assert all(document.path.is_file() for document in corpus.values())
    assert sum(document.path.stat().st_size for document in corpus.values()) < 10 * 1024 * 1024


def test_the_zip_bomb_is_small_and_declares_more_than_a_gibibyte(corpus: dict[str, HostileDocument]) -> None:
    path = corpus["zip-bomb.docx"].path
    assert path.stat().st_size < 2 * 1024 * 1024
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("word/document.xml").file_size > 1024**3
        with archive.open("word/document.xml") as member:
            assert member.read(14) == b"<?xml version="


def test_an_inflated_member_unpacks_to_what_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "small.zip"
    member = inflated_member("a.txt", b"<x>", b"A", b"</x>", mebibytes=2)
    write_raw_zip(path, [member])
    with zipfile.ZipFile(path) as archive:
        content = archive.read("a.txt")
    assert content == b"<x>" + b"A" * 2 * 1024 * 1024 + b"</x>"
    assert (len(content), zlib.crc32(content)) == (member.size, member.crc)


def test_a_filler_of_two_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="single byte"):
        inflated_member("a", b"", b"AB", b"", 1)


def test_the_large_png_is_valid_and_has_100_megapixels(corpus: dict[str, HostileDocument]) -> None:
    path = corpus["100-megapixels.png"].path
    assert path.stat().st_size < 64 * 1024
    with pytest.warns(Image.DecompressionBombWarning), Image.open(path) as image:
        assert image.size == (10_000, 10_000)


def test_the_encrypted_pdf_needs_its_password(corpus: dict[str, HostileDocument]) -> None:
    path = corpus["encrypted.pdf"].path
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(path)
    pypdfium2.PdfDocument(path, password="secret").close()


def test_the_long_pdf_has_300_pages(corpus: dict[str, HostileDocument]) -> None:
    pdf = pypdfium2.PdfDocument(corpus["300-pages.pdf"].path)
    assert len(pdf) == 300
    pdf.close()


def test_entity_attacks_point_at_the_canary_without_containing_it(corpus: dict[str, HostileDocument]) -> None:
    attacks = [document for document in corpus.values() if document.forbidden_text]
    assert len(attacks) == 4
    for document in attacks:
        assert document.forbidden_text == CANARY
        assert CANARY.encode() not in document.path.read_bytes()
        assert (document.path.parent / "secret.txt").read_text(encoding="utf-8") == CANARY
    with zipfile.ZipFile(corpus["external-entity.docx"].path) as archive:
        assert b"SYSTEM" in archive.read("word/document.xml")


def test_names_of_255_bytes_are_exactly_that_long(corpus: dict[str, HostileDocument]) -> None:
    assert [len(name.encode()) for name in corpus].count(255) == 2


def test_files_on_disk_have_harmless_names(corpus: dict[str, HostileDocument]) -> None:
    for document in corpus.values():
        assert document.path.name.isascii()
        assert "/" not in document.path.name
