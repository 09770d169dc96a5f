"""Damage inside PDFs: objects, references, dictionaries, page content.

Most of it keeps the length of what it replaces: where offsets are wrong PDFium refuses many files as a whole,
and then nothing of the reader is tried.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from random import Random
from typing import Final

from benchmarks.fuzz.mutate import ANY_FILE, Mutation

_OBJECT: Final = re.compile(rb"\d+ \d+ obj\b(.*?)endobj", re.DOTALL)
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_REFERENCE: Final = re.compile(rb"\b(\d+) (\d+) R\b")
_NUMBER: Final = re.compile(rb"(?<![\w.#/])-?\d+(?:\.\d+)?(?![\w.])")
_NAME: Final = re.compile(rb"/[A-Za-z][A-Za-z0-9]*")
_ODD_NUMBERS: Final = (
    b"0", b"-1", b"1", b"65536", b"2147483647", b"-2147483648", b"4294967296", b"99999999999999999999",
    b"0.0000001", b"1e30", b"-0.5", b"NaN",
)  # fmt: skip
_ODD_LINES: Final = (
    b"q", b"Q", b"BT", b"ET", b"1 0 0 1 1000000 0 cm", b"0 0 0 0 0 0 cm", b"1e38 0 0 1e38 0 0 cm",
    b"-1 0 0 -1 0 0 cm", b"0 Tf", b"/F1 0 Tf", b"/F1 -12 Tf", b"/F1 100000 Tf", b"(\\377\\376\\000) Tj",
    b"[(a) -99999999 (b)] TJ", b"0 0 m 1e9 1e9 l S", b"0 0 0 0 re S", b"0 0 1 100000 re f", b"/X0 Do",
    b"3 Tr", b"0 Tz", b"1e9 Tc", b"BI /W 1 /H 1 ID x EI", b"/Span <</ActualText (x)>> BDC",
)  # fmt: skip


def swap_objects(content: bytes, numbers: Random) -> bytes:
    """Two objects with each other's content."""
    return _swap(_OBJECT, content, numbers)


def swap_streams(content: bytes, numbers: Random) -> bytes:
    """Two streams with each other's data: a font as page content, an image as a font."""
    return _swap(_STREAM, content, numbers)


def redirect_reference(content: bytes, numbers: Random) -> bytes:
    """References to other objects, which closes circles in trees."""
    objects = len(_OBJECT.findall(content)) + 2
    return _replace_some(
        _REFERENCE, content, numbers, lambda _: b"%d 0 R" % numbers.randrange(objects), (1, 1, 3, 20)
    )


def odd_numbers(content: bytes, numbers: Random) -> bytes:
    """Numbers of dictionaries that nothing can have: sizes, counts, boxes, offsets."""
    return _replace_some(_NUMBER, content, numbers, lambda _: numbers.choice(_ODD_NUMBERS), (1, 1, 5, 40))


def exchange_names(content: bytes, numbers: Random) -> bytes:
    """Names in place of other names: another type, filter, encoding, key."""
    names = _NAME.findall(content) or [b"/X"]
    return _replace_some(_NAME, content, numbers, lambda _: numbers.choice(names), (1, 1, 3, 20))


def repeat_object(content: bytes, numbers: Random) -> bytes:
    """An object defined again with the content of another one at the end of the file."""
    found = list(_OBJECT.finditer(content))
    if not found:
        return content
    first, second = numbers.choice(found), numbers.choice(found)
    return content + b"\n%d 0 obj%bendobj\n" % (int(first[0].split()[0]), second[1])


def edit_page_content(content: bytes, numbers: Random) -> bytes:
    """Operators of a deflated stream repeated, dropped, shuffled, with odd operands."""
    found = [match for match in _STREAM.finditer(content) if _inflated(match[1]) is not None]
    if not found:
        return content
    match = numbers.choice(found)
    lines = (_inflated(match[1]) or b"").split(b"\n")
    for _ in range(numbers.choice((1, 3, 30))):
        place = numbers.randrange(len(lines) + 1)
        kind = numbers.randrange(5)
        if kind == 0:
            lines.insert(place, numbers.choice(_ODD_LINES))
        elif kind == 1:
            lines[place : place + numbers.choice((1, 10))] = []
        elif kind == 2:
            lines[place:place] = lines[place : place + 20] * numbers.choice((1, 10))
        elif kind == 3:
            stretch = lines[place : place + 20]
            numbers.shuffle(stretch)
            lines[place : place + 20] = stretch
        elif lines[place : place + 1]:
            lines[place] = odd_numbers(lines[place], numbers)
    edited = zlib.compress(b"\n".join(lines)[: 4 * 1024 * 1024], 9)
    while len(edited) > len(match[1]) and numbers.random() < 0.9:
        del lines[len(lines) * 9 // 10 :]
        edited = zlib.compress(b"\n".join(lines), 9)
    return content[: match.start(1)] + edited.ljust(len(match[1])) + content[match.end(1) :]


def _inflated(data: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(data, 4 * 1024 * 1024)
    except zlib.error:
        return None


def _swap(pattern: re.Pattern[bytes], content: bytes, numbers: Random) -> bytes:
    found = list(pattern.finditer(content))
    if len(found) < 2:
        return content
    first, second = sorted(numbers.sample(found, 2), key=lambda match: match.start())
    return (
        content[: first.start(1)]
        + second[1]
        + content[first.end(1) : second.start(1)]
        + first[1]
        + content[second.end(1) :]
    )


def _replace_some(
    pattern: re.Pattern[bytes],
    content: bytes,
    numbers: Random,
    replacement: Callable[[re.Match[bytes]], bytes],
    counts: tuple[int, ...],
) -> bytes:
    found = list(pattern.finditer(content))
    chosen = sorted(
        numbers.sample(found, min(len(found), numbers.choice(counts))), key=lambda match: match.start()
    )
    pieces = []
    position = 0
    keeps_length = numbers.random() < 0.8
    for match in chosen:
        new = replacement(match)
        if keeps_length and len(new) > len(match[0]):
            continue
        pieces += [content[position : match.start()], new.ljust(len(match[0])) if keeps_length else new]
        position = match.end()
    return b"".join([*pieces, content[position:]])


PDF_MUTATIONS: Final[tuple[Mutation, ...]] = (
    *ANY_FILE, swap_objects, swap_streams, redirect_reference, odd_numbers, exchange_names, repeat_object,
    edit_page_content, edit_page_content, edit_page_content, odd_numbers, redirect_reference,
)  # fmt: skip
"""Damage of meaning more often than damage of bytes, which PDFium mends or refuses as a whole."""
