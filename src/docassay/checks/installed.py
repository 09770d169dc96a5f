"""Checks from other installed packages, found by their entry points in the group ``docassay.checks``.

An entry point names a module that registers its checks with ``@check`` when it is imported. A package that is
broken costs its own checks and nothing else: what is wrong with it is kept and shown.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version
from typing import Final

GROUP: Final = "docassay.checks"
_SHOWN_CHARACTERS: Final = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BrokenPackage:
    """An entry point whose checks could not be loaded, or not all of them.

    ``check`` is the name of the one check that was refused, None when the whole module failed.
    """

    package: str
    version: str
    entry_point: str
    error: str
    check: str | None = None

    @property
    def message(self) -> str:
        """One sentence for people: which package, and what is wrong with it."""
        return f"{self.package} {self.version} (entry point {self.entry_point}): {self.error}"


def found_entry_points() -> list[EntryPoint]:
    """The entry points of all installed packages in a fixed order: by package, then by name."""
    found = entry_points(group=GROUP)
    return sorted(found, key=lambda each: (*package_of(each), each.name, each.value))


def installed_version(package: str) -> str | None:
    """The version of an installed package, None when it is not installed. Nothing of it is imported."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def package_of(entry_point: EntryPoint) -> tuple[str, str]:
    """Name and version of the package that an entry point belongs to; both empty when it belongs to none."""
    distribution = entry_point.dist
    if distribution is None:
        return "", ""
    return str(distribution.metadata["Name"] or ""), str(distribution.version or "")


def load_entry_points(
    found: Sequence[EntryPoint],
    start_package: Callable[[str, str, str], None],
    drop_package: Callable[[], None],
) -> list[BrokenPackage]:
    """Import what the entry points name, in order; the ones that could not be, with the reason.

    ``start_package`` is told package, version and entry point before each import, ``drop_package`` is called
    after one that failed. Whatever an import raises,
    SystemExit included, is kept as the reason; KeyboardInterrupt passes.
    """
    broken = []
    for entry_point in found:
        package, release = package_of(entry_point)
        start_package(package, release, entry_point.name)
        try:
            entry_point.load()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - a foreign module may raise anything
            drop_package()
            reason = "".join(traceback.format_exception_only(error)).strip()
            _log.warning("the checks of %s %s cannot be loaded: %s", package, release, reason)
            broken.append(BrokenPackage(package, release, entry_point.name, reason[:_SHOWN_CHARACTERS]))
    return broken
