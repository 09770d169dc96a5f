"""PDF files written object by object, for what no library writes: odd fonts, broken text layers, forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

PAGE_SIZE = (400, 400)


def write_raw_pdf(
    path: Path,
    pages: Sequence[str],
    fonts: Mapping[str, str] | None = None,
    *,
    page_entries: str = "",
    catalog_entries: str = "",
    x_objects: Mapping[str, str] | None = None,
    objects: Mapping[int, str] | None = None,
) -> Path:
    """Write a PDF of 400 x 400 points pages.

    ``pages`` are content streams, ``fonts`` maps resource names to the body of their font dictionaries
    (``/Subtype /Type1 /BaseFont /Helvetica`` and so on), ``x_objects`` names to references. ``page_entries``
    and ``catalog_entries`` are added to every page and to the catalog. All may refer to ``objects``, whose
    numbers start at 100 and whose bodies are complete (dictionaries or streams).
    """
    fonts = fonts or {"F1": "/Subtype /Type1 /BaseFont /Helvetica"}
    bodies: dict[int, bytes] = {}
    first_page = 10
    kids = " ".join(f"{first_page + 2 * number} 0 R" for number in range(len(pages)))
    bodies[1] = f"<< /Type /Catalog /Pages 2 0 R {catalog_entries} >>".encode("latin-1")
    bodies[2] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode("latin-1")
    named = " ".join(f"/{name} << /Type /Font {body} >>" for name, body in fonts.items())
    drawn = " ".join(f"/{name} {reference}" for name, reference in (x_objects or {}).items())
    width, height = PAGE_SIZE
    for number, content in enumerate(pages):
        page = first_page + 2 * number
        data = content.encode("latin-1")
        bodies[page] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] "
            f"/Resources << /Font << {named} >> /XObject << {drawn} >> >> "
            f"/Contents {page + 1} 0 R {page_entries} >>"
        ).encode("latin-1")
        bodies[page + 1] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)
    for number, body in (objects or {}).items():
        bodies[number] = body.encode("latin-1")
    path.write_bytes(_file(bodies))
    return path


def stream(data: str, entries: str = "") -> str:
    """The body of a stream object."""
    return f"<< /Length {len(data.encode('latin-1'))} {entries} >>\nstream\n{data}\nendstream"


def show(font: str, size: float, x: float, y: float, text: str) -> str:
    """Operators that show ``text`` (a PDF string's content) with its baseline at ``y`` from the bottom."""
    return f"BT /{font} {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n"


def bar(x0: float, x1: float, y: float) -> str:
    """Operators that draw a thin rule."""
    return f"{x0} {y} {x1 - x0} 0.4 re f\n"


def _file(bodies: Mapping[int, bytes]) -> bytes:
    written = b"%PDF-1.7\n"
    places: dict[int, int] = {}
    for number in sorted(bodies):
        places[number] = len(written)
        written += b"%d 0 obj\n%s\nendobj\n" % (number, bodies[number])
    start = len(written)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, places[number]) for number in sorted(places))
    size = max(bodies) + 1
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return written + b"xref\n0 1\n0000000000 65535 f \n" + table + trailer
