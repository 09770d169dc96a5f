"""A result's text set against the text layer of its file, page by page: what the text checks compare."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain
from typing import Final

from docassay.checks.contract import Item, Level, Subject, not_applicable
from docassay.checks.fragment_text import FragmentText, fragment_text
from docassay.checks.furniture import furniture_lines, page_number_candidates
from docassay.checks.words import Bigram, Words, known_bigrams, places_of_trigrams, to_words
from docassay.documents.model import PAGE_FURNITURE, Block, Page
from docassay.documents.source_layer import SourceLayer, SourcePage

NO_LAYER: Final = (
    "The file has no text layer of its own (a scan or an image), so there is nothing to compare with."
)
WHOLE_DOCUMENT: Final = "The whole document is compared, because this format has no pages of its own. "

# What numbers the lines of a table is content, not an automatic number.
_TABULAR: Final = frozenset({"Table", "TableGroup", "TableOfContents", "Form"})
_ENUMERATOR: Final = re.compile(r"^[ \t]{0,8}\(?(\d{1,3}(?:\.\d{1,3}){0,5})[.)]?[ \t]+(?=\D)", re.MULTILINE)
_BLANK: Final = re.compile(r"\s*")
_NO_WORDS: Final = to_words("")


@dataclass(frozen=True, slots=True)
class BlockText:
    """A top-level block, its text with everything below it, and the words of that."""

    block: Block
    words: Words
    fragment: FragmentText

    @property
    def list_markers(self) -> tuple[str, ...]:
        """The numbers that its ordered lists show."""
        return self.fragment.list_markers

    @property
    def enumerators(self) -> str:
        """The numbers that begin its lines (``2.1 Scope``), blank-separated.

        A file may number its headings and lists without spelling the numbers in its text.
        """
        if self.block.block_type in _TABULAR:
            return ""
        return " ".join(match[1] for match in _ENUMERATOR.finditer(self.words.text))


@dataclass(frozen=True)
class OutputText:
    """The words of several blocks in reading order."""

    words: Words
    blocks: tuple[BlockText, ...]

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """For each block the number of its first token."""
        return tuple(accumulate((len(part.words.tokens) for part in self.blocks[:-1]), initial=0))

    @cached_property
    def body(self) -> OutputText:
        """The same without PageHeader and PageFooter blocks."""
        body = [part for part in self.blocks if part.block.block_type not in PAGE_FURNITURE]
        return self if len(body) == len(self.blocks) else join_blocks(body)

    @cached_property
    def list_markers(self) -> Counter[str]:
        """``BlockText.list_markers`` of all blocks."""
        return Counter(chain.from_iterable(part.list_markers for part in self.blocks))

    @cached_property
    def enumerators(self) -> str:
        """``BlockText.enumerators`` of all blocks."""
        return " ".join(part.enumerators for part in self.blocks)

    def block_at(self, token: int) -> Block | None:
        """The block that holds a token."""
        return self.blocks[bisect_right(self.starts, token) - 1].block if self.blocks else None


@dataclass(frozen=True)
class LayerText:
    """The words of the text layer: ``body`` must be in the output, ``furniture`` (running lines) may be.

    ``page_numbers`` of the body may be missing too. ``source`` is the text of both where there is furniture;
    ``parts`` are the texts that this one was joined from.
    """

    body: Words
    furniture: Words
    page_numbers: tuple[str, ...] = ()
    source: str | None = None
    parts: tuple[LayerText, ...] = ()

    @cached_property
    def whole(self) -> Words:
        """Body and furniture in the file's own order."""
        if self.parts:
            return join_words([part.whole for part in self.parts])
        return self.body if self.source is None else to_words(self.source)

    @cached_property
    def bigrams(self) -> frozenset[Bigram]:
        """The pairs of neighbouring tokens of the body and those of the furniture."""
        return self.body.bigrams | self.furniture.bigrams if self.furniture.tokens else self.body.bigrams


@dataclass(frozen=True)
class TextPair:
    """One unit of comparison: a page, or the whole document when ``page_index`` is None.

    ``output`` is None for a page that was asked for and could not be read. ``is_partly_scanned`` says that
    the text came from OCR and the layer holds less than half of it: then the layer cannot refute a word.
    """

    page_index: int | None
    output: OutputText | None
    layer: LayerText
    is_partly_scanned: bool = False

    @cached_property
    def is_printed(self) -> bytes:
        """For each pair of neighbouring tokens of the layer's body 1 when the output has it too, else 0."""
        tokens = self.layer.body.tokens
        return known_bigrams(tokens, self.output.words.bigrams if self.output is not None else ())

    @cached_property
    def is_supported(self) -> bytes:
        """For each pair of neighbouring tokens of the output 1 when the layer has it too, else 0."""
        tokens = self.output.words.tokens if self.output is not None else ()
        return known_bigrams(tokens, self.layer.bigrams)

    @cached_property
    def trigrams_in_layer(self) -> tuple[int | None, ...]:
        """For each trigram of the output its last place in the layer's body, None where it has none."""
        return places_of_trigrams(self.output.words, self.layer.body) if self.output is not None else ()

    @property
    def place(self) -> str:
        """``Page 3`` or ``The document``, to begin a sentence with."""
        return "The document" if self.page_index is None else page_name(self.page_index)


def page_name(page_index: int) -> str:
    """How feedback names a page: by its index, as block ids and ``page_id`` do."""
    return f"Page {page_index} (counted from 0)"


def block_text(block: Block) -> FragmentText:
    """The text of a block with everything below it."""
    text = fragment_text(block.html)
    if block.children and _BLANK.fullmatch(text.text):
        below = [block_text(child) for child in block.children]
        markers = tuple(marker for part in below for marker in part.list_markers)
        return FragmentText("\n".join(part.text for part in below), markers)
    return text


def block_texts(subject: Subject) -> dict[int, tuple[BlockText, ...]]:
    """The words of all top-level blocks by page index, furniture included."""

    def compute() -> dict[int, tuple[BlockText, ...]]:
        return {page.index: tuple(_block_words(page)) for page in subject.document.pages}

    return subject.derive("page_text.block_texts", compute)


def output_texts(subject: Subject) -> dict[int, OutputText]:
    """The running text of each page by its index."""

    def compute() -> dict[int, OutputText]:
        return {index: join_blocks(parts) for index, parts in block_texts(subject).items()}

    return subject.derive("page_text.output_texts", compute)


def _block_words(page: Page) -> Iterator[BlockText]:
    for block in page.blocks:
        text = block_text(block)
        yield BlockText(block, to_words(text.text), text)


def join_blocks(blocks: Iterable[BlockText]) -> OutputText:
    """One running text of several blocks."""
    blocks = tuple(blocks)
    return OutputText(join_words([part.words for part in blocks]), blocks)


def join_words(parts: Sequence[Words]) -> Words:
    """One text of several, parted by line breaks."""
    if len(parts) == 1:
        return parts[0]
    tokens = tuple(chain.from_iterable([part.tokens for part in parts]))
    return Words("\n".join([part.text for part in parts]), tokens)


def has_page_pairs(subject: Subject) -> bool:
    """Whether result and layer can be compared page by page."""
    return subject.source is not None and subject.source.is_paginated and subject.document.is_paginated


def page_pairs(subject: Subject) -> tuple[TextPair, ...]:
    """Result and layer of every page that was asked for and has layer words; one pair without pages.

    Empty when the file has no text layer on any of these pages.
    """
    return subject.derive("page_text.pairs", lambda: tuple(_pairs(subject)))


def _pairs(subject: Subject) -> Iterator[TextPair]:
    source = subject.source
    if source is None or not source.has_text:
        return
    layers = _layers(source, furniture_of(subject))
    if not has_page_pairs(subject):
        layer = LayerText(
            join_words([part.body for part in layers.values()]),
            join_words([part.furniture for part in layers.values()]),
            parts=tuple(layers.values()),
        )
        if layer.body.tokens:
            texts = block_texts(subject)
            parts = (part for page in subject.document.pages for part in texts[page.index])
            yield TextPair(None, join_blocks(parts), layer)
        return
    outputs = output_texts(subject)
    methods = {page.index: page.method for page in subject.document.pages}
    for index in sorted({*methods, *subject.document.failed_pages}):
        if index not in layers:
            continue
        output = outputs[index] if index in methods else None
        yield TextPair(
            index, output, layers[index], _is_partly_scanned(methods.get(index), output, layers[index])
        )


def _is_partly_scanned(method: str | None, output: OutputText | None, layer: LayerText) -> bool:
    if method != "ocr" or output is None:
        return False
    return 2 * (len(layer.body.tokens) + len(layer.furniture.tokens)) < len(output.words.tokens)


def furniture_of(subject: Subject) -> Mapping[int, frozenset[int]]:
    """``furniture_lines`` of the subject's text layer, found once."""
    source = subject.source
    if source is None:
        return {}
    return subject.derive("page_text.furniture", lambda: furniture_lines(source))


def _layers(source: SourceLayer, furniture: Mapping[int, frozenset[int]]) -> dict[int, LayerText]:
    layers = {page.index: _layer(page, furniture.get(page.index, frozenset())) for page in source.pages}
    return {index: layer for index, layer in sorted(layers.items()) if layer.body.tokens}


def _layer(page: SourcePage, furniture: frozenset[int]) -> LayerText:
    if not furniture:
        return LayerText(to_words(page.text), _NO_WORDS, page_number_candidates(page.text))
    lines = page.text.splitlines()
    body = "\n".join(line for number, line in enumerate(lines) if number not in furniture)
    running = "\n".join(lines[number] for number in sorted(furniture))
    return LayerText(to_words(body), to_words(running), page_number_candidates(body), page.text)


def body_output(pair: TextPair) -> OutputText | None:
    """The output without its PageHeader and PageFooter blocks."""
    return pair.output.body if pair.output is not None else None


def items_by_level(
    subject: Subject,
    level: Level,
    judge_pair: Callable[[TextPair], Item],
    judge_all: Callable[[tuple[TextPair, ...]], Item],
) -> list[Item]:
    """One item a page (``judge_pair``) or one for the document (``judge_all``).

    Pages without layer words are not applicable; a page rule on a format without pages gets one item for the
    whole document that says so.
    """
    pairs = page_pairs(subject)
    if not pairs:
        return [not_applicable(no_layer_reason(subject))]
    if level == "document":
        return [judge_all(pairs)]
    if not has_page_pairs(subject):
        item = judge_pair(pairs[0])
        return [replace(item, feedback=WHOLE_DOCUMENT + item.feedback)]
    judged = {pair.page_index: judge_pair(pair) for pair in pairs}
    return [
        judged.get(index)
        or not_applicable(f"{page_name(index)} has no words in its text layer.", page_index=index)
        for index in pages_asked_for(subject)
    ]


def pages_asked_for(subject: Subject) -> list[int]:
    """The indexes of converted and failed pages in order."""
    document = subject.document
    return sorted({*(page.index for page in document.pages), *document.failed_pages})


def no_layer_reason(subject: Subject) -> str:
    """Why there is nothing to compare with."""
    if subject.source is None or not subject.source.has_text:
        return NO_LAYER
    return (
        "None of the pages that were converted has words in its text layer, so there is nothing to compare."
    )
