"""Spreadsheets: values as people read them, separate tables, merged cells, bounds."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import openpyxl.chart
import openpyxl.comments
import openpyxl.drawing.image
import pytest
from PIL import Image

from docassay.documents.html_fragment import text_of
from docassay.documents.model import Document
from docassay.engines.contract import ConvertOptions, ReadLimits, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers import sheets, workbook
from docassay.readers.archive import OLE_MAGIC
from docassay.readers.sheet_values import cell_text
from docassay.readers.sheets import read_sheets, sheets_source_layer

SHARED = Path(__file__).resolve().parents[3] / "../shared/data/formats"


def source_file(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "application/octet-stream", "0" * 64)


def written(tmp_path: Path, write: Callable[[Any], None]) -> SourceFile:
    book = openpyxl.Workbook()
    write(book)
    path = tmp_path / "a.xlsx"
    book.save(path)
    return source_file(path)


def read(tmp_path: Path, write: Callable[[Any], None], **options: object) -> Document:
    return read_sheets(written(tmp_path, write), ConvertOptions(**options))  # type: ignore[arg-type]


def shown(document: Document) -> list[tuple[str, str]]:
    return [(block.block_type, block.html) for block in document.blocks()]


def rows(document: Document) -> list[list[str]]:
    (table,) = (block for block in document.blocks() if block.block_type == "Table")
    return [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", table.html)
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.5, "12.5"), (0.1 + 0.2, "0.3"), (3.0, "3"), (-0.0, "0"), (1e20, "100000000000000000000"),
        (1.5e-7, "0.00000015"), (True, "TRUE"), (None, ""), ("a", "a"), (1234567890.12, "1234567890.12"),
        (date(2024, 5, 1), "2024-05-01"), (datetime.combine(date(2024, 5, 1), time()), "2024-05-01"),
        (datetime.combine(date(2024, 5, 1), time(12, 30)), "2024-05-01T12:30:00"), (time(8, 5), "08:05:00"),
        (timedelta(hours=26, minutes=3, seconds=4), "26:03:04"), (float("inf"), "inf"),
    ],
)  # fmt: skip
def test_values_are_written_without_noise(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_sheets_are_named_pages_with_a_table(tmp_path: Path) -> None:
    def write(book: Any) -> None:
        book.active.title = "Sales & <more>"
        for row in (["Item", "When", "Total"], ["a < b", date(2024, 5, 1), 12.5], ["c", None, 3.0]):
            book.active.append(row)
        book.create_sheet("Empty")

    source = written(tmp_path, write)
    document = read_sheets(source, ConvertOptions())
    assert [page.name for page in document.pages] == ["Sales & <more>", "Empty"]
    assert shown(document) == [
        ("SectionHeader", "<h1>Sales &amp; &lt;more&gt;</h1>"),
        (
            "Table",
            "<table><thead><tr><th>Item</th><th>When</th><th>Total</th></tr></thead><tbody>"
            "<tr><td>a &lt; b</td><td>2024-05-01</td><td>12.5</td></tr>"
            "<tr><td>c</td><td></td><td>3</td></tr></tbody></table>",
        ),
    ]
    layer = sheets_source_layer(source, ReadLimits())
    assert layer.pages[0].text.splitlines()[1:] == ["Item When Total", "a < b 2024-05-01 12.5", "c 3"]
    assert layer.page_count == 2


def test_separate_ranges_are_separate_tables(tmp_path: Path) -> None:
    def write(book: Any) -> None:
        sheet = book.active
        for row, column, value in ((1, 1, "Title"), (3, 1, "A"), (3, 2, "B"), (4, 1, 1), (4, 2, 2)):
            sheet.cell(row, column, value)
        for row, column, value in ((3, 4, "C"), (4, 4, 3), (8, 1, "D"), (9, 1, 4)):
            sheet.cell(row, column, value)

    document = read(tmp_path, write)
    assert [kind for kind, _ in shown(document)] == ["SectionHeader", "Text", "Table", "Table", "Table"]
    boxes = [block.bbox for block in document.blocks()]
    assert boxes[2].x1 <= boxes[3].x0
    assert boxes[2].y1 <= boxes[4].y0


def test_merged_cells_become_spans(tmp_path: Path) -> None:
    def write(book: Any) -> None:
        sheet = book.active
        for row in (["wide", None, "x"], ["tall", 1, 2], [None, 3, 4]):
            sheet.append(row)
        sheet.merge_cells("A1:B1")
        sheet.merge_cells("A2:A3")

    ((_, html),) = [pair for pair in shown(read(tmp_path, write)) if pair[0] == "Table"]
    assert '<th colspan="2">wide</th><th>x</th>' in html
    assert '<tr><td rowspan="2">tall</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>' in html


def test_a_page_range_chooses_sheets(tmp_path: Path) -> None:
    def write(book: Any) -> None:
        for number in range(4):
            book.create_sheet(f"s{number}").append(["a", number])

    document = read(tmp_path, write, page_range="2,4")
    assert [(page.index, page.name) for page in document.pages] == [(2, "s1"), (4, "s3")]
    assert document.source_page_count == 5
    with pytest.raises(DocumentFailure) as caught:
        read(tmp_path, write, page_range="5")
    assert caught.value.code == "page_range"


def test_far_flung_cells_cost_nothing(tmp_path: Path) -> None:
    def write(book: Any) -> None:
        book.active["A1"] = "first"
        book.active["XFD1048576"] = datetime.combine(date(2024, 5, 1), time(8))

    source = written(tmp_path, write)
    document = read_sheets(source, ConvertOptions())
    assert [html for _, html in shown(document)] == [
        "<h1>Sheet</h1>",
        "<p>first</p>",
        "<p>2024-05-01 8:00:00</p>",
    ]
    assert sheets_source_layer(source, ReadLimits()).pages[0].text.endswith("first\n2024-05-01 8:00:00")


def test_a_large_declared_dimension_costs_nothing(tmp_path: Path) -> None:
    source = written(tmp_path, lambda book: book.active.append(["a", "b"]))
    inflated = tmp_path / "b.xlsx"
    with zipfile.ZipFile(source.path) as old, zipfile.ZipFile(inflated, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ref="A1:B1"', b'ref="A1:XFD1048576"'))
    assert rows(read_sheets(source_file(inflated), ConvertOptions())) == [["a", "b"]]


def with_merged_area(source: SourceFile, area: str) -> SourceFile:
    """A copy whose first sheet also merges ``area``, which openpyxl would fill cell by cell."""
    path = source.path.with_name("merged.xlsx")
    merge = f'</sheetData><mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'.encode()
    with zipfile.ZipFile(source.path) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"</sheetData>", merge))
    return source_file(path)


def test_a_merged_area_over_the_whole_sheet_is_cut_to_what_is_filled(tmp_path: Path) -> None:
    def write(book: Any) -> None:
        book.active.append(["a", "b"])
        book.active.append(["c", "d"])

    source = with_merged_area(written(tmp_path, write), "B2:XFD1048576")
    assert rows(read_sheets(source, ConvertOptions())) == [["a", "b"], ["c", "d"]]


def test_a_far_flung_sheet_with_a_giant_merged_area_is_a_clear_failure(tmp_path: Path) -> None:
    def write(book: Any) -> None:
        book.active["A1"], book.active["XFD1048576"] = "a", "b"

    with pytest.raises(DocumentFailure) as caught:
        read_sheets(with_merged_area(written(tmp_path, write), "B2:XFD1048575"), ConvertOptions())
    assert caught.value.code == "too_many_cells"


def test_merged_areas_over_one_another_are_bounded(tmp_path: Path) -> None:
    def write(book: Any) -> None:
        book.active["A1"], book.active["Z999"] = "a", "b"

    areas = "".join(f'<mergeCell ref="A1:Z{row}"/>' for row in range(200, 999))
    source = with_merged_area(written(tmp_path, write), f'A1:Z100"/>{areas}<mergeCell ref="A1:B2')
    with pytest.raises(DocumentFailure) as caught:
        read_sheets(source, ConvertOptions())
    assert caught.value.code == "too_many_cells"


def test_a_table_over_the_cell_limit_is_a_clear_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MAX_TABLE_CELLS", 3)
    with pytest.raises(DocumentFailure, match="2 rows and 2 columns") as caught:
        read(tmp_path, lambda book: [book.active.append(["a", "b"]) for _ in range(2)])
    assert caught.value.code == "too_many_cells"


def test_a_sheet_over_the_filled_limit_is_a_clear_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_FILLED_CELLS", 3)
    with pytest.raises(DocumentFailure) as caught:
        read(tmp_path, lambda book: book.active.append([1, 2, 3, 4]))
    assert caught.value.code == "too_many_cells"


def test_numbers_and_dates_are_shown_in_their_format(tmp_path: Path) -> None:
    def write(book: Any) -> None:
        values = [
            (0.256, "0.0%"),
            (1234.5, "$#,##0.00"),
            (date(2024, 5, 1), "dd.mm.yyyy"),
            (7, "000"),
            (2, ""),
        ]
        for row, (value, code) in enumerate(values, start=2):
            cell = book.active.cell(row, 2, value)
            cell.number_format = code or cell.number_format
        book.active["B1"] = "Value"

    source = written(tmp_path, write)
    assert rows(read_sheets(source, ConvertOptions())) == [
        ["Value"], ["25.6%"], ["$1,234.50"], ["01.05.2024"], ["007"], ["2"]
    ]  # fmt: skip
    assert "25.6%" in sheets_source_layer(source, ReadLimits()).pages[0].text


def test_headers_of_two_rows_are_headers_both(tmp_path: Path) -> None:
    def write(book: Any) -> None:
        for row in (["Name", "Amount", None], [None, "old", "new"], ["a", "$1.00", "$2.00"]):
            book.active.append(row)
        book.active.merge_cells("A1:A2")
        book.active.merge_cells("B1:C1")

    ((_, html),) = [pair for pair in shown(read(tmp_path, write)) if pair[0] == "Table"]
    assert html.startswith(
        '<table><thead><tr><th rowspan="2">Name</th><th colspan="2">Amount</th></tr>'
        "<tr><th>old</th><th>new</th></tr></thead>"
    )


@pytest.mark.parametrize("value", ["$5.00", "12%", "1,234", "2024-05-01", "1/2/2024", "8:30 AM", "1-May-24"])
def test_a_first_row_of_values_is_no_header(tmp_path: Path, value: str) -> None:
    ((_, html),) = [
        pair
        for pair in shown(read(tmp_path, lambda book: [book.active.append(["a", value]) for _ in range(2)]))
        if pair[0] == "Table"
    ]
    assert "<th" not in html


def test_comments_follow_the_tables(tmp_path: Path) -> None:
    def write(book: Any) -> None:
        book.active.append(["a", "b"])
        book.active["B1"].comment = openpyxl.comments.Comment("Ada:\nCheck <this>", "Ada")

    source = written(tmp_path, write)
    last = list(read_sheets(source, ConvertOptions()).blocks())[-1]
    assert last.html == '<p data-role="comment">B1, Ada: Check &lt;this&gt;</p>'
    assert "B1, Ada: Check <this>" in sheets_source_layer(source, ReadLimits()).pages[0].text


@pytest.mark.parametrize(("href", "is_kept"), [("https://a.org/x", True), ("file:///etc/passwd", False)])
def test_cells_keep_safe_links(tmp_path: Path, href: str, is_kept: bool) -> None:
    def write(book: Any) -> None:
        for row in (["Site", "Note"], ["home", "x"]):
            book.active.append(row)
        book.active["A2"].hyperlink = href
        book.active["A2"].value = "home"

    html = "".join(html for _, html in shown(read(tmp_path, write)))
    assert (f'<td><a href="{href}">home</a></td>' in html) == is_kept
    assert "home" in html


def chart(book: Any, sheet: Any, title: str) -> Any:
    plot = openpyxl.chart.BarChart()
    plot.title = title
    plot.x_axis.title = f"{title} by x"
    source = book["Data"]
    plot.add_data(openpyxl.chart.Reference(source, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    plot.set_categories(openpyxl.chart.Reference(source, min_col=1, min_row=2, max_row=3))
    sheet.add_chart(plot, "D5")
    return plot


def test_charts_are_read_where_their_cells_are_not(tmp_path: Path) -> None:
    """openpyxl keeps no values in its charts, so the titles tell which of them were read."""

    def write(book: Any) -> None:
        book.active.title = "Data"
        for row in (["x", "y"], ["a", 1], ["b", 2]):
            book.active.append(row)
        chart(book, book.active, "Own cells")
        chart(book, book.create_sheet("Board"), "Other cells")

    document = read(tmp_path, write)
    captions = [
        (page.name, block.html)
        for page in document.pages
        for block in page.blocks
        if block.block_type == "Caption"
    ]
    assert captions == [
        ("Data", "<p>Own cells</p>"),
        ("Data", "<p>Own cells by x</p>"),
        ("Board", "<p>Other cells</p>"),
        ("Board", "<p>Other cells by x</p>"),
    ]


def test_pictures_and_text_boxes_stand_where_they_begin(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(buffer, "PNG")

    def write(book: Any) -> None:
        book.active.append(["above"])
        book.active.add_image(openpyxl.drawing.image.Image(io.BytesIO(buffer.getvalue())), "B3")
        book.active["A6"] = "below"

    document = read(tmp_path, write)
    assert [block.block_type for block in document.blocks()] == ["SectionHeader", "Text", "Picture", "Text"]
    pictured = list(document.blocks())[2]
    assert list(pictured.images) == ["image_1.png"]
    assert (pictured.bbox.x0, pictured.bbox.y0) == (64.0, 45.0)


def test_hidden_sheets_are_read_like_the_others(tmp_path: Path) -> None:
    def write(book: Any) -> None:
        book.active.append(["a"])
        book.create_sheet("Secret").append(["b"])
        book["Secret"].sheet_state = "hidden"

    assert [page.name for page in read(tmp_path, write).pages] == ["Sheet", "Secret"]


ODS_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
)


def ods(tmp_path: Path, tables: str) -> SourceFile:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<office:document-content {ODS_NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:body>'
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>",
        )
    return source_file(path)


def test_an_ods_sheet_shows_what_its_cells_show(tmp_path: Path) -> None:
    comment = "<office:annotation><dc:creator>Ada</dc:creator><text:p>Sure?</text:p></office:annotation>"
    source = ods(
        tmp_path,
        '<table:table table:name="S"><table:table-header-rows><table:table-row>'
        '<table:table-cell table:number-columns-spanned="2"><text:p>Wide</text:p></table:table-cell>'
        "<table:covered-table-cell/></table:table-row></table:table-header-rows><table:table-row>"
        '<table:table-cell office:value-type="percentage" office:value="0.256"><text:p>25.6%</text:p>'
        f"{comment}</table:table-cell>"
        '<table:table-cell office:value-type="float" office:value="7" table:number-columns-repeated="1"/>'
        '</table:table-row><table:table-row table:number-rows-repeated="1048574">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>',
    )
    document = read_sheets(source, ConvertOptions())
    assert rows(document) == [["Wide"], ["25.6%", "7"]]
    blocks = list(document.blocks())
    assert 'colspan="2">Wide' in blocks[1].html
    assert blocks[-1].html == '<p data-role="comment">A2, Ada: Sure?</p>'
    assert sheets_source_layer(source, ReadLimits()).pages[0].text.splitlines()[-1] == "A2, Ada: Sure?"


@pytest.mark.parametrize("part", ["sharedStrings", "styles"])
def test_a_part_that_announces_more_than_it_holds_is_corrupt(tmp_path: Path, part: str) -> None:
    source = written(tmp_path, lambda book: book.active.append(["a", "b"]))
    path = tmp_path / "false.xlsx"
    names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    counts = 'count="99999999999" uniqueCount="99999999999"'
    false = {
        "sharedStrings": f"<sst {names} {counts}/>",
        "styles": f"<styleSheet {names}><cellXfs {counts}/></styleSheet>",
    }
    with zipfile.ZipFile(source.path) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.namelist():
            if member != f"xl/{part}.xml":
                new.writestr(member, old.read(member))
        new.writestr(f"xl/{part}.xml", false[part])
    with pytest.raises(DocumentFailure, match="announces") as caught:
        read_sheets(source_file(path), ConvertOptions())
    assert caught.value.code == "corrupt"


def test_repeated_ods_cells_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="S"><table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16000">'
        "<text:p>x</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    with pytest.raises(DocumentFailure) as caught:
        read_sheets(source_file(path), ConvertOptions())
    assert caught.value.code == "too_many_cells"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 cut", "corrupt"),
        (OLE_MAGIC + bytes(3000), "corrupt"),
        (OLE_MAGIC + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600), "encrypted"),
        (b"a,b\n\x00\x01\x02,3\n", "corrupt"),
    ],
)
def test_unreadable_files_fail_clearly(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    for call in (
        lambda: read_sheets(source_file(path), ConvertOptions()),
        lambda: sheets_source_layer(source_file(path), ReadLimits()),
    ):
        with pytest.raises(DocumentFailure) as caught:
            call()
        assert caught.value.code == code


def test_a_bomb_in_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    with pytest.raises(DocumentFailure) as caught:
        read_sheets(source_file(path), ConvertOptions())
    assert caught.value.code == "zip_bomb"


@pytest.mark.needs_shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
@pytest.mark.parametrize("pattern", ["xlsx/*", "xls/*", "odf/*.ods", "csv/*"])
def test_real_sheets_keep_their_words(pattern: str) -> None:
    for path in sorted(SHARED.glob(pattern)):
        document = read_sheets(source_file(path), ConvertOptions())
        text = "\n".join(page.text for page in sheets_source_layer(source_file(path), ReadLimits()).pages)
        layer = Counter(re.findall(r"\w+", text.lower()))
        found = Counter(re.findall(r"\w+", "\n".join(text_of(b.html) for b in document.blocks()).lower()))
        assert (layer & found).total() >= 0.95 * layer.total(), path.name
