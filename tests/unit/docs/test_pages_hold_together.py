"""Links lead somewhere, and what is printed can be typed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from docassay.cli.app import app
from docassay.cli.reference import walk_commands

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
COMMANDS = dict(walk_commands("docassay", typer.main.get_command(app)))

_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def anchors_of(page: Path) -> set[str]:
    """The anchors that the headings of a page get on GitHub."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_relative_links_lead_to_files_and_headings(page: Path):
    broken = []
    for match in _LINK.finditer(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        target = match[1] or match[2]
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        is_found = linked.is_relative_to(ROOT) and linked.exists()
        if not is_found or (anchor and anchor not in anchors_of(linked)):
            broken.append(target)
    assert broken == []


def printed_commands(page: Path) -> list[str]:
    """Commands after ``$`` in console blocks and lines of sh blocks, continuation lines joined."""
    text = page.read_text(encoding="utf-8")
    lines: list[str] = []
    for block in re.finditer(r"^```(console|sh)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        joined = block[2].replace("\\\n", " ")
        for line in joined.splitlines():
            if block[1] == "sh":
                lines.append(line)
            elif line.startswith("$ "):
                lines.append(line[2:])
    return lines


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_printed_commands_and_options_exist(page: Path):
    for line in printed_commands(page):
        words = shlex.split(line, comments=True)
        if "docassay" in words:
            assert_docassay_command(words[words.index("docassay") :], line)
        if words[:1] == ["make"]:
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            assert re.search(rf"^{re.escape(words[1])}:", makefile, re.MULTILINE), line


def assert_docassay_command(words: list[str], line: str) -> None:
    """The words begin with a command that exists, and its options do too."""
    words = words[: next((i for i, word in enumerate(words) if word in {"|", ">", "&", "2>"}), len(words))]
    name = next((" ".join(words[:n]) for n in (3, 2) if " ".join(words[:n]) in COMMANDS), None)
    assert name is not None, f"no such command: {line}"
    params = COMMANDS[name].params
    known = {spelling for param in params for spelling in [*param.opts, *param.secondary_opts]} | {"--help"}
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert given <= known, f"no such option: {line}"


def test_the_pages_print_commands_at_all():
    assert sum(len(printed_commands(page)) for page in PAGES) > 30
