"""The catalogue of checks: filled by the ``@check`` decorator when the package's modules are imported."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any

from docassay.checks.contract import Check, CheckFunction, Level

_CHECKS: dict[str, Check] = {}
_loaded = False


def check(
    name: str,
    *,
    version: str,
    levels: tuple[Level, ...],
    summary: str,
    mapping: str,
    needs: frozenset[str] = frozenset(),
    params: Mapping[str, Any] | None = None,
    source: str = "",
) -> Callable[[CheckFunction], CheckFunction]:
    """Register a function as the check ``name``.

    ``levels`` lists the rule types it can serve, its natural one first; ``mapping`` says in words how the
    measure becomes 0-5; ``params`` are JSON Schema properties of its parameters; ``source`` cites the paper
    or spec of the measure. Raises ValueError when the name is taken.
    """

    def register(function: CheckFunction) -> CheckFunction:
        if name in _CHECKS:
            raise ValueError(f"a check named {name!r} is registered twice")
        _CHECKS[name] = Check(
            name=name,
            version=version,
            levels=levels,
            needs=needs,
            summary=summary,
            mapping=mapping,
            params_schema={"type": "object", "properties": dict(params or {}), "additionalProperties": False},
            function=function,
            source=source,
        )
        return function

    return register


def all_checks() -> dict[str, Check]:
    """Every check by name, in alphabetical order; imports all modules of ``docassay.checks`` once."""
    global _loaded
    if not _loaded:
        package = importlib.import_module("docassay.checks")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"docassay.checks.{module.name}")
        _loaded = True
    return dict(sorted(_CHECKS.items()))


def get_check(name: str) -> Check | None:
    """The check with this name, or None."""
    return all_checks().get(name)
