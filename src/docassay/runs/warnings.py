"""What to know of a run before its scores are believed; said at its start and kept with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docassay.engines.contract import Engine
from docassay.scoring.definition import Rubric
from docassay.settings import Settings


def warnings_about(
    rubric: Rubric | None, engine: Engine, engine_options: Mapping[str, Any], settings: Settings
) -> Sequence[str]:
    """Prompt rules without a judge, and a judge that is the model whose output it judges."""
    prompts = sum(rule.prompt is not None for rule in rubric.rules) if rubric is not None else 0
    if not prompts:
        return []
    if not settings.has_judge:
        rules = "1 rule needs" if prompts == 1 else f"{prompts} rules need"
        return [
            f"{rules} a judge, but none is configured, and will be unscored. Set DOCASSAY_JUDGE_BASE_URL."
        ]
    model = engine_options.get("model") or getattr(engine, "model", None)
    if isinstance(model, str) and _bare(model) == _bare(settings.judge_model or ""):
        return [
            f"The judge is the model that makes the output ({model}): models tend to prefer what they made "
            "themselves. Take another judge, or compare its scores with labels of people."
        ]
    return []


def _bare(model: str) -> str:
    """The name of a model without whose server it is on and in which of its builds."""
    return model.rpartition("/")[2].partition(":")[0].strip().casefold()
