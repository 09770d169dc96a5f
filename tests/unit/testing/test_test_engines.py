"""The test engines do exactly the harm that they promise."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import docassay.testing.engines as test_engines
from docassay.documents.model import Block, BoundingBox, Document, Page
from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.engines.registry import engine_names, get_engine, register_engine
from docassay.errors import DocumentFailure


def source(tmp_path: Path, content: bytes) -> SourceFile:
    path = tmp_path / "document.bin"
    path.write_bytes(content)
    return SourceFile(path, "document.pdf", "application/pdf", "0" * 64)


def run_hazard(path: Path) -> subprocess.Popen[bytes]:
    """Let the hazard engine convert ``path`` in a process group of its own."""
    program = textwrap.dedent(
        f"""
        from pathlib import Path
        from docassay.testing.engines import HazardEngine
        from docassay.engines.contract import ConvertOptions, SourceFile
        options = ConvertOptions(engine_options={{"pid_file": {str(path) + ".pid"!r}}})
        HazardEngine().convert(SourceFile(Path({str(path)!r}), "x", "y", "z"), options)
        """
    )
    return subprocess.Popen(
        [sys.executable, "-X", "faulthandler=0", "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(test_engines.__file__).parents[2])},
    )


def test_importing_the_module_registers_every_engine() -> None:
    names = {"test-noop", "test-sleep", "test-hazard", "test-degraded"}
    assert names <= set(engine_names())
    assert {get_engine(name).name for name in names} == names


def test_the_noop_engine_does_not_open_the_file(tmp_path: Path) -> None:
    missing = SourceFile(tmp_path / "missing", "x.pdf", "application/pdf", "0" * 64)
    document = get_engine("test-noop").convert(missing, ConvertOptions())
    assert len(list(document.blocks())) == 1


def test_the_sleep_engine_takes_its_time_from_the_options(tmp_path: Path) -> None:
    options = ConvertOptions(engine_options={"seconds": 0})
    document = get_engine("test-sleep").convert(source(tmp_path, b"x"), options)
    assert document.pages[0].blocks[0].html == "<p>Slept 0 seconds.</p>"


def test_the_hazard_engine_returns_the_text_of_a_harmless_file(tmp_path: Path) -> None:
    document = get_engine("test-hazard").convert(source(tmp_path, b"a < b"), ConvertOptions())
    assert document.pages[0].blocks[0].html == "<p>a &lt; b</p>"


def test_the_hazard_engine_raises_and_fails_as_asked(tmp_path: Path) -> None:
    engine = get_engine("test-hazard")
    with pytest.raises(RuntimeError):
        engine.convert(source(tmp_path, b"RAISE"), ConvertOptions())
    with pytest.raises(DocumentFailure):
        engine.convert(source(tmp_path, b"FAIL"), ConvertOptions())


def test_the_hazard_engine_eats_memory_up_to_its_cap(tmp_path: Path) -> None:
    options = ConvertOptions(engine_options={"memory_cap_bytes": 40_000_000})
    with pytest.raises(MemoryError):
        get_engine("test-hazard").convert(source(tmp_path, b"EATMEM"), options)


def test_a_segfault_kills_the_process(tmp_path: Path) -> None:
    process = run_hazard(source(tmp_path, b"SEGFAULT").path)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGSEGV


def test_a_hang_and_its_grandchild_survive_sigterm_and_die_of_sigkill(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "document.bin.pid")
    process = run_hazard(source(tmp_path, b"GRANDCHILD").path)
    grandchild = int((tmp_path / "document.bin.pid").read_text(encoding="ascii"))
    process.terminate()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    assert os.getpgid(grandchild) == process.pid
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL


TABLE = (
    "<table><thead><tr><th>Station</th><th>Cost</th></tr></thead><tbody>"
    + "".join(f"<tr><td>Place {n}</td><td>{n},234.56</td></tr>" for n in range(1, 6))
    + "</tbody></table>"
)


class StandIn:
    """An engine that returns one prepared document in place of the built-in one."""

    name = "built-in"
    version = "0"

    def __init__(self, *blocks: Block) -> None:
        self.document = Document((Page(0, 595, 842, blocks),), 1)

    def convert(self, source: SourceFile, options: ConvertOptions) -> Document:
        return self.document


@pytest.fixture
def built_in(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    box = BoundingBox(0, 0, 10, 10)
    cells = tuple(Block(f"/page/0/TableCell/{n}", "TableCell", box, "") for n in range(12))
    stand_in = StandIn(
        Block("/page/0/Text/0", "Text", box, "<p>9.99</p>"),
        Block("/page/0/Table/1", "Table", box, TABLE, cells),
        Block("/page/0/Table/2", "Table", box, TABLE),
    )
    monkeypatch.setattr(test_engines, "get_engine", lambda name: stand_in)
    return stand_in


def test_the_degraded_engine_drops_a_third_of_the_first_table_and_changes_one_digit(
    built_in: StandIn, tmp_path: Path
) -> None:
    document = test_engines.DegradedEngine().convert(source(tmp_path, b""), ConvertOptions())
    text, table, second = document.pages[0].blocks
    assert text == built_in.document.pages[0].blocks[0]
    assert second == built_in.document.pages[0].blocks[2]
    assert table.html.count("<tr>") == 4
    assert len(table.children) == 8
    assert "Place 3" in table.html
    assert "Place 4" not in table.html
    assert "<td>5,234.56</td>" in table.html
    assert "<td>2,234.56</td>" in table.html


def test_the_degraded_engine_leaves_documents_without_a_table_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in = StandIn(Block("/page/0/Text/0", "Text", BoundingBox(0, 0, 1, 1), "<p>9.99</p>"))
    monkeypatch.setattr(test_engines, "get_engine", lambda name: stand_in)
    document = test_engines.DegradedEngine().convert(source(tmp_path, b""), ConvertOptions())
    assert document is stand_in.document


def test_a_later_registration_of_an_engine_wins() -> None:
    register_engine("test-noop", test_engines.NoopEngine)
    assert isinstance(get_engine("test-noop"), test_engines.NoopEngine)
