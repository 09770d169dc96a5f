"""Microsoft's MarkItDown; it tells no number of pages."""

from answer import answer_all
from markitdown import MarkItDown

converter = MarkItDown()


def convert(path: str) -> tuple[str, int]:
    """The whole document."""
    return converter.convert(path).markdown, 0


answer_all(convert)
