"""Expected outputs as the native surface shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from docassay.api.pagination import RowId


class SetExpectedRequest(BaseModel):
    """What is right for a file; see the reference of expected outputs for the keys of ``expected``."""

    expected: dict[str, Any]
    note: Annotated[str | None, Field(max_length=2000)] = None


class SaveOutputRequest(BaseModel):
    """The file of a run (its ``request_id``) whose reviewed output is right."""

    request_id: RowId
    parts: Annotated[list[Literal["text", "fields", "segments"]], Field(min_length=1, max_length=3)]
    note: Annotated[str | None, Field(max_length=2000)] = None


class ExpectedVersion(BaseModel):
    """One version of a file's expected output; ``parts`` says what it holds."""

    uploaded_file_id: int
    version: int
    parts: list[str]
    origin: str
    note: str | None
    created: datetime


class ExpectedResponse(ExpectedVersion):
    """A version with its content."""

    expected: dict[str, Any]


class ExpectedVersions(BaseModel):
    """Versions, newest first."""

    versions: list[ExpectedVersion]


class ExpectedOfCollection(BaseModel):
    """The newest version of each file that has one, by file id; ``next_cursor`` is null on the last page."""

    files: list[ExpectedVersion]
    next_cursor: str | None
