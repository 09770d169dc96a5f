"""Where a text stands in a longer one, with up to some characters different."""

from __future__ import annotations

from typing import Final

import numpy as np

MAX_NEEDLE: Final = 2_000
MAX_HAYSTACK: Final = 400_000
_MAX_WORK: Final = 200_000_000


def find_near(needle: str, haystack: str, max_diffs: int) -> list[int]:
    """The places behind which ``needle`` ends in ``haystack`` with at most ``max_diffs`` characters inserted,
    deleted or replaced, ascending: of neighbouring places the best one.

    An empty needle is nowhere, and so is one that ``max_diffs`` could make up from nothing. Raises ValueError
    for texts that are too large. Source: Sellers, The theory and computation of evolutionary distances, 1980.
    """
    if not needle or max_diffs >= len(needle):
        return []
    if max_diffs == 0:
        return _places(needle, haystack)
    if len(needle) > MAX_NEEDLE or len(haystack) > MAX_HAYSTACK or len(needle) * len(haystack) > _MAX_WORK:
        raise ValueError(
            f"a text of {len(needle):,} characters in one of {len(haystack):,} is too large to look for"
        )
    text = np.array([ord(each) for each in haystack], dtype=np.int64)
    steps = np.arange(len(haystack) + 1)
    distance = np.zeros(len(haystack) + 1, dtype=np.int64)
    for count, character in enumerate(needle, start=1):
        following = distance + 1
        np.minimum(following[1:], distance[:-1] + (text != ord(character)), out=following[1:])
        following[0] = count
        distance = np.minimum.accumulate(following - steps) + steps
    return _best_of_each_run(distance, max_diffs)


def _places(needle: str, haystack: str) -> list[int]:
    found = []
    start = haystack.find(needle)
    while start >= 0:
        found.append(start + len(needle))
        start = haystack.find(needle, start + 1)
    return found


def _best_of_each_run(distance: np.ndarray[tuple[int], np.dtype[np.int64]], max_diffs: int) -> list[int]:
    found: list[int] = []
    best = max_diffs + 1
    last = -2
    for place in np.flatnonzero(distance <= max_diffs).tolist():
        value = int(distance[place])
        if place != last + 1:
            found.append(place)
            best = value
        elif value < best:
            found[-1] = place
            best = value
        last = place
    return found
