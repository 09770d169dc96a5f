"""EPUB 2 and 3 to the block model: every item of the spine is a page, in reading order.

The pages are nominal (612 x 792 points). Addresses are resolved inside the archive only.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from docassay.documents.model import Document, Page
from docassay.documents.source_layer import SourceLayer, SourcePage
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.archive import Archive, open_archive
from docassay.readers.embedded_images import MAX_IMAGE_BYTES, EmbeddedImages
from docassay.readers.flow_page import flow_page, selected_pages
from docassay.readers.html_blocks import HtmlBlocks, load_data_uri
from docassay.readers.open_package import resolved
from docassay.readers.visible_html import page_title, parse_html, raw_text
from docassay.readers.xml import local_name, parse_xml

_CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_FONT_OBFUSCATION: Final = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_PAGE_TYPES: Final = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document"})


@dataclass(frozen=True, slots=True)
class _Book:
    archive: Archive
    limits: ReadLimits
    title: str | None
    spine: tuple[str, ...]

    def root(self, index: int) -> etree._Element:
        """The parsed spine item: as XML when it is well formed, otherwise as a browser would read it."""
        name = self.spine[index]
        content = self.archive.read(name)
        try:
            return parse_xml(content, name, self.limits, allow_doctype=True)
        except DocumentFailure:
            if b"<!ENTITY" in content.replace(b"\0", b""):
                raise
            return parse_html(content, f"The part '{name}'")


def read_epub(source: SourceFile, options: ConvertOptions) -> Document:
    """The chosen spine items as pages.

    An item that cannot be read becomes a failed page. Raises ``DocumentFailure`` when the book as a whole
    cannot be read or no item can.
    """
    with _open_book(source, options.limits) as book:
        indexes = selected_pages(options, len(book.spine), "spine items")
        images = EmbeddedImages(is_enabled=options.extract_images)
        pages: list[Page] = []
        errors: dict[int, str] = {}
        for index in indexes:
            try:
                root = book.root(index)
                blocks = HtmlBlocks(images, _image_loader(book, index), keep_navigation=True)
                pages.append(flow_page(index, blocks.read(root), name=page_title(root)))
            except DocumentFailure as failure:
                if failure.code == "zip_bomb":
                    raise
                errors[index] = failure.message
        if errors and not pages:
            raise DocumentFailure(
                "corrupt", f"No part of the book could be read: {next(iter(errors.values()))}"
            )
        return Document(
            pages=tuple(pages),
            source_page_count=len(book.spine),
            failed_pages=tuple(errors),
            page_errors=errors,
            title=book.title,
        )


def epub_source_layer(source: SourceFile, limits: ReadLimits) -> SourceLayer:
    """The text nodes of every spine item; items that cannot be parsed have none."""
    pages = []
    with _open_book(source, limits) as book:
        for index in range(len(book.spine)):
            try:
                pages.append(SourcePage(index, raw_text(book.root(index), keep_navigation=True)))
            except DocumentFailure as failure:
                if failure.code == "zip_bomb":
                    raise
        return SourceLayer(pages=tuple(pages), page_count=len(book.spine))


@contextmanager
def _open_book(source: SourceFile, limits: ReadLimits) -> Iterator[_Book]:
    with open_archive(source, limits) as archive:
        if _CONTAINER not in archive:
            raise DocumentFailure(
                "corrupt", "The archive is not an EPUB file: META-INF/container.xml is missing."
            )
        _refuse_encrypted(archive, limits)
        container = parse_xml(archive.read(_CONTAINER), _CONTAINER, limits)
        package_name = next(
            (resolved("", path) for node in container.iter() if (path := node.get("full-path"))), None
        )
        if package_name is None:
            raise DocumentFailure("corrupt", "The EPUB's container names no package document.")
        package = parse_xml(archive.read(package_name), package_name, limits, allow_doctype=True)
        spine = tuple(_spine(package, posixpath.dirname(package_name), archive))
        if not spine:
            raise DocumentFailure("corrupt", "The EPUB's spine names no page that is in the archive.")
        yield _Book(archive, limits, _title(package), spine)


def _refuse_encrypted(archive: Archive, limits: ReadLimits) -> None:
    """Digital rights management encrypts the pages; obfuscated fonts alone do no harm."""
    content = archive.read_optional(_ENCRYPTION)
    if content is None:
        return
    for node in parse_xml(content, _ENCRYPTION, limits).iter():
        if local_name(node) == "EncryptionMethod" and node.get("Algorithm") not in _FONT_OBFUSCATION:
            raise DocumentFailure(
                "encrypted", "The book is protected by digital rights management and cannot be read."
            )


def _spine(package: etree._Element, folder: str, archive: Archive) -> Iterator[str]:
    manifest: dict[str, etree._Element] = {}
    for node in package.iter():
        if local_name(node) == "item" and (item_id := node.get("id")):
            manifest[item_id] = node
    for node in package.iter():
        if local_name(node) != "itemref":
            continue
        item = manifest.get(node.get("idref") or "")
        if item is None or (item.get("media-type") or "").lower() not in _PAGE_TYPES:
            continue
        name = resolved(folder, item.get("href") or "")
        if name in archive:
            yield name


def _image_loader(book: _Book, index: int) -> Callable[[str], bytes | None]:
    folder = posixpath.dirname(book.spine[index])

    def load(address: str) -> bytes | None:
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        if parts.scheme == "data":
            return load_data_uri(address)
        if parts.scheme or parts.netloc:
            return None
        name = resolved(folder, parts.path)
        if name not in book.archive or book.archive.declared_size(name) > MAX_IMAGE_BYTES:
            return None
        return book.archive.read(name)

    return load


def _title(package: etree._Element) -> str | None:
    titles = (node.text for node in package.iter() if local_name(node) == "title")
    return next((title.strip() for title in titles if title and title.strip()), None)
