"""Signed links: who holds one may do one thing with one file until it expires, without an API key."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from docassay.errors import Forbidden

SECRET_FILE: Final = "secret.key"  # noqa: S105 - the name of the file, not what is in it
_SECRET_BYTES: Final = 32


def load_secret(data_dir: Path) -> bytes:
    """The server's signing secret, made on first use; readable by its owner only.

    All processes on one data folder get the same one: the file appears whole, and the first one wins.
    """
    path = data_dir / SECRET_FILE
    try:
        return _read_secret(path)
    except FileNotFoundError:
        data_dir.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=data_dir, prefix=f"{SECRET_FILE}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return _read_secret(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return _read_secret(path)


def _read_secret(path: Path) -> bytes:
    content = path.read_bytes()
    if len(content) != _SECRET_BYTES:
        raise RuntimeError(
            f"{path} is damaged: delete it, and a new one is made (open links become invalid)."
        )
    return content


class Signer:
    """Makes and checks signatures of ``(method, resource, terms, expiry)``."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, method: str, resource: str, *terms: str | int, expires: int) -> str:
        """A URL-safe signature; ``expires`` is in seconds since 1970, ``terms`` are what else is promised."""
        parts = [method, resource, str(expires), *map(str, terms)]
        message = "\n".join(f"{len(part)}:{part}" for part in parts)
        return hmac.new(self._secret, message.encode(), hashlib.sha256).hexdigest()

    def check(
        self, signature: str, method: str, resource: str, *terms: str | int, expires: int, at: float
    ) -> None:
        """Raises Forbidden when the signature is not of exactly this, or ``at`` is past ``expires``."""
        expected = self.sign(method, resource, *terms, expires=expires)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
            raise Forbidden("The link is not valid: its signature does not match. Ask for a new one.")
        if at >= expires:
            raise Forbidden("The link has expired. Ask for a new one.")
