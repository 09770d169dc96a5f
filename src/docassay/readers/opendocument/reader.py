"""OpenDocument texts (ODT) and presentations (ODP) to the block model, read straight from their XML.

A text has no pages until it is laid out, so it is one nominal page; a presentation's slides are pages of
their real size. Tracked changes are read as accepted; the engine option ``track_changes`` marks them up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from lxml import etree

from docassay.documents.model import Document
from docassay.documents.source_layer import SourceLayer, SourcePage
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.archive import Archive, open_archive
from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.flow_page import Draft, flow_page, selected_pages
from docassay.readers.fragments import element, escape_text
from docassay.readers.joined_blocks import joined
from docassay.readers.opendocument.blocks import BlockReader
from docassay.readers.opendocument.frames import FrameReader
from docassay.readers.opendocument.inline import InlineReader, Review, read_changes
from docassay.readers.opendocument.names import DC, DRAW, OFFICE, PRESENTATION, STYLE, SVG, TABLE, TEXT, H, P
from docassay.readers.opendocument.slides import DEFAULT_SIZE, read_slide
from docassay.readers.opendocument.styles import PageStyles, Styles
from docassay.readers.review import TRACK_CHANGES
from docassay.readers.xml import parse_xml

_CONTENT: Final = "content.xml"
_STYLES: Final = "styles.xml"
_META: Final = "meta.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_NOT_TEXT: Final = frozenset(
    {f"{TEXT}tracked-changes", f"{TEXT}hidden-text", f"{OFFICE}forms", f"{SVG}title", f"{SVG}desc"}
)
_LINES: Final = frozenset({P, H})
_SPACES: Final = frozenset({f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"})
_FURNITURE: Final = (("header", "PageHeader"), ("footer", "PageFooter"))


@dataclass(frozen=True, slots=True)
class _File:
    archive: Archive
    limits: ReadLimits
    content: etree._Element
    styles_root: etree._Element | None

    @property
    def body(self) -> etree._Element:
        """``office:text`` or ``office:presentation``."""
        for name in ("text", "presentation"):
            body = self.content.find(f"{OFFICE}body/{OFFICE}{name}")
            if body is not None:
                return body
        raise DocumentFailure("corrupt", "The part 'content.xml' has neither text nor slides.")

    def styles(self) -> Styles:
        """The styles of both parts."""
        styles = Styles()
        if self.styles_root is not None:
            styles.add(self.styles_root)
        styles.add(self.content)
        return styles

    def pages(self) -> PageStyles:
        """The page styles."""
        return PageStyles({}, {}) if self.styles_root is None else PageStyles.read(self.styles_root)

    def title(self) -> str | None:
        """The title in the file's properties; damaged properties cost the title only."""
        if _META not in self.archive:
            return None
        try:
            root = parse_xml(self.archive.read(_META), _META, self.limits)
        except DocumentFailure as failure:
            if failure.code == "corrupt":
                return None
            raise
        return " ".join((root.findtext(f"{OFFICE}meta/{DC}title") or "").split()) or None


def read_open_document(source: SourceFile, options: ConvertOptions) -> Document:
    """The text as one nominal page, or the chosen slides as pages.

    Raises ``DocumentFailure`` when the file cannot be read.
    """
    with _opened(source, options.limits) as file:
        body = file.body
        frames = FrameReader(file.archive, options.limits, EmbeddedImages(is_enabled=options.extract_images))
        shows_changes = bool(options.engine_options.get(TRACK_CHANGES))
        review = Review(read_changes(body) if shows_changes else {}, shows_changes)
        styles = file.styles()
        blocks = BlockReader(styles, InlineReader(styles, frames, review), frames)
        is_text = body.tag == f"{OFFICE}text"
        try:
            if is_text:
                selected_pages(options, 1, "pages")
                pages = [flow_page(0, _text_drafts(file, body, blocks, styles, review))]
                count = 1
            else:
                slides = list(body.iterfind(f"{DRAW}page"))
                count = len(slides)
                page_styles = file.pages()
                pages = [
                    read_slide(index, slides[index], blocks, page_styles.size(slides[index]) or DEFAULT_SIZE)
                    for index in selected_pages(options, count, "slides")
                ]
        except RecursionError as error:
            raise DocumentFailure(
                "corrupt", "The document nests its content too deeply to be read."
            ) from error
        return Document(
            pages=tuple(pages),
            source_page_count=count,
            title=file.title(),
            is_paginated=not is_text,
        )


def open_document_source_layer(source: SourceFile, limits: ReadLimits) -> SourceLayer:
    """The raw text of headers, body, notes, comments and footers, or of each slide; a paragraph a line."""
    with _opened(source, limits) as file:
        body = file.body
        if body.tag == f"{OFFICE}presentation":
            slides = list(body.iterfind(f"{DRAW}page"))
            pages = tuple(SourcePage(index, _raw_text(slide)) for index, slide in enumerate(slides))
            return SourceLayer(pages=pages, page_count=len(slides))
        styles = file.styles()
        furniture = {
            kind: [_raw_text(node) for node in _furniture(file, styles, kind)] for kind, _ in _FURNITURE
        }
        texts = dict.fromkeys([*furniture["header"], _raw_text(body), *furniture["footer"]])
        text = "\n".join(filter(None, texts))
        return SourceLayer(pages=(SourcePage(0, text),), page_count=1, is_paginated=False)


@contextmanager
def _opened(source: SourceFile, limits: ReadLimits) -> Iterator[_File]:
    with open_archive(source, limits) as archive:
        manifest = archive.read_optional(_MANIFEST)
        if manifest is not None and b"encryption-data" in manifest:
            raise DocumentFailure(
                "encrypted", "The file is protected by a password. Remove the password and upload it again."
            )
        content = parse_xml(archive.read(_CONTENT), _CONTENT, limits)
        styles = archive.read_optional(_STYLES)
        yield _File(archive, limits, content, None if styles is None else parse_xml(styles, _STYLES, limits))


def _text_drafts(
    file: _File, body: etree._Element, blocks: BlockReader, styles: Styles, review: Review
) -> list[Draft]:
    drafts = blocks.read(body)
    for notes in (review.footnotes, review.endnotes):
        # A note may itself hold marks, so the list grows while it is read.
        for note in notes:
            text = joined(blocks.read(note.body))
            drafts.append(Draft("Footnote", element("p", f"<sup>{escape_text(note.mark)}</sup> {text}")))
    if not review.shows_changes:
        drafts += [comment.draft for comment in review.comments if comment.text]
    around: dict[str, list[Draft]] = {"header": [], "footer": []}
    for kind, block_type in _FURNITURE:
        seen: set[str] = set()
        for node in _furniture(file, styles, kind):
            html = joined(blocks.read(node))
            if html and html not in seen:
                seen.add(html)
                tag = "div" if any(mark in html for mark in ("<table", "<ul", "<ol", "<pre")) else "p"
                around[kind].append(Draft(block_type, element(tag, html)))
    return [*around["header"], *drafts, *around["footer"]]


def _furniture(file: _File, styles: Styles, kind: str) -> Iterator[etree._Element]:
    """The headers or footers of the page styles in use: the first one, and those that a style names."""
    masters = file.pages().masters
    used = styles.master_pages()
    for index, (name, master) in enumerate(masters.items()):
        if index == 0 or name in used or name == "Standard":
            for suffix in ("", "-first", "-left"):
                node = master.find(f"{STYLE}{kind}{suffix}")
                if node is not None and node.get(f"{STYLE}display") != "false":
                    yield node


def _raw_text(root: etree._Element) -> str:
    pieces: list[str] = []
    walker = etree.iterwalk(root, events=("start", "end"))
    skipped: etree._Element | None = None
    for event, node in walker:
        if event == "start":
            if node.tag in _NOT_TEXT or node.get(f"{PRESENTATION}placeholder") == "true":
                skipped = node
                walker.skip_subtree()
            elif node.tag in _SPACES:
                pieces.append(" ")
            elif node.tag in _LINES or node.tag == f"{TABLE}table-cell":
                pieces.append("\n")
            if skipped is None:
                pieces.append(node.text or "")
            continue
        if node.tag in _LINES:
            pieces.append("\n")
        if node is skipped:
            skipped = None
        if node is not root:
            pieces.append(node.tail or "")
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
