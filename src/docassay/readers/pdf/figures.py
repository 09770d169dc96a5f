"""Pictures and drawings of a page as image crops."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.marks import PageMarks

_SMALLEST_SIDE: Final = 24.0
_LARGEST_SHARE: Final = 0.9
_MAXIMUM_PICTURES: Final = 40
_CROP_DPI: Final = 144
_MAXIMUM_CROP_PIXELS: Final = 8_000_000
_JPEG_QUALITY: Final = 85
_MINIMUM_DRAWINGS: Final = 12
_CLUSTER_MARGIN: Final = 8.0
_MAXIMUM_PIECES: Final = 3_000


def picture_boxes(marks: PageMarks, width: float, height: float) -> list[BoundingBox]:
    """Images worth showing: not tiny, not the page's background; overlapping pieces are joined."""
    boxes = [box for box in marks.images if box.x1 - box.x0 > 4 and box.y1 - box.y0 > 4][:_MAXIMUM_PIECES]
    return [box for box in _clusters(boxes, 1.0) if _is_worth_showing(box, width, height)]


def drawing_boxes(marks: PageMarks, width: float, height: float) -> list[BoundingBox]:
    """Areas where many vector paths lie together: charts and diagrams."""
    if not _MINIMUM_DRAWINGS <= len(marks.drawings) <= _MAXIMUM_PIECES:
        return []
    result = []
    for box in _clusters(marks.drawings, _CLUSTER_MARGIN):
        inside = sum(
            1 for path in marks.drawings if box.contains((path.x0 + path.x1) / 2, (path.y0 + path.y1) / 2)
        )
        large = box.x1 - box.x0 > 72 and box.y1 - box.y0 > 54
        if inside >= _MINIMUM_DRAWINGS and large and _is_worth_showing(box, width, height):
            result.append(box)
    return result


def picture_draft(page: Any, kind: str, box: BoundingBox, width: float, height: float) -> Draft:
    """A ``Picture`` or ``Figure`` draft with the JPEG of the page area ``box`` (display points)."""
    area = max((box.x1 - box.x0) * (box.y1 - box.y0), 1.0)
    scale = min(_CROP_DPI / 72, (_MAXIMUM_CROP_PIXELS / area) ** 0.5)
    crop = (
        max(0.0, box.x0),
        max(0.0, height - box.y1),
        max(0.0, width - box.x1),
        max(0.0, box.y0),
    )
    # Four bytes a pixel in this order are what Pillow takes without a copy.
    bitmap = page.render(scale=scale, crop=crop, rev_byteorder=True, prefer_bgrx=True)
    try:
        buffer = io.BytesIO()
        bitmap.to_pil().save(buffer, "JPEG", quality=_JPEG_QUALITY)
    finally:
        bitmap.close()
    return Draft(kind, box, "", "", image=buffer.getvalue())


def page_pictures(
    page: Any, marks: PageMarks, width: float, height: float, *, with_drawings: bool
) -> list[Draft]:
    """Crops of the page's images and, if asked, drawings; at most 40, the largest ones."""
    found = [("Picture", box) for box in picture_boxes(marks, width, height)]
    if with_drawings:
        pictures = [box for _, box in found]
        drawings = drawing_boxes(marks, width, height)
        found.extend(
            ("Figure", box) for box in drawings if not any(_overlap(box, other) for other in pictures)
        )
    found.sort(key=lambda item: -(item[1].x1 - item[1].x0) * (item[1].y1 - item[1].y0))
    return [picture_draft(page, kind, box, width, height) for kind, box in found[:_MAXIMUM_PICTURES]]


def _is_worth_showing(box: BoundingBox, width: float, height: float) -> bool:
    box_width, box_height = box.x1 - box.x0, box.y1 - box.y0
    if min(box_width, box_height) < _SMALLEST_SIDE:
        return False
    return box_width * box_height < _LARGEST_SHARE * width * height


def _overlap(first: BoundingBox, second: BoundingBox) -> bool:
    return not (first.x1 < second.x0 or second.x1 < first.x0 or first.y1 < second.y0 or second.y1 < first.y0)


def _clusters(boxes: Sequence[BoundingBox], margin: float) -> list[BoundingBox]:
    """Join boxes that overlap or lie within ``margin`` points of each other, until nothing changes."""
    clusters: list[BoundingBox] = []
    for box in boxes:
        merged = box
        is_changed = True
        while is_changed:
            is_changed = False
            rest = []
            for cluster in clusters:
                grown = BoundingBox(
                    cluster.x0 - margin, cluster.y0 - margin, cluster.x1 + margin, cluster.y1 + margin
                )
                if _overlap(grown, merged):
                    merged = merged.union(cluster)
                    is_changed = True
                else:
                    rest.append(cluster)
            clusters = rest
        clusters.append(merged)
    return clusters
