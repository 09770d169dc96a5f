"""A limit on the time of one page."""

import signal
import threading

import pytest

from docassay.readers.page_clock import PageTookTooLong, page_time_limit

pytestmark = pytest.mark.timeout(60, method="thread")
"""The usual method takes the timer that is tested here."""


def spin() -> None:
    while True:
        pass


def test_code_that_swallows_errors_is_stopped_as_well() -> None:
    def careless() -> None:
        while True:
            try:
                spin()
            except Exception:  # noqa: S112, BLE001
                continue

    with pytest.raises(PageTookTooLong) as caught, page_time_limit(0.05, 7):
        careless()
    assert str(caught.value) == "page 7 took longer than 0.05 seconds"


def test_the_timer_is_given_back_after_the_page() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with page_time_limit(60, 1):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    assert signal.getsignal(signal.SIGALRM) is before


def test_there_is_no_limit_without_seconds_in_other_threads_and_beside_another_timer() -> None:
    with page_time_limit(0, 1):
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    seen: list[float] = []

    def elsewhere() -> None:
        with page_time_limit(60, 1):
            seen.append(signal.getitimer(signal.ITIMER_REAL)[0])

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [0]
    signal.setitimer(signal.ITIMER_REAL, 1000)
    try:
        with page_time_limit(60, 1):
            assert signal.getitimer(signal.ITIMER_REAL)[0] > 900
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
