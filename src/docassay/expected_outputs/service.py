"""Decisions about expected outputs: when a version is new, what may be saved, what a run is given."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from docassay.collections.service import get_collection, require_member
from docassay.documents.expected_files import (
    ExpectedError,
    dump_expected,
    expected_to_json,
    load_expected,
    parse_expected,
)
from docassay.errors import CannotUse, InvalidField, NotFound
from docassay.expected_outputs import repository
from docassay.expected_outputs.models import ExpectedOutput

SavedPart = Literal["text", "fields", "segments"]
_TEXTS: Final = ("markdown", "html", "pages")
_ANNEXES: Final = ("_citations", "_meta", "_score")


def set_expected(
    session: Session,
    team_id: int,
    collection_id: int,
    file_id: int,
    value: Mapping[str, Any],
    *,
    note: str | None = None,
    origin: str = "upload",
) -> ExpectedOutput:
    """Say what is right for a file; the same content again makes no new version.

    Raises NotFound, CannotUse (the collection is archived) and InvalidField.
    """
    _require_file(session, team_id, collection_id, file_id, for_update=True)
    try:
        expected = parse_expected(value)
    except ExpectedError as error:
        raise InvalidField(("body", "expected"), str(error)) from error
    content = dump_expected(expected)
    current = repository.find(session, collection_id, file_id)
    if current is not None and current.content == content:
        return current
    made = ExpectedOutput(
        collection_id=collection_id,
        uploaded_file_id=file_id,
        version=1 if current is None else current.version + 1,
        parts=list(expected.parts),
        content=content,
        origin=origin,
        note=note,
    )
    session.add(made)
    session.flush()
    return made


def save_parts(
    session: Session,
    team_id: int,
    collection_id: int,
    file_id: int,
    value: Mapping[str, Any],
    *,
    note: str | None,
    origin: str,
) -> ExpectedOutput:
    """Replace the parts in ``value``, keep the others of the newest version. Raises as ``set_expected``."""
    _require_file(session, team_id, collection_id, file_id, for_update=True)
    current = repository.find(session, collection_id, file_id)
    merged = expected_to_json(load_expected(current.content)) if current is not None else {}
    if any(key in value for key in _TEXTS):
        merged = {key: part for key, part in merged.items() if key not in _TEXTS}
    return set_expected(
        session, team_id, collection_id, file_id, {**merged, **value}, note=note, origin=origin
    )


def get_expected(
    session: Session, team_id: int, collection_id: int, file_id: int, version: int | None = None
) -> ExpectedOutput:
    """The newest version, or ``version``, with its content. Raises NotFound."""
    _require_file(session, team_id, collection_id, file_id)
    found = repository.find(session, collection_id, file_id, version)
    if found is None:
        which = "no expected output" if version is None else f"no version {version} of its expected output"
        raise NotFound(f"File {file_id} of collection {collection_id} has {which}.")
    return found


def list_versions(session: Session, team_id: int, collection_id: int, file_id: int) -> list[ExpectedOutput]:
    """Every version of a file, newest first. Raises NotFound."""
    _require_file(session, team_id, collection_id, file_id)
    return repository.list_versions(session, collection_id, file_id)


def list_newest(
    session: Session, team_id: int, collection_id: int, after_file_id: int, limit: int
) -> list[ExpectedOutput]:
    """The newest version of each file that has one, by file id. Raises NotFound."""
    get_collection(session, team_id, collection_id)
    return repository.list_newest(session, collection_id, after_file_id, limit)


def contents_of(session: Session, ids: Sequence[int]) -> dict[int, bytes]:
    """The contents (see ``load_expected``) of versions by id; those that were deleted are left out."""
    return repository.contents(session, list(ids))


def delete_expected(session: Session, team_id: int, collection_id: int, file_id: int) -> int:
    """Delete every version; runs that are not done yet find none any more. Raises NotFound."""
    _require_file(session, team_id, collection_id, file_id, for_update=True)
    return repository.delete_all(session, collection_id, file_id)


def expected_of_answer(
    answer: Mapping[str, Any], parts: Sequence[SavedPart], page_schema: str | None = None
) -> dict[str, Any]:
    """The parts of a stored answer as an expected output. Raises CannotUse for a part that it lacks."""
    value: dict[str, Any] = {}
    for part in parts:
        if part == "text":
            text_format = "markdown" if answer.get("markdown") is not None else "html"
            value[text_format] = _need(answer, text_format, part)
        elif part == "fields":
            fields = json.loads(_need(answer, "extraction_schema_json", part))
            value["fields"] = without_annexes(fields, _property_names(page_schema))
        else:
            results = _need(answer, "segmentation_results", part)
            value["segments"] = [
                {"name": segment["name"], "pages": segment["pages"]} for segment in results["segments"]
            ]
    return value


def without_annexes(fields: Any, names: frozenset[str] = frozenset()) -> Any:
    """Extracted values without the ``_citations``, ``_meta`` and ``_score`` that stand beside a value.

    ``names`` are properties of the schema, which are values whatever they end with.
    """
    if isinstance(fields, dict):
        return {
            key: without_annexes(value, names)
            for key, value in fields.items()
            if key in names or not any(key.endswith(end) and key[: -len(end)] in fields for end in _ANNEXES)
        }
    if isinstance(fields, list):
        return [without_annexes(each, names) for each in fields]
    return fields


def _property_names(page_schema: str | None) -> frozenset[str]:
    names: set[str] = set()
    waiting = [json.loads(page_schema)] if page_schema else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            properties = node.get("properties")
            names |= set(properties) if isinstance(properties, dict) else set()
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return frozenset(names)


def _need(answer: Mapping[str, Any], key: str, part: str) -> Any:
    value = answer.get(key)
    if value is None:
        raise CannotUse(f"The result has no {part} to save as expected ({key} is empty).")
    return value


def _require_file(
    session: Session, team_id: int, collection_id: int, file_id: int, *, for_update: bool = False
) -> None:
    collection = get_collection(session, team_id, collection_id, for_update=for_update)
    if for_update and collection.archived:
        raise CannotUse(f"Collection {collection_id} is archived. Restore it before changing it.")
    require_member(session, collection_id, file_id)
