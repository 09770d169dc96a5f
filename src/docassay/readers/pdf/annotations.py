"""What lies on top of a PDF page: links, form fields with their values, free texts and comments."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium

from docassay.documents.model import BoundingBox
from docassay.readers.fragments import safe_link
from docassay.readers.pdf.geometry import PageFrame

_MAXIMUM_ANNOTATIONS: Final = 5_000
_MAXIMUM_TEXT_BYTES: Final = 40_000
_MAXIMUM_OPTIONS: Final = 500
_HIDDEN: Final = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_PASSWORD: Final = 1 << 13
_COMMENTED: Final = frozenset(
    {
        pdfium.FPDF_ANNOT_TEXT,
        pdfium.FPDF_ANNOT_HIGHLIGHT,
        pdfium.FPDF_ANNOT_UNDERLINE,
        pdfium.FPDF_ANNOT_SQUIGGLY,
        pdfium.FPDF_ANNOT_STRIKEOUT,
        pdfium.FPDF_ANNOT_CARET,
        pdfium.FPDF_ANNOT_SQUARE,
        pdfium.FPDF_ANNOT_CIRCLE,
        pdfium.FPDF_ANNOT_STAMP,
    }
)
_MARKED: Final = frozenset({pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON})
_CHOICES: Final = frozenset({pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX})
_DATE: Final = re.compile(r"D?:?(\d{4})(\d{2})(\d{2})")
_SPACE: Final = re.compile(r"[ \t\f\v\xa0]+")
_UNPRINTABLE: Final = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff]")


class Link(NamedTuple):
    """An area in display points that leads to ``href``: an http, https or mailto address."""

    box: BoundingBox
    href: str


class FieldValue(NamedTuple):
    """A form field's area and what it holds; lines of ``text`` are separated by line feeds.

    ``label`` is its tooltip, or its name when that is made of words; it may be empty.
    """

    box: BoundingBox
    text: str
    label: str
    is_mark: bool


class Comment(NamedTuple):
    """A note that somebody wrote on the page; ``date`` is ``2024-05-31`` or empty."""

    author: str
    date: str
    text: str

    @property
    def line(self) -> str:
        """Author, date and text on one line."""
        about = ", ".join(part for part in (self.author, self.date) if part)
        text = " ".join(self.text.split())
        return f"[{about}] {text}" if about else text


@dataclass(slots=True)
class PageAnnotations:
    """Everything that was found, in the order of the file."""

    links: list[Link] = field(default_factory=list)
    fields: list[FieldValue] = field(default_factory=list)
    texts: list[FieldValue] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


def prepare_forms(document: Any) -> None:
    """Make the values of form fields readable; to be called before any page of the document is opened."""
    if document.get_formtype() != pdfium.FORMTYPE_NONE:
        document.init_forms()


def read_annotations(document: Any, page: Any, frame: PageFrame) -> PageAnnotations:
    """Read the annotations of an open page; at most 5,000 of them."""
    found = PageAnnotations()
    count = min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MAXIMUM_ANNOTATIONS)
    for index in range(count):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            _read(found, document, annotation, frame)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def _read(found: PageAnnotations, document: Any, annotation: Any, frame: PageFrame) -> None:
    if pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
        return
    rectangle = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rectangle)):
        return
    box = frame.to_display(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
    subtype = pdfium.FPDFAnnot_GetSubtype(annotation)
    if subtype == pdfium.FPDF_ANNOT_LINK:
        href = safe_link(_address(document, annotation))
        if href:
            found.links.append(Link(box, href))
    elif subtype == pdfium.FPDF_ANNOT_WIDGET:
        if document.formenv is not None:
            _read_field(found, document.formenv.raw, annotation, box)
    elif subtype == pdfium.FPDF_ANNOT_FREETEXT:
        text = _entry(annotation, b"Contents")
        if text:
            found.texts.append(FieldValue(box, text, "", is_mark=False))
    elif subtype in _COMMENTED:
        text = _entry(annotation, b"Contents")
        if text:
            date = _DATE.match(_entry(annotation, b"M"))
            found.comments.append(
                Comment(_entry(annotation, b"T"), "-".join(date.groups()) if date else "", text)
            )


def _address(document: Any, annotation: Any) -> str | None:
    link = pdfium.FPDFAnnot_GetLink(annotation)
    action = pdfium.FPDFLink_GetAction(link) if link else None
    if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
        return None
    length = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0)
    if not 1 < length <= _MAXIMUM_TEXT_BYTES:
        return None
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDFAction_GetURIPath(document.raw, action, buffer, length)
    return buffer.value.decode("utf-8", "replace")


def _read_field(found: PageAnnotations, form: Any, annotation: Any, box: BoundingBox) -> None:
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _MARKED:
        text = "☑" if pdfium.FPDFAnnot_IsChecked(form, annotation) else "☐"
    elif kind in _CHOICES:
        text = _chosen(form, annotation) or _of_field(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)
    elif kind in {pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_SIGNATURE}:
        if pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD:
            return
        text = _of_field(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)
    else:
        return
    if text:
        label = _of_field(pdfium.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
        if not label:
            label = _name_of_words(_of_field(pdfium.FPDFAnnot_GetFormFieldName, form, annotation))
        found.fields.append(FieldValue(box, text, " ".join(label.split()), is_mark=kind in _MARKED))


def _chosen(form: Any, annotation: Any) -> str:
    """The labels of the options that are selected, by commas."""
    count = min(pdfium.FPDFAnnot_GetOptionCount(form, annotation), _MAXIMUM_OPTIONS)
    labels = [
        _text(partial(pdfium.FPDFAnnot_GetOptionLabel, form, annotation, number))
        for number in range(count)
        if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, number)
    ]
    return ", ".join(filter(None, labels))


def _name_of_words(name: str) -> str:
    """The last part of a field's name when it reads like words, else nothing (``f1_01[0]``, ``Text3``)."""
    last = name.rpartition(".")[2].replace("_", " ").strip()
    return last if re.fullmatch(r"[^\W\d_]{3,}(?:[ -][^\W\d_]+){0,6}", last) else ""


def _entry(annotation: Any, key: bytes) -> str:
    return _text(partial(pdfium.FPDFAnnot_GetStringValue, annotation, key))


def _of_field(getter: Any, form: Any, annotation: Any) -> str:
    return _text(partial(getter, form, annotation))


def _text(get: Callable[[Any, int], int]) -> str:
    """A text that pdfium writes as UTF-16; cut at 20,000 characters, without control characters."""
    length = min(get(None, 0), _MAXIMUM_TEXT_BYTES)
    if length <= 2:
        return ""
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    written = get(buffer, ctypes.sizeof(buffer))
    if written > ctypes.sizeof(buffer):
        # Too long for the buffer: pdfium writes nothing, and a form value of this size is none.
        return ""
    text = bytes(buffer)[:written].decode("utf-16-le", "replace").rstrip("\0")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SPACE.sub(" ", _UNPRINTABLE.sub("", text.replace("\t", " "))).strip()
