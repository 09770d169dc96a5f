"""``docassay rubric``: what a good result is, and the checks that can say so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from docassay.cli.connection import connect
from docassay.cli.options import ArchivedOption, DataDirOption, JsonOption, KeyOption, LimitOption, UrlOption
from docassay.cli.output import Column, note, print_json, print_line, print_table, print_wrapped
from docassay.errors import CannotUse

app = typer.Typer(help="Rubrics and checks.", no_args_is_help=True)


def read_rubric(path: Path) -> tuple[str, dict[str, Any]]:
    """The name and definition in a rubric file: its ``name`` or else the file's stem.

    Raises CannotUse when the file is missing or not a JSON object.
    """
    try:
        definition = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotUse(f"The rubric file {path} does not exist.") from None
    except ValueError as error:
        raise CannotUse(f"The rubric file {path} is not JSON: {error}") from None
    if not isinstance(definition, dict):
        raise CannotUse(f"The rubric file {path} must hold a JSON object.")
    name = definition.get("name")
    return (name if isinstance(name, str) and name.strip() else path.stem), definition


@app.command("create")
def create(
    path: Annotated[Path, typer.Argument(help="JSON file in the rubric language.")],
    name: Annotated[str | None, typer.Option(help="Name; else the one in the file.")] = None,
    description: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Store a rubric from a file."""
    own_name, definition = read_rubric(path)
    with connect(url, key, data_dir) as connection:
        rubric = connection.client.rubrics.create(name or own_name, definition, description)
    if as_json:
        print_json(rubric)
    else:
        print_line(f"Rubric {rubric['id']}: {rubric['name']}, version {rubric['version']}")


@app.command("write")
def write(
    description: Annotated[str, typer.Argument(help="What a good result is, in words: text or @file.")],
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Print a rubric for what you want in words: checks that the words name, prompts for the rest."""
    if description.startswith("@"):
        path = Path(description[1:])
        try:
            description = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CannotUse(f"{path} cannot be read: {error}") from None
    with connect(url, key, data_dir) as connection:
        made = connection.client.rubrics.generate(description)
    print_json(made["eval_definition"])
    note(made["description"])


@app.command("lint")
def lint(
    path: Annotated[Path, typer.Argument(help="JSON file in the rubric language.")],
    as_json: JsonOption = False,
) -> None:
    """Say whether a rubric can be run, and what its rules need."""
    from docassay.scoring.definition import RubricError, parse_rubric
    from docassay.scoring.lint import remarks_on

    _, definition = read_rubric(path)
    try:
        rubric = parse_rubric(definition)
    except RubricError as error:
        raise CannotUse(f"{path}: {error}") from None
    remarks = remarks_on(rubric, definition)
    if as_json:
        print_json({"name": rubric.name, "rules": len(rubric.rules), "remarks": remarks})
        return
    print_line(f"{path}: {len(rubric.rules)} rules can be run.")
    for remark in remarks:
        print_wrapped(f"- {remark}")


@app.command("default")
def default(
    expected: Annotated[
        bool, typer.Option("--expected", help="Add rules for files with expected outputs.")
    ] = False,
) -> None:
    """Print a rubric to begin with: it needs neither expected outputs nor a model."""
    from docassay.scoring.default_rubric import DEFAULT_RUBRIC, DEFAULT_RUBRIC_WITH_EXPECTED

    print_json(DEFAULT_RUBRIC_WITH_EXPECTED if expected else DEFAULT_RUBRIC)


@app.command("list")
def list_rubrics(
    limit: LimitOption = 50,
    archived: ArchivedOption = False,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List rubrics, newest first."""
    with connect(url, key, data_dir) as connection:
        page = connection.client.rubrics.list_page(limit, include_archived=archived)
    if as_json:
        print_json(page)
        return
    print_table(
        (
            Column("Id", "right", True),
            Column("Name"),
            Column("Version", "right", True),
            Column("Rules", "right", True),
            Column("Created", is_fixed=True),
        ),
        [
            (r["id"], r["name"], r["version"], len(rules_of(r["eval_definition"])), (r["created"] or "")[:19])
            for r in page["rubrics"]
        ],
    )
    if page["total"] > len(page["rubrics"]):
        note(f"{len(page['rubrics'])} of {page['total']} shown; use --limit for more.")


@app.command("show")
def show(
    rubric_id: Annotated[int, typer.Argument(help="Id of the rubric.")],
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a rubric and its rules."""
    with connect(url, key, data_dir) as connection:
        rubric = connection.client.rubrics.get(rubric_id)
    if as_json:
        print_json(rubric)
        return
    print_line(f"Rubric {rubric['id']}: {rubric['name']}, version {rubric['version']}")
    if rubric["description"]:
        print_line(rubric["description"])
    print_table(
        (
            Column("Rule"),
            Column("Type", is_fixed=True),
            Column("Check or prompt"),
            Column("Weight", "right", True),
        ),
        [
            (rule.get("name"), rule.get("type"), _basis_of(rule), float(rule.get("weight", 1)))
            for rule in rules_of(rubric["eval_definition"])
        ],
    )


@app.command("checks")
def checks(
    name: Annotated[str | None, typer.Argument(help="Show only this check, with its parameters.")] = None,
    url: UrlOption = None,
    key: KeyOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the deterministic checks that rules can use."""
    with connect(url, key, data_dir) as connection:
        found = connection.client.rubrics.checks()
        broken = connection.client.rubrics.broken_packages() if name is None else []
    if name is not None:
        found = [check for check in found if check["name"] == name]
        if not found:
            raise CannotUse(f"There is no check named {name!r}. See: docassay rubric checks")
    if as_json:
        print_json(found)
    elif name is not None:
        _show_check(found[0])
    else:
        for check in found:
            _list_check(check)
    if broken and not as_json:
        for each in broken:
            what = f"the check {each['check']}" if each.get("check") else "its checks"
            note(f"{each['package']} {each['version']}: {what} cannot be used: {each['error']}")


def _list_check(check: dict[str, Any]) -> None:
    """Two lines: what it is for, and what it measures."""
    needs = ", ".join(check.get("needs", []))
    parts = ["/".join(check.get("levels", [])), f"needs {needs}" if needs else "", check.get("cost") or ""]
    print_line(f"{check['name']}  {'; '.join(filter(None, parts))}")
    print_wrapped(_first_sentence(check.get("summary") or ""), indent="    ")


def rules_of(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """The rules of a definition, under either of the language's names for them; other things are left out."""
    rules = definition.get("rules", definition.get("evaluations"))
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".")


def _basis_of(rule: dict[str, Any]) -> str:
    for word in ("check", "prompt", "description", "criteria"):
        if isinstance(rule.get(word), str):
            return str(rule[word])
    return ""


def _show_check(check: dict[str, Any]) -> None:
    print_line(f"{check['name']} (version {check.get('version', '?')})")
    for label in ("summary", "mapping", "source", "cost", "package"):
        if check.get(label):
            print_wrapped(f"{label}: {check[label]}")
    print_line(f"for: {', '.join(check.get('levels', []))}")
    print_line(f"needs: {', '.join(check.get('needs', [])) or 'the converted document alone'}")
    properties = (check.get("params_schema") or check.get("params") or {}).get("properties", {})
    for parameter, schema in properties.items():
        print_line(f"parameter {parameter}: {json.dumps(schema, ensure_ascii=False)}")
