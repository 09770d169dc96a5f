"""A peer's environment and program, made once and kept; its answers are cached by version and document."""

from __future__ import annotations

import hashlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any, Final

import pypdfium2 as pdfium

from benchmarks.quality.datasets import Sample
from benchmarks.quality.engines import Conversion
from benchmarks.quality.output import Output, markdown_html, read_html
from docassay.testing.documents.pdf import write_note

HERE: Final = Path(__file__).parent
PEERS: Final = tuple(sorted(path.stem for path in HERE.glob("*.txt")))
TIMEOUT_SECONDS: Final = 300
_OFFLINE: Final = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "OMP_THREAD_LIMIT": "1"}


class Peer:
    """One peer. The environment is made, and the program started, at the first document without an answer."""

    def __init__(self, name: str, folder: Path) -> None:
        if name not in PEERS:
            raise SystemExit(f"There is no engine named {name!r}; peers are {', '.join(PEERS)}.")
        self.name = name
        requirements = (HERE / f"{name}.txt").read_text(encoding="utf-8").strip()
        self._requirements = HERE / f"{name}.txt"
        self._program = HERE / f"{name.replace('-', '_')}_peer.py"
        version = requirements + self._program.read_text(encoding="utf-8")
        self._environment = folder.resolve() / "environments" / name
        self._answers = (
            folder.resolve() / "answers" / f"{name}-{hashlib.sha256(version.encode()).hexdigest()[:12]}"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def convert(self, sample: Sample) -> Conversion:
        """The peer's answer from the cache or, when it has none for this document, from its program."""
        stored = self._answers / f"{sample.sha256()}{sample.path.suffix}.json"
        if not stored.exists():
            answer = self._ask(sample.path)
            stored.parent.mkdir(parents=True, exist_ok=True)
            stored.write_text(json.dumps(answer), encoding="utf-8")
        answer = json.loads(stored.read_text(encoding="utf-8"))
        if "error" in answer:
            return Conversion(Output(), cpu_seconds=None, error=answer["error"])
        html = answer["content"] if answer["form"] == "html" else markdown_html(answer["content"])
        pages = answer["pages"] or _page_count(sample.path)
        return Conversion(read_html(html), pages, answer["cpu_seconds"])

    def answer(self, path: Path) -> dict[str, Any]:
        """A new answer of the peer's program, whatever the cache holds: ``content`` or ``error``."""
        return self._ask(path)

    def close(self) -> None:
        """End the program."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _ask(self, path: Path) -> dict[str, Any]:
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{path}\n".encode())
            self._process.stdin.flush()
            with selectors.DefaultSelector() as selector:
                selector.register(self._process.stdout, selectors.EVENT_READ)
                is_ready = bool(selector.select(TIMEOUT_SECONDS))
            line = self._process.stdout.readline() if is_ready else b""
        except BrokenPipeError:
            is_ready, line = True, b""
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.close()
        return {"error": "the process ended" if is_ready else f"no answer in {TIMEOUT_SECONDS} seconds"}

    def _start(self) -> None:
        self._install()
        log = (self._environment / "log.txt").open("ab")
        self._process = subprocess.Popen(
            [self._environment / "bin" / "python", self._program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, **_OFFLINE, "PYTHONPATH": ""},
            start_new_session=True,
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "note.pdf"
            write_note(path, 1)
            self._ask(path)  # what is loaded once is not part of a document's cost

    def _install(self) -> None:
        done = self._environment / "installed.txt"
        wanted = self._requirements.read_text(encoding="utf-8")
        if done.exists() and done.read_text(encoding="utf-8") == wanted:
            return
        print(f"installing {self.name}: {wanted.strip()}", file=sys.stderr, flush=True)
        venv.create(self._environment, clear=True, with_pip=True)
        subprocess.run(
            [self._environment / "bin" / "pip", "install", "-q", "-r", self._requirements],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        done.write_text(wanted, encoding="utf-8")


def _page_count(path: Path) -> int:
    """The pages of a PDF, for peers that do not tell."""
    if path.suffix != ".pdf":
        return 0
    document = pdfium.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()
