"""Broken, oversized and malicious input ends as a clear 4xx or a failed file; nothing else notices."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from docassay.client import Client
from docassay.client.content_types import content_type_of
from docassay.testing.documents import make_documents
from docassay.testing.hostile import HostileDocument, make_hostile_corpus

RUBRIC = {
    "name": "Hostile",
    "rules": [
        {"name": "Text is complete", "type": "page", "check": "text.layer_recall"},
        {"name": "Text is kept", "type": "page", "check": "text.layer_precision"},
        {"name": "Order", "type": "page", "check": "order.lis"},
        {"name": "Tables are sound", "type": "block", "check": "table.wellformed"},
        {"name": "No repetition", "type": "document", "check": "output.repetition"},
    ],
}
HUGE = 10**400
DEEP = "[" * 20_000


@pytest.fixture(scope="module")
def client(live_server: Any) -> Iterator[Client]:
    with live_server.client() as client:
        yield client


@pytest.fixture(scope="module")
def http(live_server: Any) -> Iterator[httpx.Client]:
    with live_server.http() as http:
        yield http


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[HostileDocument]:
    return make_hostile_corpus(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def rubric_id(client: Client) -> int:
    return client.rubrics.create("Hostile", RUBRIC)["id"]


def check_refusal(response: httpx.Response, what: object) -> None:
    """A 4xx whose ``detail`` a person can read."""
    assert 400 <= response.status_code < 500, (what, response.status_code, response.text[:300])
    detail = response.json()["detail"]
    if isinstance(detail, list):
        assert detail, what
        for entry in detail:
            assert entry["loc"], what
            assert len(entry["msg"]) > 5, what
    else:
        assert re.search(r"\w+ \w+", detail), (what, detail)
    assert "Traceback" not in response.text, what


def upload(http: httpx.Client, document: HostileDocument) -> int | None:
    """The id of the uploaded file, or None when the server refused it, and why is readable."""
    content_type = content_type_of(document.path)
    ticket = http.post(
        "/api/v1/files/upload", json={"filename": document.upload_name, "content_type": content_type}
    )
    if ticket.status_code != 200:
        check_refusal(ticket, document.what)
        return None
    sent = httpx.put(
        ticket.json()["upload_url"],
        content=document.path.read_bytes(),
        headers={"Content-Type": content_type},
        timeout=60,
    )
    if sent.status_code != 200:
        check_refusal(sent, document.what)
        return None
    file_id = int(ticket.json()["file_id"])
    confirmed = http.get(f"/api/v1/files/{file_id}/confirm")
    assert confirmed.status_code == 200, (document.what, confirmed.text)
    metadata = http.get(f"/api/v1/files/{file_id}").json()
    assert not re.search(r"[/\\\x00-\x1f]", metadata["original_filename"]), document.what
    link = http.get(f"/api/v1/files/{file_id}/download").json()["download_url"]
    assert httpx.get(link).content == document.path.read_bytes(), document.what
    return file_id


def test_a_run_over_hostile_files_ends_with_a_result_for_each(
    client: Client,
    http: httpx.Client,
    corpus: list[HostileDocument],
    rubric_id: int,
    tmp_path: Path,
) -> None:
    accepted: list[HostileDocument] = []
    ids: list[int] = []
    for document in corpus:
        file_id = upload(http, document)
        if file_id is None:
            assert document.expectation != "converts", document.what
        else:
            accepted.append(document)
            ids.append(file_id)
    good = make_documents(tmp_path / "good", 3, seed=77)
    ids += client.files.upload_many([(path, path.name) for path in good])
    collection_id = client.collections.create("Hostile")["id"]
    client.collections.add_files(collection_id, ids)
    run = client.runs.start(collection_id, rubric_id, output_format="markdown,html,json,chunks")
    run = client.runs.wait(run["id"], timeout_seconds=200)
    files = list(client.runs.files(run["id"]))

    assert (run["status"], run["completed_files"]) == ("completed", len(ids))
    assert len(files) == len(ids)
    for document, file in zip(accepted, files, strict=False):
        what = (document.what, file)
        assert file["status"] in ("complete", "failed"), what
        if document.expectation == "converts":
            assert file["status"] == "complete", what
        if document.expectation == "fails":
            assert (file["status"], file["outcome"]) == ("failed", "failed"), what
        if file["status"] == "failed":
            assert file["error_code"] != "internal", what
            assert len(file["error"] or "") > 10, what
            assert "Traceback" not in (file["error"] or ""), what
        check_shown(http, "convert", file["lookup_key"], document)
    assert [file["outcome"] for file in files[len(accepted) :]] == ["scored"] * len(good)


def check_shown(http: httpx.Client, operation: str, key: str, document: HostileDocument) -> dict[str, Any]:
    """The answer and the thumbnails of a result can be fetched, and tell nothing that they should not."""
    answer = http.get(f"/api/v1/{operation}/{key}")
    assert answer.status_code == 200, (document.what, answer.text)
    pictures = http.get(f"/api/v1/thumbnails/{key}", params={"page_range": "0", "thumb_width": 60})
    assert pictures.status_code == 200, (document.what, pictures.text)
    assert pictures.json()["success"] or pictures.json()["error"], document.what
    if document.forbidden_text:
        assert document.forbidden_text not in answer.text, document.what
        assert document.forbidden_text not in pictures.text, document.what
    shown: dict[str, Any] = answer.json()
    return shown


def test_every_hostile_file_sent_to_convert_is_answered(
    http: httpx.Client, corpus: list[HostileDocument], wait_until: Callable[..., Any]
) -> None:
    accepted: list[tuple[HostileDocument, str]] = []
    for document in corpus:
        with document.path.open("rb") as content:
            response = http.post(
                "/api/v1/convert",
                files={"file": (document.upload_name, content, content_type_of(document.path))},
                data={"output_format": "markdown,json", "skip_cache": "true"},
            )
        if response.status_code == 200:
            accepted.append((document, response.json()["request_id"]))
        else:
            check_refusal(response, document.what)
            assert document.expectation != "converts", document.what
    for document, request_id in accepted:
        path = f"/api/v1/convert/{request_id}"
        wait_until(lambda p=path: http.get(p).json()["status"] != "processing", seconds=120)
        shown = check_shown(http, "convert", request_id, document)
        if document.expectation != "either":
            assert shown["status"] == {"converts": "complete", "fails": "failed"}[document.expectation], (
                document.what,
                shown["error"],
            )
        if shown["status"] == "failed":
            assert len(shown["error"]) > 10, document.what


# -- requests that are wrong in themselves -----------------------------------------------------------------


@pytest.fixture(scope="module")
def ids(client: Client, http: httpx.Client, rubric_id: int, tmp_path_factory: Any) -> dict[str, Any]:
    """One of everything that the first team has."""
    folder = tmp_path_factory.mktemp("own")
    (path,) = make_documents(folder, 1, seed=5)
    file_id = client.files.upload(path)
    collection_id = client.collections.create("Own")["id"]
    client.collections.add_files(collection_id, [file_id])
    run = client.runs.start(collection_id, rubric_id)
    run = client.runs.wait(run["id"], timeout_seconds=60)
    (row,) = client.runs.files(run["id"])
    request_id = client.documents.submit("convert", path, save_checkpoint=True)
    checkpoint_id = client.documents.wait("convert", request_id)["checkpoint_id"]
    assert checkpoint_id
    return {
        "spare_collection": client.collections.create("Spare")["id"],
        "spare_rubric": client.rubrics.create("Spare", RUBRIC)["id"],
        "file": file_id,
        "reference": client.files.get(file_id)["reference"],
        "collection": collection_id,
        "rubric": rubric_id,
        "run": run["id"],
        "row": row["request_id"],
        "lookup_key": row["lookup_key"],
        "request": request_id,
        "checkpoint": checkpoint_id,
    }


ROUTES_WITH_IDS = (
    ("GET", "/api/v1/files/{file}"),
    ("GET", "/api/v1/files/{file}/confirm"),
    ("GET", "/api/v1/files/{file}/download"),
    ("DELETE", "/api/v1/files/{file}"),
    ("GET", "/api/v1/collections/{collection}"),
    ("PUT", "/api/v1/collections/{collection}"),
    ("DELETE", "/api/v1/collections/{collection}"),
    ("GET", "/api/v1/collections/{collection}/files"),
    ("POST", "/api/v1/collections/{collection}/files"),
    ("DELETE", "/api/v1/collections/{collection}/files/{file}"),
    ("GET", "/api/v1/eval_rubrics/{rubric}"),
    ("PUT", "/api/v1/eval_rubrics/{rubric}"),
    ("DELETE", "/api/v1/eval_rubrics/{rubric}"),
    ("GET", "/api/v1/eval_batch_runs/{run}"),
    ("GET", "/api/v1/eval_batch_runs/{run}/results"),
    ("GET", "/api/assay/runs/{run}"),
    ("POST", "/api/assay/runs/{run}/cancel"),
    ("GET", "/api/assay/runs/{run}/files"),
    ("GET", "/api/assay/runs/{run}/files/{row}/items"),
    ("GET", "/api/assay/runs/{run}/summary"),
    ("GET", "/api/v1/convert/{lookup_key}"),
    ("GET", "/api/v1/convert/{request}"),
    ("GET", "/api/v1/marker/{request}"),
    ("GET", "/api/v1/extract/{lookup_key}"),
    ("GET", "/api/v1/segment/{lookup_key}"),
    ("GET", "/api/v1/ocr/{request}"),
    ("GET", "/api/v1/thumbnails/{lookup_key}"),
    ("GET", "/api/v1/thumbnails/{request}"),
)
BODY_FOR = {
    "PUT": {"name": "Taken over"},
    "POST": {"uploaded_file_ids": [1]},
}


def call(http: httpx.Client, method: str, path: str) -> httpx.Response:
    return http.request(method, path, json=BODY_FOR.get(method))


def test_the_things_of_another_team_are_unknown(
    live_server: Any, http: httpx.Client, run_cli: Callable[..., Any], ids: dict[str, Any], client: Client
) -> None:
    made = run_cli(live_server.data_dir, "key", "create", "spy", "--team", "other", "--json")
    with live_server.http(json.loads(made.stdout)["key"]) as other:
        for method, route in ROUTES_WITH_IDS:
            response = call(other, method, route.format(**ids))
            check_refusal(response, (method, route))
            assert response.status_code == 404, (method, route, response.text)
        own_rubric = other.post("/api/v1/eval_rubrics", json={"name": "O", "eval_definition": RUBRIC}).json()
        own = other.post("/api/v1/collections", json={"name": "O"}).json()
        foreign: tuple[tuple[str, dict[str, Any]], ...] = (
            (
                "/api/v1/eval_batch_runs",
                {"collection_id": ids["collection"], "eval_rubric_id": own_rubric["id"]},
            ),
            ("/api/assay/runs", {"collection_id": own["id"], "eval_rubric_id": ids["rubric"]}),
            (f"/api/v1/collections/{own['id']}/files", {"uploaded_file_ids": [ids["file"]]}),
        )
        for path, body in foreign:
            response = other.post(path, json=body)
            check_refusal(response, (path, body))
        for form in (
            {"file_url": ids["reference"]},
            {"file_url": ids["reference"], "eval_rubric_id": ids["rubric"]},
        ):
            check_refusal(other.post("/api/v1/convert", data=form), form)
        form = {
            "checkpoint_id": ids["checkpoint"],
            "page_schema": '{"properties": {"a": {"type": "string"}}}',
        }
        check_refusal(other.post("/api/v1/extract", data=form), form)
        for listing, key in (
            ("/api/v1/files", "files"),
            ("/api/v1/eval_batch_runs", "batch_runs"),
        ):
            assert other.get(listing).json()[key] == []
        assert [c["id"] for c in other.get("/api/v1/collections").json()["collections"]] == [own["id"]]
        assert [r["id"] for r in other.get("/api/v1/eval_rubrics").json()["rubrics"]] == [own_rubric["id"]]
    assert client.collections.get(ids["collection"])["name"] == "Own"
    assert client.collections.get(ids["collection"])["file_count"] == 1


@pytest.mark.parametrize(
    "odd", ["0", "-1", "999999999", str(2**31), str(2**63), str(HUGE), "abc", "1e3", "%00", "%2e%2e"]
)
def test_odd_ids_are_unknown_or_wrong(http: httpx.Client, odd: str) -> None:
    for method, route in ROUTES_WITH_IDS:
        path = re.sub(r"\{\w+\}", odd, route)
        response = call(http, method, path)
        check_refusal(response, (method, path[:80]))


def test_requests_without_a_key_are_turned_away(live_server: Any, ids: dict[str, Any]) -> None:
    with httpx.Client(base_url=live_server.url) as nobody:
        for method, route in ROUTES_WITH_IDS:
            assert call(nobody, method, route.format(**ids)).status_code == 401, route
        for path in ("convert", "marker", "extract", "segment", "ocr"):
            assert nobody.post(f"/api/v1/{path}", files={"file": ("a.pdf", b"x")}).status_code == 401
        for path in ("collections", "eval_rubrics", "eval_batch_runs", "files/upload"):
            assert nobody.post(f"/api/v1/{path}", json={}).status_code == 401


JSON_ROUTES = (
    ("POST", "/api/v1/files/upload", {"filename": "a.pdf", "content_type": "application/pdf"}),
    ("POST", "/api/v1/collections", {"name": "A"}),
    ("PUT", "/api/v1/collections/{spare_collection}", {"name": "B", "description": "", "archived": False}),
    ("POST", "/api/v1/collections/{spare_collection}/files", {"uploaded_file_ids": [1]}),
    ("POST", "/api/v1/eval_rubrics", {"name": "A", "eval_definition": RUBRIC}),
    ("PUT", "/api/v1/eval_rubrics/{spare_rubric}", {"name": "B", "eval_definition": RUBRIC}),
    ("POST", "/api/v1/eval_batch_runs", {"collection_id": 1, "eval_rubric_id": 1}),
    ("POST", "/api/assay/runs", {"collection_id": 1, "eval_rubric_id": 1, "engine_options": {}}),
)
BODIES = (
    "", "null", "[]", "3", '"text"', "{", "{]", "\x00", "\ufeff{", '{"name": NaN}', DEEP,
    '{"name": ' + DEEP + "]" * len(DEEP) + "}", "[" * 101 + "]" * 101, '{"name": "\\ud800"}',
)  # fmt: skip
ODD_VALUES = (
    None, True, -1, 1.5, "", "\x00", "x" * 300_000, [], [None], {}, {"a": "\x00"}, 2**31, 2**64, HUGE,
    [HUGE], "1", [["deep"]],
)  # fmt: skip


@pytest.mark.parametrize(("method", "route", "body"), JSON_ROUTES)
def test_wrong_json_is_refused_with_the_reason(
    http: httpx.Client, ids: dict[str, Any], method: str, route: str, body: dict[str, Any]
) -> None:
    path = route.format(**ids)
    headers = {"Content-Type": "application/json"}
    for text in BODIES:
        response = http.request(method, path, content=text.encode("utf-8", "surrogatepass"), headers=headers)
        check_refusal(response, (method, route, text[:40]))
    check_refusal(http.request(method, path, content=b"\xff\xfe{", headers=headers), "not UTF-8")
    for field in body:
        for odd in ODD_VALUES:
            response = http.request(method, path, content=json.dumps({**body, field: odd}), headers=headers)
            if response.status_code != 200:
                check_refusal(response, (method, route, field, str(odd)[:40]))


def test_what_is_archived_empty_or_unusable_cannot_be_run(
    client: Client, http: httpx.Client, ids: dict[str, Any]
) -> None:
    def start(**fields: Any) -> httpx.Response:
        body = {"collection_id": ids["collection"], "eval_rubric_id": ids["rubric"], **fields}
        wire = http.post("/api/v1/eval_batch_runs", json=body)
        native = http.post("/api/assay/runs", json=body)
        assert wire.status_code == native.status_code
        check_refusal(wire, fields)
        check_refusal(native, fields)
        return wire

    empty = client.collections.create("Empty")["id"]
    assert start(collection_id=empty).status_code == 400
    archived = client.collections.create("Archived")["id"]
    http.put(f"/api/v1/collections/{archived}", json={"archived": True})
    assert "archived" in start(collection_id=archived).json()["detail"]
    old = client.rubrics.create("Old", RUBRIC)["id"]
    assert http.delete(f"/api/v1/eval_rubrics/{old}").status_code == 200
    assert "archived" in start(eval_rubric_id=old).json()["detail"]
    unknown = client.rubrics.create("Unknown", {"rules": [{"name": "X", "type": "page", "check": "no.such"}]})
    assert "no.such" in start(eval_rubric_id=unknown["id"]).json()["detail"]
    prompts = client.rubrics.create("Prompts", {"rules": [{"name": "X", "type": "page", "prompt": "Good?"}]})
    assert "judge" in start(eval_rubric_id=prompts["id"]).json()["detail"]
    nothing = client.rubrics.create("Nothing", {})
    assert start(eval_rubric_id=nothing["id"]).status_code == 400
    assert start(collection_id=999_999).status_code == 404
    assert start(eval_rubric_id=999_999).status_code == 404
    assert start(pipeline_id="pl_unknown").status_code == 404
    for fields in (
        {"eval_rubric_id": None},
        {"pipeline_type": "translate"},
        {"pipeline_type": "extract"},
        {"pipeline_type": "extract", "page_schema": "{"},
        {"pipeline_type": "extract", "page_schema": '{"type": "object"}'},
        {"pipeline_type": "segment"},
        {"pipeline_type": "segment", "segmentation_schema": DEEP},
        {"output_format": "pdf"},
    ):
        assert start(**fields).status_code == 422, fields


ODD_FORMS: tuple[dict[str, str], ...] = (
    {},
    {"output_format": "pdf"},
    {"output_format": "\x00"},
    {"mode": "psychic"},
    {"max_pages": "-1"},
    {"max_pages": str(HUGE)},
    {"max_pages": "many"},
    {"page_range": "9-1"},
    {"page_range": "1" * 5000},
    {"page_range": "a"},
    {"eval_rubric_id": "999999"},
    {"eval_rubric_id": str(HUGE)},
    {"file_url": "file:///etc/passwd"},
    {"file_url": "http://127.0.0.1:1/a.pdf"},
    {"file_url": "http://169.254.169.254/latest/meta-data"},
    {"file_url": "datalab://file-unknown"},
    {"file_url": "http://[::1"},
    {"file_url": "x" * 100_000},
    {"additional_config": "{"},
    {"additional_config": DEEP},
    {"webhook_url": "gopher://x"},
)


@pytest.mark.parametrize("operation", ["convert", "marker", "extract", "segment", "ocr"])
def test_odd_forms_are_refused_or_end_as_failed(
    http: httpx.Client, operation: str, wait_until: Callable[..., Any], tmp_path: Path
) -> None:
    (path,) = make_documents(tmp_path, 1, seed=9)
    schema = '{"type": "object", "properties": {"a": {"type": "string"}}}'
    needed = {
        "extract": {"page_schema": schema},
        "segment": {"segmentation_schema": '{"segments": [{"name": "A", "description": "a"}]}'},
    }.get(operation, {})
    accepted = []
    for form in ODD_FORMS:
        files = None if not form or "file_url" in form else {"file": (path.name, path.read_bytes())}
        response = http.post(f"/api/v1/{operation}", data={**needed, **form}, files=files)
        if response.status_code == 200:
            accepted.append((form, response.json()["request_id"]))
        else:
            check_refusal(response, (operation, str(form)[:80]))
    for form, request_id in accepted:
        result = f"/api/v1/{operation}/{request_id}"
        wait_until(lambda r=result: http.get(r).json()["status"] != "processing")
        answer = http.get(result).json()
        assert "file_url" not in form or answer["status"] == "failed", form


def test_odd_queries_are_refused(http: httpx.Client, ids: dict[str, Any]) -> None:
    for path, query in (
        ("/api/v1/files", {"limit": 0}),
        ("/api/v1/files", {"limit": 101}),
        ("/api/v1/files", {"offset": -1}),
        ("/api/v1/files", {"offset": HUGE}),
        ("/api/v1/collections", {"limit": "ten"}),
        ("/api/v1/collections", {"include_archived": "perhaps"}),
        ("/api/v1/eval_rubrics", {"limit": HUGE}),
        ("/api/v1/eval_batch_runs", {"collection_id": HUGE}),
        ("/api/v1/eval_batch_runs", {"eval_rubric_id": "x"}),
        ("/api/v1/collections/{collection}/files", {"cursor": "nonsense"}),
        ("/api/v1/collections/{collection}/files", {"cursor": "\x00"}),
        ("/api/assay/runs/{run}/files", {"cursor": "W10"}),
        ("/api/assay/runs/{run}/files", {"order": "random"}),
        ("/api/v1/thumbnails/{lookup_key}", {"thumb_width": HUGE}),
        ("/api/v1/thumbnails/{lookup_key}", {"page_range": "9-1"}),
        ("/api/v1/files/{file}/download", {"expires_in": 1}),
        ("/api/v1/files/{file}/content", {"expires": 1, "signature": "x"}),
    ):
        response = http.get(path.format(**ids), params=query)
        check_refusal(response, (path, str(query)[:60]))


def test_the_server_is_well_after_all_that(client: Client, ids: dict[str, Any], rubric_id: int) -> None:
    client.check_health()
    run = client.runs.start(ids["collection"], rubric_id, skip_cache=True)
    assert client.runs.wait(run["id"], timeout_seconds=60)["outcomes"]["scored"] == 1
