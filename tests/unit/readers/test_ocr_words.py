"""Tesseract's answers and failures."""

import os
import stat
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from docassay.errors import DocumentFailure
from docassay.readers.ocr import installed, tesseract
from docassay.readers.ocr.hocr import words_of_hocr
from docassay.readers.ocr.tesseract import PageDeadline, Tesseract

IMAGE = Image.new("L", (20, 20), "white")


def line(top: int, bottom: int, metrics: str, *words: str) -> str:
    title = f"bbox 10 {top} 400 {bottom}; {metrics}"
    return f"<span class='ocr_line' id='l' title=\"{title}\">{''.join(words)}</span>"


def word(left: int, top: int, bottom: int, confidence: int, text: str) -> str:
    title = f"bbox {left} {top} {left + 50} {bottom}; x_wconf {confidence}"
    return f"<span class='ocrx_word' id='w' title='{title}'>{text}</span>"


def paragraph(*lines: str) -> str:
    return f"<p class='ocr_par' id='p' lang='eng' title=\"bbox 0 0 9 9\">{''.join(lines)}</p>"


METRICS = "baseline 0 -10; x_size 40; x_descenders 10; x_ascenders 10"


def test_words_of_a_line_share_its_extent_and_the_size_of_their_paragraph() -> None:
    markup = paragraph(
        line(100, 140, METRICS, word(10, 100, 130, 96, "Only"), word(70, 108, 130, 90, "ones")),
        line(150, 172, METRICS.replace("-10", "0"), word(10, 150, 172, 90, "so")),
    )
    words = words_of_hocr(markup, scale=0.5)
    assert [item.text for item in words] == ["Only", "ones", "so"]
    assert {(item.y0, item.y1) for item in words[:2]} == {(50.0, 70.0)}
    assert (words[2].y0, words[2].y1) == (71.0, 91.0)
    assert [item.size for item in words] == [pytest.approx(22.4)] * 3
    assert words[0].x0 == 5.0
    assert words[0].confidence == pytest.approx(0.96)


def test_a_row_size_that_contradicts_the_ink_is_not_believed() -> None:
    metrics = "baseline 0 -2; x_size 400; x_descenders 100; x_ascenders 100"
    (only,) = words_of_hocr(paragraph(line(100, 130, metrics, word(10, 100, 130, 90, "ink"))), 1.0)
    assert (only.y0, only.y1) == (100.0, 130.0)


def test_specks_and_guesses_are_left_out_and_signs_are_decoded() -> None:
    words = words_of_hocr(
        paragraph(
            line(
                100,
                140,
                METRICS,
                word(10, 100, 130, 96, "|"),
                word(70, 100, 130, 12, "gu3ss"),
                word(130, 100, 130, 95, "-"),
                word(190, 100, 130, 80, "&quot;R&amp;D&lt;"),
            )
        ),
        scale=1.0,
    )
    assert [item.text for item in words] == ["-", '"R&D<']


def test_a_line_that_runs_upwards_keeps_its_direction() -> None:
    metrics = "textangle 90; x_size 30; x_descenders 6; x_ascenders 6"
    (only,) = words_of_hocr(paragraph(line(100, 800, metrics, word(12, 700, 800, 90, "side"))), 1.0)
    assert only.turn == 1
    assert (only.y0, only.y1) == (700.0, 800.0)


def test_a_steep_baseline_is_a_line_that_runs_downwards() -> None:
    metrics = "baseline 23.9 -765.4; x_size 30; x_descenders 6; x_ascenders 6"
    (only,) = words_of_hocr(paragraph(line(100, 800, metrics, word(12, 100, 200, 90, "side"))), 1.0)
    assert only.turn == 3


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program named tesseract that does what ``script`` says."""
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(tesseract, "require_ocr", lambda _: None)


def test_a_page_that_takes_too_long_times_out_and_its_program_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, f"echo $$ > {tmp_path}/pid; exec sleep 600")
    with Tesseract(("eng",)) as program, pytest.raises(DocumentFailure) as caught:
        program.words(IMAGE, 300, PageDeadline(0.3))
    assert caught.value.code == "timeout"
    assert "0.3 seconds" in caught.value.message
    if (tmp_path / "pid").exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_failing_program_is_our_fault_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, "echo first >&2; echo out of ideas >&2; exit 1")
    with Tesseract(("eng",)) as program, pytest.raises(DocumentFailure) as caught:
        program.words(IMAGE, 300, PageDeadline(60))
    assert caught.value.outcome == "errored"
    assert "out of ideas" in caught.value.message


@pytest.mark.parametrize("language", ["../etc/passwd", "--psm", "", "a b"])
def test_languages_are_codes_and_nothing_else(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setattr(installed, "ocr_available", lambda: True)
    with pytest.raises(DocumentFailure) as caught:
        Tesseract((language,)).words(IMAGE, 300, PageDeadline(60))
    assert caught.value.code == "bad_language"


def test_a_missing_language_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "ocr_available", lambda: True)
    monkeypatch.setattr(installed, "ocr_languages", lambda: frozenset({"eng"}))
    with pytest.raises(DocumentFailure) as caught:
        Tesseract(("eng", "chi_sim")).words(IMAGE, 300, PageDeadline(60))
    assert caught.value.code == "needs_ocr"
    assert "apt-get install tesseract-ocr-chi-sim" in caught.value.message


def written(text: str) -> Image.Image:
    image = Image.new("L", (1200, 200), "white")
    ImageDraw.Draw(image).text((60, 60), text, fill=0, font=ImageFont.load_default(50))
    return image


@pytest.mark.needs_tesseract
@pytest.mark.parametrize("has_stdbuf", [True, False])
def test_page_after_page_is_read_and_never_mixed(monkeypatch: pytest.MonkeyPatch, has_stdbuf: bool) -> None:
    if not has_stdbuf:
        monkeypatch.setattr(tesseract.shutil, "which", lambda name: None)  # type: ignore[attr-defined]
        monkeypatch.setattr(tesseract, "require_ocr", lambda _: None)
    texts = ["The first page speaks", "A second one answers", "Third and last of them"]
    with Tesseract(("eng",)) as program:
        read = [program.words(written(text), 300, PageDeadline(60)) for text in texts]
        blank = program.words(Image.new("L", (600, 600), "white"), 300, PageDeadline(60))
        again = program.words(written(texts[0]), 300, PageDeadline(60))
    assert [" ".join(item.text for item in words) for words in read] == texts
    assert blank == []
    assert again == read[0]


@pytest.mark.needs_tesseract
def test_the_installed_program_tells_its_version_and_languages() -> None:
    version = installed.ocr_version()
    assert version is not None
    assert version[0].isdigit()
    assert "eng" in installed.ocr_languages()
