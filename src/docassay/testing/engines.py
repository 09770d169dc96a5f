"""Test engines: importing this module registers them.

``test-noop`` does nothing, ``test-sleep`` takes a given time, ``test-hazard`` breaks as its input asks, and
``test-degraded`` is the built-in engine with one planted regression. Name this module in the setting
``engine_modules`` to offer them on a server.
"""

from __future__ import annotations

import ctypes
import re
import signal
import subprocess
import threading
import time
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from docassay.documents.model import Block, BoundingBox, Document, Page, block_id
from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.engines.registry import get_engine, register_engine
from docassay.errors import DocumentFailure

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_WIDTH: Final = 595.0
_HEIGHT: Final = 842.0


def one_block_document(text: str) -> Document:
    """A document of one page with one paragraph that holds ``text``."""
    block = Block(
        id=block_id(0, "Text", 0),
        block_type="Text",
        bbox=BoundingBox(72.0, 72.0, _WIDTH - 72.0, _HEIGHT - 72.0),
        html=f"<p>{escape(text)}</p>",
    )
    return Document(pages=(Page(0, _WIDTH, _HEIGHT, (block,)),), source_page_count=1)


class NoopEngine:
    """Returns the same one-block document at once, without opening the file: measures the machinery."""

    name = "test-noop"
    version = "1"

    def convert(self, source: SourceFile, options: ConvertOptions) -> Document:
        """A fixed document."""
        return one_block_document("No work was done.")


class SleepEngine:
    """Sleeps ``engine_options["seconds"]`` (default 0.05), then returns a one-block document."""

    name = "test-sleep"
    version = "1"

    def convert(self, source: SourceFile, options: ConvertOptions) -> Document:
        """A fixed document, after the sleep."""
        seconds = float(options.engine_options.get("seconds", 0.05))
        time.sleep(seconds)
        return one_block_document(f"Slept {seconds:g} seconds.")


class HazardEngine:
    """Breaks in the way that the first bytes of the file ask for; other files become one block of their text.

    ``HANG``: a regular expression that never ends, in C, with the GIL held and SIGTERM ignored.
    ``SEGFAULT``: a null pointer is read. ``EATMEM``: memory is taken until a limit stops it, at most
    ``engine_options["memory_cap_bytes"]`` (default 4 GiB). ``GRANDCHILD``: a ``sleep 600`` is started, its
    process id written to the file ``engine_options["pid_file"]`` if given, then it hangs. ``RAISE``: a
    RuntimeError. ``FAIL``: a ``DocumentFailure``.
    """

    name = "test-hazard"
    version = "1"

    def convert(self, source: SourceFile, options: ConvertOptions) -> Document:
        """The file's text as one block, or the disaster that it asks for."""
        with source.path.open("rb") as file:
            head = file.read(64)
        if head.startswith(b"HANG"):
            _hang()
        if head.startswith(b"SEGFAULT"):
            ctypes.string_at(0)
        if head.startswith(b"EATMEM"):
            _eat_memory(int(options.engine_options.get("memory_cap_bytes", 4 * 1024**3)))
        if head.startswith(b"GRANDCHILD"):
            _ignore_sigterm()
            child = subprocess.Popen(["sleep", "600"])
            if "pid_file" in options.engine_options:
                Path(str(options.engine_options["pid_file"])).write_text(str(child.pid), encoding="ascii")
            _hang()
        if head.startswith(b"RAISE"):
            raise RuntimeError("the parser raised an error on purpose")
        if head.startswith(b"FAIL"):
            raise DocumentFailure("corrupt", "The document says that it cannot be read.")
        return one_block_document(source.path.read_bytes()[:100_000].decode("utf-8", errors="replace"))


def _ignore_sigterm() -> None:
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _hang() -> NoReturn:
    _ignore_sigterm()
    while True:
        # Exponential backtracking: 2^64 steps inside one call into C.
        re.match(r"(a+)+$", "a" * 64 + "!")


def _eat_memory(cap_bytes: int) -> NoReturn:
    taken: list[bytes] = []
    piece = 16 * 1024 * 1024
    while len(taken) * piece < cap_bytes:
        taken.append(b"\x01" * piece)
    raise MemoryError(f"no limit stopped the engine before {cap_bytes} bytes")


class DegradedEngine:
    """The built-in engine with one planted regression, as a careless release of a parser would bring it.

    In every document that has a table, the first table loses the last third of its rows (at least one) and
    one digit of its first amount is changed. Everything else, and every document without a table, is as
    the built-in engine made it.
    """

    name = "test-degraded"
    version = "1"

    def convert(self, source: SourceFile, options: ConvertOptions) -> Document:
        """The built-in engine's document with a damaged first table; raises what that engine raises."""
        document = get_engine("built-in").convert(source, options)
        table = next((block for block in document.blocks() if block.block_type == "Table"), None)
        if table is None:
            return document
        damaged = _damage_table(table)
        pages = tuple(
            replace(page, blocks=tuple(damaged if block is table else block for block in page.blocks))
            for page in document.pages
        )
        return replace(document, pages=pages)


_AMOUNT: Final = re.compile(r"\d[\d,.]*\d")


def _damage_table(block: Block) -> Block:
    from lxml import html

    root: HtmlElement = html.fragment_fromstring(block.html)
    rows = list(root.iter("tr"))
    for row in rows[len(rows) - max(1, len(rows) // 3) :] if len(rows) > 1 else []:
        parent = row.getparent()
        if parent is not None:
            parent.remove(row)
    for cell in root.iter("td"):
        text = cell.text or ""
        if _AMOUNT.fullmatch(text.strip()):
            cell.text = _change_one_digit(text)
            break
    kept_cells = sum(1 for _ in root.iter("td", "th"))
    damaged: str = html.tostring(root, encoding="unicode", method="xml")
    return replace(block, html=damaged, children=block.children[:kept_cells])


def _change_one_digit(amount: str) -> str:
    position = next(index for index, character in enumerate(amount) if character.isdigit())
    digit = (int(amount[position]) + 3) % 9 + 1
    return f"{amount[:position]}{digit}{amount[position + 1 :]}"


register_engine(NoopEngine.name, NoopEngine)
register_engine(SleepEngine.name, SleepEngine)
register_engine(HazardEngine.name, HazardEngine)
register_engine(DegradedEngine.name, DegradedEngine)
