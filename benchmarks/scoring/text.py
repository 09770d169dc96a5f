"""Distances of long texts: ours beside the same distance without a band, and beside difflib."""

from __future__ import annotations

import argparse
import difflib
import random
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from rapidfuzz.distance import Indel, Levenshtein

from docassay.checks.metrics.text_distance import indel_distance, levenshtein_distance, word_distance

CHARACTERS: Final = 50_000
NOISE: Final = (0.001, 0.02, 0.05, 0.2)
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def made_up(generator: random.Random, length: int) -> str:
    """Running text of made-up words."""
    words = ["".join(generator.choices(LETTERS, k=generator.randint(2, 9))) for _ in range(5_000)]
    return " ".join(generator.choices(words, k=length // 4))[:length]


def spoiled(generator: random.Random, text: str, share: float) -> str:
    """The text with some characters left out, replaced or put in."""
    pieces = []
    for each in text:
        draw = generator.random()
        if draw < share / 3:
            continue
        pieces.append(generator.choice(LETTERS) if draw < 2 * share / 3 else each)
        if 2 * share / 3 <= draw < share:
            pieces.append(generator.choice(LETTERS))
    return "".join(pieces)


def milliseconds(work: Callable[[], Any]) -> float:
    """The least CPU time of three."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best * 1_000


def main(arguments: Sequence[str]) -> int:
    """Print milliseconds for each share of wrong characters."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring text")
    parser.parse_args(list(arguments))
    generator = random.Random(1)
    truth = made_up(generator, CHARACTERS)
    print(f"{CHARACTERS:,} characters, CPU ms\n")
    print(
        "| wrong characters | Levenshtein, ours | plain | Indel, ours | plain | words, ours | difflib says |"
    )
    print("|---|---|---|---|---|---|---|")
    for share in (*NOISE, None):
        output = made_up(generator, CHARACTERS) if share is None else spoiled(generator, truth, share)
        words = truth.split(), output.split()
        cells = [
            milliseconds(lambda: levenshtein_distance(truth, output)),  # noqa: B023
            milliseconds(lambda: Levenshtein.distance(truth, output)),  # noqa: B023
            milliseconds(lambda: indel_distance(truth, output)),  # noqa: B023
            milliseconds(lambda: Indel.distance(truth, output)),  # noqa: B023
            milliseconds(lambda: word_distance(*words)),  # noqa: B023
        ]
        ratio = difflib.SequenceMatcher(None, truth[:5_000], output[:5_000]).ratio()
        name = "another text" if share is None else f"{share:.1%}"
        print(f"| {name} | {' | '.join(f'{cell:.1f}' for cell in cells)} | {ratio:.3f} |")
    return 0
