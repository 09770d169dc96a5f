"""``language.script``: whether the output is written in the scripts of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from docassay.checks.agreement import percent
from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.expected_text import AGAINST, expected_items, reference_of
from docassay.checks.page_text import TextPair
from docassay.checks.registry import check
from docassay.checks.scale import anchored, anchors
from docassay.checks.scripts import script_counts

LOW: Final = 0.5
HIGH: Final = 1.0
FEWEST_LETTERS: Final = 20


@check(
    "language.script",
    version="1",
    levels=("page", "document"),
    needs=frozenset({"source", "expected"}),
    summary=(
        "Whether the output is written in the scripts of the page: 1 - half the sum of the differences "
        "between the shares of letters in each script (Latin, Cyrillic, Han, ...). Finds text that was "
        "transliterated, translated into another script or read with the wrong OCR language. Compares with "
        "the expected text, else with the file's own text layer; needs 20 letters on both sides."
    ),
    mapping="5 x clip((value - low) / (high - low), 0, 1), low 0.50, high 1.00",
    params={**anchors(LOW, HIGH), **AGAINST},
    source="Total variation distance of histograms of Unicode scripts.",
    cost="1.0 ms a page",
)
def language_script(subject: Subject, level: Level, params: Mapping[str, Any]) -> Sequence[Item]:
    """One item a page or one for the document; ``value`` is 0-1."""
    against = str(params.get("against", "auto"))
    name = reference_of(subject, against).name

    def judge(pairs: Sequence[TextPair], place: str, page_index: int | None) -> Item:
        truth: Counter[str] = Counter()
        output: Counter[str] = Counter()
        for pair in pairs:
            if pair.output is not None and not pair.is_partly_scanned:
                truth.update(script_counts(pair.layer.body.text))
                output.update(script_counts(pair.output.words.text))
        if min(truth.total(), output.total()) < FEWEST_LETTERS:
            reason = f"{place} has fewer than {FEWEST_LETTERS} letters in the output or in the {name}."
            return not_applicable(reason, page_index=page_index)
        shares = {
            script: (truth[script] / truth.total(), output[script] / output.total())
            for script in truth.keys() | output.keys()
        }
        value = 1 - sum(abs(one - other) for one, other in shares.values()) / 2
        feedback = f"{place}: the scripts are those of the {name}."
        if value < HIGH:
            gaps = sorted(shares.items(), key=lambda each: (-abs(each[1][0] - each[1][1]), each[0]))
            told = [
                f"{percent(other)} {script} instead of {percent(one)}"
                for script, (one, other) in gaps[:3]
                if abs(one - other) >= 0.001
            ]
            feedback = f"{place}: {', '.join(told) or 'nearly the same scripts'} in the {name}."
        return Item(
            score=anchored(value, params, LOW, HIGH),
            value=value,
            page_index=page_index,
            feedback=feedback,
            details={"expected": dict(truth), "output": dict(output), "against": name},
        )

    return expected_items(
        subject,
        level,
        lambda pair: judge([pair], pair.place, pair.page_index),
        lambda pairs: judge(pairs, "The document", None),
        against,
    )
