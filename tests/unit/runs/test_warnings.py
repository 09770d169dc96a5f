"""What a run is warned of at its start."""

from __future__ import annotations

import pytest

from docassay.runs.warnings import warnings_about
from docassay.scoring.definition import parse_rubric
from docassay.settings import Settings

PROMPTS = parse_rubric({"rules": [{"name": "A", "prompt": "p"}, {"name": "B", "check": "text.layer_recall"}]})
CHECKS = parse_rubric({"rules": [{"name": "B", "check": "text.layer_recall"}]})
JUDGE = Settings(judge_base_url="http://judge.test/v1", judge_model="acme/Reader-7B")


class Seeing:
    name = "seeing"
    version = "1"
    model: str | None = None


def seeing(model: str | None) -> Seeing:
    engine = Seeing()
    engine.model = model
    return engine


@pytest.mark.parametrize("model", ["acme/Reader-7B", "reader-7b", "elsewhere/READER-7B:q4"])
def test_a_judge_that_made_the_output_itself_is_warned_of(model):
    for engine, options in ((seeing(model), {}), (seeing(None), {"model": model})):
        (warning,) = warnings_about(PROMPTS, engine, options, JUDGE)
        assert "prefer what they made" in warning


@pytest.mark.parametrize(
    ("rubric", "engine", "options"),
    [
        (PROMPTS, seeing("reader-70b"), {}),
        (PROMPTS, seeing(None), {}),
        (PROMPTS, seeing("reader-7b"), {"model": "other"}),
        (CHECKS, seeing("reader-7b"), {}),
        (None, seeing("reader-7b"), {}),
        (PROMPTS, object(), {"model": 7}),
    ],
)
def test_nothing_is_said_without_a_reason(rubric, engine, options):
    assert warnings_about(rubric, engine, options, JUDGE) == []
