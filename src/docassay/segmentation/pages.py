"""What a page shows that tells where it belongs: headings, terms, page numbers, running headers."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from docassay.documents.html_fragment import text_of
from docassay.documents.model import PAGE_FURNITURE, Document, Page

TOP_BLOCKS: Final = 4
"""How many blocks at the head of a page may hold its title."""

_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_PAGE_OF: Final = re.compile(
    r"(?:\b(?:page|seite|p\.|s\.|página|pagina|sheet|blatt)\s*|^[\s–—-]*)"
    r"(\d{1,4})\s*(?:of|von|de|di|/)\s*(\d{1,4})(?![\d/.])(?:[\s–—-]*$)?",
    re.IGNORECASE,
)
_PAGE_WORD: Final = re.compile(
    r"\b(?:page|seite|página|pagina|sheet|blatt)\s*[:.]?\s*(\d{1,4})\b(?!\s*(?:of|von|de|di|/))",
    re.IGNORECASE,
)
_STOP_WORDS: Final = frozenset(
    {
        "the", "and", "for", "that", "this", "with", "from", "are", "was", "were", "has", "have", "not",
        "you",
        "your", "our", "its", "all", "any", "can", "will", "which", "their", "they", "been", "but", "into",
        "page", "pages", "section", "document", "contains", "containing", "includes", "including", "such",
        "list", "und", "der", "die", "das", "den", "dem", "des", "ein", "eine", "ist", "mit", "von", "für",
        "auf", "les", "une", "dans", "pour", "que", "est", "los", "las", "con", "por", "del",
    }
)  # fmt: skip
_SUFFIXES: Final = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ed", "es", "s", "en", "e", "y")


@dataclass(frozen=True, slots=True)
class PageFeatures:
    """One page. ``terms`` counts stemmed words, ``headings`` its section headers, ``top`` its first texts.

    ``number`` is the printed page number and ``number_of`` the printed total, None when not printed.
    ``furniture`` is the running header and footer without digits. ``top_heading`` is the first section
    header when it stands at the head of the page.
    """

    index: int
    text: str
    headings: tuple[str, ...]
    top: tuple[str, ...]
    top_heading: str
    terms: Mapping[str, int]
    number: int | None
    number_of: int | None
    furniture: str
    size: tuple[int, int]

    @property
    def is_blank(self) -> bool:
        """Whether nothing but a few characters is printed, page numbers and running headers aside."""
        return len(self.text) < 4


def features_of(document: Document) -> list[PageFeatures]:
    """The features of every converted page, in order."""
    return [_features(page) for page in document.pages]


def terms_of(text: str) -> Counter[str]:
    """Stemmed, accent-free words of at least three letters with their counts; stop words are left out."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return Counter(_stem(word) for word in _WORD.findall(plain) if word not in _STOP_WORDS)


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


def inverse_frequencies(pages: Sequence[PageFeatures]) -> dict[str, float]:
    """``ln((1 + N) / (1 + df)) + 1`` for each term: smoothed inverse document frequency over pages."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update(page.terms.keys())
    return {term: math.log((1 + len(pages)) / (1 + count)) + 1 for term, count in counts.items()}


def cosine(left: Mapping[str, int], right: Mapping[str, int], weights: Mapping[str, float]) -> float:
    """Cosine of two pages' weighted terms with logarithmic counts: 0 (nothing in common) to 1."""
    first = {term: (1 + math.log(count)) * weights[term] for term, count in left.items()}
    second = {term: (1 + math.log(count)) * weights[term] for term, count in right.items()}
    norm = math.sqrt(sum(v * v for v in first.values()) * sum(v * v for v in second.values()))
    return sum(value * second.get(term, 0.0) for term, value in first.items()) / norm if norm else 0.0


def _features(page: Page) -> PageFeatures:
    body = [block for block in page.blocks if block.block_type not in PAGE_FURNITURE]
    texts = [text_of(block.html) for block in body]
    furniture = [text_of(block.html) for block in page.blocks if block.block_type in PAGE_FURNITURE]
    headings = tuple(
        " ".join(text.split())
        for block, text in zip(body, texts, strict=True)
        if block.block_type == "SectionHeader"
    )
    top = tuple(" ".join(text.split()) for text in texts[:TOP_BLOCKS] if len(text) <= 200)
    number, number_of = _printed_number(furniture, texts)
    text = "\n".join(texts).strip()
    return PageFeatures(
        index=page.index,
        text=_without_number(text),
        headings=headings,
        top=top,
        top_heading=next((heading for heading in headings if heading in top), ""),
        terms=terms_of(text),
        number=number,
        number_of=number_of,
        furniture=_running_text(furniture),
        size=(round(page.width / 10), round(page.height / 10)),
    )


def _running_text(furniture: Sequence[str]) -> str:
    """The running header and footer without page numbers and other digits."""
    texts = (_PAGE_WORD.sub(" ", _PAGE_OF.sub(" ", text)) for text in furniture)
    return " ".join(re.sub(r"\d+", " ", " ".join(texts)).casefold().split())


def _without_number(text: str) -> str:
    """The text, or nothing when it is only a page number."""
    rest = _PAGE_WORD.sub("", _PAGE_OF.sub("", text))
    return text if re.search(r"\w", rest) and not rest.strip().isdigit() else ""


def _printed_number(furniture: Sequence[str], texts: Sequence[str]) -> tuple[int | None, int | None]:
    """The page number in the running header or footer, else in a short line at either end of the page."""
    ends = [text for text in (*texts[:2], *texts[-2:]) if len(text) <= 60]
    for text in (*furniture, *ends):
        match = _PAGE_OF.search(text)
        if match and 1 <= int(match[1]) <= int(match[2]):
            return int(match[1]), int(match[2])
        word = _PAGE_WORD.search(text)
        if word:
            return int(word[1]), None
    for text in furniture:
        if text.strip(" -–—").isdigit():
            return int(text.strip(" -–—")), None
    return None, None
