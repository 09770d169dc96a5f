"""Which files of a folder become documents, in which order and under which names."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from docassay.errors import CannotUse


@dataclass(frozen=True, slots=True)
class Found:
    """``files`` are pairs of a path and the name to upload it under; ``skipped`` pairs of a path and why."""

    files: tuple[tuple[Path, str], ...]
    skipped: tuple[tuple[Path, str], ...]


def find_documents(paths: Iterable[Path]) -> Found:
    """The documents below folders and among files.

    Files of a folder are sorted by their relative path; hidden ones and links to folders are passed over.
    Types that the server does not read and empty files are skipped. A name is the file's own; when two files
    share one, their folders come before it (``2023 - invoice.pdf``). Raises CannotUse when a path does not
    exist.
    """
    from docassay.client.content_types import is_supported

    candidates: list[tuple[Path, Path]] = []
    for path in paths:
        if path.is_dir():
            candidates += sorted(_below(path), key=lambda pair: pair[1].as_posix())
        elif path.is_file():
            candidates.append((path, Path(path.name)))
        else:
            raise CannotUse(f"{path} does not exist.")
    kept: list[tuple[Path, Path]] = []
    skipped: list[tuple[Path, str]] = []
    for path, relative in candidates:
        if not is_supported(path):
            skipped.append((relative, "unsupported type"))
        elif path.stat().st_size == 0:
            skipped.append((relative, "empty file"))
        else:
            kept.append((path, relative))
    times_used = Counter(relative.name for _, relative in kept)
    files = tuple(
        (path, relative.name if times_used[relative.name] == 1 else " - ".join(relative.parts))
        for path, relative in kept
    )
    return Found(files, tuple(skipped))


def _below(folder: Path) -> Iterable[tuple[Path, Path]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent) / name
            if not name.startswith(".") and path.is_file():
                yield path, path.relative_to(folder)
