"""What the end of a run says of its judge."""

from __future__ import annotations

import pytest

from docassay.cli.run_report import judge_sentence


@pytest.mark.parametrize(
    ("cost", "budget", "told"),
    [
        (None, None, "The judge read 12,000 tokens, wrote 800."),
        (0.031, None, "The judge read 12,000 tokens, wrote 800 and cost 0.0310."),
        (0.031, 5.0, "The judge read 12,000 tokens, wrote 800 and cost 0.0310 of 5.00."),
    ],
)
def test_costs_are_told_as_far_as_they_are_known(cost, budget, told):
    usage = {"input_tokens": 12_000, "output_tokens": 800, "cost": cost, "budget": budget}
    assert judge_sentence(usage) == told
