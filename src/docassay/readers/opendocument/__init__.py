"""OpenDocument texts and presentations (ODT, ODP) to the block model."""

from docassay.readers.opendocument.reader import open_document_source_layer, read_open_document

__all__ = ["open_document_source_layer", "read_open_document"]
