"""Damage, drawn from a seeded generator: what any file can suffer, and which kind of mutation suits a file.

A mutation takes the bytes of a file and a generator and gives other bytes. The same seed, number and file
always give the same mutant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

Mutation = Callable[[bytes, Random], bytes]

MAX_MUTANT_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Mutant:
    """A damaged file. ``recipe`` names the mutations that were applied in order."""

    number: int
    filename: str
    content: bytes
    recipe: str


def make_mutant(
    seed: int, number: int, files: Sequence[tuple[str, bytes]], mutations: Callable[[str], Sequence[Mutation]]
) -> Mutant:
    """Mutant ``number`` of a run: a file of ``files`` with one to four mutations that suit its suffix."""
    numbers = Random(f"{seed}/{number}")
    filename, content = numbers.choice(files)
    suited = mutations(filename.rpartition(".")[2])
    recipe = [filename]
    for _ in range(numbers.choice((1, 1, 1, 2, 3, 4))):
        mutation = numbers.choice(suited)
        recipe.append(mutation.__name__)
        content = mutation(content, numbers)[:MAX_MUTANT_BYTES]
    return Mutant(number, f"mutant-{number}.{filename.rpartition('.')[2]}", content, " > ".join(recipe))


def flip_bytes(content: bytes, numbers: Random) -> bytes:
    """Other values for a few bytes anywhere."""
    changed = bytearray(content)
    for _ in range(numbers.choice((1, 4, 32, 256))):
        if changed:
            changed[numbers.randrange(len(changed))] = numbers.randrange(256)
    return bytes(changed)


def truncate(content: bytes, numbers: Random) -> bytes:
    """Only the beginning, as of a broken download."""
    return content[: numbers.randrange(len(content) + 1)]


def cut_out(content: bytes, numbers: Random) -> bytes:
    """A stretch missing."""
    begin, end = _stretch(content, numbers)
    return content[:begin] + content[end:]


def repeat(content: bytes, numbers: Random) -> bytes:
    """A stretch twice or many times."""
    begin, end = _stretch(content, numbers)
    return content[:end] + content[begin:end] * numbers.choice((1, 1, 8)) + content[end:]


def overwrite(content: bytes, numbers: Random) -> bytes:
    """A stretch of noise or zeros instead of what was there."""
    begin, end = _stretch(content, numbers)
    filler = bytes(end - begin) if numbers.random() < 0.5 else numbers.randbytes(end - begin)
    return content[:begin] + filler + content[end:]


def insert_noise(content: bytes, numbers: Random) -> bytes:
    """Bytes that do not belong there."""
    place = numbers.randrange(len(content) + 1)
    return content[:place] + numbers.randbytes(numbers.choice((1, 16, 1024))) + content[place:]


def _stretch(content: bytes, numbers: Random) -> tuple[int, int]:
    begin = numbers.randrange(len(content) + 1)
    return begin, min(len(content), begin + numbers.choice((1, 16, 256, 4096, 65536)))


ANY_FILE: Final[tuple[Mutation, ...]] = (flip_bytes, truncate, cut_out, repeat, overwrite, insert_noise)
