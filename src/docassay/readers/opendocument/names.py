"""Names of OpenDocument elements in lxml's ``{namespace}tag`` form (OASIS OpenDocument 1.3)."""

from __future__ import annotations

import re
from typing import Final

_BASE: Final = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE: Final = f"{{{_BASE}office:1.0}}"
TEXT: Final = f"{{{_BASE}text:1.0}}"
TABLE: Final = f"{{{_BASE}table:1.0}}"
DRAW: Final = f"{{{_BASE}drawing:1.0}}"
STYLE: Final = f"{{{_BASE}style:1.0}}"
FO: Final = f"{{{_BASE}xsl-fo-compatible:1.0}}"
SVG: Final = f"{{{_BASE}svg-compatible:1.0}}"
PRESENTATION: Final = f"{{{_BASE}presentation:1.0}}"
CHART: Final = f"{{{_BASE}chart:1.0}}"
META: Final = f"{{{_BASE}meta:1.0}}"
XLINK: Final = "{http://www.w3.org/1999/xlink}"
DC: Final = "{http://purl.org/dc/elements/1.1/}"
XML: Final = "{http://www.w3.org/XML/1998/namespace}"

P: Final = f"{TEXT}p"
H: Final = f"{TEXT}h"
LIST: Final = f"{TEXT}list"
STYLE_NAME: Final = f"{TEXT}style-name"

_ESCAPED: Final = re.compile(r"_([0-9a-fA-F]{1,4})_")


def decoded_name(name: str) -> str:
    """A style's name as the user sees it: ``Heading_20_1`` is ``Heading 1``."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), name)
