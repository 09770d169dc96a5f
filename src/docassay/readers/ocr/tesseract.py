"""One running Tesseract program that reads page after page, with a deadline for each."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from docassay.errors import DocumentFailure
from docassay.readers.ocr.hocr import words_of_hocr
from docassay.readers.ocr.installed import require_ocr
from docassay.readers.pdf.text import Word

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_SIDE_PIXELS: Final = 32_767
"""Tesseract reads no image that is wider or higher."""
_BLANK: Final = b"P5\n32 32\n255\n" + b"\xff" * (32 * 32)
_MAXIMUM_OUTPUT_BYTES: Final = 64 * 1024 * 1024
_CHUNK_BYTES: Final = 1 << 20
_STOP_SECONDS: Final = 5.0


class PageDeadline:
    """The moment at which all readings of a page must be done, ``seconds`` after this is made."""

    __slots__ = ("moment", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.moment = time.monotonic() + seconds


class Tesseract:
    """Reads upright images in ``languages``; starts the program on first use and keeps it for the next page.

    Loading a language and starting costs as much as a tenth of a page, so the program is told the names of
    images one by one (``stream_filelist``). After each page it is given a tiny blank one: when the output
    mentions that one, the page is complete. ``stdbuf`` keeps the program from holding its output back;
    without it there is one program a page. A page that fails or takes too long costs the program, not the
    document: the next page starts another.
    """

    def __init__(self, languages: Sequence[str], *, thresholds_locally: bool = False) -> None:
        """``thresholds_locally``: lines are found on an image whose threshold follows the paper (Sauvola)."""
        self._languages = tuple(languages)
        self._settings = ["-c", "thresholding_method=2"] if thresholds_locally else []
        self._process: subprocess.Popen[bytes] | None = None
        self._is_streaming = False
        self._dpi = 0
        self._page_file = -1
        self._blank_file = -1
        self._messages_file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the program, if it runs, and give back what it used."""
        self._stop()
        for descriptor in (self._page_file, self._blank_file, self._messages_file):
            if descriptor >= 0:
                os.close(descriptor)
        self._page_file = self._blank_file = self._messages_file = -1

    def words(self, image: Image, dpi: float, deadline: PageDeadline) -> list[Word]:
        """Read an upright image whose resolution is ``dpi``; word boxes are in points (pixels * 72 / dpi).

        Raises DocumentFailure ``needs_ocr`` (Tesseract or a language is not installed: our side, no score),
        ``bad_language``, ``timeout``, ``too_many_pixels`` (a side is too long) or ``ocr_failed``.
        """
        require_ocr(self._languages)
        if max(image.size) > LONGEST_SIDE_PIXELS:
            raise DocumentFailure(
                "too_many_pixels",
                f"This page is {image.width} x {image.height} pixels; OCR reads at most "
                f"{LONGEST_SIDE_PIXELS} in either direction. Cut it into parts or make it smaller.",
            )
        process = self._running(round(dpi))
        self._write_page(image if image.mode == "L" else image.convert("L"))
        try:
            markup = self._read_page(process, deadline.moment)
        except TimeoutError as error:
            self._stop()
            raise DocumentFailure(
                "timeout", f"OCR did not finish within {deadline.seconds:g} seconds on this page."
            ) from error
        except BaseException:
            self._stop()
            raise
        if not self._is_streaming:
            self._stop()
        return words_of_hocr(markup.decode("utf-8", "replace"), 72.0 / dpi)

    def _running(self, dpi: int) -> subprocess.Popen[bytes]:
        if self._process is not None and self._dpi == dpi and self._process.poll() is None:
            return self._process
        self._stop()
        if self._page_file < 0:
            self._page_file = os.memfd_create("docassay-page")
            self._blank_file = os.memfd_create("docassay-blank")
            self._messages_file = os.memfd_create("docassay-messages")
            os.pwrite(self._blank_file, _BLANK, 0)
        os.ftruncate(self._messages_file, 0)
        command = ["tesseract", "-", "stdout", "-l", "+".join(self._languages), "--dpi", str(dpi)]
        command += [*self._settings, "-c", "stream_filelist=1", "hocr"]
        self._is_streaming = shutil.which("stdbuf") is not None
        if self._is_streaming:
            command = ["stdbuf", "-o0", *command]
        # It stays in our process group: whoever ends this process's group ends the program as well.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._messages_file,
            pass_fds=(self._page_file, self._blank_file),
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
        self._dpi = dpi
        return self._process

    def _write_page(self, grey: Image) -> None:
        os.ftruncate(self._page_file, 0)
        header = b"P5\n%d %d\n255\n" % grey.size
        os.pwrite(self._page_file, header, 0)
        pixels, position = memoryview(grey.tobytes()), 0
        while position < len(pixels):
            position += os.pwrite(self._page_file, pixels[position:], len(header) + position)

    def _read_page(self, process: subprocess.Popen[bytes], deadline: float) -> bytes:
        """The program's output between the names of the page and of the blank image."""
        assert process.stdin is not None
        assert process.stdout is not None
        names = b"/proc/self/fd/%d\n/proc/self/fd/%d\n" % (self._page_file, self._blank_file)
        try:
            process.stdin.write(names)
            process.stdin.flush()
            if not self._is_streaming:
                process.stdin.close()
        except BrokenPipeError as error:
            raise self._failure(process) from error
        start = b'image "/proc/self/fd/%d"' % self._page_file
        end = b'image "/proc/self/fd/%d"' % self._blank_file
        output, searched = bytearray(), 0
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not select.select([process.stdout], [], [], remaining)[0]:
                raise TimeoutError
            chunk = os.read(process.stdout.fileno(), _CHUNK_BYTES)
            output += chunk
            begin = output.find(start)
            found = output.find(end, max(begin, searched)) if begin >= 0 else -1
            if found >= 0:
                return bytes(output[begin:found])
            searched = max(0, len(output) - len(end))
            if not chunk or len(output) > _MAXIMUM_OUTPUT_BYTES:
                raise self._failure(process)

    def _failure(self, process: subprocess.Popen[bytes]) -> DocumentFailure:
        process.kill()
        status = process.wait()
        size = os.fstat(self._messages_file).st_size
        tail = os.pread(self._messages_file, 2_000, max(0, size - 2_000)).decode("utf-8", "replace")
        reasons = [line for line in tail.strip().splitlines() if not line.startswith("Page ")]
        return DocumentFailure(
            "ocr_failed",
            f"Tesseract ended with status {status}: {reasons[-1] if reasons else 'no message'}.",
            outcome="errored",
            error_in="OTHER",
        )

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # a page that the killed program did not take
                    pipe.close()
        process.wait(_STOP_SECONDS)
