"""Labels and agreement as the native surface shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, model_validator

Author = Annotated[str, Field(max_length=100)]


class SetLabelRequest(BaseModel):
    """A person's verdict on an item: exactly one of ``score`` and ``passed``."""

    score: Annotated[float | None, Field(ge=0, le=5)] = None
    passed: bool | None = None
    note: Annotated[str | None, Field(max_length=2000)] = None
    author: Author = ""

    @model_validator(mode="after")
    def _one_verdict(self) -> SetLabelRequest:
        if (self.score is None) == (self.passed is None):
            raise ValueError("give exactly one of score (0-5) and passed (true or false)")
        return self


class LabelResponse(BaseModel):
    """A label with the item that it is about as it is scored now; ``item_score`` is without calibration.

    While the item's file is worked on again ``item_outcome`` is ``pending``; it is ``gone`` when the file has
    no such item any more.
    """

    request_id: int
    run_id: int
    eval_rubric_id: int | None
    filename: str
    rule_index: int
    item_index: int
    rule: str
    scorer: str
    page_id: int | None
    block_id: str | None
    item_outcome: str
    item_score: float | None
    score: float | None
    passed: bool | None
    note: str | None
    author: str
    created: datetime
    updated: datetime


class LabelsResponse(BaseModel):
    """A page of labels; ``next_cursor`` is null on the last one."""

    labels: list[LabelResponse]
    next_cursor: str | None


class EstimateResponse(BaseModel):
    """A figure with its 95 % interval; the bounds are null with fewer than five files."""

    value: float | None
    low: float | None
    high: float | None


class AgreementResponse(BaseModel):
    """Scores against labels, both 0-5. ``confusion[label][score]`` counts items by rounded values."""

    items: int
    files: int
    qwk: EstimateResponse
    mae: EstimateResponse
    bias: EstimateResponse
    exact: EstimateResponse
    within_one: EstimateResponse
    confusion: list[list[int]]


class PassAgreementResponse(BaseModel):
    """Labels that say right or wrong against scores of at least the pass mark."""

    items: int
    agree: int
    wrongly_passed: int
    wrongly_refused: int


class CalibrationResponse(BaseModel):
    """The map that new runs use: ``y`` at ``x``, straight lines between. ``after`` is on files not seen."""

    labels: int
    x: list[float]
    y: list[float]
    before: AgreementResponse
    after: AgreementResponse
    created: datetime


class RuleAgreement(BaseModel):
    """One rule and one scorer of it. ``standing`` is ``not calibrated`` (fewer than 20 labelled items, or
    nothing to compare), ``measured`` or ``calibrated``; ``scorer`` is null for a rule without labels."""

    rule_index: int
    rule: str
    scorer: str | None
    labels: int
    standing: str
    message: str
    agreement: AgreementResponse | None
    people: AgreementResponse | None
    passes: PassAgreementResponse | None
    calibration: CalibrationResponse | None


class RubricAgreement(BaseModel):
    """How well the scores of a rubric's current version agree with people."""

    eval_rubric_id: int
    version: int
    pass_mark: float
    rules: list[RuleAgreement]


class CalibrationOutcomeResponse(BaseModel):
    """What became of the labels of a rule and scorer."""

    rule_index: int
    rule: str
    scorer: str
    items: int
    is_calibrated: bool
    message: str
    before: AgreementResponse | None
    after: AgreementResponse | None


class CalibrateResponse(BaseModel):
    """A rule without any label is not listed."""

    eval_rubric_id: int
    version: int
    rules: list[CalibrationOutcomeResponse]
