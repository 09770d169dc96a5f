"""Documents and source layers as bytes: how they are kept in storage and handed between processes.

JSON, compressed with zlib. The payload names its kind and format version, so that a stored result that a
newer or older release wrote is refused with a reason and never misread.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any, Final

import orjson

from docassay.documents.model import Block, BoundingBox, Continuation, Document, Page, WordBox
from docassay.documents.source_layer import SourceLayer, SourcePage, WordStyle

DOCUMENT_FORMAT_VERSION: Final = 1
LAYER_FORMAT_VERSION: Final = 2
_COMPRESSION_LEVEL: Final = 1


class UnreadableDataError(ValueError):
    """The bytes are not what this release stores: another kind, another format version, or damaged."""


def dump_document(document: Document) -> bytes:
    """The document as bytes for ``load_document``. Lone surrogates in texts become ``?``."""
    return _pack(
        "document",
        DOCUMENT_FORMAT_VERSION,
        {
            "pages": [_page_payload(page) for page in document.pages],
            "source_page_count": document.source_page_count,
            "failed_pages": document.failed_pages,
            "page_errors": {str(index): error for index, error in document.page_errors.items()},
            "title": document.title,
            "is_paginated": document.is_paginated,
        },
    )


def load_document(data: bytes) -> Document:
    """The document that ``dump_document`` wrote. Raises ``UnreadableDataError`` for anything else."""
    payload = _unpack("document", DOCUMENT_FORMAT_VERSION, data)
    try:
        return Document(
            pages=tuple(_page(page) for page in payload["pages"]),
            source_page_count=payload["source_page_count"],
            failed_pages=tuple(payload["failed_pages"]),
            page_errors={int(index): error for index, error in payload["page_errors"].items()},
            title=payload["title"],
            is_paginated=payload["is_paginated"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableDataError(f"The stored document is damaged: {error!r}.") from error


def dump_layer(layer: SourceLayer) -> bytes:
    """The source layer as bytes for ``load_layer``. Lone surrogates in texts become ``?``."""
    return _pack(
        "source_layer",
        LAYER_FORMAT_VERSION,
        {
            "pages": [
                [
                    page.index,
                    page.text,
                    [tuple(box) for box in page.word_boxes],
                    [tuple(style) for style in page.word_styles],
                ]
                for page in layer.pages
            ],
            "page_count": layer.page_count,
            "is_paginated": layer.is_paginated,
        },
    )


def load_layer(data: bytes) -> SourceLayer:
    """The source layer that ``dump_layer`` wrote. Raises ``UnreadableDataError`` for anything else."""
    payload = _unpack("source_layer", LAYER_FORMAT_VERSION, data)
    try:
        pages = tuple(
            SourcePage(
                index,
                text,
                tuple(BoundingBox(*box) for box in boxes),
                tuple(WordStyle(*style) for style in styles),
            )
            for index, text, boxes, styles in payload["pages"]
        )
        return SourceLayer(pages, payload["page_count"], payload["is_paginated"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableDataError(f"The stored source layer is damaged: {error!r}.") from error


def _page_payload(page: Page) -> dict[str, Any]:
    return {
        "index": page.index,
        "width": page.width,
        "height": page.height,
        "blocks": [_block_payload(block) for block in page.blocks],
        "method": page.method,
        "name": page.name,
    }


def _page(payload: dict[str, Any]) -> Page:
    return Page(
        index=payload["index"],
        width=payload["width"],
        height=payload["height"],
        blocks=tuple(_block(block) for block in payload["blocks"]),
        method=payload["method"],
        name=payload["name"],
    )


def _block_payload(block: Block) -> dict[str, Any]:
    """Only what is set: most blocks have no children, images, level, confidence, words or continuation."""
    payload: dict[str, Any] = {
        "id": block.id,
        "type": block.block_type,
        "bbox": tuple(block.bbox),
        "html": block.html,
    }
    if block.children:
        payload["children"] = [_block_payload(child) for child in block.children]
    if block.level is not None:
        payload["level"] = block.level
    if block.section_hierarchy:
        payload["sections"] = dict(block.section_hierarchy)
    if block.images:
        payload["images"] = {
            name: base64.b64encode(content).decode("ascii") for name, content in block.images.items()
        }
    if block.confidence is not None:
        payload["confidence"] = block.confidence
    if block.words:
        payload["words"] = block.words
    if block.continues is not None:
        payload["continues"] = block.continues
    return payload


def _block(payload: dict[str, Any]) -> Block:
    return Block(
        id=payload["id"],
        block_type=payload["type"],
        bbox=BoundingBox(*payload["bbox"]),
        html=payload["html"],
        children=tuple(_block(child) for child in payload.get("children", ())),
        level=payload.get("level"),
        section_hierarchy=payload.get("sections", {}),
        images={name: base64.b64decode(content) for name, content in payload.get("images", {}).items()},
        confidence=payload.get("confidence"),
        words=tuple(WordBox(*word) for word in payload.get("words", ())),
        continues=Continuation(*payload["continues"]) if "continues" in payload else None,
    )


def _pack(kind: str, version: int, payload: dict[str, Any]) -> bytes:
    content = {"kind": kind, "version": version, **payload}
    try:
        encoded = orjson.dumps(content)
    except orjson.JSONEncodeError:
        encoded = orjson.dumps(_without_surrogates(content))
    return zlib.compress(encoded, _COMPRESSION_LEVEL)


def _unpack(kind: str, version: int, data: bytes) -> dict[str, Any]:
    try:
        payload = orjson.loads(zlib.decompress(data))
    except (zlib.error, orjson.JSONDecodeError) as error:
        raise UnreadableDataError(f"The stored {_named(kind)} is damaged: {error}.") from error
    found_kind = payload.get("kind") if isinstance(payload, dict) else None
    if found_kind != kind:
        raise UnreadableDataError(f"A stored {_named(kind)} was expected, found {found_kind!r}.")
    if payload.get("version") != version:
        raise UnreadableDataError(
            f"The stored {_named(kind)} has format version {payload.get('version')!r}; this release reads "
            f"version {version}. Convert the file again, or use the release that wrote it."
        )
    return dict(payload)


def _named(kind: str) -> str:
    return kind.replace("_", " ")


def _without_surrogates(value: Any) -> Any:
    """The same JSON value with characters that UTF-8 cannot hold replaced; seen in broken PDF encodings."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(item) for item in value]
    return value
