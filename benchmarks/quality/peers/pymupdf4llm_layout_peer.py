"""PyMuPDF's markdown with its layout model."""

import pymupdf
import pymupdf4llm
from answer import answer_all

pymupdf4llm.use_layout(True)


def convert(path: str) -> tuple[str, int]:
    """The whole document; running heads are left out, as docassay leaves them out."""
    with pymupdf.open(path) as document:
        markdown = pymupdf4llm.to_markdown(document, header=False, footer=False, show_progress=False)
        return markdown, document.page_count


answer_all(convert)
