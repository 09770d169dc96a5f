"""The reference page of all checks, written from the registry so that it cannot drift.

``python -m docassay.checks.reference > docs/reference/checks.md`` writes the published page.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from docassay.checks.contract import Check
from docassay.checks.registry import own_checks

_INTRODUCTION = """\
# Checks

Every deterministic check that a rubric rule may name, listed from the program. A check looks at one file's
result and gives items with a score from 0 to 5. What it cannot measure is *not applicable*: such an item has
no score and is dropped from every mean. The version goes up whenever the same input may give another score.

*Needs* says what a check reads besides the converted document: `source` is the text layer of the file itself,
read apart from every engine; `extraction` and `segmentation` are the results of those pipelines; `expected`
is what is right for the file. The first type is the one a rule has when it names none. *Cost* is CPU time as
`python -m benchmarks.scoring costs` measured it. Other installed packages may bring more checks
([how](../how-to/write-a-check.md)); `docassay rubric checks` lists all. How rules are written:
[rubric language](rubric-language.md).
"""


def render_reference() -> str:
    """The page as Markdown: an overview table and one section a check, in alphabetical order."""
    checks = list(own_checks().values())
    overview = [
        "| check | types | needs | cost | version |",
        "|---|---|---|---|---|",
        *(
            f"| [`{check.name}`](#{_anchor(check.name)}) | {', '.join(check.levels)} "
            f"| {_needs(check)} | {check.cost or 'not measured'} | {check.version} |"
            for check in checks
        ),
    ]
    sections = ("\n".join(_section(check)) for check in checks)
    return "\n".join([_INTRODUCTION, *overview, "", *sections])


def _section(check: Check) -> Iterator[str]:
    yield f"## {check.name}\n"
    yield f"{check.summary}\n"
    yield f"- Types: {', '.join(f'`{level}`' for level in check.levels)}"
    yield f"- Needs: {_needs(check)}"
    yield f"- Score: {check.mapping}"
    if check.source:
        yield f"- Method: {check.source}"
    if check.cost:
        yield f"- Cost: {check.cost}"
    yield f"- Version: {check.version}\n"
    properties = check.params_schema["properties"]
    if properties:
        yield "| parameter | type | default | meaning |"
        yield "|---|---|---|---|"
        for name, schema in properties.items():
            default = json.dumps(schema["default"]) if "default" in schema else "none"
            yield f"| `{name}` | {schema.get('type', 'any')} | {default} | {schema.get('description', '')} |"
        yield ""


def _needs(check: Check) -> str:
    return ", ".join(sorted(check.needs)) or "nothing else"


def _anchor(name: str) -> str:
    return name.replace(".", "")


if __name__ == "__main__":
    sys.stdout.write(render_reference())
