"""The wire's shape of an extraction: values with ``_citations``, ``_score`` and ``_meta`` beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docassay.documents.html_fragment import text_of
from docassay.documents.model import Document
from docassay.extraction.evidence import Match, RowsMatch
from docassay.extraction.fields import Field

Path = tuple[str, ...]

NOT_FOUND = (
    "No label of the document resembles this field with a value of its form, and no other text settles it."
)


def write_answer(
    fields: Sequence[Field],
    scalars: Mapping[Path, Match],
    arrays: Mapping[Path, RowsMatch],
    document: Document,
    mode: str,
) -> tuple[dict[str, Any], float | None]:
    """The filled object and the mean score of what was found (None when nothing was, or for ``turbo``).

    An annex such as ``total_score`` is left out where the schema has a field of that very name.
    """
    writer = _Writer(scalars, arrays, document, mode)
    values = writer.object(fields, ())
    scores = writer.scores
    average = round(sum(scores) / len(scores), 4) if scores and mode != "turbo" else None
    return values, average


class _Writer:
    def __init__(
        self,
        scalars: Mapping[Path, Match],
        arrays: Mapping[Path, RowsMatch],
        document: Document,
        mode: str,
    ) -> None:
        self._scalars = scalars
        self._arrays = arrays
        self._mode = mode
        self._texts = (
            {block.id: text_of(block.html) for block in document.walk()} if mode == "balanced" else {}
        )
        self.scores: list[int] = []

    def object(self, fields: Sequence[Field], prefix: Path) -> dict[str, Any]:
        names = {field.name for field in fields}
        result: dict[str, Any] = {}
        for field in fields:
            path = (*prefix, field.name)
            result[field.name] = self._value(field, path)
            for suffix, annex in self._annexes(field, path):
                if field.name + suffix not in names:
                    result[field.name + suffix] = annex
        return result

    def _value(self, field: Field, path: Path) -> Any:
        if field.shape == "object":
            return self.object(field.items, path)
        if field.shape == "array":
            rows = self._arrays.get(path)
            return list(rows.values) if rows is not None else None
        match = self._scalars.get(path)
        return match.value if match is not None else None

    def _annexes(self, field: Field, path: Path) -> Iterator[tuple[str, Any]]:
        if self._mode == "turbo":
            return
        if field.shape == "object":
            yield "_citations", self._citations_below(path)
            return
        found = self._arrays.get(path) if field.shape == "array" else self._scalars.get(path)
        citations = list(found.block_ids) if found is not None else []
        yield "_citations", citations
        if found is not None:
            self.scores.append(found.score)
        yield (
            "_score",
            {
                "score": found.score if found is not None else None,
                "reasoning": found.reasoning if found is not None else NOT_FOUND,
            },
        )
        if self._mode == "balanced":
            yield "_meta", self._meta(found, citations)

    def _citations_below(self, path: Path) -> list[str]:
        found: list[Match | RowsMatch] = [
            match
            for matches in (self._scalars, self._arrays)
            for inner, match in matches.items()
            if inner[: len(path)] == path
        ]
        return list(dict.fromkeys(block_id for match in found for block_id in match.block_ids))

    def _meta(self, found: Match | RowsMatch | None, citations: list[str]) -> dict[str, Any]:
        return {
            "extraction_status": "EXTRACTED" if found is not None else "NOT_RESOLVABLE",
            "reasoning": found.reasoning if found is not None else NOT_FOUND,
            "citations": citations,
            "verification": self._verification(found),
        }

    def _verification(self, found: Match | RowsMatch | None) -> dict[str, str]:
        """Read the cited blocks again: is the value printed there, and are all rows of the list?"""
        if found is None:
            return {"status": "FAIL_UNRESOLVABLE", "feedback": "There is no value to verify."}
        if isinstance(found, RowsMatch):
            if found.skipped_rows:
                feedback = f"{found.skipped_rows} rows of the cited table are not in the list."
                return {"status": "ITEMS_MISSING", "feedback": feedback}
            return {"status": "PASS", "feedback": "Every row of the cited blocks is in the list or is a sum."}
        cited = " ".join(self._texts.get(block_id, "") for block_id in found.block_ids)
        if _plain(found.printed) in _plain(cited):
            return {"status": "PASS", "feedback": "The cited blocks print the value."}
        return {
            "status": "FAIL_CITATIONS",
            "feedback": "The cited blocks do not print the value in one piece.",
        }


def _plain(text: str) -> str:
    return " ".join(text.split())
