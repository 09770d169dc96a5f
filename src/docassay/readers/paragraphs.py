"""The runs of one paragraph as a block: text, a picture of its own, or an equation of its own."""

from __future__ import annotations

from collections.abc import Sequence

from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.flow_page import Draft
from docassay.readers.fragments import Span, element, inline_html_and_text


def paragraph_drafts(spans: Sequence[Span], images: EmbeddedImages, block_type: str = "Text") -> list[Draft]:
    """``Picture`` or ``Equation`` blocks for a paragraph of nothing else, otherwise one ``block_type``."""
    html, has_text = inline_html_and_text(spans)
    return drafts_of_html(html, has_text, spans, images, block_type)


def drafts_of_html(
    html: str,
    has_text: bool,
    spans: Sequence[Span],
    images: EmbeddedImages,
    block_type: str = "Text",
) -> list[Draft]:
    """As ``paragraph_drafts`` for runs that ``inline_html_and_text`` has written already."""
    if not html:
        return []
    raw = [span.raw for span in spans if span.raw]
    if not raw:
        return [Draft(block_type, f"<p>{html}</p>")]
    if not has_text:
        if all(piece.startswith("<img") for piece in raw):
            return [Draft("Picture", element("p", piece), images=images.used_in(piece)) for piece in raw]
        if all(piece.startswith("<math>") for piece in raw):
            return [Draft("Equation", element("p", as_display(piece))) for piece in raw]
    return [Draft(block_type, f"<p>{html}</p>", images=images.used_in(html))]


def as_display(equation: str) -> str:
    """An inline formula as one of its own."""
    return equation.replace("<math>", '<math display="block">', 1)


def without_common_bold(spans: Sequence[Span]) -> list[Span]:
    """The runs of a heading; bold that covers all of it is left out, as it says nothing there."""
    if all(span.bold or span.is_blank or span.raw is not None for span in spans):
        return [span._replace(bold=False) if span.bold else span for span in spans]
    return list(spans)
