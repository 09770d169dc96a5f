"""Whether all renderings of a document say the same words: for tests of readers and of engines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from markdown_it import MarkdownIt

from docassay.documents.html_fragment import parse_fragment, text_of
from docassay.documents.model import Document
from docassay.documents.normalize import words
from docassay.documents.rendering import Annotations, plain_text, to_chunks, to_html, to_json, to_markdown
from docassay.documents.rendering.inline_markdown import latex_of

_CONTEXT: Final = 6
_FORMULA: Final = re.compile(r"(?<!\\)\$.+?(?<!\\)\$")
_PUNCTUATION: Final = re.compile(r"[*_`\[\]\\~]")
_REFERENCE: Final = re.compile(r"<content-ref src='([^']*)'></content-ref>")
_EVERYTHING: Final = Annotations(
    block_ids=True, word_boxes=True, cell_boxes=True, row_boxes=True, item_boxes=True
)


class Difference(NamedTuple):
    """Where a rendering first says something else than the plain text: the words around the place."""

    rendering: str
    expected: str
    found: str


def differing_renderings(document: Document) -> list[Difference]:
    """Compare each rendering with the plain text, word by word (``documents.normalize.words``).

    Markdown is read by a CommonMark parser with tables, html has all annotations, and the references of the
    json tree are carried out. Running headers and footers are left out. An empty list says that all agree.
    """
    expected = _words(plain_text(document))
    formulas = _formulas(document)
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tree = to_json(document, annotations=_EVERYTHING)
    chunks = to_chunks(document, include_markdown=True, annotations=_EVERYTHING)
    said = {
        "markdown": _shown(parser, to_markdown(document), formulas),
        "token_efficient_markdown": _shown(parser, to_markdown(document, token_efficient=True), formulas),
        "html": text_of(to_html(document, annotations=_EVERYTHING)),
        "json": _joined([_without_references(page) for page in tree["children"]]),
        "chunks": _joined([chunk["html"] for chunk in chunks["blocks"]]),
        "markdown of chunks": "\n\n".join(
            _shown(parser, chunk["markdown"], formulas) for chunk in chunks["blocks"]
        ),
    }
    compared = ((name, _words(text)) for name, text in said.items())
    return [_difference(name, expected, found) for name, found in compared if found != expected]


def _formulas(document: Document) -> str:
    """The LaTeX of all formulas as markdown writes it, one after the other and without white space: markdown
    makes one formula of those that stand side by side."""
    return "".join(
        "".join(latex_of(element).split())
        for block in document.blocks()
        if "<math" in block.html
        for element in parse_fragment(block.html).iter("math")
    )


def _shown(parser: MarkdownIt, markdown: str, formulas: str) -> str:
    """The text that a reader of markdown with formulas sees: inside of them is no markup."""

    def quoted(match: re.Match[str]) -> str:
        formula = match[0]
        is_formula = "".join(formula.strip("$").split()) in formulas
        return _PUNCTUATION.sub(r"\\\g<0>", formula) if is_formula else formula

    return text_of(parser.render(_FORMULA.sub(quoted, markdown)))


def _words(text: str) -> list[str]:
    """Words that never reach over the end of a line, for how many line ends part two blocks is not compared;
    without dollar signs, which markdown puts around formulas."""
    return words(text.replace("\n", "\n\n").replace("$", ""))


def _joined(fragments: list[str]) -> str:
    return "\n\n".join(text_of(fragment) for fragment in fragments)


def _without_references(node: Mapping[str, Any]) -> str:
    """A json node's html with its content references carried out, page headers and footers left out."""
    children = {child["id"]: child for child in node["children"] or ()}

    def resolved(match: re.Match[str]) -> str:
        child = children[match[1]]
        return "" if child["block_type"] in ("PageHeader", "PageFooter") else _without_references(child)

    return _REFERENCE.sub(resolved, node["html"])


def _difference(rendering: str, expected: list[str], found: list[str]) -> Difference:
    place = next(
        (n for n, pair in enumerate(zip(expected, found, strict=False)) if pair[0] != pair[1]),
        min(len(expected), len(found)),
    )
    start, end = max(place - _CONTEXT, 0), place + _CONTEXT
    return Difference(rendering, " ".join(expected[start:end]), " ".join(found[start:end]))
