"""PyMuPDF's markdown without its layout model."""

import pymupdf
import pymupdf4llm
from answer import answer_all

pymupdf4llm.use_layout(False)


def convert(path: str) -> tuple[str, int]:
    """The whole document."""
    with pymupdf.open(path) as document:
        return pymupdf4llm.to_markdown(document, show_progress=False), document.page_count


answer_all(convert)
