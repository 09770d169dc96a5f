"""``python -m benchmarks.ocr``: error rates and processor time of OCR on worn scans, engine beside engine.

Scans are made of born-digital pages, whose words are the truth: pages of our own in four languages and,
with ``--data``, a half of two sets of PDFs (``--half 0`` is for development, 1 for figures to publish).
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image

from benchmarks.cpu_time import cpu_seconds
from benchmarks.ocr.pages import WEARS, Scan, generated_pages, scan, shared_pages
from benchmarks.ocr.rapidocr import RapidOcr
from benchmarks.ocr.score import Errors, ReadWord, page_errors
from docassay.engines.contract import Mode
from docassay.readers.ocr.hocr import words_of_hocr
from docassay.readers.ocr.page_image import PageImageReader

_MAXIMUM_PIXELS = 60_000_000


def read_with_program(image: Image.Image, dpi: int, language: str) -> list[ReadWord]:
    """What the bare program makes of the image; middles of words in pixels."""
    run = subprocess.run(
        ["tesseract", "stdin", "stdout", "-l", language, "--dpi", str(dpi), "hocr"],
        input=b"P5\n%d %d\n255\n" % image.size + image.tobytes(),
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        check=True,
    )
    words = words_of_hocr(run.stdout.decode("utf-8", "replace"), 1.0)
    return [ReadWord(word.text, (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2) for word in words]


def read_with_docassay(image: Image.Image, dpi: int, language: str, mode: Mode) -> list[ReadWord]:
    """What our page reader makes of the image; middles of words in pixels."""
    with PageImageReader((language,), mode, _MAXIMUM_PIXELS, 120.0) as reader:
        reading = reader.read(image, dpi)
    width, height = image.width * 72 / dpi, image.height * 72 / dpi
    angle = math.radians(reading.skew_degrees)
    words = []
    for word in reading.words:
        x, y = (word.x0 + word.x1 - width) / 2, (word.y0 + word.y1 - height) / 2
        on_page_x = x * math.cos(angle) + y * math.sin(angle) + width / 2
        on_page_y = -x * math.sin(angle) + y * math.cos(angle) + height / 2
        words.append(ReadWord(word.text, on_page_x * dpi / 72, on_page_y * dpi / 72))
    return words


def measured(scanned: Scan, read: Callable[[Image.Image, int, str], list[ReadWord]]) -> Errors:
    """Errors and processor time of one reading."""
    begin = cpu_seconds()
    words = read(scanned.image, scanned.wear.dpi, scanned.page.language)
    return errors_of(scanned, words, cpu_seconds() - begin)


def errors_of(scanned: Scan, words: list[ReadWord], spent: float) -> Errors:
    """Errors of words whose middles are in pixels of the scan."""
    placed = [ReadWord(word.text, *scanned.to_page(word.x, word.y)) for word in words]
    errors = page_errors(scanned.page.words, placed)
    errors.cpu_seconds += spent
    return errors


def main() -> None:
    """Read every page worn in every way with every engine, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with tables-icdar2013 and parse-bench")
    parser.add_argument("--half", type=int, choices=(0, 1), default=0)
    parser.add_argument("--files", type=int, default=3, help="files of each set")
    parser.add_argument("--wear", help="only scans whose wear contains this")
    parser.add_argument("--modes", default="balanced", help="comma-separated modes of ours")
    parser.add_argument("--rapidocr-python", help="Python of an environment with rapidocr-onnxruntime")
    arguments = parser.parse_args()
    modes: list[Mode] = [mode for mode in ("fast", "balanced", "accurate") if mode in arguments.modes]
    rapid = RapidOcr(arguments.rapidocr_python) if arguments.rapidocr_python else None
    with tempfile.TemporaryDirectory() as folder:
        pages = generated_pages(Path(folder))
        if arguments.data:
            pages += shared_pages(arguments.data, arguments.half, arguments.files)
        print(f"{'scan':28} {'engine':18} {'CER %':>7} {'WER %':>7} {'CPU s/page':>11}  {len(pages)} pages")
        everything: dict[str, Errors] = defaultdict(Errors)
        for wear in WEARS:
            if arguments.wear and arguments.wear not in wear.name:
                continue
            rows: dict[str, Errors] = defaultdict(Errors)
            for page in pages:
                scanned = scan(page, wear)
                rows["tesseract"].add(measured(scanned, read_with_program))
                for mode in modes:
                    rows[mode].add(measured(scanned, partial(read_with_docassay, mode=mode)))
                if rapid is not None:
                    words, spent = rapid.read(scanned.image)
                    rows["rapidocr"].add(errors_of(scanned, words, spent))
            for name, errors in rows.items():
                everything[name].add(errors)
                print_row(wear.name, name, errors)
        for name, errors in everything.items():
            print_row("all", name, errors)


def print_row(wear: str, name: str, errors: Errors) -> None:
    """One line of the table."""
    cost = errors.cpu_seconds / errors.pages
    print(f"{wear:28} {name:18} {100 * errors.cer:7.2f} {100 * errors.wer:7.2f} {cost:11.2f}", flush=True)


if __name__ == "__main__":
    main()
