"""Collections over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from docassay.collections.models import CollectionFile
from docassay.db.database import Database
from docassay.files.models import UploadedFile
from docassay.keys.service import ensure_team

Upload = Callable[..., int]
URL = "/api/v1/collections"


def create(client: TestClient, name: str = "Invoices", **more: Any) -> int:
    answer = client.post(URL, json={"name": name, **more})
    assert answer.status_code == 200, answer.text
    collection_id: int = answer.json()["id"]
    return collection_id


@pytest.fixture
def files(database: Database) -> Callable[[int], list[int]]:
    """``files(n)`` makes n uploaded files of the default team without their bytes."""

    def make(count: int) -> list[int]:
        with database.write() as session:
            team = ensure_team(session).id
            rows = [
                UploadedFile(
                    team_id=team,
                    token=f"t{index:05}{id(session)}",
                    original_filename=f"{index}.pdf",
                    content_type="application/pdf",
                    upload_status="completed",
                    file_size=index,
                    sha256="0" * 64,
                )
                for index in range(count)
            ]
            session.add_all(rows)
            session.flush()
            return [row.id for row in rows]

    return make


def page_ids(answer: Any) -> list[int]:
    return [file["uploaded_file_id"] for file in answer["files"]]


def test_a_new_collection_has_every_key(client: TestClient) -> None:
    answer = client.post(URL, json={"name": "Invoices"}).json()
    assert answer.pop("created") == answer.pop("updated")
    assert answer == {
        "id": 1, "name": "Invoices", "description": None, "archived": False, "file_count": 0, "files": []
    }  # fmt: skip


def test_files_are_added_in_order_and_shown_with_every_key(client: TestClient, upload: Upload) -> None:
    second, first = upload("b.pdf"), upload("a.pdf")
    collection = create(client)
    answer = client.post(f"{URL}/{collection}/files", json={"uploaded_file_ids": [first, second, first]})
    assert answer.status_code == 200
    assert page_ids(answer.json()) == [first, second]
    assert answer.json()["file_count"] == 2
    assert answer.json()["files"][0] == {
        "uploaded_file_id": first,
        "original_filename": "a.pdf",
        "file_size": 8,
        "content_type": "application/pdf",
        "sort_order": 0,
        "source_type": "upload",
        "external_key": None,
        "external_etag": None,
        "external_last_modified": None,
        "external_deleted_at": None,
        "last_eval_score": None,
        "last_score_breakdown": None,
    }


def test_adding_a_file_twice_leaves_it_where_it_is(client: TestClient, files: Any) -> None:
    ids = files(3)
    collection = create(client)
    client.post(f"{URL}/{collection}/files", json={"uploaded_file_ids": ids[:2]})
    answer = client.post(f"{URL}/{collection}/files", json={"uploaded_file_ids": [ids[2], ids[0]]}).json()
    assert page_ids(answer) == ids


def test_unknown_files_are_named_and_nothing_is_added(
    client: TestClient, other_team_client: TestClient, upload: Upload
) -> None:
    mine = upload()
    started = other_team_client.post(
        "/api/v1/files/upload", json={"filename": "a.pdf", "content_type": "application/pdf"}
    ).json()
    collection = create(client)
    answer = client.post(
        f"{URL}/{collection}/files", json={"uploaded_file_ids": [mine, 4711, started["file_id"]]}
    )
    assert answer.status_code == 404
    assert "4711" in answer.json()["detail"]
    assert str(started["file_id"]) in answer.json()["detail"]
    assert client.get(f"{URL}/{collection}").json()["file_count"] == 0


def test_a_file_without_bytes_cannot_be_added(client: TestClient) -> None:
    started = client.post(
        "/api/v1/files/upload", json={"filename": "a.pdf", "content_type": "application/pdf"}
    ).json()
    collection = create(client)
    answer = client.post(f"{URL}/{collection}/files", json={"uploaded_file_ids": [started["file_id"]]})
    assert answer.status_code == 400
    assert "not uploaded yet" in answer.json()["detail"]


@pytest.mark.parametrize(
    "ids", [[], list(range(1, 102)), ["x"], [1.5], [None], "1", [2**31], [2**70], [True, {}]]
)
def test_wrong_lists_of_files_are_wrong_fields(client: TestClient, ids: Any) -> None:
    answer = client.post(f"{URL}/{create(client)}/files", json={"uploaded_file_ids": ids})
    assert answer.status_code == 422
    assert answer.json()["detail"][0].keys() == {"loc", "msg", "type"}


def test_an_archived_collection_takes_no_files_until_it_is_restored(client: TestClient, files: Any) -> None:
    ids = files(1)
    collection = create(client)
    assert client.delete(f"{URL}/{collection}").json()["success"] is True
    add = {"uploaded_file_ids": ids}
    assert client.post(f"{URL}/{collection}/files", json=add).status_code == 400
    assert client.get(f"{URL}/{collection}").json()["archived"] is True
    assert client.get(URL).json() == {"collections": [], "total": 0}
    assert client.get(URL, params={"include_archived": True}).json()["total"] == 1
    assert client.put(f"{URL}/{collection}", json={"archived": False}).json()["archived"] is False
    assert client.post(f"{URL}/{collection}/files", json=add).status_code == 200


def test_a_removed_file_leaves_the_collection_but_stays_uploaded(client: TestClient, files: Any) -> None:
    ids = files(2)
    collection = create(client)
    client.post(f"{URL}/{collection}/files", json={"uploaded_file_ids": ids})
    assert client.delete(f"{URL}/{collection}/files/{ids[0]}").status_code == 200
    assert client.delete(f"{URL}/{collection}/files/{ids[0]}").status_code == 404
    assert page_ids(client.get(f"{URL}/{collection}").json()) == ids[1:]
    assert client.get(f"/api/v1/files/{ids[0]}").status_code == 200


def test_a_deleted_file_disappears_from_its_collections(client: TestClient, upload: Upload) -> None:
    file_id = upload()
    collection = create(client)
    client.post(f"{URL}/{collection}/files", json={"uploaded_file_ids": [file_id]})
    client.delete(f"/api/v1/files/{file_id}")
    assert client.get(f"{URL}/{collection}").json()["file_count"] == 0


def test_the_first_50_files_are_shown_and_lists_show_none(client: TestClient, files: Any) -> None:
    ids = files(60)
    collection = create(client)
    answer = client.post(f"{URL}/{collection}/files", json={"uploaded_file_ids": ids}).json()
    assert page_ids(answer) == ids[:50]
    assert answer["file_count"] == 60
    [listed] = client.get(URL).json()["collections"]
    assert (listed["file_count"], listed["files"]) == (60, [])


def test_pages_stay_whole_while_files_are_added_and_removed(client: TestClient, files: Any) -> None:
    ids = files(9)
    collection = create(client)
    client.post(f"{URL}/{collection}/files", json={"uploaded_file_ids": ids[:7]})
    seen: list[int] = []
    cursor: str | None = None
    for step in range(10):
        parameters = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = client.get(f"{URL}/{collection}/files", params=parameters).json()
        seen += page_ids(page)
        cursor = page["next_cursor"]
        if step == 0:
            client.post(f"{URL}/{collection}/files", json={"uploaded_file_ids": ids[7:]})
            client.delete(f"{URL}/{collection}/files/{ids[1]}")
        if cursor is None:
            break
    assert seen == ids
    assert page["total"] == 8


@pytest.mark.parametrize(
    "cursor", ["", "x", "bm90", "W10", "WzEsMl0", "WzEsIngiXQ", "é", "A" * 5000, "WzEuNSwyXQ"]
)
def test_cursors_that_were_not_given_out_are_wrong_fields_or_places(client: TestClient, cursor: str) -> None:
    answer = client.get(f"{URL}/{create(client)}/files", params={"cursor": cursor})
    if cursor == "WzEsMl0":  # [1,2] in base64: a place, though past the end
        assert answer.json() == {"files": [], "total": 0, "next_cursor": None}
    else:
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["query", "cursor"]


def test_a_page_may_be_asked_for_with_any_limit(client: TestClient, files: Any) -> None:
    collection = create(client)
    client.post(f"{URL}/{collection}/files", json={"uploaded_file_ids": files(3)})
    page = client.get(f"{URL}/{collection}/files", params={"limit": 10**20}).json()
    assert (len(page["files"]), page["next_cursor"]) == (3, None)
    assert client.get(f"{URL}/{collection}/files", params={"limit": 0}).status_code == 422


def test_rules_without_a_score_are_left_out_of_the_breakdown(
    client: TestClient, files: Any, database: Database
) -> None:
    [file_id] = files(1)
    collection = create(client)
    client.post(f"{URL}/{collection}/files", json={"uploaded_file_ids": [file_id]})
    with database.write() as session:
        place = session.get_one(CollectionFile, (collection, file_id))
        place.last_eval_score = 3.5
        place.last_score_breakdown = [5.0, None, 2.0]
    [file] = client.get(f"{URL}/{collection}").json()["files"]
    assert (file["last_eval_score"], file["last_score_breakdown"]) == (3.5, [5.0, 2.0])


def test_only_the_keys_that_are_sent_change(client: TestClient) -> None:
    collection = create(client, description="old")
    assert client.put(f"{URL}/{collection}", json={"name": "New"}).json()["description"] == "old"
    answer = client.put(f"{URL}/{collection}", json={"name": None, "archived": None, "description": None})
    assert (answer.json()["name"], answer.json()["description"]) == ("New", None)


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": " "}, {"name": "x" * 201}, {"name": 1}, {"name": None}, [], "x", None]
)
def test_wrong_collections_are_wrong_fields(client: TestClient, body: Any) -> None:
    assert client.post(URL, json=body).status_code == 422


def test_another_team_knows_nothing_of_a_collection(
    client: TestClient, other_team_client: TestClient
) -> None:
    path = f"{URL}/{create(client)}"
    for method, tail, body in (
        ("GET", "", None),
        ("PUT", "", {"name": "mine"}),
        ("DELETE", "", None),
        ("GET", "/files", None),
        ("POST", "/files", {"uploaded_file_ids": [1]}),
        ("DELETE", "/files/1", None),
        ("GET", "/s3-source", None),
    ):
        answer = other_team_client.request(method, path + tail, json=body)
        assert answer.status_code == 404
        assert "Collection 1 was not found." in answer.json()["detail"]
    assert other_team_client.get(URL).json()["total"] == 0


@pytest.mark.parametrize("collection_id", ["7", "-7", "99999999999", "9" * 100])
def test_an_unknown_collection_is_not_found(client: TestClient, collection_id: str) -> None:
    assert client.get(f"{URL}/{collection_id}").status_code == 404


def test_a_collection_id_that_is_no_integer_is_a_wrong_field(client: TestClient) -> None:
    assert client.get(f"{URL}/abc").status_code == 422


def test_s3_routes_say_that_they_are_not_available_after_the_usual_checks(
    client: TestClient, anonymous: TestClient
) -> None:
    path = f"{URL}/{create(client)}/s3-source"
    calls: list[tuple[str, str, Any]] = [
        ("PUT", "", {"bucket": "b"}),
        ("GET", "", None),
        ("DELETE", "", None),
        ("POST", "/sync", None),
        ("PUT", "/output", {"output_bucket": "b"}),
        ("DELETE", "/output", None),
        ("POST", "/output/writeback", None),
    ]
    for method, tail, body in calls:
        answer = client.request(method, path + tail, json=body)
        assert answer.status_code == 501
        assert "does not sync" in answer.json()["detail"]
        assert anonymous.request(method, path + tail, json=body).status_code == 401
        assert client.request(method, f"{URL}/99/s3-source{tail}", json=body).status_code == 404
    assert client.put(path, json={}).status_code == 422
    assert client.get(f"{URL}/s3-statuses").json() == {"statuses": []}
