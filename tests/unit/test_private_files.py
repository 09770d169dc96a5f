"""The files that the server leaves for the command line: its address and the key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docassay.server import write_private


def test_a_reader_sees_the_former_text_until_the_new_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = tmp_path / "server.json"
    record.write_text("former", encoding="utf-8")
    seen: list[str] = []
    open_descriptor = os.fdopen

    def look_after_opening(*arguments: object, **options: object) -> object:
        file = open_descriptor(*arguments, **options)  # type: ignore[call-overload]
        seen.append(record.read_text(encoding="utf-8"))
        return file

    monkeypatch.setattr(os, "fdopen", look_after_opening)

    write_private(record, "new")

    assert seen == ["former"]
    assert record.read_text(encoding="utf-8") == "new"


def test_only_the_owner_may_read_it_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_private(tmp_path / "cli-key", "secret")
    assert (tmp_path / "cli-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["cli-key"]


def test_a_text_that_cannot_be_written_leaves_the_former_one(tmp_path: Path) -> None:
    record = tmp_path / "server.json"
    write_private(record, "former")
    with pytest.raises(UnicodeEncodeError):
        write_private(record, "\udc80")
    assert record.read_text(encoding="utf-8") == "former"
    assert [path.name for path in tmp_path.iterdir()] == ["server.json"]
