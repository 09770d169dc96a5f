"""The languages that a request names for OCR: ``langs``, a list by commas."""

from __future__ import annotations

import re
from typing import Final

from docassay.errors import InvalidField

MAX_LANGUAGES: Final = 8
"""Each language adds to the time of every page."""

_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,31}")
_TWO_LETTERS: Final = {
    "ar": "ara", "bg": "bul", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng",
    "es": "spa", "et": "est", "fa": "fas", "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hr": "hrv",
    "hu": "hun", "id": "ind", "it": "ita", "ja": "jpn", "ko": "kor", "lt": "lit", "lv": "lav", "nl": "nld",
    "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk", "sl": "slv", "sr": "srp",
    "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr", "vi": "vie", "zh": "chi_sim",
}  # fmt: skip
"""ISO 639-1 codes, which clients send too, to Tesseract's names."""


def parse_languages(text: str) -> tuple[str, ...]:
    """Tesseract's codes of a list by commas or plus signs, in its order and without repeats.

    Two-letter codes of ISO 639-1 are translated. Whether a language is installed is found when a page needs
    OCR: documents with text of their own do not. Raises InvalidField on ``langs`` for what cannot be a code,
    for none and for too many.
    """
    named = [name.strip() for name in re.split(r"[,+]", text) if name.strip()]
    codes = tuple(dict.fromkeys(_TWO_LETTERS.get(name.lower(), name) for name in named))
    wrong = [code for code in codes if not _CODE.fullmatch(code)]
    if wrong:
        raise InvalidField(
            ("body", "langs"),
            f"{wrong[0][:60]!r} is not a language: use Tesseract's codes such as eng,deu "
            "(`tesseract --list-langs` lists those of the server).",
        )
    if not 1 <= len(codes) <= MAX_LANGUAGES:
        raise InvalidField(("body", "langs"), f"langs must name 1 to {MAX_LANGUAGES} languages, by commas.")
    return codes
