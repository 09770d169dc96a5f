"""docling with its default pipeline. Its models are downloaded at the first PDF, so that it cannot read PDFs
where the hub is out of reach."""

from answer import answer_all
from docling.document_converter import DocumentConverter

converter = DocumentConverter()


def convert(path: str) -> tuple[str, int]:
    """The whole document."""
    document = converter.convert(path).document
    return document.export_to_html(), document.num_pages()


answer_all(convert, "html")
