"""Every fault that a converter can make lowers the check meant for it, and leaves a clean output alone."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

SYLLABLES = ["ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve", "wi", "zo", "ka", "le"]


def clean_text(seed: int) -> str:
    """Eight paragraphs of made-up words and numbers."""
    source = random.Random(seed)
    word = lambda: "".join(source.choices(SYLLABLES, k=source.randint(1, 4)))  # noqa: E731
    paragraphs = []
    for _ in range(8):
        words = [word() if source.random() > 0.05 else str(source.randint(100, 99_999)) for _ in range(45)]
        paragraphs.append(" ".join(words))
    return "\n".join(paragraphs)


def drop_paragraph(text: str, source: random.Random) -> str:
    lines = text.split("\n")
    lines.pop(source.randrange(len(lines)))
    return "\n".join(lines)


def hallucinate(text: str, source: random.Random) -> str:
    invented = " ".join("".join(source.choices("qxyjc", k=6)) for _ in range(30))
    lines = text.split("\n")
    lines.insert(source.randrange(len(lines)), invented)
    return "\n".join(lines)


def loop(text: str, source: random.Random) -> str:
    sentence = " ".join(text.split()[40:50]) + " "
    return text + "\n" + sentence * 25


def swap_halves(text: str, source: random.Random) -> str:
    lines = text.split("\n")
    return "\n".join(lines[4:] + lines[:4])


def interleave(text: str, source: random.Random) -> str:
    words = text.split()
    left, right = words[: len(words) // 2], words[len(words) // 2 :]
    return "\n".join(" ".join(left[i : i + 6] + right[i : i + 6]) for i in range(0, len(left), 6))


def misread(text: str, source: random.Random) -> str:
    return "".join("q" if c.isalpha() and source.random() < 0.05 else c for c in text)


def break_font(text: str, source: random.Random) -> str:
    return "".join(chr(0xE000 + ord(c)) if c in "aeo" else c for c in text)


def change_digit(text: str, source: random.Random) -> str:
    places = [place for place, c in enumerate(text) if c.isdigit()]
    place = source.choice(places)
    return text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]


Fault = Callable[[str, random.Random], str]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("fault", "check"),
    [
        (drop_paragraph, "text.layer_recall"),
        (hallucinate, "text.layer_precision"),
        (loop, "output.repetition"),
        (swap_halves, "order.lis"),
        (interleave, "order.lis"),
        (misread, "text.layer_recall"),
        (misread, "text.layer_precision"),
        (break_font, "output.garbage_chars"),
        (change_digit, "text.number_agreement"),
    ],
)
def test_a_fault_lowers_its_check(build, run, fault: Fault, check: str, seed: int):
    text = clean_text(seed)
    faulty = fault(text, random.Random(seed))
    (clean_item,) = run(check, build.subject([text], [text]))
    (faulty_item,) = run(check, build.subject([faulty], [text]))
    assert clean_item.score == 5, clean_item.feedback
    assert faulty_item.score <= clean_item.score - 0.5, faulty_item.feedback


@pytest.mark.parametrize("seed", range(3))
def test_a_fault_of_order_leaves_the_word_checks_alone(build, run, seed: int):
    text = clean_text(seed)
    subject = build.subject([swap_halves(text, random.Random(seed))], [text])
    for check in ("text.layer_recall", "text.layer_precision", "text.number_agreement", "output.repetition"):
        assert run(check, subject)[0].score == 5, check
