"""The names of blobs: one function per kind, so that nobody spells a key by hand."""

from __future__ import annotations


def document_key(sha256: str) -> str:
    """An uploaded document, by the hash of its bytes."""
    return f"documents/{sha256[:2]}/{sha256}"


def conversion_key(identity: str) -> str:
    """A converted ``Document``, by the identity of the work (content, engine, options)."""
    return f"conversions/{identity[:2]}/{identity}"


def source_layer_key(sha256: str, layer_version: str) -> str:
    """The source layer of a document."""
    return f"layers/{sha256[:2]}/{sha256}.{layer_version}"


def run_prefix(run_id: int) -> str:
    """Everything that belongs to one run."""
    return f"runs/{run_id}"


def run_result_key(run_id: int, position: int) -> str:
    """The answer and items of one file of a run."""
    return f"{run_prefix(run_id)}/{position // 1000}/{position}"


def request_result_key(request_id: str) -> str:
    """The answer to one request."""
    return f"requests/{request_id[:2]}/{request_id}"
