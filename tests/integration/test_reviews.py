"""Labels on items, what they say about a rule, and the calibration that new runs use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from docassay.checks import registry
from docassay.checks.contract import Check, Item, Level, Subject
from docassay.db.database import Database
from docassay.runs.work import RunSource
from docassay.settings import Settings
from docassay.testing.jobs import Jobs
from docassay.testing.scripted_judge import ScriptedJudge, completion, good_answer

ITEMS = 10
FILES = 6
DEFINITION = {"rules": [{"name": "graded", "check": "test.graded"}, {"name": "by word", "prompt": "Nice?"}]}


def lenient(number: int) -> float:
    """What the check gives an item that deserves ``number % 6``."""
    return 3 + 0.4 * (number % 6)


@pytest.fixture
def jobs(database: Database, settings: Settings) -> Jobs:
    return Jobs(RunSource(database, settings))


@pytest.fixture(autouse=True)
def graded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that is too kind, and fails one item; it is registered for one test."""

    def grade(subject: Subject, level: Level, params: Any) -> list[Item]:
        items = [Item(score=lenient(number), feedback="=fine", page_index=0) for number in range(ITEMS)]
        return [
            *items,
            Item(score=0.0, feedback="lost", outcome="failed"),
            Item(None, "none", "not_applicable"),
        ]

    made = Check("test.graded", "1", ("document",), frozenset(), "Grades.", "5", {"type": "object"}, grade)
    monkeypatch.setitem(registry.all_checks() and registry._CHECKS, "test.graded", made)


@pytest.fixture
def collection(client: TestClient, upload: Callable[..., int]) -> int:
    made = int(client.post("/api/v1/collections", json={"name": "c"}).raise_for_status().json()["id"])
    ids = [upload(f"{n}.csv", b"a,b\n1,%d\n" % n, "text/csv") for n in range(FILES)]
    client.post(f"/api/v1/collections/{made}/files", json={"uploaded_file_ids": ids}).raise_for_status()
    return made


@pytest.fixture
def rubric(client: TestClient) -> int:
    body = {"name": "R", "eval_definition": DEFINITION}
    return int(client.post("/api/v1/eval_rubrics", json=body).raise_for_status().json()["id"])


def run_of(client: TestClient, jobs: Jobs, collection: int, rubric: int) -> int:
    body = {"collection_id": collection, "eval_rubric_id": rubric}
    run = int(client.post("/api/v1/eval_batch_runs", json=body).raise_for_status().json()["id"])
    jobs.work()
    return run


def results_of(client: TestClient, run: int) -> list[int]:
    files = client.get(f"/api/assay/runs/{run}/files").raise_for_status().json()["files"]
    return [file["request_id"] for file in files]


def items_of(client: TestClient, run: int, result: int) -> list[dict[str, Any]]:
    path = f"/api/assay/runs/{run}/files/{result}/items"
    items: list[dict[str, Any]] = client.get(path).raise_for_status().json()["items"]
    return items


def label(client: TestClient, result: int, item: int, rule: int = 0, **body: Any) -> Any:
    return client.put(f"/api/assay/results/{result}/items/{rule}/{item}/label", json=body)


def label_all(client: TestClient, results: list[int], **more: Any) -> None:
    for result in results:
        for number in range(ITEMS):
            label(client, result, number, score=number % 6, **more).raise_for_status()


def agreement_of(client: TestClient, rubric: int, **params: Any) -> list[dict[str, Any]]:
    path = f"/api/assay/eval_rubrics/{rubric}/agreement"
    rules: list[dict[str, Any]] = client.get(path, params=params).raise_for_status().json()["rules"]
    return rules


def test_a_label_says_what_it_is_about_and_the_next_one_replaces_it(
    client: TestClient, jobs: Jobs, collection: int, rubric: int
) -> None:
    run = run_of(client, jobs, collection, rubric)
    result = results_of(client, run)[0]
    first = label(client, result, 2, score=2, note="too kind", author="ann").raise_for_status().json()
    assert {key: first[key] for key in ("rule", "scorer", "page_id", "item_score")} == {
        "rule": "graded", "scorer": "test.graded@1", "page_id": 0, "item_score": 3.8,
    }  # fmt: skip
    label(client, result, 2, score=3.5, author="ann").raise_for_status()
    label(client, result, 2, passed=False, author="bob").raise_for_status()
    listed = f"/api/assay/runs/{run}/labels"
    page = client.get(listed, params={"limit": 1}).raise_for_status().json()
    rest = client.get(listed, params={"limit": 5, "cursor": page["next_cursor"]}).json()
    assert [(each["author"], each["score"], each["passed"], each["note"]) for each in page["labels"]] == [
        ("ann", 3.5, None, None)
    ]
    assert [(each["author"], each["score"], each["passed"]) for each in rest["labels"]] == [
        ("bob", None, False)
    ]
    path = f"/api/assay/results/{result}/items/0/2/label"
    assert client.delete(path, params={"author": "ann"}).status_code == 200
    assert client.delete(path, params={"author": "ann"}).status_code == 404
    assert len(client.get(listed).json()["labels"]) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"score": 3, "passed": True}, 422), ({"score": 5.1}, 422), ({"score": "NaN"}, 422)],
)
def test_a_verdict_is_a_score_or_right_or_wrong(
    client: TestClient, jobs: Jobs, collection: int, rubric: int, body: Any, status: int
) -> None:
    result = results_of(client, run_of(client, jobs, collection, rubric))[0]
    assert label(client, result, 0, **body).status_code == status


def test_unknown_items_and_those_of_other_teams_are_not_found(
    client: TestClient, other_team_client: TestClient, jobs: Jobs, collection: int, rubric: int
) -> None:
    run = run_of(client, jobs, collection, rubric)
    result = results_of(client, run)[0]
    assert label(client, result, 99, score=1).status_code == 404
    assert label(client, result, 0, rule=7, score=1).status_code == 404
    assert label(other_team_client, result, 0, score=1).status_code == 404
    assert other_team_client.get(f"/api/assay/runs/{run}/labels").status_code == 404
    assert other_team_client.get(f"/api/assay/eval_rubrics/{rubric}/agreement").status_code == 404
    assert other_team_client.post(f"/api/assay/eval_rubrics/{rubric}/calibrate").status_code == 404


def test_few_labels_are_no_calibration_and_say_so(
    client: TestClient, jobs: Jobs, collection: int, rubric: int
) -> None:
    result = results_of(client, run_of(client, jobs, collection, rubric))[0]
    rules = agreement_of(client, rubric)
    assert [(each["rule"], each["standing"], each["agreement"]) for each in rules] == [
        ("graded", "not calibrated", None), ("by word", "not calibrated", None),
    ]  # fmt: skip
    for number in range(4):
        label(client, result, number, score=number).raise_for_status()
    label(client, result, 4, passed=False).raise_for_status()
    label(client, result, 5, passed=True).raise_for_status()
    label(client, result, 11, score=1).raise_for_status()  # nothing was measured there
    label(client, result, 0, rule=1, score=2).raise_for_status()  # no judge
    graded, by_word = agreement_of(client, rubric, pass_mark=4)
    assert graded["message"] == "not calibrated: 4 of at least 20 items are labelled"
    assert (graded["labels"], graded["agreement"]["items"], graded["agreement"]["files"]) == (7, 4, 1)
    assert graded["agreement"]["bias"] == {"value": 2.1, "low": None, "high": None}
    assert graded["passes"] == {"items": 2, "agree": 1, "wrongly_passed": 1, "wrongly_refused": 0}
    assert (by_word["scorer"], by_word["agreement"], by_word["labels"]) == ("judge:none", None, 1)
    done = client.post(f"/api/assay/eval_rubrics/{rubric}/calibrate").raise_for_status().json()["rules"]
    assert [each["is_calibrated"] for each in done] == [False, False]
    assert "4 items are labelled, 50 are needed" in done[0]["message"]


def test_runs_after_a_calibration_show_what_people_would_have_given(
    client: TestClient, jobs: Jobs, collection: int, rubric: int
) -> None:
    run = run_of(client, jobs, collection, rubric)
    label_all(client, results_of(client, run))
    graded = agreement_of(client, rubric)[0]
    assert (graded["standing"], graded["agreement"]["items"]) == ("measured", 60)
    bias = graded["agreement"]["bias"]
    assert bias["low"] <= bias["value"] <= bias["high"]

    done = client.post(f"/api/assay/eval_rubrics/{rubric}/calibrate").raise_for_status().json()["rules"][0]
    assert (done["is_calibrated"], done["items"]) == (True, 60)
    assert done["after"]["mae"]["value"] == 0
    assert done["before"]["mae"]["value"] > 1
    assert agreement_of(client, rubric)[0]["standing"] == "calibrated"

    again = run_of(client, jobs, collection, rubric)
    items = items_of(client, again, results_of(client, again)[0])
    assert [item["score"] for item in items[:ITEMS]] == [number % 6 for number in range(ITEMS)]
    assert [item["details"].get("uncalibrated_score") for item in items[:2]] == [3.0, 3.4]
    assert (items[10]["score"], items[10]["outcome"], items[10]["details"]) == (0, "failed", {})
    assert items[11]["score"] is None
    summary = client.get(f"/api/assay/runs/{again}/summary").json()
    assert [rule["is_calibrated"] for rule in summary["rules"]] == [True, False]
    mean = sum(number % 6 for number in range(ITEMS)) / (ITEMS + 1)
    assert summary["run"]["avg_score"] == pytest.approx(mean, abs=1e-4)
    assert not client.get(f"/api/assay/runs/{run}/summary").json()["rules"][0]["is_calibrated"]

    # A label on a calibrated item is about what was measured, so that maps are never fitted on maps.
    made = label(client, results_of(client, again)[0], 1, score=1).json()
    assert made["item_score"] == pytest.approx(3.4)

    client.delete(f"/api/assay/eval_rubrics/{rubric}/calibration").raise_for_status()
    last = run_of(client, jobs, collection, rubric)
    assert items_of(client, last, results_of(client, last)[0])[0]["score"] == 3.0


def test_labels_count_for_the_rule_as_long_as_it_scores_the_same(
    client: TestClient, jobs: Jobs, collection: int, rubric: int
) -> None:
    label_all(client, results_of(client, run_of(client, jobs, collection, rubric)))
    client.post(f"/api/assay/eval_rubrics/{rubric}/calibrate").raise_for_status()
    rules: list[dict[str, Any]] = [
        {"name": "clean", "check": "output.garbage_chars"},
        {"name": "renamed", "check": "test.graded", "weight": 3},
    ]
    path = f"/api/v1/eval_rubrics/{rubric}"
    client.put(path, json={"eval_definition": {"rules": rules}}).raise_for_status()
    renamed = agreement_of(client, rubric)[1]
    assert (renamed["rule"], renamed["labels"], renamed["standing"]) == ("renamed", 60, "measured")
    other: dict[str, Any] = {"name": "graded", "check": "output.garbage_chars"}
    client.put(path, json={"eval_definition": {"rules": [other]}}).raise_for_status()
    assert [(each["rule"], each["labels"]) for each in agreement_of(client, rubric)] == [("graded", 0)]


def test_people_are_compared_with_each_other(
    client: TestClient, jobs: Jobs, collection: int, rubric: int
) -> None:
    results = results_of(client, run_of(client, jobs, collection, rubric))
    label_all(client, results[:2], author="ann")
    for result in results[:2]:
        for number in range(6):
            label(client, result, number, score=min(5, number % 6 + 1), author="bob").raise_for_status()
    graded = agreement_of(client, rubric)[0]
    assert (graded["labels"], graded["agreement"]["items"], graded["people"]["items"]) == (32, 20, 12)
    assert graded["people"]["mae"]["value"] == pytest.approx(5 / 6, abs=1e-4)
    assert agreement_of(client, rubric, author="bob")[0]["labels"] == 12
    assert agreement_of(client, rubric, author="bob")[0]["people"] is None


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], Item]], None]:
    """``mended(make)`` changes what the check says of each item from now on."""

    def change(make: Callable[[int], Item]) -> None:
        def grade(subject: Subject, level: Level, params: Any) -> list[Item]:
            return [make(number) for number in range(ITEMS)]

        made = Check(
            "test.graded", "1", ("document",), frozenset(), "Grades.", "5", {"type": "object"}, grade
        )
        monkeypatch.setitem(registry._CHECKS, "test.graded", made)

    return change


def retry(client: TestClient, jobs: Jobs, run: int) -> None:
    client.post(f"/api/assay/runs/{run}/retry", json={"outcomes": ["unscored"]}).raise_for_status()
    jobs.work()


def test_labels_count_for_the_score_that_their_item_has_now(
    client: TestClient,
    jobs: Jobs,
    collection: int,
    rubric: int,
    mended: Callable[[Callable[[int], Item]], None],
) -> None:
    mended(lambda number: Item(score=float(number % 6), feedback="", page_index=0))
    run = run_of(client, jobs, collection, rubric)  # without a judge one rule is unscored
    label_all(client, results_of(client, run))
    assert agreement_of(client, rubric)[0]["agreement"]["bias"]["value"] == 0
    mended(lambda number: Item(score=lenient(number), feedback="", page_index=0))

    client.post(f"/api/assay/runs/{run}/retry", json={"outcomes": ["unscored"]}).raise_for_status()
    graded = agreement_of(client, rubric)[0]
    assert (graded["labels"], graded["agreement"]) == (60, None)  # nothing is measured at present
    listed = client.get(f"/api/assay/runs/{run}/labels").raise_for_status().json()["labels"]
    assert {(each["item_outcome"], each["item_score"]) for each in listed} == {("pending", None)}

    jobs.work()
    graded = agreement_of(client, rubric)[0]
    expected = sum(lenient(number) - number % 6 for number in range(ITEMS)) / ITEMS
    assert graded["agreement"]["bias"]["value"] == pytest.approx(expected, abs=1e-4)
    listed = client.get(f"/api/assay/runs/{run}/labels").raise_for_status().json()["labels"]
    assert [each["item_score"] for each in listed[:ITEMS]] == [lenient(number) for number in range(ITEMS)]
    done = client.post(f"/api/assay/eval_rubrics/{rubric}/calibrate").raise_for_status().json()["rules"][0]
    assert (done["is_calibrated"], done["after"]["mae"]["value"]) == (True, 0)
    again = run_of(client, jobs, collection, rubric)
    scores = [item["score"] for item in items_of(client, again, results_of(client, again)[0])[:ITEMS]]
    assert scores == [number % 6 for number in range(ITEMS)]


def test_labels_of_items_that_are_no_longer_there_compare_with_nothing(
    client: TestClient,
    jobs: Jobs,
    collection: int,
    rubric: int,
    mended: Callable[[Callable[[int], Item]], None],
) -> None:
    run = run_of(client, jobs, collection, rubric)
    result = results_of(client, run)[0]
    for number in range(2):
        label(client, result, number, score=3).raise_for_status()
    mended(lambda number: Item(score=5.0, feedback="", page_index=number))
    retry(client, jobs, run)
    listed = client.get(f"/api/assay/runs/{run}/labels").raise_for_status().json()["labels"]
    assert [(each["item_outcome"], each["item_score"]) for each in listed] == [("scored", 5), ("gone", None)]
    graded = agreement_of(client, rubric)[0]
    assert (graded["labels"], graded["agreement"]["items"]) == (2, 1)
    label(client, result, 1, score=4).raise_for_status()
    assert agreement_of(client, rubric)[0]["agreement"]["items"] == 2


def test_a_label_on_an_item_that_a_judge_scores_later_counts_for_the_judge(
    client: TestClient, jobs: Jobs, collection: int, rubric: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(client, jobs, collection, rubric)
    result = results_of(client, run)[0]
    label(client, result, 0, rule=1, score=2).raise_for_status()
    assert agreement_of(client, rubric)[1]["scorer"] == "judge:none"
    with ScriptedJudge(lambda request: (200, completion(good_answer(request, 4)))) as server:
        settings = jobs.source._settings
        monkeypatch.setattr(settings, "judge_base_url", server.url)
        monkeypatch.setattr(settings, "judge_model", "scripted")
        jobs.source._jobs.clear()
        retry(client, jobs, run)
    by_word = agreement_of(client, rubric)[1]
    assert (by_word["scorer"], by_word["agreement"]["items"]) == ("judge:scripted", 1)
    assert by_word["agreement"]["bias"]["value"] == 2
