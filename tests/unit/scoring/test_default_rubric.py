"""The rubric to begin with can be run as it stands, on anything."""

from __future__ import annotations

from docassay.checks.contract import Subject
from docassay.documents.model import Block, BoundingBox, Document, Page
from docassay.documents.source_layer import SourceLayer, SourcePage
from docassay.scoring.default_rubric import DEFAULT_RUBRIC, DEFAULT_RUBRIC_WITH_EXPECTED
from docassay.scoring.definition import parse_rubric
from docassay.scoring.evaluate import evaluate

TEXT = " ".join(f"the {word} of the matter" for word in ("heart", "root", "end", "sum", "core", "crux"))


def converted(text: str) -> Subject:
    block = Block("/page/0/Text/0", "Text", BoundingBox(0, 0, 600, 800), f"<p>{text}</p>")
    document = Document((Page(0, 612, 792, (block,), "pdftext"),), 1)
    return Subject(document, SourceLayer((SourcePage(0, TEXT),), 1, True))


def test_a_faithful_conversion_is_perfect_and_a_poor_one_is_not() -> None:
    rubric = parse_rubric(DEFAULT_RUBRIC)
    assert not rubric.has_only_prompts
    assert evaluate(rubric, converted(TEXT)).score == 5
    poor = evaluate(rubric, converted("something else that nobody ever wrote, again and again " * 9)).score
    assert poor is not None
    assert poor < 2


def test_without_a_text_layer_rules_are_left_out_and_not_zero() -> None:
    subject = Subject(converted(TEXT).document)
    found = evaluate(parse_rubric(DEFAULT_RUBRIC), subject)
    assert found.score == 5
    assert {rule.outcome for rule in found.rules} == {"scored", "not_applicable"}


def test_files_with_expected_outputs_have_rules_of_their_own() -> None:
    rubric = parse_rubric(DEFAULT_RUBRIC_WITH_EXPECTED)
    without = evaluate(rubric, converted(TEXT))
    assert without.score == 5
    subject = Subject(
        converted(TEXT).document, expected_document=converted(f"{TEXT} and more of it").document
    )
    found = evaluate(rubric, subject)
    assert found.score is not None
    assert found.score < 5
