"""How much a printed label resembles a field: 0 (nothing in common) to 1 (the same term)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from rapidfuzz.fuzz import ratio

from docassay.extraction.concepts import COMPATIBLE, CONCEPTS, ROW_CONCEPTS, Concept

EXACT: Final = 1.0
SAME_TERM: Final = 0.95
"""A synonym from the table of business terms."""
COMPATIBLE_TERM: Final = 0.75
USABLE: Final = 0.6
"""The least similarity that lets a label fill a field."""
MAX_LABEL_WORDS: Final = 8

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|(?<!\d)\d++(?:[.,]\d++)?\s?%")
_WORD: Final = re.compile(r"n°|[^\W_]+|#|°|%")
_ABBREVIATIONS: Final = {
    "no": "number", "nr": "number", "num": "number", "nbr": "number", "#": "number", "n°": "number",
    "numero": "number", "nummer": "number", "amt": "amount", "qty": "quantity", "inv": "invoice",
    "dt": "date", "cust": "customer", "acct": "account", "acc": "account", "addr": "address",
    "desc": "description",
    "tel": "phone", "telephone": "phone", "ref": "reference", "pct": "percent", "%": "percent",
    "percentage": "percent", "curr": "currency", "mail": "email", "mgr": "manager", "dept": "department",
    "org": "organization", "organisation": "organization", "id": "number", "identifier": "number",
    "dob": "birth", "yr": "year", "avg": "average", "max": "maximum", "min": "minimum", "pmt": "payment",
}  # fmt: skip
_STOP_WORDS: Final = frozenset(
    {
        "the", "a", "an", "of", "on", "in", "for", "to", "by", "at", "and", "or", "is", "as", "this", "that",
        "its", "der", "die", "das", "des", "du", "de", "la", "le", "les", "el", "los", "del", "&", "s",
    }
)  # fmt: skip
_CURRENCIES: Final = frozenset(
    {
        "eur", "euro", "usd", "gbp", "chf", "jpy", "cny", "sek", "nok", "dkk", "pln", "czk", "huf", "ron",
        "cad", "aud", "nzd", "inr", "brl", "mxn", "zar", "sgd", "hkd", "try",
    }
)  # fmt: skip
"""Words that say in what an amount is given (``Total EUR``), not which amount it is."""
_GENERIC: Final = frozenset(
    {
        "invoice", "document", "receipt", "statement", "order", "bill", "letter", "report", "form", "value",
        "field", "item", "printed",
    }
)  # fmt: skip
"""Words that only say which document a term belongs to."""


def folded(text: str) -> str:
    """Lower case, accents removed, hyphenated ``e-mail`` as one word."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("e-mail", "email"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def split_name(name: str) -> str:
    """``invoiceNumber``, ``invoice_number`` and ``invoice-number`` as the phrase ``invoice number``."""
    return " ".join(re.split(r"[\s_\-./]+", _CAMEL.sub(" ", name))).strip()


@lru_cache(maxsize=65_536)
def words_of(label: str) -> tuple[str, ...]:
    """The meaningful words of a label: brackets and stop words dropped, abbreviations written out."""
    all_words = _all_words(label)
    return tuple(word for word in all_words if word not in _STOP_WORDS) or all_words


@lru_cache(maxsize=65_536)
def _all_words(label: str) -> tuple[str, ...]:
    found = _WORD.findall(folded(_BRACKETS.sub(" ", label))) or _WORD.findall(folded(label))
    return tuple(_ABBREVIATIONS.get(word, _singular(word)) for word in found if word != "°")


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _index(words: Callable[[str], tuple[str, ...]]) -> dict[tuple[str, ...], tuple[Concept, ...]]:
    index: dict[tuple[str, ...], tuple[Concept, ...]] = {}
    for concept in CONCEPTS:
        for label in concept.labels:
            key = words(label)
            if concept not in index.get(key, ()):
                index[key] = (*index.get(key, ()), concept)
    return index


_BY_ALL_WORDS: Final = _index(_all_words)
_BY_WORDS: Final = _index(words_of)
_WORDS_OF_TERMS: Final = frozenset(word for words in _BY_ALL_WORDS for word in words)


def concepts_of(label: str) -> tuple[Concept, ...]:
    """The business terms that a label names; several when it means a column here and a sum there."""
    return _BY_ALL_WORDS.get(_all_words(label)) or _BY_WORDS.get(words_of(label), ())


class KnownLabels:
    """Tells labels from other text: those of the business terms and the phrases of the fields asked for."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = frozenset(frozenset(words_of(phrase)) for phrase in phrases)
        self._words = _WORDS_OF_TERMS.union(*self._phrases)
        self._answers: dict[str, bool] = {}

    def __call__(self, text: str) -> bool:
        """Whether the text is such a label, its words in any order."""
        answer = self._answers.get(text)
        if answer is None:
            answer = bool(concepts_of(text)) or frozenset(words_of(text)) in self._phrases
            self._answers[text] = answer
        return answer

    def may_hold(self, word: str) -> bool:
        """Whether the word occurs in any label; cheap, to leave most of a text alone."""
        if not _BRACKETS.sub("", word).strip():
            return True  # the rate in "VAT (20%)", which words_of leaves out
        return all(part in self._words or part in _STOP_WORDS for part in _all_words(word))


def concept_of_field(phrases: Iterable[str], is_in_row: bool) -> Concept | None:
    """The business term of the first phrase that names one; ``is_in_row`` prefers the terms of columns."""
    for phrase in phrases:
        found = concepts_of(phrase)
        if found:
            preferred = [concept for concept in found if (concept.key in ROW_CONCEPTS) == is_in_row]
            return (preferred or list(found))[0]
    return None


def similarity(label: str, phrases: Iterable[str], concept: Concept | None) -> float:
    """How much ``label`` resembles a field known by ``phrases`` (its names, best first) and ``concept``.

    A label that names another, incompatible concept resembles the field not at all, however many words they
    share.
    """
    label = _without_currency(label)
    label_words = words_of(label)
    if not label_words or len(label_words) > MAX_LABEL_WORDS:
        return 0.0
    best = max((_word_similarity(label_words, words_of(phrase)) for phrase in phrases), default=0.0)
    if best == EXACT:
        return EXACT
    label_concepts = {found.key for found in concepts_of(label)}
    if concept is not None and label_concepts:
        if concept.key in label_concepts:
            return SAME_TERM
        if label_concepts & COMPATIBLE.get(concept.key, frozenset()):
            return COMPATIBLE_TERM
        return 0.0
    return best


def _without_currency(label: str) -> str:
    words = label.split()
    if len(words) > 1 and folded(words[-1]).strip(" :.") in _CURRENCIES:
        return " ".join(words[:-1])
    return label


def _word_similarity(label: tuple[str, ...], field: tuple[str, ...]) -> float:
    if not field:
        return 0.0
    if label == field:
        return EXACT
    label_set, field_set = set(label), set(field)
    if label_set == field_set:
        return 0.97
    if ratio(" ".join(label), " ".join(field)) >= 88 and min(len(" ".join(label)), len(" ".join(field))) >= 6:
        return 0.85
    shared = label_set & field_set
    if not shared or (shared <= {"number", "date", "name"} and len(field_set - _GENERIC) > 1):
        return 0.0
    if label_set - _GENERIC == field_set - _GENERIC:
        return 0.8
    missing, extra = len(field_set - label_set - _GENERIC), len(label_set - field_set - _GENERIC)
    # Dice's coefficient over the words, the generic ones at half weight.
    weight = len(shared - _GENERIC) + len(shared & _GENERIC) / 2
    return 0.8 * 2 * weight / (2 * weight + missing + extra)
