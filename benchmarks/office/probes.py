"""Made documents that hold one thing each which converters tend to lose, and how to tell that it was kept."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import docx
import openpyxl
import openpyxl.comments
import pptx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_M: Final = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
_ODF: Final = "urn:oasis:names:tc:opendocument:xmlns"


@dataclass(frozen=True, slots=True)
class Probe:
    """``write`` makes the document; ``kept`` matches an output that kept the thing."""

    kind: str
    feature: str
    suffix: str
    write: Callable[[Path], None]
    kept: re.Pattern[str]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.DOTALL)


def _word(fill: Callable[[Any], None]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        document = docx.Document()
        fill(document)
        document.add_paragraph("The end.")
        document.save(str(path))

    return write


def _with_part(fill: Callable[[Any], None], kind: str, name: str, content: str) -> Callable[[Path], None]:
    """A Word file with one more part that the document refers to."""

    def write(path: Path) -> None:
        _word(fill)(path)
        members = {}
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                members[member] = archive.read(member)
        link = f'<Relationship Id="rIdProbe" Type="{_OFFICE}/{kind}" Target="{name}"/></Relationships>'
        rels = "word/_rels/document.xml.rels"
        members[rels] = members[rels].replace(b"</Relationships>", link.encode())
        declared = (
            f'<Override PartName="/word/{name}" ContentType="application/vnd.openxmlformats-officedocument.'
            f'wordprocessingml.{kind}+xml"/></Types>'
        )
        types = "[Content_Types].xml"
        members[types] = members[types].replace(b"</Types>", declared.encode())
        members[f"word/{name}"] = content.encode()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, data in members.items():
                archive.writestr(member, data)

    return write


def _append(document: Any, xml: str) -> None:
    document.add_paragraph("Body text.")._p.append(parse_xml(xml))


def _merged_word(document: Any) -> None:
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wideprobe"
    table.cell(1, 0).text, table.cell(1, 1).text = "left", "right"


def _header(document: Any) -> None:
    document.sections[0].header.paragraphs[0].text = "headerprobe"


def _picture(document: Any) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(buffer, "PNG")
    picture = document.add_picture(io.BytesIO(buffer.getvalue()))
    picture._inline.docPr.set("descr", "altprobe")


def _reference(kind: str) -> Callable[[Any], None]:
    return lambda document: _append(document, f'<w:r {_W}><w:{kind}Reference w:id="7"/></w:r>')


def _note(kind: str) -> str:
    note = f'<w:{kind} w:id="7"><w:p><w:r><w:t>noteprobe</w:t></w:r></w:p></w:{kind}>'
    return f"<w:{kind}s {_W}>{note}</w:{kind}s>"


def _commented(document: Any) -> None:
    document.add_paragraph("Body text.")._p.append(
        parse_xml(f'<w:r {_W}><w:commentReference w:id="7"/></w:r>')
    )


_COMMENT: Final = (
    f'<w:comments {_W}><w:comment w:id="7" w:author="Ada" w:initials="A"><w:p><w:r><w:t>remarkprobe</w:t>'
    "</w:r></w:p></w:comment></w:comments>"
)
_BOX: Final = (
    f'<w:r {nsdecls("w")} xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:AlternateContent>'
    '<mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx><w:txbxContent><w:p><w:r><w:t>boxprobe</w:t>'
    "</w:r></w:p></w:txbxContent></wps:txbx></wps:wsp></w:drawing></mc:Choice></mc:AlternateContent></w:r>"
)
_FRACTION: Final = (
    f"<m:oMath {_M}><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f>"
    "</m:oMath>"
)


def _deck(fill: Callable[[Any, Any], None]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        deck = pptx.Presentation()
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = "Title"
        fill(deck, slide)
        deck.save(str(path))

    return write


def _slide_table(deck: Any, slide: Any) -> None:
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(0, 0).text, table.cell(1, 0).text, table.cell(1, 1).text = "wideprobe", "left", "right"


def _slide_chart(deck: Any, slide: Any) -> None:
    data = CategoryChartData()
    data.categories = ["northprobe"]
    data.add_series("sales", (4711.0,))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(4), Inches(3), data)


def _slide_notes(deck: Any, slide: Any) -> None:
    slide.notes_slide.notes_text_frame.text = "notesprobe"


def _slide_group(deck: Any, slide: Any) -> None:
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(2), Inches(2), Inches(1)).text_frame.text = "groupprobe"


def _book(fill: Callable[[Any], None]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        for row in (["Name", "Value"], ["first", 1], ["second", 2]):
            book.active.append(row)
        fill(book.active)
        book.save(path)

    return write


def _cell(value: object, code: str) -> Callable[[Any], None]:
    def fill(sheet: Any) -> None:
        sheet["B2"] = value
        sheet["B2"].number_format = code

    return fill


def _sheet_comment(sheet: Any) -> None:
    sheet["A2"].comment = openpyxl.comments.Comment("remarkprobe", "Ada")


def _sheet_merge(sheet: Any) -> None:
    sheet["A1"] = "wideprobe"
    sheet.merge_cells("A1:B1")


def _sheet_link(sheet: Any) -> None:
    sheet["A2"].hyperlink = "https://example.org/linkprobe"
    sheet["A2"].value = "first"


def _open_document(body: str, extra: dict[str, str] | None = None) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        names = " ".join(
            f'xmlns:{prefix}="{_ODF}:{name}:1.0"'
            for prefix, name in (
                ("office", "office"),
                ("text", "text"),
                ("table", "table"),
                ("draw", "drawing"),
            )
        )
        names += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
        manifest = (
            f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0"><manifest:file-entry '
            'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
            "</manifest:manifest>"
        )
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            archive.writestr(
                "content.xml",
                f"<office:document-content {names}><office:body><office:text>{body}<text:p>The end.</text:p>"
                "</office:text></office:body></office:document-content>",
            )
            archive.writestr("styles.xml", f"<office:document-styles {names}/>")
            archive.writestr("META-INF/manifest.xml", manifest)
            for name, content in (extra or {}).items():
                archive.writestr(name, content)

    return write


def _page(body: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(f"<html><body>{body}</body></html>", encoding="utf-8") and None


_ODT_NOTE: Final = (
    '<text:p>Text<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
    "<text:note-body><text:p>noteprobe</text:p></text:note-body></text:note></text:p>"
)
_ODT_COMMENT: Final = (
    "<text:p>Text<office:annotation><dc:creator>Ada</dc:creator><text:p>remarkprobe</text:p>"
    "</office:annotation></text:p>"
)
_ODT_TABLE: Final = (
    '<table:table><table:table-column table:number-columns-repeated="2"/><table:table-row>'
    '<table:table-cell table:number-columns-spanned="2"><text:p>wideprobe</text:p></table:table-cell>'
    "<table:covered-table-cell/></table:table-row><table:table-row><table:table-cell><text:p>l</text:p>"
    "</table:table-cell><table:table-cell><text:p>r</text:p></table:table-cell></table:table-row></table:table>"
)
_ODT_FORMULA: Final = '<text:p><draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></text:p>'
_MATHML: Final = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>a</mi><mi>b</mi></mfrac></math>'
_WIDE: Final = _pattern(r'colspan="?2"?[^>]*>\s*(?:<[^>]+>)*wideprobe')
_LATEX: Final = _pattern(r"\\frac")


def probes() -> Iterator[Probe]:
    """All probes, by kind of file."""
    yield Probe(
        "DOCX",
        "footnotes",
        ".docx",
        _with_part(_reference("footnote"), "footnotes", "footnotes.xml", _note("footnote")),
        _pattern("noteprobe"),
    )
    yield Probe(
        "DOCX",
        "endnotes",
        ".docx",
        _with_part(_reference("endnote"), "endnotes", "endnotes.xml", _note("endnote")),
        _pattern("noteprobe"),
    )
    yield Probe(
        "DOCX",
        "comments",
        ".docx",
        _with_part(_commented, "comments", "commentsProbe.xml", _COMMENT),
        _pattern("remarkprobe"),
    )
    yield Probe("DOCX", "merged cells", ".docx", _word(_merged_word), _WIDE)
    yield Probe("DOCX", "page headers", ".docx", _word(_header), _pattern("headerprobe"))
    yield Probe("DOCX", "alternative texts", ".docx", _word(_picture), _pattern("altprobe"))
    yield Probe("DOCX", "text boxes", ".docx", _word(lambda d: _append(d, _BOX)), _pattern("boxprobe"))
    yield Probe("DOCX", "equations as LaTeX", ".docx", _word(lambda d: _append(d, _FRACTION)), _LATEX)
    yield Probe("PPTX", "speaker's notes", ".pptx", _deck(_slide_notes), _pattern("notesprobe"))
    yield Probe("PPTX", "merged cells", ".pptx", _deck(_slide_table), _WIDE)
    yield Probe("PPTX", "chart values", ".pptx", _deck(_slide_chart), _pattern("4711"))
    yield Probe("PPTX", "grouped shapes", ".pptx", _deck(_slide_group), _pattern("groupprobe"))
    yield Probe("XLSX", "percent as shown", ".xlsx", _book(_cell(0.125, "0.0%")), _pattern(r"12\.5 ?%"))
    yield Probe(
        "XLSX", "currency as shown", ".xlsx", _book(_cell(1234.5, "$#,##0.00")), _pattern(r"\$1,234\.50")
    )
    yield Probe("XLSX", "comments", ".xlsx", _book(_sheet_comment), _pattern("remarkprobe"))
    yield Probe("XLSX", "merged cells", ".xlsx", _book(_sheet_merge), _WIDE)
    yield Probe("XLSX", "links", ".xlsx", _book(_sheet_link), _pattern("linkprobe"))
    yield Probe("ODT", "footnotes", ".odt", _open_document(_ODT_NOTE), _pattern("noteprobe"))
    yield Probe("ODT", "comments", ".odt", _open_document(_ODT_COMMENT), _pattern("remarkprobe"))
    yield Probe("ODT", "merged cells", ".odt", _open_document(_ODT_TABLE), _WIDE)
    yield Probe(
        "ODT",
        "formulas as LaTeX",
        ".odt",
        _open_document(_ODT_FORMULA, {"Object 1/content.xml": _MATHML}),
        _LATEX,
    )
    yield Probe(
        "HTML",
        "merged cells",
        ".html",
        _page("<table><tr><td colspan=2>wideprobe</td></tr><tr><td>a</td><td>b</td></tr></table>"),
        _WIDE,
    )
    yield Probe("HTML", "formulas as LaTeX", ".html", _page(f"<p>{_MATHML}</p>"), _LATEX)
