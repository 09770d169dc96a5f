"""PPTX to the block model, read straight from its XML: every slide is a page of its real size.

Shapes keep their real boxes. Hidden slides are read like the others: the file holds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from lxml import etree

from docassay.documents.model import BoundingBox, Document, Page
from docassay.documents.source_layer import SourceLayer, SourcePage
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.archive import open_archive
from docassay.readers.chart_data import chart_text
from docassay.readers.diagram_data import DGM, TEXT_POINTS
from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.flow_page import Draft, placed_page, selected_pages
from docassay.readers.open_package import RELATIONSHIP_ID, OpenPackage, Part
from docassay.readers.slide_comments import SlideComments
from docassay.readers.slide_layouts import Layouts, P, bodies_of_placeholder
from docassay.readers.slide_shapes import EMU_PER_POINT, SlideReader
from docassay.readers.slide_text import MC, A, M, read_paragraphs
from docassay.readers.xml import integer

_TEXT_TAGS: Final = frozenset({f"{A}t", f"{M}t"})
_DEFAULT_SIZE: Final = (9_144_000, 6_858_000)
_MAX_POINTS: Final = 14_400.0


def read_slides(source: SourceFile, options: ConvertOptions) -> Document:
    """The chosen slides as pages; the speaker's notes and the comments are the last blocks of theirs.

    A slide that cannot be read becomes a failed page. Raises ``DocumentFailure`` when the file cannot be
    opened or no slide can be read.
    """
    with _opened_package(source, options.limits) as package:
        main = package.main_part("PowerPoint")
        names = _slide_names(package, main)
        indexes = selected_pages(options, len(names), "slides")
        deck = _Deck(
            package,
            *_slide_size(main.root),
            layouts=Layouts(package),
            comments=SlideComments(package, main),
            images=EmbeddedImages(is_enabled=options.extract_images),
        )
        pages: list[Page] = []
        errors: dict[int, str] = {}
        for index in indexes:
            try:
                pages.append(deck.page(index, names[index]))
            except DocumentFailure as failure:
                if failure.code == "zip_bomb":
                    raise
                errors[index] = failure.message
        if errors and not pages:
            raise DocumentFailure("corrupt", f"No slide could be read: {next(iter(errors.values()))}")
        return Document(
            pages=tuple(pages),
            source_page_count=len(names),
            failed_pages=tuple(errors),
            page_errors=errors,
            title=package.title(),
        )


def slides_source_layer(source: SourceFile, limits: ReadLimits) -> SourceLayer:
    """The raw text nodes of every slide with its charts, diagrams, notes and comments, a paragraph a line."""
    pages = []
    with _opened_package(source, limits) as package:
        main = package.main_part("PowerPoint")
        names = _slide_names(package, main)
        comments = SlideComments(package, main)
        for index, name in enumerate(names):
            if name not in package.archive:
                continue
            slide = package.part(name)
            roots = [slide.root]
            roots += [package.root(related.target) for related in slide.related("diagramData")]
            notes = package.related_root(slide, "notesSlide")
            if notes is not None:
                roots += bodies_of_placeholder(notes, "body")
            texts = [_raw_text(root) for root in roots]
            texts += [chart_text(package.root(related.target)) for related in slide.related("chart")]
            texts += [comment.line for comment in comments.of_slide(slide)]
            pages.append(SourcePage(index, "\n".join(filter(None, texts))))
    return SourceLayer(pages=tuple(pages), page_count=len(names))


@dataclass(frozen=True, slots=True)
class _Deck:
    """What all slides of a file share; ``width`` and ``height`` in points."""

    package: OpenPackage
    width: float
    height: float
    layouts: Layouts
    comments: SlideComments
    images: EmbeddedImages

    def page(self, index: int, name: str) -> Page:
        """One slide. Raises ``DocumentFailure`` when it cannot be read."""
        slide = self.package.part(name)
        box = BoundingBox(0.0, 0.0, self.width, self.height)
        layout = self.layouts.of_slide(slide)
        drafts = SlideReader(self.package, slide, layout, box, self.images).read()
        # Notes and comments are not on the slide itself: they get a sliver at its lower edge.
        sliver = BoundingBox(0.0, self.height - 1.0, self.width, self.height)
        for draft in [*self._notes(slide), *(comment.draft for comment in self.comments.of_slide(slide))]:
            draft.bbox = sliver
            drafts.append(draft)
        return placed_page(index, self.width, self.height, drafts, name=f"Slide {index + 1}")

    def _notes(self, slide: Part) -> Iterator[Draft]:
        part = self.package.related_part(slide, "notesSlide")
        if part is None:
            return
        links = {key: link.target for key, link in part.relationships.items() if link.is_external}
        for body in bodies_of_placeholder(part.root, "body"):
            lines = [paragraph.html for paragraph in read_paragraphs(body, links) if paragraph.html]
            if lines:
                yield Draft("Text", f'<p data-role="notes">{"<br/>".join(lines)}</p>')


@contextmanager
def _opened_package(source: SourceFile, limits: ReadLimits) -> Iterator[OpenPackage]:
    with open_archive(source, limits) as archive:
        yield OpenPackage(archive, limits)


def _slide_size(root: etree._Element) -> tuple[float, float]:
    node = root.find(f"{P}sldSz")
    size = []
    for name, default in zip(("cx", "cy"), _DEFAULT_SIZE, strict=True):
        emu = default if node is None else integer(node.get(name), default) or default
        size.append(min(max(emu / EMU_PER_POINT, 1.0), _MAX_POINTS))
    return size[0], size[1]


def _slide_names(package: OpenPackage, main: Part) -> list[str]:
    """The members of all slides in order; one that is missing from the archive stays, to be reported."""
    names = []
    for node in main.root.iterfind(f"{P}sldIdLst/{P}sldId"):
        relationship = main.relationships.get(node.get(RELATIONSHIP_ID) or "")
        if relationship is not None and not relationship.is_external:
            names.append(relationship.target)
    return names


def _raw_text(root: etree._Element) -> str:
    pieces: list[str] = []
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, node in walker:
        if event == "end":
            if node.tag == f"{A}p":
                pieces.append("\n")
        elif node.tag == f"{MC}Fallback" or (
            node.tag == f"{DGM}pt" and node.get("type", "node") not in TEXT_POINTS
        ):
            walker.skip_subtree()
        elif node.tag in _TEXT_TAGS:
            pieces.append(f" {node.text or ''}" if node.tag == f"{M}t" else node.text or "")
        elif node.tag == f"{A}br":
            pieces.append(" ")
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
