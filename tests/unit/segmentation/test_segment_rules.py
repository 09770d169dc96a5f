"""Custom segments and document boundaries on stacks of pages with known truth."""

from collections.abc import Callable
from typing import Any

from docassay.documents.model import Document
from docassay.segmentation.rules import segment
from docassay.segmentation.schema import SegmentationRequest, SegmentDefinition

Make = Callable[..., Document]

ABSTRACT = [("SectionHeader", "Abstract"), ("Text", "We study how glaciers melt and what rivers carry.")]
METHODS = [("SectionHeader", "2 Methods"), ("Text", "Samples were taken with a drill and weighed twice.")]
METHODS_REST = [("Text", "The drill was cleaned before each sample; the scale was calibrated daily.")]
RESULTS = [("SectionHeader", "3 Results"), ("Text", "Melting rose by twelve percent over the decade.")]
REFERENCES = [("SectionHeader", "References"), ("Text", "[1] Smith, A. Journal of Ice, 2001.")]
PAPER = (
    SegmentDefinition("Abstract", "Summary of the study"),
    SegmentDefinition("Methods", "How samples were taken and measured"),
    SegmentDefinition("Results", "What was found"),
    SegmentDefinition("References", "Cited literature, journals"),
)

INVOICE = [
    ("SectionHeader", "Invoice"),
    ("Text", "Invoice number: 4711 Total amount due 90.00 EUR for consulting hours and travel."),
]
LETTER = [
    ("Text", "Jane Roe, 5 Mill Lane"),
    ("Text", "Dear Mr Smith, thank you for visiting our new vineyard during the harvest festival."),
    ("Text", "Yours faithfully, Jane Roe"),
]
CONTRACT_1 = [
    ("SectionHeader", "Rental Agreement"),
    ("Text", "The landlord lets the apartment to the tenant for monthly rent and a deposit."),
    ("PageFooter", "Page 1 of 2"),
]
CONTRACT_2 = [
    ("Text", "The tenant keeps the apartment clean and pays the rent and deposit to the landlord on time."),
    ("PageFooter", "Page 2 of 2"),
]


def _custom(document: Document, definitions: tuple[SegmentDefinition, ...]) -> dict[str, Any]:
    return segment(document, SegmentationRequest("custom", definitions))


def _boundaries(document: Document) -> dict[str, Any]:
    return segment(document, SegmentationRequest("document_boundary"))


def _pages(result: dict[str, Any]) -> list[tuple[str, list[int]]]:
    return [(entry["name"], entry["pages"]) for entry in result["segments"]]


def test_pages_go_to_the_segment_that_their_heading_names(make_stack: Make) -> None:
    result = _custom(make_stack([ABSTRACT, METHODS, METHODS_REST, RESULTS, REFERENCES]), PAPER)
    assert _pages(result) == [("Abstract", [0]), ("Methods", [1, 2]), ("Results", [3]), ("References", [4])]
    assert {entry["confidence"] for entry in result["segments"]} == {"high"}
    assert result["metadata"] == {
        "total_pages": 5,
        "segmentation_method": "custom",
        "segments_not_found": [],
        "unassigned_pages": [],
    }


def test_a_segment_without_evidence_is_reported_and_gets_no_pages(make_stack: Make) -> None:
    wanted = (*PAPER, SegmentDefinition("Acknowledgements", "Thanks to sponsors and colleagues"))
    result = _custom(make_stack([ABSTRACT, METHODS, RESULTS]), wanted)
    assert [name for name, _ in _pages(result)] == ["Abstract", "Methods", "Results"]
    assert result["metadata"]["segments_not_found"] == ["References", "Acknowledgements"]


def test_pages_before_the_first_evidence_stay_unassigned(make_stack: Make) -> None:
    cover = [("Text", "Zebra Lighthouse Quarterly")]
    result = _custom(make_stack([cover, METHODS, RESULTS]), PAPER)
    assert result["metadata"]["unassigned_pages"] == [0]
    assert _pages(result) == [("Methods", [1]), ("Results", [2])]


def test_a_document_about_something_else_gets_no_segments_at_all(make_stack: Make) -> None:
    result = _custom(make_stack([LETTER]), (SegmentDefinition("Balance sheet", "Assets and liabilities"),))
    assert result["segments"] == []
    assert result["metadata"]["unassigned_pages"] == [0]


def test_descriptions_find_pages_whose_headings_do_not_name_the_segment(make_stack: Make) -> None:
    wanted = (
        SegmentDefinition("Bill", "Invoice with number, consulting hours and the total amount due"),
        SegmentDefinition("Lease", "Rental contract between landlord and tenant about an apartment"),
    )
    result = _custom(make_stack([INVOICE, CONTRACT_1, CONTRACT_2]), wanted)
    assert _pages(result) == [("Bill", [0]), ("Lease", [1, 2])]
    assert {entry["confidence"] for entry in result["segments"]} <= {"medium", "low"}


def test_page_numbers_are_those_of_the_original_file(make_stack: Make) -> None:
    result = _custom(make_stack([METHODS, RESULTS], first_index=7), PAPER)
    assert _pages(result) == [("Methods", [7]), ("Results", [8])]
    assert result["metadata"]["total_pages"] == 9


def test_a_segment_that_comes_back_later_is_listed_again(make_stack: Make) -> None:
    result = _custom(make_stack([METHODS, RESULTS, METHODS]), PAPER)
    assert _pages(result) == [("Methods", [0]), ("Results", [1]), ("Methods", [2])]


def test_a_stack_is_divided_into_its_documents(make_stack: Make) -> None:
    result = _boundaries(make_stack([INVOICE, LETTER, CONTRACT_1, CONTRACT_2]))
    assert _pages(result) == [
        ("Invoice", [0]),
        ("Jane Roe, 5 Mill Lane", [1]),
        ("Rental Agreement", [2, 3]),
    ]
    assert result["metadata"]["segmentation_method"] == "auto_detected"
    assert result["metadata"]["unassigned_pages"] == []


def test_a_page_number_that_restarts_at_one_starts_a_document(make_stack: Make) -> None:
    same = "The tenant pays the rent for the apartment to the landlord."
    pages = [
        [("Text", same), ("PageFooter", f"Page {n} of {total}")]
        for total in (2, 3)
        for n in range(1, total + 1)
    ]
    result = _boundaries(make_stack(pages))
    assert [entry["pages"] for entry in result["segments"]] == [[0, 1], [2, 3, 4]]


def test_a_blank_page_separates_documents_and_goes_with_the_one_before(make_stack: Make) -> None:
    first = [("Text", "Minutes about budget and staff planning for spring.")]
    second = [("Text", "Budget numbers and staff planning for autumn.")]
    result = _boundaries(make_stack([first, [], second]))
    assert [entry["pages"] for entry in result["segments"]] == [[0, 1], [2]]


def test_documents_with_the_same_title_get_different_names(make_stack: Make) -> None:
    other = [("SectionHeader", "Invoice"), ("Text", "Rechnung über Dachziegel, Mörtel und Gerüstbau.")]
    result = _boundaries(
        make_stack([[*INVOICE, ("PageFooter", "Page 1 of 1")], [*other, ("PageFooter", "Page 1 of 1")]])
    )
    assert [entry["name"] for entry in result["segments"]] == ["Invoice", "Invoice (2)"]


def test_one_document_with_chapters_stays_whole(make_stack: Make) -> None:
    header = ("PageHeader", "Glacier survey 2024")
    pages = [[header, *page] for page in (ABSTRACT, METHODS, METHODS_REST, RESULTS, REFERENCES)]
    result = _boundaries(make_stack(pages))
    assert [entry["pages"] for entry in result["segments"]] == [[0, 1, 2, 3, 4]]


def test_a_date_is_not_taken_for_a_page_number(make_stack: Make) -> None:
    first = [("Text", "Date: 03/05/2024"), ("Text", "Survey of glaciers, rivers and lakes in the region.")]
    second = [("Text", "Date: 01/05/2024"), ("Text", "Glaciers, rivers and lakes in the region: survey.")]
    assert len(_boundaries(make_stack([first, second]))["segments"]) == 1


def test_an_empty_document_has_no_segments(make_stack: Make) -> None:
    assert _boundaries(make_stack([]))["segments"] == []
    assert _custom(make_stack([]), PAPER)["segments"] == []
    assert _custom(make_stack([[]]), PAPER)["metadata"]["unassigned_pages"] == [0]
