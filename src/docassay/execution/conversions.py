"""Conversions that exist already, by the identity of the work."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from docassay.db.base import now
from docassay.execution.models import OutputCacheEntry


class MadeConversion(NamedTuple):
    """A new conversion: where it is stored, and the content it was made from."""

    document_key: str
    sha256: str


def stored_conversions(session: Session, identities: Collection[str]) -> dict[str, str]:
    """The blob keys of those conversions that exist, by identity."""
    rows = session.execute(
        select(OutputCacheEntry.key, OutputCacheEntry.document_key).where(
            OutputCacheEntry.key.in_(set(identities))
        )
    )
    return {row.key: row.document_key for row in rows}


def remember_conversions(session: Session, made: Mapping[str, MadeConversion]) -> None:
    """Note new conversions by identity; one that is known already stays as it is."""
    known = stored_conversions(session, made) if made else {}
    rows = [
        {"key": identity, "document_key": new.document_key, "sha256": new.sha256, "created": now()}
        for identity, new in made.items()
        if identity not in known
    ]
    if rows:
        session.execute(insert(OutputCacheEntry), rows)


def forget_conversions(session: Session, sha256: str) -> list[str]:
    """Forget every conversion of a document; returns their blob keys, for the caller to delete."""
    forgotten = session.scalars(
        delete(OutputCacheEntry)
        .where(OutputCacheEntry.sha256 == sha256)
        .returning(OutputCacheEntry.document_key)
    )
    return list(forgotten)
