"""Which pixels of a page image are ink."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

_RADIUS_POINTS: Final = 8.0
_DARKER: Final = 0.85
"""Ink is at least this much darker than its surroundings (Bradley and Roth, 2007)."""

Mask = NDArray[np.bool_]


def reduced(image: Image.Image, dpi: float, wanted_dpi: float) -> tuple[Image.Image, float]:
    """The image averaged down by a whole factor to ``wanted_dpi`` or a little more, and its resolution."""
    factor = max(1, int(dpi / wanted_dpi))
    return (image.reduce(factor) if factor > 1 else image), dpi / factor


def ink_mask(image: Image.Image, dpi: float) -> Mask:
    """True where an 8-bit grey image is darker than around it; shape ``(height, width)``.

    The threshold follows the paper, so that shadows, yellowed pages and pale ink do not matter. Large dark
    areas are hollow: only their edges count as ink.
    """
    around = image.filter(ImageFilter.BoxBlur(_RADIUS_POINTS * dpi / 72.0))
    threshold = np.asarray(around).astype(np.uint16) * round(_DARKER * 256) >> 8
    return np.asarray(image) < threshold
