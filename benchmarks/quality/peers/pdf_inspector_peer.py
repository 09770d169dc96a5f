"""pdf-inspector; it reads PDFs alone."""

import pdf_inspector
from answer import answer_all


def convert(path: str) -> tuple[str, int]:
    """The whole document."""
    result = pdf_inspector.process_pdf(path)
    return result.markdown or "", result.page_count


answer_all(convert)
