"""Tesseract's answers and failures."""

import subprocess
from typing import Any

import pytest
from PIL import Image

from docassay.errors import DocumentFailure
from docassay.readers import ocr

HEADER = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
IMAGE = Image.new("L", (20, 20), "white")


def word(line: int, number: int, left: int, top: int, height: int, confidence: float, text: str) -> str:
    return f"5\t1\t1\t1\t{line}\t{number}\t{left}\t{top}\t50\t{height}\t{confidence}\t{text}"


def table(*rows: str) -> str:
    return "\n".join([HEADER, "1\t1\t0\t0\t0\t0\t0\t0\t1000\t600\t-1\t", *rows])


def test_words_of_a_line_share_its_extent_and_the_size_of_their_paragraph() -> None:
    words = ocr.words_of_tsv(
        table(word(1, 1, 10, 100, 30, 96, "Only"), word(1, 2, 70, 108, 20, 90, "ones")), scale=0.5
    )
    assert [item.text for item in words] == ["Only", "ones"]
    assert {(item.y0, item.y1) for item in words} == {(50.0, 65.0)}
    assert len({item.size for item in words}) == 1
    assert words[0].x0 == 5.0
    assert words[0].confidence == pytest.approx(0.96)


def test_specks_and_guesses_are_left_out() -> None:
    words = ocr.words_of_tsv(
        table(
            word(1, 1, 10, 100, 30, 96, "|"),
            word(1, 2, 70, 100, 30, 12, "gu3ss"),
            word(1, 3, 130, 100, 30, 95, "-"),
            word(1, 4, 190, 100, 30, 80, '"quoted'),
        ),
        scale=1.0,
    )
    assert [item.text for item in words] == ["-", '"quoted']


def test_a_page_that_takes_too_long_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(command: list[str], **options: Any) -> Any:
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr(ocr, "_require", lambda _: None)
    monkeypatch.setattr(subprocess, "run", slow)
    with pytest.raises(DocumentFailure) as caught:
        ocr.ocr_words(IMAGE, 300, ("eng",), 2.5)
    assert caught.value.code == "timeout"
    assert "2.5 seconds" in caught.value.message


def test_tesseract_runs_with_one_thread_and_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def fake(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        seen.update(options, command=command)
        return subprocess.CompletedProcess(command, 0, HEADER.encode(), b"")

    monkeypatch.setattr(ocr, "_require", lambda _: None)
    monkeypatch.setattr(subprocess, "run", fake)
    assert ocr.ocr_words(IMAGE, 299.6, ("eng", "deu"), 60) == []
    assert seen["env"]["OMP_THREAD_LIMIT"] == "1"
    assert seen["timeout"] == 60
    assert seen["command"] == ["tesseract", "stdin", "stdout", "-l", "eng+deu", "--dpi", "300", "tsv"]
    assert seen["input"].startswith(b"P5\n20 20\n255\n")


def test_a_failing_program_is_our_fault_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = subprocess.CompletedProcess([], 1, b"", b"first\nout of ideas\n")
    monkeypatch.setattr(ocr, "_require", lambda _: None)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: broken)
    with pytest.raises(DocumentFailure) as caught:
        ocr.ocr_words(IMAGE, 300, ("eng",), 60)
    assert caught.value.outcome == "errored"
    assert "out of ideas" in caught.value.message


@pytest.mark.parametrize("language", ["../etc/passwd", "--psm", "", "a b"])
def test_languages_are_codes_and_nothing_else(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setattr(ocr, "ocr_available", lambda: True)
    with pytest.raises(DocumentFailure) as caught:
        ocr.ocr_words(IMAGE, 300, (language,), 60)
    assert caught.value.code == "bad_language"


def test_a_missing_language_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "ocr_available", lambda: True)
    monkeypatch.setattr(ocr, "ocr_languages", lambda: frozenset({"eng"}))
    with pytest.raises(DocumentFailure) as caught:
        ocr.ocr_words(IMAGE, 300, ("eng", "chi_sim"), 60)
    assert caught.value.code == "needs_ocr"
    assert "apt-get install tesseract-ocr-chi-sim" in caught.value.message


@pytest.mark.needs_tesseract
@pytest.mark.skipif(not ocr.ocr_available(), reason="tesseract-ocr is not installed")
def test_the_installed_program_tells_its_version_and_languages() -> None:
    version = ocr.ocr_version()
    assert version is not None
    assert version[0].isdigit()
    assert "eng" in ocr.ocr_languages()
