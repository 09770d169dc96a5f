"""Runs LibreOffice on one untrusted file: a profile of its own, nothing fetched, no macros, bounded time.

The process stays in the caller's process group and inherits its memory limit, so that whoever ends the
caller ends it too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from docassay.errors import DocumentFailure

INSTALL_COMMAND: Final = (
    "apt-get install --no-install-recommends libreoffice-writer-nogui libreoffice-impress-nogui "
    "libreoffice-calc-nogui"
)
_PROGRAMS: Final = ("soffice", "libreoffice")
_LAST_LINES: Final = 300

_SETTINGS: Final = (
    # No macros, no links to other documents or addresses, no updates of them while loading.
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    # What would still be fetched goes to a port where nobody answers.
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def libreoffice_program() -> str | None:
    """The path of the installed LibreOffice, or None."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def converted(path: Path, extension: str, target: str, timeout_seconds: float) -> Iterator[Path]:
    """The file at ``path`` in the format ``target`` (``docx``, ``pptx``, ``xlsx``), removed at the end.

    ``extension`` says what it is now. Raises ``DocumentFailure``: ``needs_libreoffice`` when it is not
    installed (errored: our side), ``timeout``, ``corrupt`` when LibreOffice gives nothing.
    """
    program = libreoffice_program()
    if program is None:
        raise DocumentFailure(
            "needs_libreoffice",
            f"Files of the type .{extension} are read through LibreOffice, which is not installed. Install "
            f"it with `{INSTALL_COMMAND}`, or save the file as .{target}.",
            outcome="errored",
            error_in="OTHER",
        )
    with tempfile.TemporaryDirectory(prefix="docassay-office-") as folder:
        work = Path(folder)
        _write_profile(work / "profile")
        source = work / f"document.{extension}"
        source.symlink_to(path.absolute())
        message = _run(program, work, source, target, timeout_seconds)
        result = work / "out" / f"document.{target}"
        if not result.is_file() or not result.stat().st_size:
            raise DocumentFailure(
                "corrupt",
                f"LibreOffice could not open this .{extension} file: it is damaged or protected by a "
                f"password. {message}".strip(),
            )
        yield result


def _run(program: str, work: Path, source: Path, target: str, timeout_seconds: float) -> str:
    """Convert into ``work/out``; the last thing that LibreOffice said about it."""
    command = [
        program,
        f"-env:UserInstallation={(work / 'profile').as_uri()}",
        "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard",
        "--convert-to", target, "--outdir", str(work / "out"), str(source),
    ]  # fmt: skip
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(work),
        "TMPDIR": str(work),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=work,
        env=environment,
    ) as process:
        try:
            _, errors = process.communicate(timeout=timeout_seconds)
        except BaseException as error:
            _end_tree(process)
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            raise DocumentFailure(
                "timeout", f"LibreOffice did not finish within {timeout_seconds:g} seconds on this file."
            ) from error
    lines = [line for line in errors.decode("utf-8", "replace").splitlines() if "javaldx" not in line]
    return lines[-1][:_LAST_LINES].replace(str(work), "") if lines else ""


def _end_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill the program and what it started (``soffice`` is a launcher)."""
    import psutil

    try:
        tree = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        tree = []
    process.kill()
    for child in tree:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            continue
    process.communicate()


def _write_profile(folder: Path) -> None:
    user = folder / "user"
    user.mkdir(parents=True)
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items '
        'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>',
        encoding="utf-8",
    )
