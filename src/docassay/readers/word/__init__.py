"""Word documents (DOCX) to the block model."""

from docassay.readers.word.reader import read_word, word_source_layer

__all__ = ["read_word", "word_source_layer"]
