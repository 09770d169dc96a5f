"""kreuzberg, its cache switched off."""

from answer import answer_all
from kreuzberg import ExtractionConfig, extract_file_sync

config = ExtractionConfig(use_cache=False, output_format="markdown")


def convert(path: str) -> tuple[str, int]:
    """The whole document."""
    result = extract_file_sync(path, config=config)
    return result.content, result.get_page_count() or 0


answer_all(convert)
