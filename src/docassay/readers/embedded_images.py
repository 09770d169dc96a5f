"""The pictures inside one document: recognised by content, raster formats only, bounded, each kept once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final

MAX_IMAGE_BYTES: Final = 16 * 1024 * 1024
MAX_TOTAL_BYTES: Final = 128 * 1024 * 1024
MAX_IMAGES: Final = 2_000

_SOURCE: Final = re.compile(r'<img src="([^"]+)"')
_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)


class EmbeddedImages:
    """Pictures by the names that blocks use for them (``image_1.png``)."""

    def __init__(self, *, is_enabled: bool) -> None:
        self.is_enabled = is_enabled
        self._content: dict[str, bytes] = {}
        self._names: dict[bytes, str] = {}
        self._total = 0

    def add(self, content: bytes | None) -> str | None:
        """The name under which the picture is kept.

        None when pictures are not wanted, this is no raster format (EMF, WMF, SVG), or a bound is reached.
        """
        if not self.is_enabled or not content or len(content) > MAX_IMAGE_BYTES:
            return None
        extension = raster_extension(content)
        if extension is None:
            return None
        digest = hashlib.sha256(content).digest()
        if digest in self._names:
            return self._names[digest]
        if self._total + len(content) > MAX_TOTAL_BYTES or len(self._content) >= MAX_IMAGES:
            return None
        name = f"image_{len(self._content) + 1}.{extension}"
        self._content[name] = content
        self._names[digest] = name
        self._total += len(content)
        return name

    def named(self, names: Iterable[str | None]) -> dict[str, bytes]:
        """The bytes behind these names; what is not kept here is left out."""
        return {name: self._content[name] for name in names if name in self._content}

    def used_in(self, html: str) -> dict[str, bytes]:
        """The pictures that the html shows."""
        return self.named(_SOURCE.findall(html)) if self._content and "<img" in html else {}


def raster_extension(content: bytes) -> str | None:
    """``png``, ``jpg``, ``gif``, ``bmp``, ``tiff`` or ``webp`` by signature, None for anything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return next((extension for signature, extension in _SIGNATURES if content.startswith(signature)), None)
