"""``make bench-office``: office and web files beside other converters, in CPU time and in what is kept.

CPU time is that of reading a file and writing it as markdown in a process that is warm, the median of
several rounds, summed over the files of a kind. What is kept is told by made documents with one thing each.
Peers run in environments of their own (see ``benchmarks.quality.peers``); without any only docassay is shown.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.office.probes import Probe, probes
from benchmarks.quality.peers.environment import PEERS, Peer
from docassay.documents.rendering import to_markdown
from docassay.engines.contract import ConvertOptions, SourceFile
from docassay.errors import DocumentFailure
from docassay.readers.read import read_document

KINDS: Final = ("docx", "pptx", "xlsx", "xls", "odf", "html", "epub", "csv")
_ROUNDS: Final = 5
_NOT_OFFICE: Final = frozenset({".pdf", ".png"})

Convert = Callable[[Path], tuple[str | None, float]]
"""From a file to (markdown or None for a failure, CPU seconds)."""


def convert_here(path: Path) -> tuple[str | None, float]:
    """docassay, in this process."""
    begin = time.process_time()
    try:
        document = read_document(SourceFile(path, path.name, "", "0" * 64), ConvertOptions())
        content = to_markdown(document, keep_page_header=True, keep_page_footer=True)
    except DocumentFailure:
        content = None
    return content, time.process_time() - begin


def convert_with(peer: Peer) -> Convert:
    """A peer, in its own process."""

    def convert(path: Path) -> tuple[str | None, float]:
        answer = peer.answer(path)
        return answer.get("content"), float(answer["cpu_seconds"]) if "cpu_seconds" in answer else 0.0

    return convert


def files_of(data: Path, kind: str, half: int) -> list[Path]:
    """The files of a kind at even (0, development) or odd (1, held out) places of the sorted list."""
    found = sorted(path for path in (data / "formats" / kind).iterdir() if path.is_file())
    return [path for path in found[half::2] if path.suffix not in _NOT_OFFICE]


def costs(convert: Convert, files: list[Path]) -> list[float | None]:
    """Milliseconds of CPU time for each file, with None for one that gave nothing."""
    found: list[float | None] = []
    for path in files:
        content, _ = convert(path)
        milliseconds = statistics.median(convert(path)[1] for _ in range(_ROUNDS)) * 1_000
        found.append(None if content is None else milliseconds)
    return found


def print_speed(converters: dict[str, Convert], data: Path, half: int) -> None:
    """A line a kind of file, a column a converter; for peers with the ratio on the files that both read."""
    print(f"\nCPU milliseconds, {'held-out' if half else 'development'} half")
    print("(files that gave nothing) x how many times docassay takes on those that both read")
    print(f"{'':14}" + "".join(f"{name:>24}" for name in converters))
    for kind in KINDS:
        files = files_of(data, kind, half)
        if not files:
            continue
        shown = ""
        own: list[float | None] = []
        for convert in converters.values():
            found = costs(convert, files)
            failed = found.count(None)
            text = f"{sum(cost for cost in found if cost is not None):.1f}" + (
                f" ({failed})" if failed else ""
            )
            own = own or found
            both = [(mine, its) for mine, its in zip(own, found, strict=True) if mine and its]
            if own is not found and both:
                text += f" x {sum(mine for mine, _ in both) / sum(its for _, its in both):.2f}"
            shown += f"{text:>24}"
        print(f"{f'{kind}, {len(files)}':14}{shown}", flush=True)


def print_kept(converters: dict[str, Convert]) -> None:
    """A line a probe, a column a converter."""
    print(f"\n{'what is kept':32}" + "".join(f"{name:>18}" for name in converters))
    counts = dict.fromkeys(converters, 0)
    found = list(probes())
    with tempfile.TemporaryDirectory(prefix="docassay-bench-") as folder:
        for number, probe in enumerate(found):
            path = Path(folder) / f"probe{number}{probe.suffix}"
            probe.write(path)
            shown = ""
            for name, convert in converters.items():
                is_kept = _is_kept(probe, convert(path)[0])
                counts[name] += is_kept
                shown += f"{'yes' if is_kept else '-':>18}"
            print(f"{f'{probe.kind} {probe.feature}':32}{shown}", flush=True)
    print(f"{f'of {len(found)}':32}" + "".join(f"{count:>18}" for count in counts.values()))


def _is_kept(probe: Probe, content: str | None) -> bool:
    return content is not None and probe.kept.search(content) is not None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("DOCASSAY_BENCH_DATA"))
    parser.add_argument("--peers", default="", help=f"by commas, of {', '.join(PEERS)}")
    parser.add_argument("--folder", type=Path, default=Path(".bench"), help="where environments are kept")
    arguments = parser.parse_args()
    peers = [Peer(name, arguments.folder) for name in arguments.peers.split(",") if name]
    converters: dict[str, Convert] = {"docassay": convert_here}
    converters |= {peer.name: convert_with(peer) for peer in peers}
    try:
        print_kept(converters)
        if arguments.data is None:
            print(
                "\nSpeed is measured on documents that --data or DOCASSAY_BENCH_DATA names.", file=sys.stderr
            )
        else:
            for half in (0, 1):
                print_speed(converters, arguments.data, half)
    finally:
        for peer in peers:
            peer.close()


if __name__ == "__main__":
    main()
