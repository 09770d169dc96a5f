"""Readers say how far they are; the process that runs them hears it now and then."""

import time

import pytest

from docassay.readers.progress import listening, report_pages


def test_a_listener_hears_at_most_one_report_in_half_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    heard: list[tuple[int, int]] = []
    with listening(lambda done, total: heard.append((done, total))):
        for done in range(8):
            report_pages(done, 20)
            now[0] += 0.25
    report_pages(20, 20)
    assert heard == [(2, 20), (4, 20), (6, 20)]


def test_without_a_listener_a_report_is_nothing() -> None:
    report_pages(1, 2)
