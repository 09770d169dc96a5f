"""Labels of items that were scored again since: they speak of the score that the item has now.

A run that is retried works again on some of its files. What a person said of an item stays; what was measured
is read anew, for whoever compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from docassay.reviews import repository
from docassay.reviews.models import ReviewLabel
from docassay.runs.models import RunFile
from docassay.scoring.calibration import UNCALIBRATED
from docassay.scoring.identity import scorer_of
from docassay.storage.answers import read_items
from docassay.storage.contract import BlobNotFound, BlobStore

BEING_SCORED: Final = "pending"
"""Outcome of an item whose file is worked on again."""
GONE: Final = "gone"
"""Outcome of an item that its file no longer has: another one, or none, stands in its place."""

_Items = Mapping[tuple[int, int], Mapping[str, Any]]


def describe_item(label: ReviewLabel, item: Mapping[str, Any]) -> None:
    """Note what the label is about: the item's place, who scored it and the score without calibration."""
    details = item["details"]
    label.scorer = scorer_of(item["check"], item["check_version"], details)
    label.page_id, label.block_id = item["page_id"], item["block_id"]
    label.item_outcome = item["outcome"]
    label.item_score = details.get(UNCALIBRATED, item["score"])


def bring_up_to_date(session: Session, store: BlobStore, labels: Sequence[ReviewLabel]) -> None:
    """Describe the present items in ``labels``, for reading only: the rows are taken out of the session.

    Only the results of files that came to their end after a label was given are read. An item that is being
    scored again, or that its file no longer has, has no score; its label then compares with nothing. A label
    whose run or stored result is gone keeps what it was given for.
    """
    for label in labels:
        session.expunge(label)
    files = repository.files_of_labels(session, {label.run_file_id for label in labels})
    read: dict[int, _Items | None] = {}
    for label in labels:
        file = files.get(label.run_file_id)
        if file is None or (file.completed_at is not None and file.completed_at < label.updated):
            continue
        if file.completed_at is None:
            _unscore(label, BEING_SCORED)
            continue
        if file.id not in read:
            read[file.id] = _present_items(store, file)
        items = read[file.id]
        if items is not None:
            _compare(label, items.get((label.rule_index, label.item_index)))


def _present_items(store: BlobStore, file: RunFile) -> _Items | None:
    """The items by rule and number; None when they are no longer stored."""
    if file.items_key is None:
        return {}
    try:
        items = read_items(store, file.items_key)
    except BlobNotFound:
        return None
    return {(item["rule_index"], item["item_index"]): item for item in items}


def _compare(label: ReviewLabel, item: Mapping[str, Any] | None) -> None:
    if item is None or (item["page_id"], item["block_id"]) != (label.page_id, label.block_id):
        _unscore(label, GONE)
    else:
        describe_item(label, item)


def _unscore(label: ReviewLabel, outcome: str) -> None:
    label.item_outcome, label.item_score = outcome, None
