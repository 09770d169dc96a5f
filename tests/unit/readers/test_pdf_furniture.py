"""Running headers and footers of many pages."""

from docassay.documents.model import BoundingBox
from docassay.readers.pdf.draft import Draft, PageDraft
from docassay.readers.pdf.furniture import mark_furniture


def draft(text: str, y: float, size: float = 10.0, x: float = 72.0, height: float = 10.0) -> Draft:
    box = BoundingBox(x, y, x + 5 * len(text), y + height)
    return Draft("Text", box, text, text, size=size)


def page(index: int, *edges: Draft) -> PageDraft:
    body = [draft(f"body of page {'abcdefghijkl'[index]} " * 8, 100 + 100 * n, height=80) for n in range(5)]
    return PageDraft(index, 612, 792, [*body, *edges], "pdftext")


def kinds(pages: list[PageDraft]) -> list[list[tuple[str, str]]]:
    mark_furniture(pages)
    return [
        [(d.kind, d.text) for d in each.drafts if d.kind in {"PageHeader", "PageFooter"}] for each in pages
    ]


def test_titles_of_chapters_and_of_the_book_alternate() -> None:
    chapters = ["Beginnings", "Beginnings", "Beginnings", "Beginnings", "Later days", "Later days"]
    pages = []
    for index, chapter in enumerate(chapters):
        text = f"{index + 1} The Book of Rivers" if index % 2 else f"Chapter: {chapter} {index + 1}"
        pages.append(page(index, draft(text, 40, 9)))
    found = kinds(pages)
    assert [[kind for kind, _ in each] for each in found] == [["PageHeader"]] * 6
    assert pages[0].drafts[0].kind == "PageHeader"


def test_a_running_title_that_stands_once_goes_with_the_others_at_its_place() -> None:
    texts = [
        "2 The Book of Rivers",
        "Of sources 11",
        "4 The Book of Rivers",
        "Of mouths 77",
        "6 The Book of Rivers",
    ]
    pages = [page(index, draft(text, 755, 8)) for index, text in enumerate(texts)]
    assert [each[0][0] for each in kinds(pages)] == ["PageFooter"] * 5


def test_page_numbers_in_roman_numerals_and_of_a_total() -> None:
    pages = [page(0, draft("iii", 760)), page(1, draft("Page 2 of 9", 760)), page(2, draft("- 7 -", 760))]
    assert [each[0][0] for each in kinds(pages)] == ["PageFooter"] * 3


def test_different_lines_at_the_head_of_pages_are_text() -> None:
    pages = [
        page(0, draft("All rivers run into the sea", 60)),
        page(1, draft("Yet the sea is never full", 60)),
        page(2, draft("To the place they come from", 60)),
    ]
    assert kinds(pages) == [[], [], []]


def test_years_at_the_ends_of_first_lines_are_no_page_numbers() -> None:
    pages = [
        page(0, draft("What was found in 1999", 60)),
        page(1, draft("What was lost in 1987", 60)),
        page(2, draft("What came back in 2003", 60)),
    ]
    assert kinds(pages) == [[], [], []]


def test_a_small_line_with_the_page_number_above_a_lone_page_is_a_header() -> None:
    lone = page(0)
    lone.drafts.insert(0, draft("On the Tables of Rivers 9", 75, 8))
    assert kinds([lone]) == [[("PageHeader", "On the Tables of Rivers 9")]]
    plain = page(0)
    plain.drafts.insert(0, draft("On the Tables of Rivers 9", 75, 10))
    assert kinds([plain]) == [[]]
