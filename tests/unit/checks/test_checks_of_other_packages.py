"""Checks from installed packages: the package of the how-to, and packages that are broken in every way."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest

from docassay.checks import registry
from docassay.checks.contract import Subject
from docassay.scoring.definition import RubricError, parse_rubric, rubric_schema
from docassay.scoring.evaluate import evaluate
from docassay.scoring.schema import render_schema

HOW_TO = Path(__file__).resolve().parents[3] / "docs/how-to/write-a-check.md"
CHECK = (
    "from docassay.checks.contract import Item\n"
    "from docassay.checks.registry import check\n"
    "def made(name, version='1', levels=('document',), **more):\n"
    "    @check(name, version=version, levels=levels, summary='Is it.', mapping='5', **more)\n"
    "    def run(subject, level, params):\n"
    "        return [Item(score=5.0, feedback='Fine.')]\n"
)


@pytest.fixture
def install(tmp_path, monkeypatch):
    """``install(package, version, module, source)``: as pip would leave it, in a folder on the path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    modules = []

    def install_package(package: str, version: str, module: str, source: str) -> None:
        (tmp_path / f"{module}.py").write_text(source, encoding="utf-8")
        information = tmp_path / f"{package.replace('-', '_')}-{version}.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n", encoding="utf-8"
        )
        (information / "entry_points.txt").write_text(
            f"[docassay.checks]\nbills = {module}\n", encoding="utf-8"
        )
        modules.append(module)
        importlib.invalidate_caches()

    registry.all_checks()
    monkeypatch.setattr(registry, "_CHECKS", dict(registry._CHECKS))
    monkeypatch.setattr(registry, "_REFUSED", [])
    monkeypatch.setattr(registry, "_is_loaded", False)
    yield install_package
    for module in modules:
        sys.modules.pop(module, None)


def rubric_with(name):
    return {"rules": [{"name": "A", "check": name}]}


def test_the_package_of_the_how_to_is_found_run_and_its_version_kept(install, build):
    text = HOW_TO.read_text(encoding="utf-8")
    source = re.findall(r"`acme_checks.py`:\n\n```python\n(.*?)```", text, re.DOTALL)[0]
    project = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0]
    assert '[project.entry-points."docassay.checks"]\nbills = "acme_checks"' in project
    install("acme-checks", "2.3", "acme_checks", source)
    check = registry.get_check("acme.names_currency")
    assert (check.version, check.package, check.cost) == (
        "1 (acme-checks 2.3)", "acme-checks", "less than 1 ms a page",
    )  # fmt: skip
    (rule,) = evaluate(
        parse_rubric(rubric_with("acme.names_currency")),
        Subject(build.document(build.page("Total: 12 EUR"))),
    ).rules
    assert (rule.score, rule.check_version) == (5, "1 (acme-checks 2.3)")
    assert "acme.names_currency" in str(rubric_schema())


def test_published_pages_list_the_checks_of_docassay_alone(install):
    install("acme-checks", "1", "acme_own", CHECK + "made('acme.one')")
    assert "acme.one" in registry.all_checks()
    assert "acme.one" not in registry.own_checks()
    assert "acme.one" not in render_schema()


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import a_module_that_is_not_there", "ModuleNotFoundError"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        ("this is no Python", "SyntaxError"),
        (CHECK + "made('acme.half')\n1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_broken_package_harms_nothing_and_is_named(install, source, error):
    install("acme-checks", "0.1", "acme_broken", source)
    install("good-checks", "1", "good_checks", CHECK + "made('good.one')")
    assert {"good.one", "table.wellformed"} <= set(registry.all_checks())
    assert "acme.half" not in registry.all_checks()
    (broken,) = registry.broken_packages()
    assert (broken.package, broken.version, broken.check) == ("acme-checks", "0.1", None)
    assert error in broken.error
    with pytest.raises(RubricError, match=r"could not be loaded: acme-checks 0\.1"):
        parse_rubric(rubric_with("acme.half"))


def test_a_taken_name_is_refused_and_the_rest_of_the_package_stays(install):
    install("zeta-checks", "1", "zeta_checks", CHECK + "made('shared.name')\nmade('zeta.one')")
    install("acme-checks", "1", "acme_taken", CHECK + "made('shared.name')\nmade('table.wellformed')")
    checks = registry.all_checks()
    assert checks["table.wellformed"].package == ""
    assert checks["shared.name"].package == "acme-checks"
    assert checks["zeta.one"].package == "zeta-checks"
    assert [(each.package, each.check) for each in registry.broken_packages()] == [
        ("acme-checks", "table.wellformed"),
        ("zeta-checks", "shared.name"),
    ]
    assert "already registered by docassay" in registry.broken_packages()[0].error


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("made('NoTopic')", "no name for a check"),
        ("made('acme.one', version='')", "version"),
        ("made('acme.one', levels=())", "levels"),
        ("made('acme.one', needs={'network'})", "needs"),
        ("made('acme.one', params={'a': {'default': {1}}})", "no JSON"),
    ],
)
def test_a_check_that_breaks_the_contract_is_refused_with_the_reason(install, call, reason):
    install("acme-checks", "1", "acme_contract", CHECK + call)
    (broken,) = registry.broken_packages()
    assert reason in broken.error
    assert not any(check.package == "acme-checks" for check in registry.all_checks().values())


def test_a_rubric_that_names_a_refused_check_is_told_why(install):
    install("acme-checks", "1", "acme_refused", CHECK + "made('acme.one', levels=('galaxy',))")
    with pytest.raises(RubricError, match=r"'acme\.one' was refused.*levels"):
        parse_rubric(rubric_with("acme.one"))
