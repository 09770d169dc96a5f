"""Whatever stands on a page comes out once: pages of words at odd places, in odd sizes and directions."""

import random
from collections import Counter

import pytest

from docassay.readers.pdf.draft import Draft
from docassay.readers.pdf.page_layout import NO_MARKS, layout_page
from docassay.readers.pdf.text import Word


def word(text: str, x: float, y: float, size: float = 10.0, turn: int = 0) -> Word:
    return Word(text, x, y - 0.9 * size, x + 0.5 * size * len(text), y + 0.2 * size, size, turn=turn)


def scattered(seed: int, count: int) -> list[Word]:
    numbers = random.Random(seed)
    texts = ["a", "of", "river", "stone-", "1.", "•", "12", "שלום", "Table", "x", "(3)", "水", "https://a.b/"]
    sizes = (6, 8, 10, 10, 10, 14, 30)
    return [
        word(
            numbers.choice(texts),
            numbers.uniform(0, 600),
            numbers.uniform(0, 800),
            numbers.choice(sizes),
            numbers.choice((0, 0, 0, 0, 1, 2, 3)),
        )
        for _ in range(count)
    ]


def characters(drafts: list[Draft]) -> Counter[str]:
    found: Counter[str] = Counter()
    for draft in drafts:
        found.update("".join(draft.text.split()).replace("\u00ad", "-"))
    return found


@pytest.mark.parametrize("with_tables", [False, True])
def test_no_character_is_lost_or_doubled(with_tables: bool) -> None:
    for seed in range(40):
        words = scattered(seed, 10 + 12 * seed)
        drafts = layout_page(words, NO_MARKS, [], 612, 792, with_aligned_tables=with_tables)
        assert characters(drafts) == Counter("".join(each.text for each in words)), seed


GROWING = {
    "one place": lambda number: word(f"word{number}", 100, 100),
    "one line": lambda number: word("word", 10 + 30 * number, 100),
    "one column of bullets": lambda number: word(
        "•" if number % 2 else "item", 50 + 20 * (number % 2), 5 * number
    ),
    "two columns": lambda number: word("wordhere", 300 * (number % 2), 5 * (number // 2)),
    "hyphens": lambda number: word("abcde-", 50, 12 * number),
    "sizes": lambda number: word(
        "wo", (number * 37) % 600, (number * 53) % 800, (5, 8, 10, 30, 60)[number % 5]
    ),
}


@pytest.mark.parametrize("name", GROWING)
def test_pages_of_many_thousand_words_are_laid_out(name: str) -> None:
    words = [GROWING[name](number) for number in range(15_000)]
    drafts = layout_page(words, NO_MARKS, [], 612, 792, with_aligned_tables=False)
    assert characters(drafts).total() == sum(len(each.text) for each in words)
