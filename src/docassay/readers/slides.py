"""PPTX to the block model: every slide is a page of its real size, shapes keep their real boxes.

python-pptx resolves placeholders; it opens the file only after the archive has been inflated and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from lxml import etree

from docassay.documents.model import BoundingBox, Document, Page, with_section_hierarchy
from docassay.documents.source_layer import SourceLayer, SourcePage
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.archive import open_archive
from docassay.readers.chart_data import chart_text
from docassay.readers.diagram_data import DGM, TEXT_POINTS
from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.flow_page import Draft, placed_page, selected_pages
from docassay.readers.open_package import RELATIONSHIP_ID, OpenPackage, Part
from docassay.readers.slide_shapes import EMU_PER_POINT, P, SlideReader
from docassay.readers.slide_text import MC, A, M, read_paragraphs

_TEXT_TAGS: Final = frozenset({f"{A}t", f"{M}t"})


def read_slides(source: SourceFile, options: ConvertOptions) -> Document:
    """The chosen slides as pages; the speaker's notes are the last block of theirs.

    A slide that cannot be read becomes a failed page. Raises ``DocumentFailure`` when the file cannot be
    opened or no slide can be read.
    """
    with open_archive(source, options.limits) as archive:
        archive.count_real_sizes()
    presentation = _opened(source)
    try:
        width = float(presentation.slide_width or 9_144_000) / EMU_PER_POINT
        height = float(presentation.slide_height or 6_858_000) / EMU_PER_POINT
        slides = list(presentation.slides)
        title = (presentation.core_properties.title or "").strip() or None
    except Exception as error:
        raise _damaged(error) from error
    indexes = selected_pages(options, len(slides), "slides")
    images = EmbeddedImages(is_enabled=options.extract_images)
    pages: list[Page] = []
    errors: dict[int, str] = {}
    for index in indexes:
        try:
            pages.append(_page(index, slides[index], width, height, images, options.limits))
        except DocumentFailure as failure:
            errors[index] = failure.message
        except Exception as error:  # noqa: BLE001 - python-pptx raises anything for damage; only this slide is lost
            errors[index] = f"The slide is damaged ({type(error).__name__}: {error})."
    if errors and not pages:
        raise DocumentFailure("corrupt", f"No slide could be read: {next(iter(errors.values()))}")
    return Document(
        pages=with_section_hierarchy(tuple(pages)),
        source_page_count=len(slides),
        failed_pages=tuple(errors),
        page_errors=errors,
        title=title,
    )


def slides_source_layer(source: SourceFile, limits: ReadLimits) -> SourceLayer:
    """The raw text nodes of every slide with its charts, diagrams and notes, one paragraph a line."""
    pages = []
    with _opened_package(source, limits) as package:
        names = _slide_names(package)
        for index, name in enumerate(names):
            slide = package.part(name)
            roots = [slide.root]
            roots += [package.part(related.target).root for related in slide.related("diagramData")]
            notes = package.related_part(slide, "notesSlide")
            if notes is not None:
                roots += _notes_bodies(notes.root)
            texts = [_raw_text(root) for root in roots]
            texts += [chart_text(package.part(related.target).root) for related in slide.related("chart")]
            pages.append(SourcePage(index, "\n".join(filter(None, texts))))
    return SourceLayer(pages=tuple(pages), page_count=len(names))


def _page(
    index: int, slide: Any, width: float, height: float, images: EmbeddedImages, limits: ReadLimits
) -> Page:
    drafts = SlideReader(slide, BoundingBox(0.0, 0.0, width, height), images, limits).read()
    if slide.has_notes_slide:
        for body in _notes_bodies(slide.notes_slide._element):
            lines = [paragraph.html for paragraph in read_paragraphs(body, {}) if paragraph.html]
            if lines:
                # Notes are not on the slide itself: they get a sliver at its lower edge.
                sliver = BoundingBox(0.0, height - 1.0, width, height)
                html = f'<p data-role="notes">{"<br/>".join(lines)}</p>'
                drafts.append(Draft("Text", html, bbox=sliver))
    return placed_page(index, width, height, drafts, name=f"Slide {index + 1}")


def _opened(source: SourceFile) -> Any:
    from pptx import Presentation

    try:
        with source.path.open("rb") as file:
            return Presentation(file)
    except ValueError as error:
        raise DocumentFailure(
            "unsupported_type", f"The file is not a presentation that can be read ({error})."
        ) from error
    except Exception as error:
        raise _damaged(error) from error


@contextmanager
def _opened_package(source: SourceFile, limits: ReadLimits) -> Iterator[OpenPackage]:
    with open_archive(source, limits) as archive:
        yield OpenPackage(archive, limits)


def _slide_names(package: OpenPackage) -> list[str]:
    main: Part = package.main_part("PowerPoint")
    names = []
    for node in main.root.iterfind(f"{P}sldIdLst/{P}sldId"):
        relationship = main.relationships.get(node.get(RELATIONSHIP_ID) or "")
        if relationship is not None and relationship.target in package.archive:
            names.append(relationship.target)
    return names


def _notes_bodies(root: etree._Element) -> list[etree._Element]:
    """The text bodies of the notes placeholder (not the slide image, date or number beside it)."""
    bodies = []
    for shape in root.iter(f"{P}sp"):
        placeholder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        body = shape.find(f"{P}txBody")
        if placeholder is not None and placeholder.get("type") == "body" and body is not None:
            bodies.append(body)
    return bodies


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


def _damaged(error: Exception) -> DocumentFailure:
    return DocumentFailure(
        "corrupt", f"The presentation is damaged and cannot be opened ({type(error).__name__}: {error})."
    )
