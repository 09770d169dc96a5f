"""Formats that are read through LibreOffice, and how it is kept on a leash."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import docx
import pptx
import psutil
import pytest

from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.layer import read_source_layer
from docassay.readers.libreoffice import converted
from docassay.readers.read import read_document

TIMEOUT = 120.0


def source_file(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "", "0" * 64)


def rich_text(tmp_path: Path, body: str = r"\pard Hello {\b bold} world.\par") -> SourceFile:
    path = tmp_path / "a.rtf"
    path.write_text(r"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}" + body + "}", encoding="ascii")
    return source_file(path)


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let ``soffice`` be a Python program of ours."""
    folder.mkdir()
    path = folder / "soffice"
    path.write_text(f"#!{sys.executable}\n{script}", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_without_libreoffice_the_failure_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DocumentFailure) as caught:
        read_document(rich_text(tmp_path), ConvertOptions())
    assert (caught.value.code, caught.value.outcome) == ("needs_libreoffice", "errored")
    assert "apt-get install" in caught.value.message
    assert ".docx" in caught.value.message


def test_a_program_that_hangs_is_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid_file = tmp_path / "pid"
    program(
        tmp_path / "bin",
        monkeypatch,
        "import pathlib, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(pid_file)!r}).write_text(str(child.pid))\n"
        "child.wait()\n",
    )
    with pytest.raises(DocumentFailure) as caught:
        read_document(rich_text(tmp_path), ConvertOptions(limits=ReadLimits(office_timeout_seconds=3.0)))
    assert caught.value.code == "timeout"
    child = int(pid_file.read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


def test_a_program_that_gives_nothing_is_a_clear_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", monkeypatch, "import sys\nprint('Error: no filter', file=sys.stderr)\n")
    with pytest.raises(DocumentFailure) as caught:
        read_document(rich_text(tmp_path), ConvertOptions())
    assert caught.value.code == "corrupt"
    assert "Error: no filter" in caught.value.message


def test_the_program_sees_only_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "seen"
    monkeypatch.setenv("SECRET_KEY", "not for others")
    program(
        tmp_path / "bin",
        monkeypatch,
        f"import os, pathlib\npathlib.Path({str(seen)!r}).write_text(repr(sorted(os.environ)))\n",
    )
    with pytest.raises(DocumentFailure):
        read_document(rich_text(tmp_path), ConvertOptions())
    assert "HOME" in seen.read_text()
    assert "SECRET_KEY" not in seen.read_text()


@pytest.mark.needs_libreoffice
def test_rich_text_is_read(tmp_path: Path) -> None:
    source = rich_text(tmp_path)
    document = read_document(source, ConvertOptions())
    assert [block.html for block in document.blocks()] == ["<p>Hello <strong>bold</strong> world.</p>"]
    layer = read_source_layer(source, ReadLimits())
    assert layer is not None
    assert layer.pages[0].text == "Hello bold world."


@pytest.mark.needs_libreoffice
def test_a_word_file_of_before_2007_keeps_headings_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Report", 1)
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(1, 1).text = "right"
    document.add_paragraph("after")
    document.save(str(tmp_path / "new.docx"))
    with converted(tmp_path / "new.docx", "docx", "doc", TIMEOUT) as old:
        blocks = list(read_document(SourceFile(old, "old.doc", "", "0" * 64), ConvertOptions()).blocks())
    assert [(block.block_type, block.level) for block in blocks] == [
        ("SectionHeader", 1),
        ("Table", None),
        ("Text", None),
    ]
    assert 'colspan="2">wide' in blocks[1].html


@pytest.mark.needs_libreoffice
def test_a_presentation_of_before_2007_keeps_its_slides(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    for title in ("First", "Second"):
        deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = title
    deck.save(str(tmp_path / "new.pptx"))
    with converted(tmp_path / "new.pptx", "pptx", "ppt", TIMEOUT) as old:
        pages = read_document(SourceFile(old, "old.ppt", "", "0" * 64), ConvertOptions()).pages
    assert [page.blocks[0].html for page in pages] == ["<h1>First</h1>", "<h1>Second</h1>"]


@pytest.mark.needs_libreoffice
def test_nothing_is_fetched(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        link = rf"http://127.0.0.1:{port}/a.png"
        body = rf'\pard {{\field{{\*\fldinst INCLUDEPICTURE "{link}" \\d}}{{\fldrslt x}}}} Text.\par'
        document = read_document(rich_text(tmp_path, body), ConvertOptions())
        with pytest.raises(BlockingIOError):
            server.accept()
    assert "Text." in "".join(block.html for block in document.blocks())


@pytest.mark.needs_libreoffice
def test_a_damaged_old_file_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "WordDocument".encode("utf-16-le"))
    with pytest.raises(DocumentFailure) as caught:
        read_document(source_file(path), ConvertOptions())
    assert caught.value.code == "corrupt"
