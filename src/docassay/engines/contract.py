"""What every parser behind a run looks like: one Protocol, plain data in, a ``Document`` out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from docassay.documents.model import Document

Mode = Literal["fast", "balanced", "accurate"]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A document on disk. ``filename`` is the user's name for it (untrusted, never used as a path)."""

    path: Path
    filename: str
    content_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bounds on what one document may cost while it is read; documents are untrusted."""

    max_pages: int = 7_000
    max_pixels: int = 60_000_000
    max_uncompressed_bytes: int = 512 * 1024 * 1024
    max_compression_ratio: float = 200.0
    max_archive_members: int = 20_000
    max_xml_depth: int = 256
    ocr_page_timeout_seconds: float = 60.0
    page_timeout_seconds: float = 120.0
    """Wall time of one page; one that takes longer is listed in ``failed_pages``. 0 is no limit."""
    max_image_bytes: int = 256 * 1024 * 1024
    """Pictures cut out of one document; pages after that are converted without theirs."""
    office_timeout_seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class ConvertOptions:
    """What changes the conversion itself (renderings such as markdown or html are made afterwards).

    ``page_range`` is the wire's text (``"0,2-4"``), checked against the file by the engine; it overrides
    ``max_pages``. ``word_boxes`` asks for ``Block.words``, where the engine knows them. ``engine_options`` is
    passed to the engine unchanged.
    """

    mode: Mode = "fast"
    max_pages: int | None = None
    page_range: str | None = None
    extract_images: bool = True
    word_boxes: bool = False
    languages: tuple[str, ...] = ("eng",)
    limits: ReadLimits = field(default_factory=ReadLimits)
    engine_options: Mapping[str, Any] = field(default_factory=dict)

    def identity(self) -> dict[str, Any]:
        """The part that decides whether two conversions are the same work (the cache key)."""
        return {
            "mode": self.mode,
            "max_pages": self.max_pages,
            "page_range": self.page_range,
            "extract_images": self.extract_images,
            "word_boxes": self.word_boxes,
            "languages": list(self.languages),
            "engine_options": dict(self.engine_options),
        }


class Engine(Protocol):
    """A parser. ``name`` and ``version`` are stored with every result; a new version is new work.

    An engine that asks one language model may say which in an attribute ``model`` (text), unless it takes the
    option ``model``: a judge that is the same model is warned of.
    """

    name: str
    version: str

    def convert(self, source: SourceFile, options: ConvertOptions) -> Document:
        """Turn one file into a ``Document``.

        Raises ``DocumentFailure`` when this file cannot be processed (with the reason and whose fault it
        is). Anything else that it raises counts as a fault of the machinery.
        """
        ...
