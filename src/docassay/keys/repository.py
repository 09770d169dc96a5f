"""Queries of teams and API keys."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docassay.keys.models import ApiKey, Team


def find_team(session: Session, name: str) -> Team | None:
    """The team of this name."""
    return session.scalar(select(Team).where(Team.name == name))


def find_key(session: Session, key_id: int) -> ApiKey | None:
    """The key with this id, revoked or not."""
    return session.get(ApiKey, key_id)


def find_active_key(session: Session, key_hash: str) -> ApiKey | None:
    """The key with this hash unless it is revoked."""
    return session.scalar(select(ApiKey).where(ApiKey.key_hash == key_hash, ApiKey.revoked.is_(None)))


def has_active_key(session: Session) -> bool:
    """Whether any key of any team can be used."""
    count = session.scalar(select(func.count()).select_from(ApiKey).where(ApiKey.revoked.is_(None)))
    return bool(count)


def list_keys_with_teams(session: Session) -> list[tuple[ApiKey, Team]]:
    """All keys, oldest first, each with its team."""
    rows = session.execute(select(ApiKey, Team).join(Team, Team.id == ApiKey.team_id).order_by(ApiKey.id))
    return [(key, team) for key, team in rows]
