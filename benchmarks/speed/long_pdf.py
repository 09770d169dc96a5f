"""A PDF of any number of pages: running head, heading, paragraphs and a ruled table on each page."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

from docassay.testing.documents.content import Writer

_LINES_PER_PAGE: Final = 32
_TABLE_ROWS: Final = 6


def write_long_pdf(path: Path, pages: int, seed: int = 0) -> None:
    """Write ``pages`` pages, no two of the same text, page by page and without any PDF library."""
    writer = Writer(seed)
    numbers = random.Random(seed)
    offsets: list[int] = []
    with path.open("wb") as file:

        def add(body: bytes) -> None:
            offsets.append(file.tell())
            file.write(b"%d 0 obj\n%b\nendobj\n" % (len(offsets), body))

        file.write(b"%PDF-1.4\n")
        kids = b" ".join(b"%d 0 R" % (4 + 2 * page) for page in range(pages))
        add(b"<< /Type /Catalog /Pages 2 0 R >>")
        add(b"<< /Type /Pages /Count %d /Kids [%b] >>" % (pages, kids))
        add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
        for page in range(pages):
            content = _page(writer, numbers, page).encode("ascii")
            add(
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * page)
            )
            add(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
        table = file.tell()
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
        for offset in offsets:
            file.write(b"%010d 00000 n \n" % offset)
        file.write(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(offsets) + 1))
        file.write(b"startxref\n%d\n%%%%EOF\n" % table)


def _page(writer: Writer, numbers: random.Random, page: int) -> str:
    shown = [_text(72, 806, 9, "Report on everything"), _text(280, 30, 9, str(page + 1))]
    shown.append(_text(72, 770, 16, f"{page + 1} {writer.sentence()[:40]}"))
    for line in range(_LINES_PER_PAGE):
        words = " ".join(writer.sentence() for _ in range(3))
        shown.append(_text(72, 744 - 14 * line, 10, words[:88]))
    top = 744 - 14 * _LINES_PER_PAGE - 20
    for row in range(_TABLE_ROWS):
        baseline = top - 18 * row - 13
        for column in range(4):
            value = numbers.randrange(10_000) if row else column + 1
            shown.append(_text(76 + 110 * column, baseline, 10, f"{value}.{page % 100:02}"))
    rows = [top - 18 * row for row in range(_TABLE_ROWS + 1)]
    columns = [72 + 110 * column for column in range(5)]
    shown += [f"{columns[0]} {y} m {columns[-1]} {y} l S" for y in rows]
    shown += [f"{x} {rows[0]} m {x} {rows[-1]} l S" for x in columns]
    return "\n".join(shown)


def _text(x: int, y: int, size: int, text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /F1 {size} Tf {x} {y} Td ({escaped}) Tj ET"
