"""Labels of a rule put together: how well its scores agree with people, and the map that would mend them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from docassay.reviews.models import ReviewLabel
from docassay.statistics.isotonic import IsotonicMap, fit_isotonic, predict_out_of_fold

if TYPE_CHECKING:
    from docassay.statistics.agreement import Agreement

FEWEST_TO_MEASURE: Final = 20
"""With fewer labelled items a rule is said to be not calibrated, whatever the figures look like."""
FEWEST_TO_CALIBRATE: Final = 50

Standing = Literal["not calibrated", "measured", "calibrated"]


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """One item with what was measured and what people say; ``label`` is the mean of their scores."""

    file: str
    score: float
    label: float


@dataclass(frozen=True, slots=True)
class PassAgreement:
    """Labels that only say right or wrong, against scores of at least ``pass_mark``."""

    items: int
    agree: int
    wrongly_passed: int
    """The score passes, people say that it is wrong."""
    wrongly_refused: int


@dataclass(frozen=True, slots=True)
class Mended:
    """A map and what it is worth: ``after`` is on files that it was not fitted on."""

    map: IsotonicMap
    before: Agreement
    after: Agreement

    @property
    def is_better(self) -> bool:
        """Whether files that it has not seen come closer to their labels with it."""
        before, after = self.before.mae.value, self.after.mae.value
        return before is not None and after is not None and after < before


def verdicts(labels: Iterable[ReviewLabel]) -> list[ItemVerdict]:
    """The items that have a score of their own and at least one label with a score."""
    by_item: dict[tuple[int, int, int], list[ReviewLabel]] = defaultdict(list)
    for label in labels:
        if label.score is not None and label.item_score is not None:
            by_item[(label.run_file_id, label.rule_index, label.item_index)].append(label)
    return [
        ItemVerdict(group[0].sha256, group[0].item_score or 0.0, _mean([each.score or 0.0 for each in group]))
        for group in by_item.values()
    ]


def agreement_of(found: Sequence[ItemVerdict]) -> Agreement | None:
    """None when nothing can be compared."""
    if not found:
        return None
    return _measure(
        [each.label for each in found], [each.score for each in found], [each.file for each in found]
    )


def agreement_between_people(labels: Iterable[ReviewLabel]) -> Agreement | None:
    """How well people agree with each other on items that several have labelled: the most that a score can
    reach. Each pair of people on an item is counted once, in the order of their names."""
    by_item: dict[tuple[int, int, int], list[ReviewLabel]] = defaultdict(list)
    for label in labels:
        if label.score is not None:
            by_item[(label.run_file_id, label.rule_index, label.item_index)].append(label)
    first: list[float] = []
    second: list[float] = []
    files: list[str] = []
    for group in by_item.values():
        ordered = sorted(group, key=lambda label: label.author)
        for number, one in enumerate(ordered):
            for other in ordered[number + 1 :]:
                first.append(one.score or 0.0)
                second.append(other.score or 0.0)
                files.append(one.sha256)
    return _measure(first, second, files) if first else None


def pass_agreement(labels: Iterable[ReviewLabel], pass_mark: float) -> PassAgreement | None:
    """None without labels that say right or wrong on items with a score."""
    usable = [each for each in labels if each.passed is not None and each.item_score is not None]
    if not usable:
        return None
    pairs = [(bool(each.passed), (each.item_score or 0.0) >= pass_mark) for each in usable]
    return PassAgreement(
        items=len(pairs),
        agree=sum(label == score for label, score in pairs),
        wrongly_passed=sum(score and not label for label, score in pairs),
        wrongly_refused=sum(label and not score for label, score in pairs),
    )


def mend(found: Sequence[ItemVerdict]) -> Mended | None:
    """The map of these items, or None with too few of them or of a single file."""
    if len(found) < FEWEST_TO_CALIBRATE:
        return None
    scores, labels = [each.score for each in found], [each.label for each in found]
    files = [each.file for each in found]
    unseen = predict_out_of_fold(scores, labels, files)
    if unseen is None:
        return None
    before, after = _measure(labels, scores, files), _measure(labels, unseen, files)
    return Mended(fit_isotonic(scores, labels), before, after)


def _measure(labels: Sequence[float], scores: Sequence[float], files: Sequence[str]) -> Agreement:
    from docassay.statistics.agreement import measure_agreement  # loads numpy, which a server rarely needs

    return measure_agreement(labels, scores, files)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
