"""Sheets of items to label: what is written, what is read, and what is said of agreement."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]  # runs a command and returns how it ended; see conftest.py
FakeServer = Any  # see conftest.py
LABEL = {
    "request_id": 100, "run_id": 7, "eval_rubric_id": 5, "filename": "file-0.pdf",
    "rule_index": 0, "item_index": 3, "rule": "Text is complete", "scorer": "text.wer@1",
    "page_id": 0, "block_id": None,
    "item_outcome": "scored", "item_score": 2.5, "score": 4.0, "passed": None, "note": None, "author": "",
    "created": "", "updated": "",
}  # fmt: skip


def an_item(rule: int, number: int, score: float | None, **changes: Any) -> dict[str, Any]:
    item = {
        "rule_index": rule, "item_index": number, "rule": f"Rule {rule}", "check": "c", "check_version": "1",
        "outcome": "scored", "score": score, "value": None, "feedback": "=cmd()", "page_id": number,
        "block_id": None, "block_type": None, "details": {},
    }  # fmt: skip
    return item | changes


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def run_of_two(fake_server: FakeServer, a_run_file: Callable[..., Any]) -> None:
    """Two files with eleven scored items of one rule each, and one item of another rule without a score."""
    files = [a_run_file(0), a_run_file(1, filename="@evil.pdf"), a_run_file(2, eval_results=None)]
    fake_server.answers["GET /api/assay/runs/7/files"] = {"files": files, "next_cursor": None}
    for position in (0, 1):
        items = [an_item(0, number, number / 2) for number in range(11)] + [an_item(1, 0, None)]
        fake_server.answers[f"GET /api/assay/runs/7/files/{100 + position}/items"] = {"items": items}


@pytest.mark.usefixtures("run_of_two")
def test_a_sheet_spreads_over_the_scores_without_showing_them(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    done = command("review", "sheet", "7", str(path), "--per-rule", "3")
    assert (done.code, done.out) == (0, f"3 items to label in {path}\n")
    found = lines(path)
    assert [(line["result"], line["item_index"], line["page"]) for line in found] == [
        ("100", "0", "1"), ("100", "5", "6"), ("101", "10", "11"),
    ]  # fmt: skip
    assert list(found[0]) == [
        "result", "rule_index", "item_index", "file", "page", "block", "rule", "label", "note",
    ]  # fmt: skip
    again = command("review", "sheet", "7", str(path))
    assert (again.code, "--force" in again.err) == (2, True)


@pytest.mark.usefixtures("run_of_two")
def test_texts_of_documents_are_no_formulas_in_a_spreadsheet(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    assert command("review", "sheet", "7", str(path), "--with-scores", "--rule", "Rule 0").code == 0
    last = lines(path)[-1]
    assert (last["file"], last["feedback"], last["score"]) == ("'@evil.pdf", "'=cmd()", "5.0")
    none = command("review", "sheet", "7", str(tmp_path / "b.csv"), "--rule", "Rule 1")
    assert (none.code, "no items of 'Rule 1'" in none.err) == (2, True)


def test_labels_of_a_sheet_are_stored(command: Command, fake_server: FakeServer, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(
        "result,rule_index,item_index,label,note\n"
        '100,0,3,4,\n100,0,4,,\n100,1,0,FAIL, lost \n100,0,5,"2,5",\n'
    )
    for item in ("0/3", "1/0", "0/5"):
        fake_server.answers[f"PUT /api/assay/results/100/items/{item}/label"] = LABEL
    done = command("review", "load", str(path), "--author", "ann")
    assert (done.code, done.out) == (0, "3 labels stored.\n")
    assert "docassay review agreement 5" in done.err
    sent = [body for method, _, body in fake_server.calls if method == "PUT"]
    assert [(body["score"], body["passed"], body["note"], body["author"]) for body in sent] == [
        (4.0, None, None, "ann"), (None, False, "lost", "ann"), (2.5, None, None, "ann"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "has no column result, rule_index, item_index, label"),
        ("result,rule_index,item_index,label\n1,0,0,6\n1,0,x,2\n", "line 2: the label '6' is neither"),
        ("result,rule_index,item_index,label\n1,0,0,6\n1,0,x,2\n", "line 3: item_index is 'x'"),
        ("result,rule_index,item_index,label\n1,0,0,nan\n", "the label 'nan' is neither"),
        ("result,rule_index,item_index,label\n1,0,0,\n", "No line of"),
    ],
)
def test_a_wrong_sheet_is_refused_whole(
    command: Command, fake_server: FakeServer, tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(text)
    done = command("review", "load", str(path))
    assert done.code == 2
    assert message in done.err
    assert not [call for call in fake_server.calls if call[0] == "PUT"]


def test_one_item_can_be_labelled(command: Command, fake_server: FakeServer) -> None:
    path = "/api/assay/results/100/items/0/3/label"
    fake_server.answers[f"PUT {path}"] = LABEL
    done = command("review", "label", "100", "0", "3", "--score", "4", "--note", "fine")
    assert done.out == "Text is complete on file-0.pdf: measured 2.50, labelled 4\n"
    assert fake_server.bodies("PUT", path) == [{"score": 4.0, "passed": None, "note": "fine", "author": ""}]
    assert command("review", "label", "100", "0", "3", "--score", "4", "--pass").code == 2
    assert command("review", "label", "100", "0", "3").code == 2


def test_agreement_is_shown_with_intervals_and_standing(command: Command, fake_server: FakeServer) -> None:
    figure = {"value": 0.81, "low": 0.7, "high": 0.9}
    measured = {
        "items": 60, "files": 6, "qwk": figure, "mae": {"value": 0.5, "low": None, "high": None},
        "bias": figure, "exact": figure, "within_one": figure, "confusion": [[0] * 6] * 6,
    }  # fmt: skip
    rule = {
        "rule_index": 0, "rule": "Complete", "scorer": "text.wer@1", "labels": 61, "standing": "measured",
        "message": "measured with 60 items, enough to calibrate", "agreement": measured, "people": None,
        "passes": {"items": 4, "agree": 3, "wrongly_passed": 1, "wrongly_refused": 0}, "calibration": None,
    }  # fmt: skip
    bare = rule | {
        "rule": "Other",
        "scorer": None,
        "agreement": None,
        "passes": None,
        "message": "not calibrated",
    }
    found = {"eval_rubric_id": 5, "version": 2, "pass_mark": 3.0, "rules": [rule, bare]}
    fake_server.answers["GET /api/assay/eval_rubrics/5/agreement"] = found
    done = command("review", "agreement", "5")
    assert done.code == 0
    assert "  kappa   0.81 (0.70 to 0.90)\n  error   0.50\n" in done.out
    assert "Complete (text.wer@1): measured with 60 items, enough to calibrate" in done.out
    assert "3 of 4 agree with a pass mark of 3; 1 pass wrongly" in done.out
    assert "Other: not calibrated" in done.out
    assert command("review", "agreement", "5", "--json").json() == found


def test_calibration_says_what_it_gained(command: Command, fake_server: FakeServer) -> None:
    before, after = ({"mae": {"value": each}, "bias": {"value": each}} for each in (1.2, 0.3))
    rules = [
        {"rule": "Complete", "scorer": "s@1", "message": "calibrated", "before": before, "after": after},
        {"rule": "Other", "scorer": "s@1", "message": "not calibrated: 3", "before": None, "after": None},
    ]
    fake_server.answers["POST /api/assay/eval_rubrics/5/calibrate"] = {"rules": rules}
    done = command("review", "calibrate", "5")
    assert "mean error 1.20 → 0.30, bias +1.20 → +0.30 on files it was not fitted on" in " ".join(
        done.out.split()
    )
    fake_server.answers["DELETE /api/assay/eval_rubrics/5/calibration"] = {"success": True}
    assert "as they are measured" in command("review", "calibrate", "5", "--remove").out
