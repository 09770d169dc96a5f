"""API keys: over HTTP and in the service."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from docassay.db.database import Database
from docassay.errors import CannotUse, NotFound
from docassay.keys import service
from docassay.keys.models import ApiKey
from docassay.keys.service import KeyRing

REFUSED = {"detail": "Invalid API key provided. Set the X-API-Key header to your API key."}


@pytest.mark.parametrize("key", [None, "", "dk_wrong", "x" * 10_000, "dk_\xe9"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/user_health"),
        ("GET", "/api/v1/collections"),
        ("GET", "/api/v1/files/1"),
        ("POST", "/api/v1/collections"),
        ("POST", "/api/v1/convert"),
    ],
)
def test_a_missing_and_a_wrong_key_get_the_documented_answer(
    anonymous: TestClient, key: str | None, method: str, path: str
) -> None:
    headers = {} if key is None else {"X-API-Key": key.encode("latin-1")}
    body = b"{not even json" if method == "POST" else None
    answer = anonymous.request(
        method, path, headers={**headers, "Content-Type": "application/json"}, content=body
    )
    assert (answer.status_code, answer.json()) == (401, REFUSED)


def test_health_needs_no_key_and_user_health_does(client: TestClient, anonymous: TestClient) -> None:
    assert anonymous.get("/api/v1/health").json() == {"status": "ok"}
    assert client.get("/api/v1/user_health").json() == {"status": "ok"}


def test_header_names_do_not_care_about_case(client: TestClient, anonymous: TestClient) -> None:
    key = client.headers["X-API-Key"]
    assert anonymous.get("/api/v1/user_health", headers={"x-api-key": key}).status_code == 200


def test_only_a_hash_of_a_key_is_stored(database: Database) -> None:
    with database.write() as session:
        key, secret = service.create_key(session, "default", "laptop")
        assert secret.startswith("dk_")
        assert len(secret) == 35
        assert secret.startswith(key.prefix)
        columns = [getattr(key, column.key) for column in ApiKey.__table__.columns]
        assert secret not in map(str, columns)
        assert service.authenticate(session, secret) == key.team_id


def test_a_revoked_key_is_unknown(database: Database) -> None:
    with database.write() as session:
        key, secret = service.create_key(session)
        revoked = service.revoke_key(session, key.id)
        assert revoked.revoked is not None
        assert service.authenticate(session, secret) is None
        assert service.revoke_key(session, key.id).revoked == revoked.revoked
        with pytest.raises(NotFound):
            service.revoke_key(session, 4711)


def test_the_first_key_is_made_once_and_again_when_all_are_revoked(database: Database) -> None:
    with database.write() as session:
        first = service.ensure_first_key(session)
        assert first is not None
        assert service.ensure_first_key(session) is None
        [(key, team)] = service.list_keys(session)
        assert team.name == "default"
        service.revoke_key(session, key.id)
        second = service.ensure_first_key(session)
        assert second not in {None, first}
        assert service.authenticate(session, second) == team.id


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "a\nb"])
def test_unusable_names_are_refused(database: Database, name: str) -> None:
    with database.write() as session:
        with pytest.raises(CannotUse):
            service.create_key(session, "default", name)
        with pytest.raises(CannotUse):
            service.create_key(session, name, "key")


def test_revoking_takes_effect_within_five_seconds(database: Database) -> None:
    moment = [100.0]
    ring = KeyRing(database, clock=lambda: moment[0])
    with database.write() as session:
        key, secret = service.create_key(session)
    assert ring.team_of(secret) == key.team_id
    with database.write() as session:
        service.revoke_key(session, key.id)
    assert ring.remembered(secret) == key.team_id
    moment[0] += 5
    assert ring.remembered(secret) is None
    assert ring.team_of(secret) is None


def test_a_new_key_works_at_once(database: Database) -> None:
    ring = KeyRing(database)
    assert ring.team_of("dk_unknown") is None
    with database.write() as session:
        key, secret = service.create_key(session)
    assert ring.team_of(secret) == key.team_id
