"""What routes ask for: the caller's team, a transaction, the services, the server's own address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader
from sqlalchemy.orm import Session

from docassay.api.services import Services
from docassay.errors import Unauthorized

API_KEY_HEADER = APIKeyHeader(
    name="X-API-Key",
    scheme_name="APIKeyHeader",
    description="A key made with `docassay key create`.",
    auto_error=False,
)


def get_services(request: Request) -> Services:
    """The services of this process."""
    services: Services = request.app.state.services
    return services


RequestServices = Annotated[Services, Depends(get_services)]


def get_current_team(
    services: RequestServices, key: Annotated[str | None, Security(API_KEY_HEADER)] = None
) -> int:
    """The id of the team whose key was sent. Raises Unauthorized; a missing and a wrong key look the same."""
    team_id = services.keys.team_of(key)
    if team_id is None:
        raise Unauthorized
    return team_id


CurrentTeam = Annotated[int, Depends(get_current_team)]
"""The caller's team id; a route that asks for it needs an API key."""


def get_read_session(services: RequestServices, _team: CurrentTeam) -> Iterator[Session]:
    """A snapshot to read from; opened only for callers with a key."""
    with services.database.read() as session:
        yield session


def get_write_session(services: RequestServices, _team: CurrentTeam) -> Iterator[Session]:
    """The one transaction of the request, committed before the answer is sent, rolled back on any error."""
    with services.database.write() as session:
        yield session


ReadSession = Annotated[Session, Depends(get_read_session, scope="function")]
WriteSession = Annotated[Session, Depends(get_write_session, scope="function")]


def get_public_url(request: Request, services: RequestServices) -> str:
    """The base address that clients reach this server at, without a slash at its end."""
    base = services.settings.public_url or str(request.base_url)
    return base.rstrip("/")


PublicUrl = Annotated[str, Depends(get_public_url)]
