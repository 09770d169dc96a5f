"""Which expected output belongs to which document, by a pattern such as ``./labels/{stem}.json``."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from docassay.errors import CannotUse

PLACEHOLDERS = ("{stem}", "{name}")

Labels: TypeAlias = Mapping[Path, Mapping[str, Any]]
"""Expected outputs, as the API takes them, by the path of their document."""


def find_labels(pattern: str, documents: Sequence[tuple[Path, str]]) -> Labels:
    """The expected output of each document that has one, as the API takes it.

    ``documents`` are pairs of a path and the name it is uploaded under. ``{stem}`` stands for the document's
    file name without its suffix, ``{name}`` for the whole file name. A ``.jsonl`` file without either holds
    unit tests of many documents, each line naming its own as ``pdf``. Raises CannotUse when a file cannot be
    read as an expected output, and when none is found at all.
    """
    if any(placeholder in pattern for placeholder in PLACEHOLDERS):
        found = {
            path: _label(_path_for(pattern, path))
            for path, _ in documents
            if _path_for(pattern, path).is_file()
        }
    elif pattern.endswith(".jsonl"):
        found = _by_document(Path(pattern), [path for path, _ in documents])
    elif len(documents) == 1:
        found = {documents[0][0]: _label(Path(pattern))}
    else:
        raise CannotUse(
            f"--expected {pattern}: name the file of each document with {{stem}} or {{name}}, such as "
            "'./labels/{stem}.json', or give one .jsonl file of unit tests."
        )
    if not found:
        raise CannotUse(f"--expected {pattern}: no expected output was found for any of the documents.")
    return found


def read_label(path: Path) -> Mapping[str, Any]:
    """One file as an expected output. Raises CannotUse."""
    return _label(path)


def _path_for(pattern: str, document: Path) -> Path:
    return Path(pattern.replace("{stem}", document.stem).replace("{name}", document.name))


def _label(path: Path) -> Mapping[str, Any]:
    from docassay.documents.expected_files import ExpectedError, expected_to_json, read_expected_file

    try:
        return expected_to_json(read_expected_file(path.read_bytes(), path.name))
    except FileNotFoundError:
        raise CannotUse(f"{path} does not exist.") from None
    except ExpectedError as error:
        raise CannotUse(f"{path}: {error}") from error


def _by_document(path: Path, documents: Sequence[Path]) -> dict[Path, Mapping[str, Any]]:
    tests: Mapping[str, Any] = _label(path)
    lines: dict[str, list[Any]] = defaultdict(list)
    for test in tests["tests"]:
        if not isinstance(test.get("pdf"), str):
            raise CannotUse(
                f'{path}: each test needs the name of its document as "pdf": {json.dumps(test)[:120]}'
            )
        lines[Path(test["pdf"]).name].append(test)
    return {document: {"tests": lines[document.name]} for document in documents if document.name in lines}
