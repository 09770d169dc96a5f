"""What every check looks like: a pure function from a ``Subject`` to ``Item`` scores, registered by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from docassay.documents.expected import Expected
from docassay.documents.model import Document
from docassay.documents.source_layer import SourceLayer

Derived = TypeVar("Derived")

Level = Literal["block", "page", "document"]
NEEDS: Final = frozenset({"source", "extraction", "second_reading", "segmentation", "expected"})
"""What a check may read besides the converted document."""
Outcome = Literal["scored", "failed", "errored", "not_applicable", "unscored"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything that a check may look at: the result of one file.

    ``extraction`` is the filled object of an extract pipeline (citations included) and ``page_schema`` its
    JSON Schema. ``second_extraction`` is what the same schema gives when it is filled from ``source`` instead
    of ``document``, None without a source. ``segmentation`` is the wire's ``segmentation_results`` and
    ``segmentation_schema`` what was
    asked. ``expected`` is what is right for this file, where somebody has said so, and
    ``expected_document`` its text read into the block model: a page for each text of a page, or one page
    that is not paginated for the text of the whole document. ``derived`` is the checks' own scratch space
    (see ``derive``).
    """

    document: Document
    source: SourceLayer | None = None
    extraction: Mapping[str, Any] | None = None
    page_schema: Mapping[str, Any] | None = None
    second_extraction: Mapping[str, Any] | None = None
    segmentation: Mapping[str, Any] | None = None
    segmentation_schema: Mapping[str, Any] | None = None
    expected: Expected | None = None
    expected_document: Document | None = None
    derived: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def derive(self, key: str, compute: Callable[[], Derived]) -> Derived:
        """``compute()``, done once per subject: what several checks need is prepared by the first of them."""
        if key not in self.derived:
            self.derived[key] = compute()
        prepared: Derived = self.derived[key]
        return prepared


@dataclass(frozen=True, slots=True)
class Item:
    """The verdict on one unit (a block, a page, the document).

    ``score`` is 0-5 and set exactly when ``outcome`` is ``scored`` (or ``failed``, then 0). ``value`` is the
    raw measure, 0-1 where the check has one. ``feedback`` names the evidence: page, block, the passage.
    ``details`` is JSON-serialisable.
    """

    score: float | None
    feedback: str
    outcome: Outcome = "scored"
    value: float | None = None
    page_index: int | None = None
    block_id: str | None = None
    block_type: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def not_applicable(feedback: str, *, page_index: int | None = None) -> Item:
    """An item that says why this check has nothing to measure here; it is dropped from every mean."""
    return Item(score=None, feedback=feedback, outcome="not_applicable", page_index=page_index)


CheckFunction = Callable[[Subject, Level, Mapping[str, Any]], Sequence[Item]]


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check. ``needs``: see ``NEEDS``.

    ``version`` goes up whenever the same input may give another score; results of different versions are
    never compared silently. Of a check from another package it holds that package and its version too
    (``1 (acme-checks 2.3)``), for nobody can know what a new version of it changes; ``package`` is then its
    name. ``params_schema`` is the JSON Schema of ``params``; unknown keys are refused. ``cost`` says in words
    what the check takes, as measured.
    """

    name: str
    version: str
    levels: tuple[Level, ...]
    needs: frozenset[str]
    summary: str
    mapping: str
    params_schema: Mapping[str, Any]
    function: CheckFunction
    source: str = ""
    cost: str = ""
    package: str = ""
