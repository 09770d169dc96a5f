"""Which printed pair fills which scalar field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from docassay.extraction.conventions import Conventions
from docassay.extraction.dates import find_dates
from docassay.extraction.evidence import CLEAR_SIMILARITY, Match
from docassay.extraction.fields import Field
from docassay.extraction.labels import USABLE, concepts_of, folded, similarity, words_of
from docassay.extraction.pairs import How, Pair
from docassay.extraction.values import Reading, read_value

PARTIES: Final = frozenset({"vendor", "customer", "ship_to", "bank", "contact"})
_FREE_TEXT: Final = frozenset({"text", "name", "address", "boolean"})
_NEEDS_OWN_LABEL: Final = 0.95
_MAX_START: Final = 3
"""How far into the text after a label in running text its value may begin, in characters."""
_PLACE_WEIGHT: Final[dict[How, float]] = {
    "same_line": 1.0, "table_row": 1.0, "table_column": 0.8, "right": 0.8, "prefix": 0.7, "below": 0.6,
    "prose": 0.3, "form": 0.0,
}  # fmt: skip
_TOTAL_WORDS: Final = frozenset({"grand", "due", "payable", "final", "gesamtbetrag", "zahlen", "pay", "ttc"})
_MAX_ADDRESS_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """One pair that could fill one field; a higher ``rank`` is better."""

    field_path: tuple[str, ...]
    pair: Pair
    reading: Reading
    similarity: float
    rank: float
    takes_more: bool = False


def candidates_for(
    path: tuple[str, ...], field: Field, pairs: Sequence[Pair], conventions: Conventions
) -> list[Candidate]:
    """Every pair whose label resembles ``field`` and whose value has its form, best first."""
    found = []
    known: dict[tuple[str, str, bool], float] = {}
    for pair in pairs:
        key = (pair.label, pair.context, bool(pair.more))
        resemblance = known.get(key)
        if resemblance is None:
            resemblance = known[key] = _resemblance(field, pair)
        if resemblance < USABLE:
            continue
        text, takes_more = _text_for(field, pair)
        reading = read_value(field, text, conventions)
        if reading is None or not _is_believable(field, pair, reading, resemblance, text):
            continue
        rank = (
            10 * resemblance + _place_weight(field, pair) + _form_weight(reading) + _word_weight(field, pair)
        )
        found.append(Candidate(path, pair, reading, resemblance, rank, takes_more))
    # Sums stand at the end of a document, everything else at its start.
    is_sum = field.concept is not None and field.concept.key in ("total", "closing_balance", "balance")
    return sorted(
        found, key=lambda candidate: (-candidate.rank, (-1 if is_sum else 1) * candidate.pair.order)
    )


def assign(candidates: Iterable[list[Candidate]]) -> dict[tuple[str, ...], Match]:
    """The best candidate of each field, where no pair fills two fields unless its label names them both."""
    queues = [queue for queue in candidates if queue]
    taken: dict[tuple[int, str, bool], float] = {}
    result: dict[tuple[str, ...], Match] = {}
    for candidate in sorted((c for queue in queues for c in queue), key=lambda candidate: -candidate.rank):
        key = (candidate.pair.order, candidate.reading.printed, candidate.takes_more)
        other = taken.get(key)
        if candidate.field_path in result:
            continue
        if other is not None and min(other, candidate.similarity) < _NEEDS_OWN_LABEL:
            continue
        taken[key] = max(other or 0.0, candidate.similarity)
        result[candidate.field_path] = _match(candidate)
    for queue in queues:
        chosen = result.get(queue[0].field_path)
        if chosen is not None:
            result[queue[0].field_path] = replace(chosen, rivals=_rivals(chosen, queue))
    return result


def _match(candidate: Candidate) -> Match:
    pair, reading = candidate.pair, candidate.reading
    return Match(
        value=reading.value,
        printed=reading.printed,
        block_ids=pair.block_ids,
        how=pair.how,
        label=pair.label,
        similarity=candidate.similarity,
        is_complete=reading.is_complete,
        is_certain=reading.is_certain,
        is_typed=reading.is_typed,
    )


def _rivals(chosen: Match, queue: Sequence[Candidate]) -> tuple[str, ...]:
    """Other values that equally good labels print."""
    values: list[str] = []
    for candidate in queue:
        is_as_good = candidate.similarity >= max(chosen.similarity, CLEAR_SIMILARITY) - 0.01
        is_other = _plain(candidate.reading.value) != _plain(chosen.value)
        if is_as_good and is_other and candidate.reading.is_typed and candidate.reading.printed not in values:
            values.append(candidate.reading.printed)
    return tuple(values)


def _plain(value: object) -> object:
    return " ".join(folded(value).split()) if isinstance(value, str) else value


def _resemblance(field: Field, pair: Pair) -> float:
    """How much the label resembles the field, given whose data the surrounding heading announces."""
    party = _party_of(field)
    context = {concept.key for concept in concepts_of(pair.context)} & PARTIES if pair.context else set()
    label_parties = {concept.key for concept in concepts_of(pair.label)} & PARTIES
    if party and label_parties:
        if party not in label_parties:
            return 0.0
        if field.kind in ("address", "name"):
            return 1.0 if field.kind == "name" or pair.more else 0.0
    direct = similarity(pair.label, field.phrases, field.concept)
    if field.parent is None and party is None:
        return 0.8 * direct if context and direct and field.kind in ("name", "address", "email") else direct
    if context and party and party not in context:
        return 0.0
    if context or direct >= 1.0:
        return max(direct, similarity(pair.label, field.phrases, None))
    return 0.85 * direct


def _party_of(field: Field) -> str | None:
    """Whose data the field holds (``vendor``, ``customer``, ...), from its parent or its own name."""
    if field.parent is not None and field.parent.key in PARTIES:
        return field.parent.key
    if field.concept is not None and field.concept.key in PARTIES:
        return field.concept.key
    for phrase in field.phrases[:2]:
        for word in phrase.split():
            found = [concept.key for concept in concepts_of(word) if concept.key in PARTIES]
            if found and len(words_of(phrase)) > 1:
                return found[0]
    return None


def _text_for(field: Field, pair: Pair) -> tuple[str, bool]:
    """The part of the pair that the field may use: an address below a party's name, the second date of a
    period, else the value."""
    more = pair.more[:_MAX_ADDRESS_LINES]
    if field.concept is not None and field.concept.key == "period_end":
        dates = find_dates(pair.value)
        return (pair.value[dates[1].start :] if len(dates) == 2 else pair.value), False
    if field.kind != "address":
        return pair.value, False
    if {concept.key for concept in concepts_of(pair.label)} & PARTIES:
        return "\n".join(more), True
    return "\n".join((pair.value, *more)), False


def _is_believable(field: Field, pair: Pair, reading: Reading, resemblance: float, text: str) -> bool:
    """Whether the value may stand: weak places need the right form, text fields need a clear label."""
    if pair.how in ("prefix", "prose"):
        if field.kind in _FREE_TEXT or not reading.is_typed:
            return False
        if field.kind == "identifier" and pair.how == "prefix" and not reading.is_complete:
            return False
        return text.find(reading.printed) <= _MAX_START and resemblance >= 0.8
    if field.kind in ("text", "name", "address") or not reading.is_typed:
        return resemblance >= 0.75 and pair.how in (
            "same_line",
            "table_row",
            "table_column",
            "right",
            "below",
        )
    return True


def _place_weight(field: Field, pair: Pair) -> float:
    """Names and addresses stand below their label rather than beside it."""
    if pair.how == "below" and field.kind in ("name", "address"):
        return _PLACE_WEIGHT["right"] + 0.1
    return _PLACE_WEIGHT[pair.how]


def _form_weight(reading: Reading) -> float:
    return 0.5 * reading.is_typed + 0.2 * reading.is_complete + 0.2 * reading.is_certain


def _word_weight(field: Field, pair: Pair) -> float:
    """A ``total due`` says more than one of several totals."""
    if field.concept is None or field.concept.key != "total":
        return 0.0
    return 0.3 if _TOTAL_WORDS & set(words_of(pair.label)) else 0.0
