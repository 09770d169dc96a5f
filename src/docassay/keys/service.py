"""API keys: made, listed, revoked and recognised. A key belongs to one team and opens only its things.

A key is ``dk_`` and 32 random characters. Only its SHA-256 is stored: the key has 192 random bits, so a slow
password hash would protect nothing and cost every request.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from docassay.db.base import now
from docassay.db.database import Database
from docassay.errors import CannotUse, NotFound
from docassay.keys import repository
from docassay.keys.models import ApiKey, Team

KEY_PREFIX: Final = "dk_"
DEFAULT_TEAM: Final = "default"
_SHOWN_CHARACTERS: Final = 8
_MAX_KEY_CHARACTERS: Final = 256


def hash_key(secret: str) -> str:
    """What is stored of a key: its SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def ensure_team(session: Session, name: str = DEFAULT_TEAM) -> Team:
    """The team of this name, made when there is none. Raises CannotUse for an unusable name."""
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise CannotUse("A team name has 1 to 200 printable characters.")
    team = repository.find_team(session, name)
    if team is None:
        team = Team(name=name)
        session.add(team)
        session.flush()
    return team


def create_key(session: Session, team_name: str = DEFAULT_TEAM, name: str = "unnamed") -> tuple[ApiKey, str]:
    """Make a key of a team (made too when new); returns its row and the key, which cannot be read later."""
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise CannotUse("A key name has 1 to 200 printable characters.")
    team = ensure_team(session, team_name)
    secret = KEY_PREFIX + secrets.token_urlsafe(24)
    key = ApiKey(
        team_id=team.id, name=name, prefix=secret[:_SHOWN_CHARACTERS], key_hash=hash_key(secret), revoked=None
    )
    session.add(key)
    session.flush()
    return key, secret


def list_keys(session: Session) -> list[tuple[ApiKey, Team]]:
    """All keys, revoked ones too, oldest first, each with its team."""
    return repository.list_keys_with_teams(session)


def revoke_key(session: Session, key_id: int) -> ApiKey:
    """Make a key useless; one that is revoked already stays as it is. Raises NotFound."""
    key = repository.find_key(session, key_id)
    if key is None:
        raise NotFound(f"Key {key_id} was not found.")
    if key.revoked is None:
        key.revoked = now()
        session.flush()
    return key


def authenticate(session: Session, secret: str | None) -> int | None:
    """The id of the team that the key belongs to; None for a missing, malformed, unknown or revoked key."""
    if not secret or len(secret) > _MAX_KEY_CHARACTERS:
        return None
    digest = hash_key(secret)
    key = repository.find_active_key(session, digest)
    if key is None or not hmac.compare_digest(key.key_hash, digest):
        return None
    return key.team_id


def ensure_first_key(session: Session) -> str | None:
    """Make a key of the team "default" when no usable key exists; returns it, or None when there was one."""
    if repository.has_active_key(session):
        return None
    _, secret = create_key(session, DEFAULT_TEAM, "first key")
    return secret


class KeyRing:
    """Recognises keys, remembering each that was right for a few seconds.

    Without it every poll of a client would begin with a query. A revoked key therefore works for up to
    ``seconds`` more. Wrong keys are never remembered, so a new key works at once.
    """

    def __init__(
        self, database: Database, seconds: float = 4.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[int, float]] = {}

    def remembered(self, secret: str | None) -> int | None:
        """The team of a key that was recognised a moment ago, without any query; else None."""
        if not secret or len(secret) > _MAX_KEY_CHARACTERS:
            return None
        with self._lock:
            team_id, expires = self._known.get(hash_key(secret), (None, 0.0))
        return team_id if self._clock() < expires else None

    def team_of(self, secret: str | None) -> int | None:
        """The id of the key's team, or None when the key is missing or wrong."""
        team_id = self.remembered(secret)
        if team_id is not None or not secret:
            return team_id
        moment = self._clock()
        with self._database.read() as session:
            team_id = authenticate(session, secret)
        if team_id is not None:
            self._remember(hash_key(secret), team_id, moment)
        return team_id

    def _remember(self, digest: str, team_id: int, moment: float) -> None:
        with self._lock:
            self._known = {known: entry for known, entry in self._known.items() if entry[1] > moment}
            self._known[digest] = (team_id, moment + self._seconds)
