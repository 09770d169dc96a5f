"""Decisions about labels: what may be labelled, what counts for a rule, when a calibration is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from docassay.db.base import now
from docassay.errors import CannotUse, NotFound
from docassay.reviews import repository
from docassay.reviews.agreement import FEWEST_TO_CALIBRATE, Mended, mend, verdicts
from docassay.reviews.models import ReviewLabel
from docassay.reviews.rescored import bring_up_to_date, describe_item
from docassay.rubrics.models import EvalRubric, RubricCalibration
from docassay.rubrics.service import get_rubric, set_calibrations
from docassay.runs.models import Run, RunFile
from docassay.runs.service import get_file_of_run, get_run
from docassay.scoring.definition import RubricError, Rule, parse_rubric
from docassay.scoring.identity import rule_digest
from docassay.storage.answers import read_items
from docassay.storage.contract import BlobNotFound, BlobStore


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person says about an item: exactly one of ``score`` (0-5) and ``passed``."""

    score: float | None
    passed: bool | None
    note: str | None
    author: str


@dataclass(frozen=True, slots=True)
class RuleLabels:
    """The labels of one rule and scorer, of any version of the rubric that has the rule unchanged."""

    rule_index: int
    rule: Rule
    scorer: str
    labels: tuple[ReviewLabel, ...]


@dataclass(frozen=True, slots=True)
class CalibrationOutcome:
    """What became of the labels of a rule and scorer."""

    labels: RuleLabels
    items: int
    mended: Mended | None
    is_kept: bool
    message: str


def set_label(
    session: Session,
    store: BlobStore,
    team_id: int,
    request_id: int,
    rule_index: int,
    item_index: int,
    verdict: Verdict,
) -> ReviewLabel:
    """Give an item a label, or change the one that this author gave it.

    Raises NotFound for an unknown item, and CannotUse when its run had no rubric that can still be read.
    """
    run, file = get_file_of_run(session, team_id, request_id)
    item = _item(store, file, rule_index, item_index)
    label = repository.find(session, file.id, rule_index, item_index, verdict.author)
    if label is None:
        label = ReviewLabel(
            team_id=team_id,
            rubric_id=run.eval_rubric_id,
            rubric_version=run.rubric_version,
            run_id=run.id,
            run_file_id=file.id,
            filename=file.filename,
            sha256=file.sha256,
            rule_index=rule_index,
            item_index=item_index,
            rule=item["rule"],
            rule_digest=_digest_in(run, rule_index),
            author=verdict.author,
        )
        session.add(label)
    describe_item(label, item)
    label.score, label.passed, label.note = verdict.score, verdict.passed, verdict.note
    label.updated = now()
    session.flush()
    return label


def delete_label(
    session: Session, team_id: int, request_id: int, rule_index: int, item_index: int, author: str
) -> None:
    """Take a label back. Raises NotFound."""
    _, file = get_file_of_run(session, team_id, request_id)
    label = repository.find(session, file.id, rule_index, item_index, author)
    if label is None:
        raise NotFound(f"Item {rule_index}/{item_index} of file {request_id} has no label of this author.")
    session.delete(label)
    session.flush()


def list_labels(
    session: Session, store: BlobStore, team_id: int, run_id: int, after_id: int, limit: int
) -> list[ReviewLabel]:
    """Labels of a run with the present scores of their items, first given first. Raises NotFound."""
    labels = repository.list_of_run(session, get_run(session, team_id, run_id).id, after_id, limit)
    bring_up_to_date(session, store, labels)
    return labels


def labels_by_rule(
    session: Session, store: BlobStore, team_id: int, rubric_id: int, author: str | None = None
) -> tuple[EvalRubric, list[RuleLabels]]:
    """The rubric and, for each rule of its current version, the labels of each scorer with the present scores
    of their items; a rule without labels has no entry.

    Raises NotFound, and CannotUse for a rubric that cannot be run."""
    rubric = get_rubric(session, team_id, rubric_id)
    groups: dict[tuple[str, str], list[ReviewLabel]] = defaultdict(list)
    labels = repository.list_of_rubric(session, team_id, rubric_id, author)
    bring_up_to_date(session, store, labels)
    for label in labels:
        groups[(label.rule_digest, label.scorer)].append(label)
    found = []
    for number, rule in enumerate(rules_of_rubric(rubric)):
        digest = rule_digest(rule)
        found += [
            RuleLabels(number, rule, scorer, tuple(of_group))
            for (group_digest, scorer), of_group in sorted(groups.items(), key=lambda each: each[0])
            if group_digest == digest
        ]
    return rubric, found


def rules_of_rubric(rubric: EvalRubric) -> tuple[Rule, ...]:
    """The rules of a stored rubric. Raises CannotUse when it cannot be run."""
    try:
        return parse_rubric(rubric.eval_definition).rules
    except RubricError as error:
        raise CannotUse(f"Eval rubric {rubric.id} cannot be run: {error}") from error


def calibrate_rubric(
    session: Session, store: BlobStore, team_id: int, rubric_id: int
) -> list[CalibrationOutcome]:
    """Fit and keep a map for each rule and scorer with enough labels, where it helps on files not seen.

    The maps replace those of the rubric's current version; runs that are started from now on use them.
    """
    get_rubric(session, team_id, rubric_id, for_update=True)
    rubric, groups = labels_by_rule(session, store, team_id, rubric_id)
    outcomes = [_outcome(each) for each in groups]
    set_calibrations(session, rubric, [_row(rubric, each) for each in outcomes if each.is_kept])
    return outcomes


def remove_calibrations(session: Session, team_id: int, rubric_id: int) -> None:
    """Let new runs show scores as they are measured. Raises NotFound."""
    set_calibrations(session, get_rubric(session, team_id, rubric_id, for_update=True), [])


def _outcome(group: RuleLabels) -> CalibrationOutcome:
    found = verdicts(group.labels)
    mended = mend(found)
    if len(found) < FEWEST_TO_CALIBRATE:
        message = f"not calibrated: {len(found)} items are labelled, {FEWEST_TO_CALIBRATE} are needed"
    elif mended is None:
        message = "not calibrated: all labels are of one file, so a map could not be tested on another"
    elif mended.is_better:
        message = f"calibrated with {len(found)} items"
    else:
        message = "left as it is: a map does not bring files that it has not seen closer to people"
    is_kept = mended is not None and mended.is_better
    return CalibrationOutcome(group, len(found), mended, is_kept, message)


def _row(rubric: EvalRubric, outcome: CalibrationOutcome) -> RubricCalibration:
    mended = outcome.mended
    if mended is None:
        raise ValueError("only a map that was fitted can be kept")
    return RubricCalibration(
        rubric_id=rubric.id,
        version=rubric.version,
        rule_index=outcome.labels.rule_index,
        scorer=outcome.labels.scorer,
        points={"x": list(mended.map.x), "y": list(mended.map.y)},
        labels=outcome.items,
        before=asdict(mended.before),
        after=asdict(mended.after),
    )


def _item(store: BlobStore, file: RunFile, rule_index: int, item_index: int) -> Mapping[str, Any]:
    items: Sequence[Mapping[str, Any]] = []
    if file.items_key is not None:
        try:
            items = read_items(store, file.items_key)
        except BlobNotFound:
            raise NotFound(f"The items of file {file.id} are no longer stored.") from None
    for item in items:
        if item["rule_index"] == rule_index and item["item_index"] == item_index:
            return item
    raise NotFound(
        f"File {file.id} has no item {item_index} of rule {rule_index}; it has {len(items)} items."
    )


def _digest_in(run: Run, rule_index: int) -> str:
    try:
        return rule_digest(parse_rubric(run.snapshot["rubric_definition"] or {}).rules[rule_index])
    except (RubricError, IndexError) as error:
        raise CannotUse(
            f"The rubric of batch run {run.id} cannot be read by this version any more: {error}"
        ) from error
