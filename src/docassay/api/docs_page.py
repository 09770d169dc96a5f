"""``/docs``: the OpenAPI document as one plain page, without scripts and without anything from elsewhere.

FastAPI's own page loads its scripts from a public network, which a machine without one cannot, and which
could read any key that a user types into it.
"""

from __future__ import annotations

from html import escape
from typing import Any, Final

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #8886; }
h3 { margin-bottom: 0; font: 600 1rem ui-monospace, monospace; }
p { margin: .2rem 0 .6rem; }
table { border-collapse: collapse; margin: .4rem 0 1rem; }
td, th { text-align: left; vertical-align: top; padding: .15rem 1rem .15rem 0; }
code { font-family: ui-monospace, monospace; }
"""


def add_docs_page(app: FastAPI) -> None:
    """Serve the page; it is built from ``app.openapi()`` on every request and shows what that says."""

    @app.get("/docs", include_in_schema=False)
    def get_docs() -> HTMLResponse:
        return HTMLResponse(
            docs_page(app.openapi()),
            headers={"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"},
        )


def docs_page(document: dict[str, Any]) -> str:
    """An OpenAPI document as HTML: operations by tag, then the objects that they speak of."""
    info = document["info"]
    by_tag: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = item[method]
                tag = (operation.get("tags") or ["other"])[0]
                by_tag.setdefault(tag, []).append(_operation(method, path, operation))
    schemas = document.get("components", {}).get("schemas", {})
    sections = [f"<h2>{escape(tag)}</h2>{''.join(operations)}" for tag, operations in by_tag.items()]
    objects = "".join(_object(name, schema) for name, schema in sorted(schemas.items()))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        f"<style>{_STYLE}</style></head><body>"
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>"
        f"<p>{escape(info.get('description', ''))}</p>"
        '<p>For machines: <a href="openapi.json">openapi.json</a>. '
        "Send your key as <code>X-API-Key</code>.</p>"
        f"{''.join(sections)}<h2>Objects</h2>{objects}</body></html>\n"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = [
        (each["name"], each["in"], each.get("schema", {}), each.get("required", False))
        for each in operation.get("parameters", [])
    ]
    body = ""
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = content.get("schema", {})
        if "properties" in schema:
            required = schema.get("required", [])
            rows += [(name, "form", field, name in required) for name, field in schema["properties"].items()]
        else:
            body = f"<p>Body: {_type(schema)} ({escape(media_type)})</p>"
    answer = operation.get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
    answered = f"<p>Answer: {_type(answer['schema'])}</p>" if answer.get("schema") else ""
    return (
        f"<h3>{method.upper()} {escape(path)}</h3>"
        f"<p>{escape(operation.get('description') or operation.get('summary', ''))}</p>"
        f"{_table(rows)}{body}{answered}"
    )


def _object(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = [(key, "", field, key in required) for key, field in schema.get("properties", {}).items()]
    return (
        f'<h3 id="{escape(name)}">{escape(name)}</h3>'
        f"<p>{escape(schema.get('description', ''))}</p>{_table(rows)}"
    )


def _table(rows: list[tuple[str, str, dict[str, Any], bool]]) -> str:
    if not rows:
        return ""
    cells = (
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(place)}</td><td>{_type(schema)}</td>"
        f"<td>{'required' if is_required else _default(schema)}</td></tr>"
        for name, place, schema, is_required in rows
    )
    return f"<table>{''.join(cells)}</table>"


def _default(schema: dict[str, Any]) -> str:
    return f"default {escape(str(schema['default']))}" if schema.get("default") is not None else "optional"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return " | ".join(_type(choice) for choice in choices)
    if "enum" in schema:
        return " | ".join(escape(repr(value)) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"array of {_type(schema.get('items', {}))}"
    return escape(str(schema.get("format") or schema.get("type") or "any"))
