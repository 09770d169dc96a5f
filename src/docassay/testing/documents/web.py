"""Text formats: a web page, a CSV file, an e-book."""

from __future__ import annotations

import csv
from html import escape
from pathlib import Path

from docassay.testing.documents.content import TableData, Writer
from docassay.testing.documents.frozen_zip import write_zip

_CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>"""


def write_html(path: Path, seed: int, sections: int = 3) -> None:
    """A web page: headings of two levels, prose, a list and a table with a header row."""
    writer = Writer(seed)
    title = f"News from {writer.place()}"
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(writer.paragraph(3))}</p>"]
    for number in range(sections):
        parts.append(f"<h2>{escape(writer.heading())}</h2>")
        parts.append(f"<p>{escape(writer.paragraph(4))}</p>")
        if number == 0:
            parts.append("<ul>" + "".join(f"<li>{escape(t)}</li>" for t in writer.tasks(4)) + "</ul>")
        elif number == 1:
            parts.append(_table(writer.table(6)))
    path.write_text(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>\n"
        "<body>\n" + "\n".join(parts) + "\n</body></html>\n",
        encoding="utf-8",
    )


def write_csv(path: Path, seed: int, rows: int = 20) -> None:
    """A table of stations; the amounts hold commas, so they are quoted."""
    data = Writer(seed).table(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([data.header, *data.rows])


def write_epub(path: Path, seed: int, chapters: int = 3) -> None:
    """An EPUB 3 book with a table of contents and one XHTML file a chapter."""
    writer = Writer(seed)
    title = f"A walk along the {writer.place()} canal"
    headings = [writer.heading() for _ in range(chapters)]
    members = [("mimetype", b"application/epub+zip"), ("META-INF/container.xml", _CONTAINER.encode())]
    items = '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    spine = ""
    for number, heading in enumerate(headings, start=1):
        items += f'<item id="c{number}" href="c{number}.xhtml" media-type="application/xhtml+xml"/>'
        spine += f'<itemref idref="c{number}"/>'
        body = f"<h1>{escape(heading)}</h1>" + "".join(
            f"<p>{escape(writer.paragraph(5))}</p>" for _ in range(3)
        )
        members.append((f"book/c{number}.xhtml", _xhtml(heading, body)))
    links = "".join(f'<li><a href="c{n}.xhtml">{escape(h)}</a></li>' for n, h in enumerate(headings, start=1))
    members.append(("book/nav.xhtml", _xhtml(title, f'<nav epub:type="toc"><ol>{links}</ol></nav>')))
    package = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:docassay:book:{seed}</dc:identifier><dc:title>{escape(title)}</dc:title>'
        "<dc:language>en</dc:language>"
        '<meta property="dcterms:modified">2024-01-01T00:00:00Z</meta></metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    members.append(("book/package.opf", package.encode()))
    write_zip(path, members)


def _table(data: TableData) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in data.header)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in data.rows
    )
    return (
        f"<table><caption>{escape(data.title)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _xhtml(title: str, body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{escape(title)}</title></head>'
        f"<body>{body}</body></html>"
    ).encode()
