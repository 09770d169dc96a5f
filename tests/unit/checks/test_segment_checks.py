"""segments.integrity."""

from __future__ import annotations

import pytest

ASKED = {"segments": [{"name": "Invoice"}, {"name": "Contract"}]}


def integrity(build, run, segments, pages=4, schema=ASKED, **params):
    subject = build.subject(
        ["text"] * pages, None, segmentation={"segments": segments}, segmentation_schema=schema
    )
    return run("segments.integrity", subject, **params)[0]


def segment(name, *pages):
    return {"name": name, "pages": list(pages), "confidence": "high"}


def test_a_clean_division_scores_five(build, run):
    item = integrity(build, run, [segment("Invoice", 0, 1), segment("Contract", 2, 3)])
    assert (item.score, item.value) == (5, 1)


@pytest.mark.parametrize(
    ("segments", "kind", "evidence"),
    [
        ([segment("Invoice", 0, 1), segment("Contract", 1, 2, 3)], "overlap", "1"),
        ([segment("Invoice", 0, 1, 2, 3, 9)], "unknown_page", "9"),
        ([segment("Contract", 2, 3), segment("Invoice", 0, 1)], "order", "Invoice after Contract"),
        ([segment("Invoice", 1, 0, 2, 3)], "order", "Invoice"),
        ([segment("Invoice", 0, 1, 2, 3), segment("Contract")], "empty", "Contract"),
        ([segment("Invoice", 0, 1), segment("Letter", 2, 3)], "unknown_name", "Letter"),
        (
            [{"name": "Invoice", "page_range": "0-3"}, {"name": "Contract", "page_range": "x"}],
            "empty",
            "Contract",
        ),
    ],
)
def test_each_kind_of_defect_costs_a_point(build, run, segments, kind, evidence):
    item = integrity(build, run, segments)
    assert item.details["defects"] == [kind], item.feedback
    assert item.score == 4
    assert evidence in item.feedback


def test_a_hole_is_found(build, run):
    item = integrity(build, run, [segment("Invoice", 0, 3), segment("Contract", 1, 2)])
    assert item.details["defects"] == ["hole"]


def test_missing_pages_cost_the_more_the_more_there_are(build, run):
    some = integrity(build, run, [segment("Invoice", *range(9))], pages=10)
    most = integrity(build, run, [segment("Invoice", 0)], pages=10)
    assert some.score == 4
    assert most.score == pytest.approx(5 - 1 - 5 * 0.7)
    assert "1-9" in most.feedback
    assert integrity(build, run, [segment("Invoice", 0)], pages=10, require_coverage=False).score == 5


def test_overlaps_may_be_allowed(build, run):
    segments = [segment("Invoice", 0, 1), segment("Contract", 1, 2, 3)]
    assert integrity(build, run, segments, allow_overlap=True).score == 5


def test_no_segments_at_all_score_zero(build, run):
    assert integrity(build, run, []).score == 0


def test_names_are_free_at_document_boundaries(build, run):
    segments = [segment("Document 1", 0, 1, 2, 3)]
    assert integrity(build, run, segments, schema={"segmentation_strategy": "document_boundary"}).score == 5
    assert integrity(build, run, segments, schema=None).score == 5
    assert integrity(build, run, segments, schema={"Invoice": "bills"}).score == 4


def test_without_a_segmentation_it_does_not_apply(build, run):
    assert run("segments.integrity", build.subject(["x"], None))[0].outcome == "not_applicable"
