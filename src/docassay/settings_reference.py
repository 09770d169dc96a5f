"""The reference page of all settings, written from ``Settings`` so that it cannot drift.

``python -m docassay.settings_reference > docs/reference/settings.md`` writes the published page.
"""

from __future__ import annotations

import sys
import typing
from pathlib import Path
from types import UnionType
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from docassay.settings import Settings

_INTRODUCTION = """\
# Settings

Every setting of the server, listed from the program. A setting is an environment variable, or a line of a
file named `.env` in the folder where the command is started; the variable wins over the file, and an option
of the command (`--data-dir`, `--host`, `--port`) wins over both. Lists are written with commas.

The command line also reads `DOCASSAY_URL` (server to use) and `DOCASSAY_API_KEY` (its key).
"""

_BOUNDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
_TYPES: dict[Any, str] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "true or false",
    Path: "path",
}
_COMPUTED = {"slots": "number of processors"}


def render_reference() -> str:
    """The page as Markdown: one table, in the order of the class."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join(
        [_INTRODUCTION, "| variable | type | default | meaning |", "|---|---|---|---|", *rows, ""]
    )


def _row(name: str, field: FieldInfo) -> str:
    variable = f"{Settings.model_config['env_prefix']}{name.upper()}"
    return f"| `{variable}` | {_type(field)} | {_default(name, field)} | {field.description} |"


def _type(field: FieldInfo) -> str:
    bounds = [
        f"{words} {getattr(bound, key):,}"
        for bound in field.metadata
        for key, words in _BOUNDS.items()
        if getattr(bound, key, None) is not None
    ]
    return ", ".join([_plain_type(field.annotation), *bounds])


def _plain_type(annotation: Any) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (UnionType, typing.Union):
        return _plain_type(next(kind for kind in arguments if kind is not type(None)))
    if origin is tuple:
        return "list"
    names: dict[Any, str] = {
        SecretStr: "text",
        str: "text",
        int: "integer",
        float: "number",
        bool: "true or false",
        Path: "path",
    }
    return names[annotation]


def _default(name: str, field: FieldInfo) -> str:
    if field.default_factory is not None:
        return _COMPUTED[name]
    default = field.default
    if default is None or default == ():
        return "none"
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return f"`{','.join(default)}`"
    return f"{default:,}" if isinstance(default, int) and default >= 10_000 else f"`{default}`"


if __name__ == "__main__":
    sys.stdout.write(render_reference())
