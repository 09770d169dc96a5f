"""RapidOCR in its own environment: images in on standard input, words out as JSON lines.

Run by ``python -m benchmarks.ocr --rapidocr-python PATH``; needs only ``rapidocr-onnxruntime`` there.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from rapidocr_onnxruntime import RapidOCR


def main() -> None:
    """Answer ``width height`` and the grey bytes with ``[cpu_seconds, [[text, x0, y0, x1, y1], ...]]``."""
    engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
    source = sys.stdin.buffer
    while header := source.readline():
        width, height = map(int, header.split())
        grey = np.frombuffer(source.read(width * height), np.uint8).reshape(height, width)
        begin = time.process_time()
        lines, _ = engine(np.repeat(grey[:, :, None], 3, axis=2), return_word_box=True)
        cpu = time.process_time() - begin
        words = [word for line in lines or () for word in _words(line[3], line[4])]
        sys.stdout.write(json.dumps([cpu, words]) + "\n")
        sys.stdout.flush()


def _words(boxes: list, characters: list) -> list:
    words, letters, points = [], "", []
    for box, character in [*zip(boxes, characters, strict=True), ([], " ")]:
        if character.strip():
            letters += character
            points += box
        elif letters:
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            words.append([letters, *map(float, (min(xs), min(ys), max(xs), max(ys)))])
            letters, points = "", []
    return words


main()
