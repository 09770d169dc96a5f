"""Convert damaged documents in slot processes; exit with 1 when one crashed, hung or failed unclearly.

Every finding is printed with what makes it again: ``--seed S --only N`` (``--save`` writes the file).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from benchmarks.fuzz.mutate import make_mutant
from benchmarks.fuzz.run import mutations_for, run
from benchmarks.fuzz.seeds import KINDS, collected_files, made_files


def main() -> int:
    """Mutate, convert, report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutants", type=int, default=2_000)
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no mutant after that")
    parser.add_argument("--kind", action="append", help=f"file suffix, default {', '.join(KINDS)}")
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds a mutant")
    parser.add_argument("--data", type=Path, default=os.environ.get("DOCASSAY_BENCH_DATA"))
    parser.add_argument("--only", type=int, action="append", help="the number of one mutant")
    parser.add_argument("--messages", action="store_true", help="print every kind of message")
    parser.add_argument("--save", type=Path, help="write the mutants of --only into this folder")
    options = parser.parse_args()
    kinds = tuple(options.kind or KINDS)
    files = [each for each in made_files() if each[0].rpartition(".")[2] in kinds]
    if options.data is not None:
        files += collected_files(options.data, kinds)
    numbers = options.only or range(options.mutants)
    if options.save is not None:
        for number in options.only or ():
            mutant = make_mutant(options.seed, number, files, mutations_for)
            (options.save / mutant.filename).write_bytes(mutant.content)
    begin = time.monotonic()
    outcome = run(
        options.seed,
        numbers,
        files,
        slots=options.slots,
        file_timeout_seconds=options.timeout,
        until=begin + 60 * options.minutes,
    )
    done = outcome.counts.total()
    print(f"{done} mutants of {len(files)} files in {time.monotonic() - begin:.0f} s, seed {options.seed}")
    for name, count in outcome.counts.most_common():
        print(f"  {count:6}  {name}")
    print(f"slowest: {outcome.slowest[0]:.1f} s, mutant {outcome.slowest[1]}")
    for message, count in outcome.messages.most_common() if options.messages else ():
        print(f"  {count:6}  {message}")
    for finding in outcome.findings:
        print(
            f"--seed {finding.seed} --only {finding.number} ({finding.mode}) {finding.kind}: {finding.detail}"
            f"\n    {finding.recipe}"
        )
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
