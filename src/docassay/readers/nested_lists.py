"""Flat list paragraphs with levels (office formats) to nested list html."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docassay.readers.fragments import list_html


class ListEntry(NamedTuple):
    """One list paragraph. ``level`` counts from 0; ``number`` is its number among those of its level.

    ``marker`` is the html ``type`` of its numbers (``a``, ``A``, ``i``, ``I``), empty for digits.
    """

    level: int
    is_ordered: bool
    number: int
    html: str
    marker: str = ""


def nested_list(entries: Sequence[ListEntry]) -> tuple[str, list[str]]:
    """The list's html and the inner html of its top items; deeper entries belong to the one before them.

    The list is ordered, and starts, as its first entry at the lowest level says. ``entries`` is not empty.
    """
    lowest = min(entry.level for entry in entries)
    items: list[str] = []
    index = 0
    while index < len(entries):
        end = index + 1
        while end < len(entries) and entries[end].level > lowest:
            end += 1
        is_orphan = entries[index].level > lowest
        inner = "" if is_orphan else entries[index].html
        for run in _runs_of_one_kind(entries[index if is_orphan else index + 1 : end]):
            inner += nested_list(run)[0]
        items.append(inner)
        index = end
    first = next(entry for entry in entries if entry.level == lowest)
    return list_html(items, is_ordered=first.is_ordered, start=first.number, marker=first.marker), items


def _runs_of_one_kind(entries: Sequence[ListEntry]) -> Iterator[list[ListEntry]]:
    """Entries split where their own top level changes between bullets and numbers."""
    if not entries:
        return
    top = min(entry.level for entry in entries)
    run: list[ListEntry] = []
    for entry in entries:
        if run and entry.level == top and entry.is_ordered != run[0].is_ordered:
            yield run
            run = []
        run.append(entry)
    yield run
