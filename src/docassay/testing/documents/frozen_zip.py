"""Zip files whose bytes depend on their content only: no clock, no host."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Final

_EPOCH: Final = (2024, 1, 1, 0, 0, 0)
_CORE_DATE: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def write_zip(path: Path, members: Iterable[tuple[str, bytes]]) -> None:
    """Write ``members`` in order with a fixed date; one named ``mimetype`` is stored, the rest deflated."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def freeze_office_file(saved: BytesIO, path: Path) -> None:
    """Write an office file that a library saved into memory, without the dates that it put in."""
    with zipfile.ZipFile(saved) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    write_zip(
        path,
        (
            (
                name,
                _CORE_DATE.sub(rb"\g<1>2024-01-01T00:00:00Z\g<2>", content)
                if "docProps" in name
                else content,
            )
            for name, content in members
        ),
    )
