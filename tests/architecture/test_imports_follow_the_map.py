"""Who may import whom: read from the source of every module, so that a breach names its file and line."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import docassay

SOURCE = Path(docassay.__file__).parent

CORE = {"documents", "checks", "statistics"}
PURE_OUTSIDERS = {
    "alembic", "dbos", "fastapi", "httpcore", "httpx", "sqlalchemy", "starlette", "typer", "uvicorn",
}  # fmt: skip
FEATURES = {"files", "collections", "expected_outputs", "reviews", "rubrics", "keys", "runs", "requests"}
FOUNDATION = {"errors", "settings", "__version__"}

ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "settings": set(),
    "documents": {"errors"},
    "statistics": set(),
    "checks": {"documents", "errors"},
    "readers": {"documents", "errors", "engines"},
    "engines": {"documents", "readers", "errors", "settings"},
    "extraction": {"documents", "errors", "models"},
    "segmentation": {"documents", "errors", "models"},
    "models": FOUNDATION,
    "judges": {"documents", "models", "errors"},
    "scoring": {"documents", "checks", "judges", "statistics", "errors"},
    "storage": FOUNDATION,
    "db": {"errors"} | FEATURES | {"execution"},
    "client": {"errors", "__version__"},
    "execution": FOUNDATION
    | CORE
    | {"db", "engines", "extraction", "judges", "models", "readers", "scoring", "segmentation", "storage"},
}
"""Folder -> the folders that it may import; features and the edge have rules of their own below."""

FOR_FEATURES = CORE | FOUNDATION | {
    "db", "storage", "execution", "engines", "extraction", "readers", "scoring", "segmentation", "judges",
    "models",
}  # fmt: skip
API_FOR_FEATURES = {"dependencies", "services", "pagination", "signing"}
OPEN_MODULE_OF_A_FEATURE_IS_NOT = {"repository", "routes", "native_routes"}
ROUTER_ASSEMBLY = {"api/wire.py", "api/native.py"}


class Import(NamedTuple):
    """One import of a module; ``target`` is its dotted name."""

    path: str
    line: int
    target: str

    @property
    def folder(self) -> str:
        return self.path.partition("/")[0].removesuffix(".py")

    @property
    def parts(self) -> list[str]:
        return self.target.split(".")

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.target}"


def parsed() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imports() -> Iterator[Import]:
    for path, tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (Import(path, node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}:{node.lineno} imports relatively"
                module = node.module or ""
                is_package = (SOURCE.parent / module.replace(".", "/")).is_dir()
                names = [alias.name for alias in node.names] if is_package else [None]
                for name in names:
                    yield Import(path, node.lineno, f"{module}.{name}" if name else module)


OURS = [each for each in imports() if each.parts[0] == "docassay" and len(each.parts) > 1]
OUTSIDE = [each for each in imports() if each.parts[0] != "docassay"]


def breaches(found: Iterator[Import]) -> list[str]:
    return [str(each) for each in found]


@pytest.mark.parametrize("folder", sorted(ALLOWED))
def test_a_folder_imports_only_what_the_map_allows(folder: str) -> None:
    assert not breaches(
        each for each in OURS if each.folder == folder and each.parts[1] not in ALLOWED[folder] | {folder}
    )


def test_the_pure_core_knows_nothing_of_servers_and_databases() -> None:
    assert not breaches(each for each in OUTSIDE if each.folder in CORE and each.parts[0] in PURE_OUTSIDERS)


def test_readers_take_only_the_contract_of_engines() -> None:
    assert not breaches(
        each
        for each in OURS
        if each.folder == "readers" and each.parts[1] == "engines" and each.parts[2:3] != ["contract"]
    )


def test_the_database_layer_takes_only_tables_of_features() -> None:
    assert not breaches(
        each
        for each in OURS
        if each.folder == "db"
        and each.parts[1] in FEATURES | {"execution"}
        and (each.path != "db/tables.py" or each.parts[2:] != ["models"])
    )


@pytest.mark.parametrize("feature", sorted(FEATURES))
def test_a_feature_leaves_the_queries_and_routes_of_others_alone(feature: str) -> None:
    for each in OURS:
        if each.folder != feature or each.parts[1] == feature:
            continue
        if each.parts[1] == "api":
            assert each.parts[2] in API_FOR_FEATURES, str(each)
        elif each.parts[1] in FEATURES:
            assert each.parts[2] not in OPEN_MODULE_OF_A_FEATURE_IS_NOT, str(each)
        else:
            assert each.parts[1] in FOR_FEATURES, str(each)


def test_only_the_assembly_of_routers_and_the_feature_itself_import_routes() -> None:
    assert not breaches(
        each
        for each in OURS
        if each.parts[-1] in {"routes", "s3_routes", "native_routes"}
        and each.path not in ROUTER_ASSEMBLY
        and each.folder != each.parts[1]
    )


def test_nothing_below_the_command_line_imports_it_or_the_public_test_tools() -> None:
    assert not breaches(
        each
        for each in OURS
        if each.parts[1] in {"cli", "testing"} and each.folder not in {"cli", "testing", "__main__"}
    )


def test_queries_are_built_only_in_repositories_and_work_sources() -> None:
    builders = {"select", "insert", "update", "delete", "text"}
    found = [
        f"{path}:{node.lineno}"
        for path, tree in parsed()
        if path.partition("/")[0] in FEATURES | {"api"}
        and Path(path).name not in {"repository.py", "work.py", "models.py"}
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").partition(".")[0] == "sqlalchemy"
        and builders & {alias.name for alias in node.names}
    ]
    assert found == []


def test_nobody_commits_but_the_database() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in parsed()
        if not path.startswith("db/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert found == []


def test_every_module_says_what_its_job_is() -> None:
    assert [path for path, tree in parsed() if tree.body and not ast.get_docstring(tree)] == []


def test_starting_the_server_loads_no_document_libraries() -> None:
    heavy = ["numpy", "lxml", "pypdfium2", "PIL", "docx", "pptx", "openpyxl", "reportlab", "rapidfuzz"]
    code = (
        "import sys, docassay.app; "
        f"print(sorted({{name.partition('.')[0] for name in sys.modules}} & set({heavy!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
