"""RapidOCR, run in an environment of its own and asked for one image after the other."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from PIL import Image

from benchmarks.ocr.score import ReadWord


class RapidOcr:
    """``python`` is the interpreter of an environment with ``rapidocr-onnxruntime``."""

    def __init__(self, python: str) -> None:
        self._process = subprocess.Popen(
            [python, str(Path(__file__).with_name("rapidocr_peer.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    def read(self, image: Image.Image) -> tuple[list[ReadWord], float]:
        """Words with their middles in pixels, and the processor seconds that they cost."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"%d %d\n" % image.size + image.tobytes())
        self._process.stdin.flush()
        spent, words = json.loads(self._process.stdout.readline())
        return [ReadWord(text, (x0 + x1) / 2, (y0 + y1) / 2) for text, x0, y0, x1, y1 in words], spent
