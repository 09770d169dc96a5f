"""Labels and agreement as the native surface shows them: figures rounded here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from docassay.reviews.agreement import (
    FEWEST_TO_CALIBRATE,
    FEWEST_TO_MEASURE,
    agreement_between_people,
    agreement_of,
    pass_agreement,
    verdicts,
)
from docassay.reviews.models import ReviewLabel
from docassay.reviews.schemas import (
    AgreementResponse,
    CalibrationOutcomeResponse,
    CalibrationResponse,
    EstimateResponse,
    LabelResponse,
    PassAgreementResponse,
    RuleAgreement,
)
from docassay.reviews.service import CalibrationOutcome, RuleLabels
from docassay.rubrics.models import RubricCalibration
from docassay.scoring.definition import Rule

if TYPE_CHECKING:
    from docassay.statistics.agreement import Agreement

_DECIMALS = 4


def label_response(label: ReviewLabel) -> LabelResponse:
    """A label on the native surface."""
    names = LabelResponse.model_fields.keys() - {"request_id", "eval_rubric_id"}
    fields = {name: getattr(label, name) for name in names}
    return LabelResponse(request_id=label.run_file_id, eval_rubric_id=label.rubric_id, **fields)


def rule_agreement(
    group: RuleLabels, calibration: RubricCalibration | None, pass_mark: float
) -> RuleAgreement:
    """One rule and scorer with all that its labels say."""
    found = verdicts(group.labels)
    standing, message = _standing(len(found), calibration)
    passes = pass_agreement(group.labels, pass_mark)
    return RuleAgreement(
        rule_index=group.rule_index,
        rule=group.rule.name,
        scorer=group.scorer,
        labels=len(group.labels),
        standing=standing,
        message=message,
        agreement=_agreement(agreement_of(found)),
        people=_agreement(agreement_between_people(group.labels)),
        passes=PassAgreementResponse(**asdict(passes)) if passes is not None else None,
        calibration=_calibration(calibration),
    )


def unlabelled_rule(rule_index: int, rule: Rule) -> RuleAgreement:
    """A rule that nobody has labelled an item of."""
    standing, message = _standing(0, None)
    return RuleAgreement(
        rule_index=rule_index, rule=rule.name, scorer=None, labels=0, standing=standing, message=message,
        agreement=None, people=None, passes=None, calibration=None,
    )  # fmt: skip


def outcome_response(outcome: CalibrationOutcome) -> CalibrationOutcomeResponse:
    """What became of the labels of a rule and scorer."""
    mended = outcome.mended
    return CalibrationOutcomeResponse(
        rule_index=outcome.labels.rule_index,
        rule=outcome.labels.rule.name,
        scorer=outcome.labels.scorer,
        items=outcome.items,
        is_calibrated=outcome.is_kept,
        message=outcome.message,
        before=_agreement(mended.before if mended is not None else None),
        after=_agreement(mended.after if mended is not None else None),
    )


def _standing(items: int, calibration: RubricCalibration | None) -> tuple[str, str]:
    if calibration is not None:
        return "calibrated", f"calibrated with {calibration.labels} items; new runs show calibrated scores"
    if items < FEWEST_TO_MEASURE:
        return "not calibrated", f"not calibrated: {items} of at least {FEWEST_TO_MEASURE} items are labelled"
    if items < FEWEST_TO_CALIBRATE:
        missing = FEWEST_TO_CALIBRATE - items
        return "measured", f"measured with {items} items; {missing} more are needed to calibrate"
    return "measured", f"measured with {items} items, enough to calibrate"


def _agreement(found: Agreement | None) -> AgreementResponse | None:
    return _agreement_of_json(asdict(found)) if found is not None else None


def _agreement_of_json(value: Mapping[str, Any]) -> AgreementResponse:
    estimates = {
        name: EstimateResponse(**{bound: _rounded(figure) for bound, figure in value[name].items()})
        for name in ("qwk", "mae", "bias", "exact", "within_one")
    }
    rows: Sequence[Sequence[int]] = value["confusion"]
    return AgreementResponse(
        items=value["items"],
        files=value["clusters"],
        confusion=[list(row) for row in rows],
        **estimates,
    )


def _calibration(row: RubricCalibration | None) -> CalibrationResponse | None:
    if row is None:
        return None
    return CalibrationResponse(
        labels=row.labels,
        x=row.points["x"],
        y=row.points["y"],
        before=_agreement_of_json(row.before),
        after=_agreement_of_json(row.after),
        created=row.created,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)
