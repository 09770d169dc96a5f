"""``docassay doctor``: is this machine able to do the job, and if not, what to do."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import typer

from docassay.cli.connection import load_settings, recorded_server, running_server_url
from docassay.cli.exit_codes import OK, USAGE
from docassay.cli.options import DataDirOption, JsonOption
from docassay.cli.output import print_json, print_line

if TYPE_CHECKING:
    from docassay.db.database import Database
    from docassay.settings import Settings

TESTED_PYTHONS: Final = ((3, 11), (3, 12), (3, 13))

_GIB: Final = 1024**3
_LITTLE_SPACE_BYTES: Final = 2 * _GIB


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``remedy`` says what to do when ``state`` is not ``ok``."""

    subject: str
    state: Literal["ok", "warning", "problem"]
    message: str
    remedy: str = ""


def doctor(data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Look at Python, data folder, database, Tesseract, LibreOffice, disk, judge, server, stuck runs."""
    settings = load_settings(data_dir)
    findings = [finding for examine in EXAMINATIONS for finding in examine(settings)]
    has_problem = any(finding.state == "problem" for finding in findings)
    if as_json:
        print_json({"healthy": not has_problem, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            print_line(f"{finding.state:<8} {finding.subject}: {finding.message}")
            if finding.remedy:
                print_line(f"         {finding.remedy}")
    raise typer.Exit(USAGE if has_problem else OK)


def examine_python(settings: Settings) -> list[Finding]:
    """The interpreter is one that docassay is tested with."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    if (sys.version_info.major, sys.version_info.minor) in TESTED_PYTHONS:
        return [Finding("Python", "ok", version)]
    tested = ", ".join(f"{major}.{minor}" for major, minor in TESTED_PYTHONS)
    remedy = f"If something fails, use one of {tested}."
    return [Finding("Python", "warning", f"{version} has not been tested with docassay.", remedy)]


def examine_data_folder(settings: Settings) -> list[Finding]:
    """The data folder, or the nearest folder above that exists, can be written to and has space."""
    folder = settings.data_dir.absolute()
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    remedy = "Give this user the right to write there, or choose another folder with DOCASSAY_DATA_DIR."
    if not existing.is_dir():
        return [Finding("Data folder", "problem", f"{existing} is not a folder.", remedy)]
    try:
        with tempfile.NamedTemporaryFile(dir=existing):
            pass
    except OSError as error:
        return [Finding("Data folder", "problem", f"{existing} cannot be written to: {error}", remedy)]
    message = str(folder) if folder.exists() else f"{folder} (made at the first start)"
    return [Finding("Data folder", "ok", message), _examine_space(existing)]


def _examine_space(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    message = f"{free / _GIB:.1f} GiB free"
    if free < _LITTLE_SPACE_BYTES:
        return Finding("Disk space", "warning", message, "Documents and results need space; free some.")
    return Finding("Disk space", "ok", message)


def examine_tesseract(settings: Settings) -> list[Finding]:
    """Scans and images can be read, in the languages that are configured."""
    import subprocess

    program = shutil.which("tesseract")
    if program is None:
        return [
            Finding(
                "Tesseract",
                "warning",
                "not installed: scans and images end as errored.",
                "Install it, for example with: apt-get install tesseract-ocr",
            )
        ]
    listed = subprocess.run(
        [program, "--list-langs"], capture_output=True, text=True, timeout=30, check=False
    ).stdout.split()
    missing = [language for language in settings.ocr_languages if language not in listed]
    if missing:
        packages = " ".join(f"tesseract-ocr-{language.replace('_', '-')}" for language in missing)
        return [
            Finding(
                "Tesseract",
                "warning",
                f"no data for: {', '.join(missing)}",
                f"Install it, for example with: apt-get install {packages}",
            )
        ]
    return [Finding("Tesseract", "ok", f"{program}, {', '.join(settings.ocr_languages)}")]


def examine_libreoffice(settings: Settings) -> list[Finding]:
    """Old office files can be read."""
    from docassay.readers.libreoffice import INSTALL_COMMAND, libreoffice_program

    program = libreoffice_program()
    if program is None:
        message = "not installed: DOC, PPT, RTF and XLSB files end as errored."
        remedy = f"If you have such files, install it with: {INSTALL_COMMAND}"
        return [Finding("LibreOffice", "ok", f"{message} {remedy}")]
    return [Finding("LibreOffice", "ok", program)]


def examine_server(settings: Settings) -> list[Finding]:
    """The recorded server answers."""
    recorded = recorded_server(settings.data_dir)
    if recorded is None:
        return [Finding("Server", "ok", "none is running on this data folder; commands start their own.")]
    if running_server_url(settings.data_dir) is not None:
        return [Finding("Server", "ok", f"running at {recorded.url}")]
    return [
        Finding(
            "Server",
            "warning",
            f"{recorded.url} is recorded but does not answer.",
            "It was probably killed. Start it again with: docassay serve",
        )
    ]


def examine_installed_checks(settings: Settings) -> list[Finding]:
    """Checks of other packages can be loaded; nothing is said when there is no such package."""
    from docassay.checks.registry import all_checks, broken_packages

    remedy = "Update or uninstall that package; docassay works without its checks."
    broken = [Finding("Checks", "warning", each.message, remedy) for each in broken_packages()]
    loaded = sorted({check.package for check in all_checks().values() if check.package})
    return broken + ([Finding("Checks", "ok", f"also from {', '.join(loaded)}")] if loaded else [])


def examine_judge(settings: Settings) -> list[Finding]:
    """The judge of the settings answers; nothing is said when there is none."""
    from docassay.execution.judging import judge_spec

    spec = judge_spec(settings)
    if spec is None:
        return []
    import time

    from docassay.models.chat import ChatModel, ModelError

    chat = ChatModel(spec.endpoint)
    place = f"{spec.endpoint.model} at {spec.endpoint.base_url}"
    try:
        chat.ask(
            [{"role": "user", "content": "Answer with the word ready."}],
            deadline=time.monotonic() + 15,
            max_tokens=16,
        )
    except ModelError as error:
        remedy = "Check DOCASSAY_JUDGE_BASE_URL, _MODEL and _API_KEY; until then prompt rules are unscored."
        return [Finding("Judge", "warning", f"{place}: {error.message}", remedy)]
    finally:
        chat.close()
    return [Finding("Judge", "ok", f"{place} answers")]


def examine_database(settings: Settings) -> list[Finding]:
    """The tables are those of this version, and unfinished runs have a worker."""
    from sqlalchemy.exc import SQLAlchemyError

    from docassay.db.database import Database
    from docassay.db.migrate import HEAD, current_revision

    if settings.database_url is None and not (settings.data_dir / "docassay.sqlite").exists():
        return [Finding("Database", "ok", "none yet; made at the first start.")]
    database = Database(settings.sqlalchemy_url)
    try:
        revision = current_revision(database)
        if revision != HEAD:
            return [
                Finding(
                    "Database",
                    "warning",
                    f"its tables are of version {revision}, this program works with {HEAD}.",
                    "`docassay serve` upgrades older tables; for newer ones install a newer docassay.",
                )
            ]
        return [Finding("Database", "ok", f"version {revision}"), _examine_runs(database, settings)]
    except SQLAlchemyError as error:
        reason = str(error).splitlines()[0]
        return [Finding("Database", "problem", reason, "Check DOCASSAY_DATABASE_URL and the data folder.")]
    finally:
        database.dispose()


def _examine_runs(database: Database, settings: Settings) -> Finding:
    from docassay.db.base import now
    from docassay.execution.models import Worker
    from docassay.runs.models import Run

    limit = now() - timedelta(seconds=settings.stale_worker_seconds)
    with database.read() as session:
        unfinished = [
            run_id for (run_id,) in session.query(Run.id).filter(Run.status.in_(("pending", "running")))
        ]
        workers = session.query(Worker).filter(Worker.heartbeat >= limit).count()
    if not unfinished:
        return Finding("Runs", "ok", "none is unfinished.")
    if workers:
        return Finding("Runs", "ok", f"{len(unfinished)} unfinished, {workers} workers alive.")
    ids = ", ".join(str(run_id) for run_id in unfinished[:5])
    return Finding(
        "Runs",
        "warning",
        f"{len(unfinished)} unfinished ({ids}) and no worker is alive.",
        "They continue where they stopped as soon as one starts: docassay serve",
    )


EXAMINATIONS: Final[tuple[Callable[[Settings], list[Finding]], ...]] = (
    examine_python,
    examine_data_folder,
    examine_tesseract,
    examine_libreoffice,
    examine_installed_checks,
    examine_judge,
    examine_database,
    examine_server,
)
"""What is looked at, in the order of the report."""
