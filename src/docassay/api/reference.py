"""The OpenAPI document: FastAPI's, with the error answers as this server really gives them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from docassay.settings import Settings

_VALIDATION_ERROR: Final[dict[str, Any]] = {
    "type": "object",
    "title": "ValidationError",
    "description": "A field that is wrong: where it is, what is wrong with it and a stable kind.",
    "properties": {
        "loc": {"type": "array", "items": {}, "title": "Location"},
        "msg": {"type": "string", "title": "Message"},
        "type": {"type": "string", "title": "Error Type"},
    },
    "required": ["loc", "msg", "type"],
}
_HTTP_VALIDATION_ERROR: Final[dict[str, Any]] = {
    "type": "object",
    "title": "HTTPValidationError",
    "properties": {
        "detail": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/ValidationError"},
            "title": "Detail",
        }
    },
    "required": ["detail"],
}
_HTTP_ERROR: Final[dict[str, Any]] = {
    "type": "object",
    "title": "HTTPError",
    "description": "Every other error: what is wrong and what to do next.",
    "properties": {"detail": {"type": "string", "title": "Detail"}},
    "required": ["detail"],
}


def set_openapi(app: FastAPI) -> None:
    """Make ``app.openapi()`` and ``/openapi.json`` answer with the corrected document."""

    def build() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                openapi_version=app.openapi_version,
            )
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas["ValidationError"] = _VALIDATION_ERROR
            schemas["HTTPValidationError"] = _HTTP_VALIDATION_ERROR
            schemas["HTTPError"] = _HTTP_ERROR
            for item in document["paths"].values():
                _add_form_errors(item)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = build  # type: ignore[method-assign] # FastAPI documents this as the way to extend it


def _add_form_errors(item: dict[str, Any]) -> None:
    """Name the 422 of routes that read their form themselves, which FastAPI does not know about."""
    for operation in item.values():
        if isinstance(operation, dict) and "requestBody" in operation:
            operation["responses"].setdefault(
                "422",
                {
                    "description": "Validation Error",
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/HTTPValidationError"}}
                    },
                },
            )


def openapi_json() -> str:
    """The OpenAPI document as indented JSON, without touching any data folder."""
    from docassay.app import create_app

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.model_validate({"data_dir": Path(folder), "database_url": "sqlite://"}))
        document = app.openapi()
        app.state.services.database.dispose()
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
