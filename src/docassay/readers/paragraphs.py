"""The runs of one paragraph as a block: text, a picture of its own, or an equation of its own."""

from __future__ import annotations

from collections.abc import Sequence

from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.flow_page import Draft
from docassay.readers.fragments import Span, element, inline_html, plain_text


def paragraph_drafts(spans: Sequence[Span], images: EmbeddedImages, block_type: str = "Text") -> list[Draft]:
    """``Picture`` or ``Equation`` blocks for a paragraph of nothing else, otherwise one ``block_type``."""
    html = inline_html(spans)
    if not html:
        return []
    raw = [span.raw for span in spans if span.raw]
    if raw and not plain_text(spans):
        if all(piece.startswith("<img") for piece in raw):
            return [Draft("Picture", element("p", piece), images=images.used_in(piece)) for piece in raw]
        if all(piece.startswith("<math>") for piece in raw):
            return [Draft("Equation", element("p", as_display(piece))) for piece in raw]
    return [Draft(block_type, element("p", html), images=images.used_in(html) if raw else {})]


def as_display(equation: str) -> str:
    """An inline formula as one of its own."""
    return equation.replace("<math>", '<math display="block">', 1)


def without_common_bold(spans: Sequence[Span]) -> list[Span]:
    """The runs of a heading; bold that covers all of it is left out, as it says nothing there."""
    if all(span.bold or span.is_blank or span.raw is not None for span in spans):
        return [span._replace(bold=False) if span.bold else span for span in spans]
    return list(spans)
