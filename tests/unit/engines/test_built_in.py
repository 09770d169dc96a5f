"""The built-in engine."""

import subprocess
import sys
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from docassay.engines.built_in import BUILT_IN_VERSION, BuiltInEngine
from docassay.engines.contract import ConvertOptions, Engine, SourceFile
from docassay.engines.registry import get_engine
from docassay.errors import DocumentFailure
from docassay.readers import read


def source(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "", "0" * 64)


def small_pdf(folder: Path) -> Path:
    path = folder / "a.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(72, 700, "Hello engine")
    canvas.save()
    return path


def test_it_is_registered_by_name_and_has_a_version() -> None:
    engine: Engine = get_engine("built-in")
    assert (engine.name, engine.version) == ("built-in", BUILT_IN_VERSION)


def test_it_converts_what_the_bytes_are(tmp_path: Path) -> None:
    document = BuiltInEngine().convert(source(small_pdf(tmp_path)), ConvertOptions())
    assert document.pages[0].blocks[0].html == "<p>Hello engine</p>"


def test_the_same_file_converts_to_the_same_document(tmp_path: Path) -> None:
    path = source(small_pdf(tmp_path))
    assert BuiltInEngine().convert(path, ConvertOptions()) == BuiltInEngine().convert(path, ConvertOptions())


def broken_reader(error: BaseException) -> object:
    def read_broken(*_: object) -> None:
        raise error

    return read_broken


def test_what_a_parser_throws_becomes_corrupt_with_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "_load", lambda _: broken_reader(KeyError("xref")))
    with pytest.raises(DocumentFailure) as caught:
        BuiltInEngine().convert(source(small_pdf(tmp_path)), ConvertOptions())
    assert caught.value.code == "corrupt"
    assert "xref" in caught.value.message
    assert "a.pdf" in caught.value.message


def test_running_out_of_memory_is_not_the_files_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "_load", lambda _: broken_reader(MemoryError()))
    with pytest.raises(MemoryError):
        BuiltInEngine().convert(source(small_pdf(tmp_path)), ConvertOptions())


def test_importing_the_engine_and_type_detection_loads_no_parser() -> None:
    code = (
        "import sys, docassay.engines.built_in, docassay.readers.detect;"
        "heavy = {'pypdfium2', 'PIL', 'lxml', 'numpy', 'docx', 'pptx', 'openpyxl'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
