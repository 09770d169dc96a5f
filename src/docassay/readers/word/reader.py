"""DOCX to the block model, read straight from its XML.

A Word file has no pages until it is laid out, so the document has one nominal page (612 x 792 points) whose
boxes say the order of the blocks and nothing more. Tracked changes are read as if all were accepted and
comments follow the text; the engine option ``track_changes`` marks both up where they are instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from docassay.documents.model import Document
from docassay.documents.source_layer import SourceLayer, SourcePage
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.archive import open_archive
from docassay.readers.chart_data import chart_text
from docassay.readers.diagram_data import DGM, TEXT_POINTS
from docassay.readers.embedded_images import EmbeddedImages
from docassay.readers.flow_page import Draft, flow_page, selected_pages
from docassay.readers.fragments import element
from docassay.readers.html_blocks import HtmlBlocks
from docassay.readers.joined_blocks import joined
from docassay.readers.open_package import RELATIONSHIP_ID, OpenPackage, Part
from docassay.readers.review import TRACK_CHANGES
from docassay.readers.visible_html import parse_html, raw_text
from docassay.readers.word.blocks import ALTERNATIVE_CHUNK, BlockReader
from docassay.readers.word.inline import InlineReader, Notes
from docassay.readers.word.names import DELETIONS, MC, W_ID, W_P, W_R, W_T, A, M, W, is_on
from docassay.readers.word.numbering import Numbering
from docassay.readers.word.revisions import read_comments
from docassay.readers.word.styles import Styles, without_unused

_SPACING: Final = frozenset({f"{W}tab", f"{W}br", f"{W}cr", f"{W}tc", f"{M}r"})
_HTML_CHUNKS: Final = (".htm", ".html", ".xhtml")


def read_word(source: SourceFile, options: ConvertOptions) -> Document:
    """The file as one nominal page. Raises ``DocumentFailure`` when it cannot be read."""
    selected_pages(options, 1, "pages")
    with open_archive(source, options.limits) as archive:
        package = OpenPackage(archive, options.limits)
        try:
            drafts = _drafts(package, options)
        except RecursionError as error:
            raise _too_deep() from error
        page = flow_page(0, drafts)
        return Document(
            pages=(page,),
            source_page_count=1,
            title=package.title(),
            is_paginated=False,
        )


def word_source_layer(source: SourceFile, limits: ReadLimits) -> SourceLayer:
    """The raw text nodes of headers, body, notes, footers and charts, one paragraph a line.

    Deleted, moved-away and hidden text is left out, as is the second copy of text boxes that is there for
    old readers. Raises ``DocumentFailure`` as ``read_word``.
    """
    with open_archive(source, limits) as archive:
        package = OpenPackage(archive, limits)
        main = package.main_part("Word")
        roots = [part.root for part in _furniture(package, main, "header")]
        roots.append(main.root)
        for kind in ("footnotes", "endnotes"):
            part = package.related_part(main, kind)
            if part is not None:
                roots += [note for note in part.root if note.get(f"{W}type") in {None, "normal"}]
        roots += [part.root for part in _furniture(package, main, "footer")]
        texts = [_raw_text(root) for root in roots]
        comments = read_comments(package.related_root(main, "comments"))
        texts += [f"{comment.author} {comment.text}" for comment in comments.values()]
        texts += [chart_text(package.part(chart.target).root) for chart in main.related("chart")]
        texts += [_raw_text(package.part(part.target).root) for part in main.related("diagramData")]
        texts += [raw_text(root) for root in _chunk_roots(package, main)]
        text = "\n".join(filter(None, texts))
    return SourceLayer(pages=(SourcePage(0, text),), page_count=1, is_paginated=False)


def _drafts(package: OpenPackage, options: ConvertOptions) -> list[Draft]:
    main = package.main_part("Word")
    body = main.root.find(f"{W}body")
    if body is None:
        raise DocumentFailure("corrupt", f"The part '{main.name}' has no document body.")
    styles = Styles(package.related_root(main, "styles", without_unused))
    numbering = Numbering(lambda: package.related_root(main, "numbering"))
    images = EmbeddedImages(is_enabled=options.extract_images)
    shows_changes = bool(options.engine_options.get(TRACK_CHANGES))
    notes = Notes(comments=read_comments(package.related_root(main, "comments")))

    def blocks_of(part: Part, parent: etree._Element) -> list[Draft]:
        def chunk(node: etree._Element) -> list[Draft]:
            root = _chunk_root(package, part, node)
            return [] if root is None else HtmlBlocks(images).read(root)

        inline = InlineReader(package, part, styles, images, notes, shows_changes=shows_changes)
        return BlockReader(inline, styles, numbering, images, chunk).read(parent)

    def furniture(kind: str, block_type: str) -> Iterator[Draft]:
        seen: set[str] = set()
        for part in _furniture(package, main, kind):
            content = blocks_of(part, part.root)
            html = joined(content)
            if html and html not in seen:
                seen.add(html)
                pictures = {name: data for draft in content for name, data in draft.images.items()}
                has_blocks = any(draft.html.startswith(("<table", "<ul", "<ol", "<pre")) for draft in content)
                yield Draft(block_type, element("div" if has_blocks else "p", html), images=pictures)

    headers = list(furniture("header", "PageHeader"))
    drafts = headers + blocks_of(main, body)
    for kind, marks in (("footnotes", notes.footnotes), ("endnotes", notes.endnotes)):
        part = package.related_part(main, kind) if marks else None
        if part is not None:
            nodes = {node.get(W_ID): node for node in part.root}
            # A note may itself hold marks, so the numbering grows while it is read.
            for note_id in list(marks):
                if note_id in nodes:
                    mark = notes.mark(kind.removesuffix("s"), note_id)
                    text = joined(blocks_of(part, nodes[note_id]))
                    drafts.append(Draft("Footnote", element("p", f"<sup>{mark}</sup> {text}")))
    if not shows_changes:
        drafts += [comment.draft for comment in notes.marked_comments.values()]
    return drafts + list(furniture("footer", "PageFooter"))


def _chunk_root(package: OpenPackage, part: Part, node: etree._Element) -> etree._Element | None:
    """The html behind a ``w:altChunk``; None for chunks of other formats."""
    relationship = part.relationships.get(node.get(RELATIONSHIP_ID) or "")
    if relationship is None or relationship.is_external or relationship.target not in package.archive:
        return None
    name = relationship.target
    return parse_html(package.archive.read(name), name) if name.lower().endswith(_HTML_CHUNKS) else None


def _chunk_roots(package: OpenPackage, main: Part) -> Iterator[etree._Element]:
    for node in main.root.iter(ALTERNATIVE_CHUNK):
        root = _chunk_root(package, main, node)
        if root is not None:
            yield root


def _furniture(package: OpenPackage, main: Part, kind: str) -> Iterator[Part]:
    """The header or footer parts that some page shows, each once."""
    sections = list(main.root.iter(f"{W}sectPr"))
    has_even_pages = False
    if any(
        node.get(f"{W}type") == "even"
        for section in sections
        for node in section.iterfind(f"{W}{kind}Reference")
    ):
        settings = package.related_root(main, "settings")
        has_even_pages = bool(is_on(settings, "evenAndOddHeaders"))
    seen: set[str] = set()
    for section in sections:
        shown = {"default"} | ({"even"} if has_even_pages else set())
        if is_on(section, "titlePg"):
            shown.add("first")
        for reference in section.iterfind(f"{W}{kind}Reference"):
            relationship = main.relationships.get(reference.get(RELATIONSHIP_ID) or "")
            if reference.get(f"{W}type", "default") not in shown or relationship is None:
                continue
            target = relationship.target
            if not relationship.is_external and target in package.archive and target not in seen:
                seen.add(target)
                yield package.part(target)


def _raw_text(root: etree._Element) -> str:
    pieces: list[str] = []
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, node in walker:
        if event == "end":
            if node.tag in {W_P, f"{A}p"}:
                pieces.append("\n")
            continue
        is_hidden = node.tag == W_R and is_on(node.find(f"{W}rPr"), "vanish")
        is_empty_point = node.tag == f"{DGM}pt" and node.get("type", "node") not in TEXT_POINTS
        if is_hidden or is_empty_point or node.tag in DELETIONS or node.tag == f"{MC}Fallback":
            walker.skip_subtree()
        elif node.tag in {W_T, f"{M}t", f"{A}t"}:
            pieces.append(node.text or "")
        elif node.tag in _SPACING:
            pieces.append(" ")
        elif node.tag == f"{W}txbxContent":
            pieces.append("\n")
        elif node.tag == f"{W}noBreakHyphen":
            pieces.append("\u2011")
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _too_deep() -> DocumentFailure:
    return DocumentFailure("corrupt", "The document nests tables or text boxes too deeply to be read.")
