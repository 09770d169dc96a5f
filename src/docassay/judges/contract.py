"""What a judge is asked and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

JudgedOutcome = Literal["scored", "not_applicable", "unscored"]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is judged at once: the texts of blocks by their ids, in reading order. ``reference`` is what is
    right, where somebody has said so, ``image`` the JPEG picture of the page that it comes from."""

    blocks: Mapping[str, str]
    reference: str | None = None
    image: bytes | None = field(default=None, repr=False)

    @property
    def characters(self) -> int:
        """Of all blocks."""
        return sum(map(len, self.blocks.values()))


@dataclass(frozen=True, slots=True)
class Criterion:
    """One rule in words. ``levels`` describes what scores mean."""

    name: str
    prompt: str
    levels: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault or a piece of evidence: the words that were found in a block. An absence quotes nothing."""

    problem: str
    block_id: str | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """``score`` is 0-5 and set exactly when the outcome is ``scored``: the mean of ``scores``, one for each
    time that the judge was asked, or of the scores that it weighed when ``is_weighted``. ``reason`` is for
    people. ``is_estimated`` says that the server did not count the tokens."""

    outcome: JudgedOutcome
    reason: str
    score: float | None = None
    scores: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    is_cached: bool = False
    is_weighted: bool = False
    is_estimated: bool = False
    prompt_hash: str = ""


class Judge(Protocol):
    """Anything that judges. ``name`` tells apart what would judge otherwise: a model."""

    @property
    def name(self) -> str:
        """The judge's name."""
        ...

    def judge(self, criterion: Criterion, unit: Unit) -> Judgement:
        """Judge one unit by one criterion. Never raises for an outage: the outcome is then ``unscored``."""
        ...

    def cost(self, judgement: Judgement) -> float | None:
        """What a judgement cost, None when prices are not known."""
        ...
