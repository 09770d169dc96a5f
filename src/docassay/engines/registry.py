"""Engines by name: ours, those of installed packages (entry points), and those a program registers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from docassay.engines.contract import Engine
from docassay.errors import PrerequisiteError

ENTRY_POINT_GROUP = "docassay.engines"

_FACTORIES: dict[str, Callable[[], Engine]] = {}


def register_engine(name: str, factory: Callable[[], Engine]) -> None:
    """Make ``factory`` available as the engine ``name``; the last registration wins."""
    _FACTORIES[name] = factory
    get_engine.cache_clear()


def load_engine_modules(modules: tuple[str, ...]) -> None:
    """Import modules that register engines when imported (the setting ``engine_modules``).

    Raises PrerequisiteError when one cannot be imported.
    """
    for module in modules:
        try:
            import_module(module)
        except ImportError as error:
            raise PrerequisiteError(
                f"The module {module!r} of the setting DOCASSAY_ENGINE_MODULES cannot be imported: {error}. "
                "Install it where the server runs, or correct the setting."
            ) from error


def engine_names() -> list[str]:
    """All names that ``get_engine`` knows, in alphabetical order."""
    return sorted({"built-in", *_FACTORIES, *(point.name for point in entry_points(group=ENTRY_POINT_GROUP))})


@cache
def get_engine(name: str) -> Engine:
    """The engine called ``name``, made once per process.

    Raises PrerequisiteError when there is none of that name.
    """
    if name in _FACTORIES:
        return _FACTORIES[name]()
    if name == "built-in":
        from docassay.engines.built_in import BuiltInEngine

        return BuiltInEngine()
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if point.name == name:
            factory: Callable[[], Engine] = point.load()
            return factory()
    raise PrerequisiteError(f"There is no engine named {name!r}. Known engines: {', '.join(engine_names())}.")
