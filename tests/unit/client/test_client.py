"""The client sends what the surface asks for and turns refusals into readable errors."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from docassay.client import ApiError, Client, UnreachableError, WaitTimeoutError
from docassay.client.content_types import CONTENT_TYPES, content_type_of, is_supported
from docassay.client.errors import readable_detail
from docassay.readers.detect import FILE_TYPES, supported_extensions

Handler = Callable[[httpx.Request], httpx.Response]


class Recorder:
    """A pretended server: answers from a table of ``"METHOD /path"`` and keeps the requests."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.requests: list[httpx.Request] = []
        self.naps: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers[f"{request.method} {request.url.path}"]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def client(self) -> Client:
        return Client(
            "http://server:1/", "dk_1", http_transport=httpx.MockTransport(self), sleep=self.naps.append
        )

    def body(self, index: int = -1) -> Any:
        return json.loads(self.requests[index].content)


def run(status: str, completed: int = 0) -> dict[str, Any]:
    return {"id": 7, "status": status, "completed_files": completed, "total_files": 2}


def test_an_upload_asks_for_a_url_puts_the_bytes_without_the_key_and_confirms(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"content")
    server = Recorder(
        {
            "POST /api/v1/files/upload": {"file_id": 4, "upload_url": "/put/abc?sig=1"},
            "PUT /put/abc": httpx.Response(200),
            "GET /api/v1/files/4/confirm": {"success": True},
        }
    )
    with server.client() as client:
        assert client.files.upload(path, name="sub/a.docx") == 4
    ask, put, confirm = server.requests
    assert server.body(0) == {"filename": "sub/a.docx", "content_type": CONTENT_TYPES[".docx"]}
    assert ask.headers["X-API-Key"] == confirm.headers["X-API-Key"] == "dk_1"
    assert "X-API-Key" not in put.headers
    assert put.headers["Content-Type"] == CONTENT_TYPES[".docx"]
    assert put.headers["Content-Length"] == "7"
    assert put.content == b"content"
    assert str(put.url) == "http://server:1/put/abc?sig=1"


def test_a_refused_upload_says_why(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x")
    server = Recorder(
        {
            "POST /api/v1/files/upload": {"file_id": 4, "upload_url": "http://server:1/put"},
            "PUT /put": httpx.Response(413, json={"detail": "The file is too large."}),
        }
    )
    with server.client() as client, pytest.raises(ApiError, match="too large") as caught:
        client.files.upload(path)
    assert caught.value.status == 413


def test_many_files_are_uploaded_in_order_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x")
    tickets = [{"file_id": number, "upload_url": "http://server:1/put"} for number in (8, 9)]
    server = Recorder(
        {
            "POST /api/v1/files/upload": tickets,
            "PUT /put": httpx.Response(200),
            "GET /api/v1/files/8/confirm": {},
            "GET /api/v1/files/9/confirm": {},
        }
    )
    counted: list[int] = []
    with server.client() as client:
        assert client.files.upload_many([(path, "a.pdf"), (path, "b.pdf")], counted.append) == [8, 9]
    assert counted == [1, 2]


def test_starting_a_run_sends_only_what_was_given() -> None:
    server = Recorder({"POST /api/assay/runs": run("pending")})
    with server.client() as client:
        client.runs.start(3, 5, engine="built-in", engine_options={"seconds": 1})
    assert server.body() == {
        "collection_id": 3,
        "pipeline_type": "convert",
        "eval_rubric_id": 5,
        "engine": "built-in",
        "engine_options": {"seconds": 1},
    }


def test_starting_a_run_on_the_wire_sends_the_wires_fields() -> None:
    server = Recorder({"POST /api/v1/eval_batch_runs": run("pending")})
    with server.client() as client:
        client.runs.start_on_wire(3, 5, pipeline_type="extract", page_schema="{}")
    assert set(server.body()) == {
        "collection_id",
        "eval_rubric_id",
        "pipeline_type",
        "pipeline_id",
        "page_schema",
        "segmentation_schema",
        "output_format",
    }


def test_waiting_reports_every_state_and_slows_down() -> None:
    server = Recorder({"GET /api/assay/runs/7": [run("pending"), run("running", 1), run("completed", 2)]})
    seen: list[str] = []
    with server.client() as client:
        final = client.runs.wait(7, on_progress=lambda state: seen.append(state["status"]))
    assert final["status"] == "completed"
    assert seen == ["pending", "running", "completed"]
    assert len(server.naps) == 2
    assert server.naps[1] > server.naps[0]


def test_waiting_ends_when_the_time_is_over() -> None:
    server = Recorder({"GET /api/assay/runs/7": run("running")})
    ticks = iter(range(100))
    with server.client() as client, pytest.raises(WaitTimeoutError, match="still running"):
        client.runs.wait(7, timeout_seconds=3, clock=lambda: float(next(ticks)))


def test_files_of_a_run_are_read_page_by_page() -> None:
    pages = [
        {"files": [{"request_id": 1}, {"request_id": 2}], "next_cursor": "c"},
        {"files": [{"request_id": 3}], "next_cursor": None},
    ]
    server = Recorder({"GET /api/assay/runs/7/files": pages})
    with server.client() as client:
        found = [file["request_id"] for file in client.runs.files(7, order="score", page_size=2)]
    assert found == [1, 2, 3]
    assert dict(server.requests[0].url.params) == {"limit": "2", "order": "score"}
    assert server.requests[1].url.params["cursor"] == "c"


def test_files_of_a_collection_are_read_page_by_page() -> None:
    pages = [
        {"files": [{"uploaded_file_id": 1}], "next_cursor": "c"},
        {"files": [{"uploaded_file_id": 2}], "next_cursor": None},
    ]
    server = Recorder({"GET /api/v1/collections/3/files": pages})
    with server.client() as client:
        assert [file["uploaded_file_id"] for file in client.collections.files(3)] == [1, 2]


def test_large_file_lists_are_added_in_several_requests() -> None:
    server = Recorder({"POST /api/v1/collections/3/files": {"id": 3, "file_count": 1}})
    with server.client() as client:
        client.collections.add_files(3, range(250))
        with pytest.raises(ValueError, match="no files"):
            client.collections.add_files(3, [])
    assert [len(json.loads(request.content)["uploaded_file_ids"]) for request in server.requests] == [
        100,
        100,
        50,
    ]


def test_results_are_written_as_they_come() -> None:
    server = Recorder({"GET /api/v1/eval_batch_runs/7/results": httpx.Response(200, content=b'{"a": 1}')})
    target = io.BytesIO()
    with server.client() as client:
        assert client.runs.save_results(7, target) == 8
    assert target.getvalue() == b'{"a": 1}'


def test_a_document_is_submitted_as_a_form_and_polled(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    server = Recorder(
        {
            "POST /api/v1/convert": {"request_id": "r1"},
            "GET /api/v1/convert/r1": [
                {"status": "processing"},
                {"status": "complete", "markdown": "# A"},
            ],
        }
    )
    with server.client() as client:
        result = client.documents.convert(path, output_format="markdown", paginate=True, max_pages=None)
    assert result["markdown"] == "# A"
    form = server.requests[0].content
    assert b'name="paginate"\r\n\r\ntrue' in form
    assert b"max_pages" not in form
    assert b'filename="a.pdf"\r\nContent-Type: application/pdf' in form


def test_a_failed_document_raises_the_servers_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    server = Recorder(
        {
            "POST /api/v1/convert": {"request_id": "r1"},
            "GET /api/v1/convert/r1": {"status": "failed", "error": "The PDF is encrypted."},
        }
    )
    with server.client() as client, pytest.raises(ApiError, match="encrypted"):
        client.documents.convert(path)


def test_a_busy_server_is_waited_for_as_long_as_it_asks() -> None:
    busy = httpx.Response(429, headers={"Retry-After": "2"}, json={"detail": "busy"})
    server = Recorder({"GET /api/v1/files/1": [busy, {"file_id": 1}]})
    with server.client() as client:
        assert client.files.get(1)["file_id"] == 1
    assert server.naps == [2.0]


def test_a_server_that_stays_busy_ends_in_an_error() -> None:
    server = Recorder(
        {
            "GET /api/v1/files/1": httpx.Response(
                429, headers={"Retry-After": "1"}, json={"detail": "Too many open requests."}
            )
        }
    )
    with server.client() as client, pytest.raises(ApiError, match="Too many open requests"):
        client.files.get(1)
    assert len(server.naps) == 5


@pytest.mark.parametrize(
    "failure", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("")]
)
def test_no_answer_is_an_error_that_names_the_server(failure: Exception) -> None:
    server = Recorder({"GET /api/v1/user_health": failure})
    with server.client() as client, pytest.raises(UnreachableError, match="http://server:1"):
        client.check_health()


def test_an_answer_that_is_not_json_is_explained() -> None:
    server = Recorder({"GET /api/v1/user_health": httpx.Response(200, text="<html>")})
    with server.client() as client, pytest.raises(ApiError, match="not JSON"):
        client.check_health()


def test_details_become_one_readable_line() -> None:
    problems = [
        {"loc": ["body", "page_schema"], "msg": "is missing", "type": "missing"},
        {"loc": ["query", "limit"], "msg": "is too large", "type": "x"},
    ]
    assert readable_detail(problems) == "page_schema: is missing; query.limit: is too large"
    assert readable_detail("Plain.") == "Plain."
    assert readable_detail(["odd", {"msg": "no place"}]) == "odd; no place"


def test_the_client_knows_exactly_the_types_that_the_readers_read() -> None:
    by_reader = {f".{kind.name}": kind.media_type for kind in FILE_TYPES}
    assert by_reader.items() <= CONTENT_TYPES.items()
    assert set(supported_extensions()) == set(CONTENT_TYPES)
    assert content_type_of(Path("a.PDF")) == "application/pdf"
    assert content_type_of(Path("a.exe")) == "application/octet-stream"
    assert not is_supported(Path("README"))


def test_nouns_reach_their_routes() -> None:
    server = Recorder(
        {
            "GET /api/assay/checks": {"checks": [{"name": "text.layer_recall"}]},
            "GET /api/assay/rubric-schema": {"type": "object"},
            "POST /api/v1/eval_rubrics": {"id": 1},
            "GET /api/v1/eval_rubrics": {"rubrics": [], "total": 0},
            "POST /api/v1/collections": {"id": 2},
            "GET /api/v1/collections": {"collections": [], "total": 0},
            "POST /api/assay/runs/7/cancel": run("cancelled"),
            "GET /api/assay/runs/7/summary": {"rules": []},
            "GET /api/assay/runs/7/files/9/items": {"items": []},
            "GET /api/v1/eval_batch_runs": {"batch_runs": [], "total": 0},
            "DELETE /api/v1/files/4": {"success": True},
        }
    )
    with server.client() as client:
        assert client.rubrics.checks()[0]["name"] == "text.layer_recall"
        assert client.rubrics.schema() == {"type": "object"}
        assert client.rubrics.create("r", {"rules": []})["id"] == 1
        assert client.rubrics.list_page()["total"] == 0
        assert client.collections.create("c")["id"] == 2
        assert client.collections.list_page(include_archived=True)["total"] == 0
        assert client.runs.cancel(7)["status"] == "cancelled"
        assert client.runs.summary(7)["rules"] == []
        assert client.runs.items(7, 9) == []
        assert client.runs.list_page(collection_id=3)["total"] == 0
        client.files.delete(4)
    assert server.requests[-2].url.params["collection_id"] == "3"
    assert "eval_rubric_id" not in server.requests[-2].url.params
