"""The page of the API's documentation works on a machine without a network."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from docassay.api.docs_page import docs_page


def test_the_page_shows_every_operation_and_loads_nothing(anonymous: TestClient) -> None:
    answer = anonymous.get("/docs")
    assert answer.status_code == 200
    page = answer.text
    assert re.findall(r"https?://|<script|<link|<img|@import", page) == []
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    for path, item in anonymous.get("/openapi.json").json()["paths"].items():
        for method in item:
            assert f"{method.upper()} {path}" in page


def test_every_link_of_the_page_leads_somewhere(anonymous: TestClient) -> None:
    page = anonymous.get("/docs").text
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets
    assert targets <= set(re.findall(r'id="([^"]+)"', page))


def test_the_pages_that_load_scripts_from_elsewhere_are_gone(anonymous: TestClient) -> None:
    assert anonymous.get("/redoc").status_code == 404


def test_text_of_the_document_is_escaped() -> None:
    operation = {
        "summary": "<b>",
        "parameters": [{"name": "<i>", "in": "query", "schema": {"default": "<u>"}}],
    }
    page = docs_page({"info": {"title": "<t>", "version": "1"}, "paths": {"/<a>": {"get": operation}}})
    assert not re.search(r"<[abtu]>|<i>", page.replace("<tr>", ""))
