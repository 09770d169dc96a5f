"""The names of blobs: one function per kind, so that nobody spells a key by hand."""

from __future__ import annotations


def document_key(sha256: str) -> str:
    """An uploaded document, by the hash of its bytes."""
    return f"documents/{sha256[:2]}/{sha256}"


CONVERSIONS = "conversions"
"""Prefix of converted documents; the table of known conversions says which is which."""


def source_layers_prefix(sha256: str) -> str:
    """Every version of a document's source layer."""
    return f"layers/{sha256[:2]}/{sha256}"


def source_layer_key(sha256: str, layer_version: str) -> str:
    """The source layer of a document."""
    return f"{source_layers_prefix(sha256)}/{layer_version}"


def run_prefix(run_id: int) -> str:
    """Everything that belongs to one run."""
    return f"runs/{run_id}"


def judgements_prefix(sha256: str) -> str:
    """Every answer of a judge about a document: they quote it, so they go when it goes."""
    return f"judgements/{sha256[:2]}/{sha256}"


def judgement_key(sha256: str, prompt_hash: str) -> str:
    """A judge's answer about a document, by the hash of all that it depends on."""
    return f"{judgements_prefix(sha256)}/{prompt_hash}"


REQUESTS = "requests"
"""Prefix of the answers to single requests."""


def request_result_key(request_id: str) -> str:
    """The answer to one request."""
    return f"{REQUESTS}/{request_id[:2]}/{request_id}"
