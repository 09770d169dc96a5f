"""Mutants through the product's own slot processes, and what became of each."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import queue
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.fuzz.mutate import ANY_FILE, Mutant, Mutation, make_mutant
from benchmarks.fuzz.mutate_package import PACKAGE_MUTATIONS
from benchmarks.fuzz.mutate_pdf import PDF_MUTATIONS
from docassay.engines.built_in import BUILT_IN_VERSION
from docassay.engines.contract import ConvertOptions, Mode
from docassay.execution.supervisor import Supervisor
from docassay.execution.tasks import FileResult, FileTask, JobSpec, SlotLimits, pack_job
from docassay.requests.options import RenderOptions
from docassay.storage.disk import DiskStore
from docassay.storage.keys import REQUESTS, document_key

PACKAGES: Final = frozenset({"docx", "xlsx", "xlsm", "pptx", "odt", "ods", "odp", "epub"})
MODES: Final[tuple[Mode, ...]] = ("fast", "balanced")
_ACCIDENT: Final = re.compile(
    r"NoneType|has no attribute|object is not|not subscriptable|out of range|unsupported operand|"
    r"invalid literal for|could not convert string|unexpected keyword|positional argument|recursion|"
    r"not enough values|too many values|must be (?:str|int|real)|KeyError|IndexError|TypeError|ValueError|"
    r"The parser said: (?:'[^']*'|\S*|.{0,8})$"
)
"""What Python says of a mistake in a program, which tells a user nothing about a file."""


_CHANGING: Final = re.compile(r"'[^']*'|mutant-\d+|\d+")


@dataclass(frozen=True, slots=True)
class Finding:
    """A mutant that ended in a way that it must not. ``seed`` and ``number`` make it again."""

    seed: int
    number: int
    recipe: str
    mode: Mode
    kind: str
    detail: str


@dataclass(slots=True)
class Outcome:
    """What became of all mutants: ``counts`` by ``result`` or the failure's code.

    ``messages`` counts what users would read, names and numbers taken out.
    """

    counts: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


def mutations_for(suffix: str) -> Sequence[Mutation]:
    """The mutations that suit a file type."""
    if suffix == "pdf":
        return PDF_MUTATIONS
    return PACKAGE_MUTATIONS if suffix in PACKAGES else ANY_FILE


def mode_of(mutant: Mutant) -> Mode:
    """Both modes in turn."""
    return MODES[mutant.number % len(MODES)]


def run(
    seed: int,
    numbers: Sequence[int],
    files: Sequence[tuple[str, bytes]],
    *,
    slots: int = 2,
    file_timeout_seconds: float = 60.0,
    memory_mb: int = 1_536,
    until: float | None = None,
) -> Outcome:
    """Convert the mutants ``numbers`` and render them in all formats.

    ``until`` (``time.monotonic``) ends the run early: mutants that were not begun are not counted.
    """
    outcome = Outcome()
    ended: queue.Queue[tuple[Mutant, str, FileResult | None, str]] = queue.Queue()
    with tempfile.TemporaryDirectory(prefix="docassay-fuzz-") as folder:
        store = DiskStore(Path(folder))
        jobs = {mode: _packed_job(mode, folder) for mode in MODES}
        supervisor = Supervisor(
            slots=slots,
            file_timeout_seconds=file_timeout_seconds,
            limits=SlotLimits(memory_mb=memory_mb),
            executor_id=f"fuzz-{os.getpid()}",
        )
        supervisor.start()

        def give(mutant: Mutant) -> None:
            task = _task(mutant, store, jobs[mode_of(mutant)])
            supervisor.submit(
                "fuzz", task, lambda kind, payload, error, detail: ended.put((mutant, kind, payload, detail))
            )

        try:
            waiting = _mutants(seed, numbers, files, until)
            under_way = 0
            for mutant in waiting:
                give(mutant)
                under_way += 1
                if under_way > slots:
                    _record(outcome, seed, *ended.get())
                    under_way -= 1
            for _ in range(under_way):
                _record(outcome, seed, *ended.get())
        finally:
            supervisor.stop()
    return outcome


def _mutants(
    seed: int, numbers: Sequence[int], files: Sequence[tuple[str, bytes]], until: float | None
) -> Iterator[Mutant]:
    for number in numbers:
        if until is not None and time.monotonic() > until:
            return
        yield make_mutant(seed, number, files, mutations_for)


def _packed_job(mode: Mode, folder: str) -> bytes:
    render = RenderOptions(
        output_formats=("markdown", "html", "json", "chunks"), add_block_ids=True, paginate=True
    )
    return pack_job(
        JobSpec(
            kind="convert",
            engine="built-in",
            engine_version=BUILT_IN_VERSION,
            convert=ConvertOptions(mode=mode),
            blob_folder=folder,
            render=asdict(render),
            always_read_source=True,
        )
    )


def _task(mutant: Mutant, store: DiskStore, job: bytes) -> FileTask:
    sha256 = hashlib.sha256(mutant.content).hexdigest()
    store.put_bytes(document_key(sha256), mutant.content)
    return FileTask(
        task_id=mutant.number,
        packed_job=job,
        sha256=sha256,
        filename=mutant.filename,
        content_type=mimetypes.guess_type(mutant.filename)[0] or "application/octet-stream",
        identity=sha256,
        result_prefix=REQUESTS,
    )


def _record(
    outcome: Outcome, seed: int, mutant: Mutant, kind: str, result: FileResult | None, detail: str
) -> None:
    if result is None:
        outcome.counts[kind] += 1
        outcome.findings.append(Finding(seed, mutant.number, mutant.recipe, mode_of(mutant), kind, detail))
        return
    if isinstance(result, str):
        outcome.counts["memory"] += 1
        outcome.findings.append(
            Finding(seed, mutant.number, mutant.recipe, mode_of(mutant), "memory", result)
        )
        return
    outcome.slowest = max(outcome.slowest, (result.runtime_seconds, f"{mutant.number}: {mutant.recipe}"))
    outcome.counts[result.error_code or "result"] += 1
    if result.error:
        outcome.messages[_CHANGING.sub("#", result.error)] += 1
    if result.error_code == "internal" or (result.error and _ACCIDENT.search(result.error)):
        finding = Finding(
            seed, mutant.number, mutant.recipe, mode_of(mutant), result.error_code or "", result.error or ""
        )
        outcome.findings.append(finding)
