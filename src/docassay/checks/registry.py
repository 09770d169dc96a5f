"""The catalogue of checks: filled by the ``@check`` decorator when their modules are imported."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, get_args

from docassay.checks.contract import NEEDS, Check, CheckFunction, Level
from docassay.checks.installed import (
    BrokenPackage,
    found_entry_points,
    installed_version,
    load_entry_points,
)

NAME: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
"""A name has a topic, a full stop and what is checked: ``table.wellformed``."""

MAX_VERSION_LENGTH: Final = 40


class Scorer(NamedTuple):
    """The foreign package that does a check's work: its exact version, and the extra that brings it."""

    package: str
    version: str
    extra: str

    @property
    def advice(self) -> str:
        """What to do to have it."""
        return f"pip install 'docassay[{self.extra}]' where the server runs, and restart it"


_CHECKS: dict[str, Check] = {}
_LACKING: dict[str, Scorer] = {}
"""Checks of docassay whose scorer is not installed."""
_REFUSED: list[BrokenPackage] = []
_from_package: list[str] = []
"""The checks that the module being imported has registered so far."""
_package: tuple[str, str, str] | None = None
"""Name, version and entry point of the package whose module is being imported."""
_is_loaded = False
_lock = threading.RLock()


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
    cost: str = "",
    scorer: Scorer | None = None,
) -> Callable[[CheckFunction], CheckFunction]:
    """Register a function as the check ``name``.

    ``levels`` lists the rule types it can serve, its natural one first; ``mapping`` says in words how the
    measure becomes 0-5; ``params`` are JSON Schema properties of its parameters; ``source`` cites the paper
    or spec of the measure; ``cost`` says what it takes (``about 2 ms a page``).

    A check with a ``scorer`` is registered only where that package is installed in that version, and counts
    as that package's: its version names the scorer's.

    Raises ValueError when the name is taken or malformed. In a package other than docassay such a check is
    left out instead and listed among ``broken_packages``, so that its other checks still work: a name belongs
    to docassay first, then to the package that comes first in the alphabet.
    """

    def register(function: CheckFunction) -> CheckFunction:
        problem = _problem_with(name, version, levels, needs, params or {})
        if problem and _package is None:
            raise ValueError(problem)
        if problem and _package is not None:
            package, package_version, entry_point = _package
            _REFUSED.append(BrokenPackage(package, package_version, entry_point, problem, name))
            return function
        if scorer is not None and not _is_installed(name, scorer):
            return function
        owner, owner_version = ("", "") if _package is None else _package[:2]
        if scorer is not None:
            owner, owner_version = scorer.package, scorer.version
        _CHECKS[name] = Check(
            name=name,
            version=f"{version} ({owner} {owner_version})" if owner else version,
            levels=levels,
            needs=needs,
            summary=summary,
            mapping=mapping,
            params_schema={"type": "object", "properties": dict(params or {}), "additionalProperties": False},
            function=function,
            source=source,
            cost=cost,
            package=owner,
        )
        _from_package.append(name)
        return function

    return register


def _is_installed(name: str, scorer: Scorer) -> bool:
    """Whether the scorer is there; what is wrong with it is noted."""
    found = installed_version(scorer.package)
    if found is None:
        _LACKING[name] = scorer
    elif found != scorer.version:
        problem = f"'{name}' was made for version {scorer.version}: {scorer.advice}"
        _REFUSED.append(BrokenPackage(scorer.package, found, f"docassay[{scorer.extra}]", problem, name))
    return found == scorer.version


def _problem_with(
    name: str, version: object, levels: tuple[Level, ...], needs: frozenset[str], params: Mapping[str, Any]
) -> str:
    taken = _CHECKS.get(name)
    if taken is not None:
        return f"a check named {name!r} is already registered by {taken.package or 'docassay'}"
    if not NAME.fullmatch(name):
        return f"{name!r} is no name for a check; names look like 'acme.totals_add_up'"
    if not isinstance(version, str) or not version or len(version) > MAX_VERSION_LENGTH:
        return f"the version of {name!r} must be a text of 1 to {MAX_VERSION_LENGTH} characters"
    if not levels or not set(levels) <= set(get_args(Level)):
        return f"the levels of {name!r} must be one or more of {', '.join(get_args(Level))}"
    if not set(needs) <= NEEDS:
        return f"the needs of {name!r} must be of {', '.join(sorted(NEEDS))}"
    try:
        json.dumps(dict(params))
    except (TypeError, ValueError) as error:
        return f"the parameters of {name!r} are no JSON: {error}"
    return ""


def all_checks() -> dict[str, Check]:
    """Every check by name, in alphabetical order, those of other installed packages too; loaded once."""
    _load()
    return dict(sorted(_CHECKS.items()))


def own_checks() -> dict[str, Check]:
    """The checks of docassay alone, by name: what the published pages list."""
    return {name: check for name, check in all_checks().items() if not check.package}


def get_check(name: str) -> Check | None:
    """The check with this name, or None."""
    _load()
    return _CHECKS.get(name)


def lacking_scorer(name: str) -> Scorer | None:
    """The package that the check with this name needs, when it is not installed."""
    _load()
    return _LACKING.get(name)


def broken_packages() -> list[BrokenPackage]:
    """Installed packages whose checks could not be loaded, and checks that were refused, with the reasons."""
    _load()
    return list(_REFUSED)


def _load() -> None:
    global _is_loaded, _package
    with _lock:
        if _is_loaded:
            return
        package = importlib.import_module("docassay.checks")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"docassay.checks.{module.name}")
        try:
            failed = load_entry_points(found_entry_points(), _start_package, _drop_package)
        finally:
            _package = None
        _REFUSED.extend(failed)
        _is_loaded = True


def _start_package(package: str, version: str, entry_point: str) -> None:
    global _package
    _from_package.clear()
    _package = (package or "a package without a name", version or "without a version", entry_point)


def _drop_package() -> None:
    """Forget what a module had registered before its import failed: its functions may be unfinished."""
    for name in _from_package:
        del _CHECKS[name]
