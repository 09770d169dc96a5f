"""Signatures of links and the secret behind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from docassay.api.signing import Signer, load_secret
from docassay.errors import Forbidden

SIGNER = Signer(b"s" * 32)


def check(
    signature: str, *terms: str | int, method: str = "PUT", resource: str = "a", expires: int = 10
) -> None:
    SIGNER.check(signature, method, resource, *terms, expires=expires, at=9.9)


def test_a_signature_is_good_for_exactly_what_was_signed() -> None:
    signature = SIGNER.sign("PUT", "a", "application/pdf", 5, expires=10)
    check(signature, "application/pdf", 5)
    for wrong in (
        lambda: check(signature, "text/html", 5),
        lambda: check(signature, "application/pdf", 6),
        lambda: check(signature, "application/pdf", 5, method="GET"),
        lambda: check(signature, "application/pdf", 5, resource="b"),
        lambda: check(signature, "application/pdf", 5, expires=11),
        lambda: check(signature),
        lambda: check("", "application/pdf", 5),
        lambda: check("\ud800", "application/pdf", 5),
    ):
        with pytest.raises(Forbidden, match="signature"):
            wrong()


def test_terms_cannot_be_shifted_into_each_other() -> None:
    assert SIGNER.sign("PUT", "a", "b\nc", expires=1) != SIGNER.sign("PUT", "a", "b", "c", expires=1)


def test_a_link_ends_at_its_expiry() -> None:
    signature = SIGNER.sign("GET", "a", expires=10)
    with pytest.raises(Forbidden, match="expired"):
        SIGNER.check(signature, "GET", "a", expires=10, at=10.0)


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    secret = load_secret(folder)
    assert len(secret) == 32
    assert load_secret(folder) == secret
    assert [path.name for path in folder.iterdir()] == ["secret.key"]
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_damaged_secret_is_reported_instead_of_used(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"")
    with pytest.raises(RuntimeError, match="damaged"):
        load_secret(tmp_path)
