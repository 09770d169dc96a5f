"""Which server a command talks to: the one that is named, the one that is running, or one of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docassay.errors import PrerequisiteError

if TYPE_CHECKING:
    from docassay.client import Client
    from docassay.settings import Settings

SERVER_FILE = "server.json"
"""In the data folder: ``{"url", "pid"}`` of the server that runs on it."""
KEY_FILE = "cli-key"
"""In the data folder, mode 0600: the API key for commands on this machine."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A client and where it leads. An embedded server ends with the command, and with it all work."""

    client: Client
    is_embedded: bool


@dataclass(frozen=True, slots=True)
class RecordedServer:
    """The server that a data folder's ``server.json`` names."""

    url: str
    pid: int | None


def load_settings(data_dir: Path | None = None, **changes: Any) -> Settings:
    """The settings of the environment with ``data_dir`` and ``changes`` on top (None changes nothing)."""
    from docassay.settings import Settings

    given = {"data_dir": data_dir, **changes}
    return Settings(**{name: value for name, value in given.items() if value is not None})


@contextmanager
def connect(url: str | None, key: str | None, data_dir: Path | None) -> Iterator[Connection]:
    """A connection for one command.

    With ``url``: that server, with ``key`` or the key kept in the data folder. Without: the server recorded
    in the data folder when it answers, else an embedded one for as long as the block lasts. Raises
    UnreachableError, ApiError (401) or PrerequisiteError (no key).
    """
    from docassay.client import Client

    settings = load_settings(data_dir)
    target = url or running_server_url(settings.data_dir)
    if target is not None:
        with Client(target, key or _required_key(settings.data_dir, target)) as client:
            client.check_health()
            yield Connection(client, is_embedded=False)
        return

    from docassay import server

    with server.embedded(settings) as (own_url, own_key), Client(own_url, key or own_key) as client:
        client.check_health()
        yield Connection(client, is_embedded=True)


def recorded_server(data_dir: Path) -> RecordedServer | None:
    """What ``server.json`` says, or None when there is none or it cannot be understood."""
    try:
        content = json.loads((data_dir / SERVER_FILE).read_text(encoding="utf-8"))
        return RecordedServer(str(content["url"]), int(content["pid"]) if content.get("pid") else None)
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError, AttributeError):
        return None


def running_server_url(data_dir: Path) -> str | None:
    """The URL of the recorded server when its process lives and something answers there, else None.

    The key is sent there, and the port of a server that was killed may belong to somebody else by now.
    """
    import httpx

    recorded = recorded_server(data_dir)
    if recorded is None or (recorded.pid is not None and not _is_alive(recorded.pid)):
        return None
    try:
        httpx.get(f"{recorded.url.rstrip('/')}/api/v1/health", timeout=3.0)
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return recorded.url


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # another user's server
    return True


def kept_key(data_dir: Path) -> str | None:
    """The key in the data folder, or None."""
    try:
        return (data_dir / KEY_FILE).read_text(encoding="utf-8").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None


def _required_key(data_dir: Path, url: str) -> str:
    key = kept_key(data_dir)
    if key is None:
        raise PrerequisiteError(
            f"There is no API key for {url}. Give one with --key or DOCASSAY_API_KEY, or make one on the "
            f"server's machine with: docassay key create"
        )
    return key
