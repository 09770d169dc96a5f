"""Documents of every format, read and rendered: the renderings say the same, and boxes do not change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from docassay.documents.model import Document
from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.ocr.installed import ocr_available
from docassay.readers.read import read_document
from docassay.testing.documents import make_demo_corpus
from docassay.testing.renderings import differing_renderings

SHARED = Path(__file__).resolve().parents[3] / "../shared/data"


def read(path: Path) -> Document:
    source = SourceFile(path, path.name, "", "0" * 64)
    return read_document(source, ConvertOptions(mode="balanced", word_boxes=True))


def test_every_kind_of_made_document_says_the_same_in_all_renderings(tmp_path: Path) -> None:
    compared = set()
    for made in make_demo_corpus(tmp_path):
        if made.kind in {"scan", "photo"} and not ocr_available():
            continue
        assert differing_renderings(read(made.path)) == [], made.kind
        compared.add(made.path.suffix)
    assert {".pdf", ".docx", ".xlsx", ".pptx", ".html", ".csv", ".epub"} <= compared


@pytest.mark.needs_shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
@pytest.mark.parametrize("folder", ["docx", "epub", "html", "pptx", "xlsx", "pdf"])
def test_real_documents_say_the_same_in_all_renderings(folder: str) -> None:
    paths = sorted(path for path in (SHARED / "formats" / folder).iterdir() if path.is_file())[:8:2]
    assert paths
    for path in paths:
        try:
            document = read(path)
        except DocumentFailure:
            continue  # refused with a reason: nothing to render
        assert differing_renderings(document) == [], path.name
