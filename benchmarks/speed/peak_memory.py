"""Run as a program: convert one file and print the resident memory before and at the peak, in MB."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import cast

from docassay.engines.built_in import BuiltInEngine
from docassay.engines.contract import ConvertOptions, Mode, SourceFile


def peak_mb() -> float:
    """The highest resident memory of this program so far, in MB of 10^6 bytes.

    ``getrusage`` would count the parent's memory too, from before this program was started in its copy.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    match = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert match is not None, "the kernel tells no peak"
    return int(match[1]) * 1024 / 1e6


def main() -> None:
    """The arguments are the path and the mode."""
    path, mode = Path(sys.argv[1]), cast(Mode, sys.argv[2])
    import docassay.readers.pdf.reader  # noqa: F401 - what every conversion needs is loaded before

    before = peak_mb()
    source = SourceFile(path, path.name, "application/pdf", "0" * 64)
    BuiltInEngine().convert(source, ConvertOptions(mode=mode))
    print(f"{before:.1f} {peak_mb():.1f}")


if __name__ == "__main__":
    main()
