"""docassay's own parser: the readers of this package, offline, without a model."""

from __future__ import annotations

from typing import Final

from docassay.documents.model import Document
from docassay.engines.contract import ConvertOptions, SourceFile

BUILT_IN_VERSION: Final = "4"
"""Goes up with every change after which some file converts differently: stored results stay comparable
because a new version is new work (another cache key), never silently mixed with the old one. Changes that
cannot alter any output (speed, messages of failures) leave it alone."""


class BuiltInEngine:
    """The engine ``built-in``: PDF, office, web, e-book and image files to the block model."""

    name: str = "built-in"
    version: str = BUILT_IN_VERSION

    def convert(self, source: SourceFile, options: ConvertOptions) -> Document:
        """Turn one file into a ``Document``.

        Raises DocumentFailure when the file cannot be processed. The readers are imported on first use:
        they are heavy, and only the processes that convert need them.
        """
        from docassay.readers.read import read_document

        return read_document(source, options)
