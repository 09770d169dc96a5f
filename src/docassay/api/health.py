"""Is the server there, and does the key work?"""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from docassay.api.dependencies import CurrentTeam

router = APIRouter(tags=["health"])


class StatusOk(BaseModel):
    """Always ``ok``; anything else is an error answer."""

    status: str


@router.get("/health", summary="Check the server")
def get_health() -> StatusOk:
    """Answers without a key."""
    return StatusOk(status="ok")


@router.get("/user_health", summary="Check the key")
def get_user_health(_team: CurrentTeam) -> StatusOk:
    """Answers callers with a key."""
    return StatusOk(status="ok")
