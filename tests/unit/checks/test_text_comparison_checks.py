"""text.layer_recall, text.layer_precision and text.number_agreement."""

from __future__ import annotations

import pytest

from docassay.checks.contract import Subject

TEXT = (
    "The committee met on 12 March 2024 and approved the budget of 1,240.50 euros for the library. "
    "Work begins in spring and will take about seven months, weather permitting. Neighbours were told by "
    "letter and may ask questions at the town hall."
)


def test_an_identical_text_scores_five_everywhere(build, run):
    subject = build.subject([TEXT], [TEXT])
    for name in ("text.layer_recall", "text.layer_precision", "text.number_agreement"):
        (item,) = run(name, subject)
        assert (item.score, item.value, item.page_index) == (5.0, 1.0, 0), name


def test_a_dropped_sentence_is_quoted(build, run):
    kept = TEXT.replace("Work begins in spring and will take about seven months, weather permitting. ", "")
    (item,) = run("text.layer_recall", build.subject([kept], [TEXT]))
    assert item.score < 3
    assert "Work begins in spring and will take about seven months, weather permitting" in item.feedback
    assert item.details["missing_words"] > 5
    (precision,) = run("text.layer_precision", build.subject([kept], [TEXT]))
    assert precision.score == 5


def test_an_invented_sentence_is_quoted_with_its_block(build, run):
    invented = "Purple elephants silently juggled seventeen antique teapots underneath moonlight"
    page = build.page(TEXT, invented)
    subject = Subject(build.document(page), build.layer(TEXT))
    (item,) = run("text.layer_precision", subject)
    assert item.score < 4
    assert invented in item.feedback
    assert "/page/0/Text/1" in item.feedback
    assert run("text.layer_recall", subject)[0].score == 5
    first, second = run("text.layer_precision", subject, "block")
    assert (first.score, first.block_id, first.block_type) == (5, "/page/0/Text/0", "Text")
    assert second.score == 0


@pytest.mark.parametrize("output", ["e", "revenue", "the"])
def test_a_tiny_output_does_not_pass_recall(build, run, output):
    (item,) = run("text.layer_recall", build.subject([output], [TEXT + " revenue"]))
    assert item.score == 0


def test_a_chinese_page_is_compared_by_character(build, run):
    layer = "本合同由甲方与乙方于2024年3月1日签订。\n双方应当遵守下列条款，并对其内容严格保密。"
    good = build.subject([layer.replace("\n", "")], [layer])
    for name in ("text.layer_recall", "text.layer_precision", "text.number_agreement"):
        assert run(name, good)[0].score == 5, name
    bad = build.subject(["本合同由甲方与乙方于2024年3月1日签订。"], [layer])
    assert run("text.layer_recall", bad)[0].score == 0


def test_printing_does_not_count(build, run):
    layer = (
        "• The of\ufb01cial infor-\nmation of\ufffe\nfice\n• well-\nknown to\n1. the first\n2. the second\n"
        "........ 12\n_______\nSOFT\u00adWARE and x² and fran\u00e7ais"
    )
    page = build.page(
        build.block("<ul><li>The official information office</li><li>well-known to</li></ul>", "ListGroup"),
        build.block("<ol><li>the first</li><li>the second</li></ol>", "ListGroup", number=1),
        build.block("<p>12</p><p>software and x<sup>2</sup> and franc\u0327ais</p>", number=2),
    )
    subject = Subject(build.document(page), build.layer(layer))
    for name in ("text.layer_recall", "text.layer_precision", "text.number_agreement"):
        (item,) = run(name, subject)
        assert item.score == 5, item.feedback


def test_words_that_the_layer_spaces_otherwise_are_forgiven(build, run):
    (item,) = run("text.layer_recall", build.subject([TEXT], [TEXT.replace("library", "lib rary")]))
    assert item.value == 1


def test_dropped_running_lines_are_forgiven_and_kept_ones_supported(build, run):
    bodies = [f"Chapter text number {word} with plenty of words to read." for word in ("one", "two", "three")]
    layers = [
        f"Annual Report 2024\n{body}\nConfidential - do not copy\nPage {number} of 3"
        for number, body in enumerate(bodies, start=1)
    ]
    for outputs in (bodies, layers):
        subject = build.subject(outputs, layers)
        for name in ("text.layer_recall", "text.layer_precision", "text.number_agreement"):
            items = run(name, subject)
            assert {item.score for item in items} <= {5, None}, [item.feedback for item in items]


def test_furniture_blocks_count_as_output(build, run):
    layer = "Zebra Quarterly\n" + TEXT
    page = build.page(build.block("Zebra Quarterly", "PageHeader"), build.block(TEXT, number=1))
    subject = Subject(build.document(page), build.layer(layer))
    assert run("text.layer_recall", subject)[0].value == 1
    assert run("text.layer_precision", subject)[0].value == 1


def test_only_pages_that_were_asked_for_are_compared(build, run):
    document = build.document(build.page(TEXT, index=1), source_page_count=3)
    subject = Subject(document, build.layer("never asked for", TEXT, "nor this"))
    (item,) = run("text.layer_recall", subject)
    assert (item.page_index, item.score) == (1, 5)
    assert run("text.layer_recall", subject, "document")[0].score == 5


def test_a_failed_page_with_layer_words_scores_zero_in_recall_only(build, run):
    document = build.document(
        build.page(TEXT), source_page_count=2, failed_pages=(1,), page_errors={1: "broken stream"}
    )
    subject = Subject(document, build.layer(TEXT, TEXT))
    good, failed = run("text.layer_recall", subject)
    assert good.score == 5
    assert (failed.score, failed.outcome, failed.page_index) == (0, "failed", 1)
    assert "broken stream" in failed.feedback
    assert run("text.layer_recall", subject, "document")[0].value == pytest.approx(0.5)
    for name in ("text.layer_precision", "text.number_agreement"):
        assert run(name, subject)[1].outcome == "not_applicable", name


@pytest.mark.parametrize("name", ["text.layer_recall", "text.layer_precision", "text.number_agreement"])
def test_without_a_text_layer_nothing_applies(build, run, name):
    for subject in (build.subject([TEXT], None), build.subject([TEXT], [""])):
        (item,) = run(name, subject)
        assert (item.score, item.outcome) == (None, "not_applicable")
        assert "no text layer" in item.feedback


def test_a_page_without_layer_words_does_not_apply(build, run):
    first, second = run("text.layer_recall", build.subject([TEXT, TEXT], [TEXT, " \n"]))
    assert first.score == 5
    assert (second.outcome, second.page_index) == ("not_applicable", 1)


@pytest.mark.parametrize("which", ["source", "document"])
def test_formats_without_pages_are_compared_as_a_whole(build, run, which):
    document = build.document(build.page(TEXT), is_paginated=which != "document")
    subject = Subject(document, build.layer(TEXT, is_paginated=which != "source"))
    for name in ("text.layer_recall", "text.layer_precision", "text.number_agreement"):
        (item,) = run(name, subject, "page")
        assert (item.score, item.page_index) == (5, None)
        assert "whole document" in item.feedback


def test_an_empty_output_page_has_no_precision_and_no_recall(build, run):
    subject = build.subject([""], [TEXT])
    assert run("text.layer_recall", subject)[0].score == 0
    assert run("text.layer_precision", subject)[0].outcome == "not_applicable"


def test_a_scan_with_a_stamp_in_its_layer_cannot_be_accused_of_inventing(build, run):
    page = build.page(TEXT, method="ocr")
    subject = Subject(build.document(page), build.layer("Received 2024"))
    assert run("text.layer_precision", subject)[0].outcome == "not_applicable"
    born_digital = Subject(build.document(build.page(TEXT)), build.layer("Received 2024"))
    assert run("text.layer_precision", born_digital)[0].score == 0


def test_the_anchors_are_parameters(build, run):
    half = " ".join(TEXT.split()[: len(TEXT.split()) // 2])
    subject = build.subject([half], [TEXT])
    assert run("text.layer_recall", subject)[0].score == 0
    assert run("text.layer_recall", subject, low=0.0, high=0.4)[0].score == 5


def test_one_changed_digit_is_caught_and_named(build, run):
    subject = build.subject([TEXT.replace("1,240.50", "1,246.50")], [TEXT])
    (item,) = run("text.number_agreement", subject)
    assert item.score <= 4
    assert "1240.50" in item.feedback
    assert "1246.50" in item.feedback
    assert run("text.layer_recall", subject)[0].score > 4


def test_a_single_difference_among_many_numbers_still_costs_a_point(build, run):
    numbers = " ".join(str(number) for number in range(1000, 1300))
    (item,) = run("text.number_agreement", build.subject([numbers.replace("1150 ", "")], [numbers]))
    assert item.value > 0.99
    assert item.score == 4


def test_one_digit_for_another_costs_two_points_and_says_which(build, run):
    numbers = " ".join(str(number) for number in range(1000, 1300))
    (item,) = run("text.number_agreement", build.subject([numbers.replace("1150", "9150")], [numbers]))
    assert item.value > 0.99
    assert item.score == 3
    assert "Misread: 9150 for 1150." in item.feedback


def test_space_around_the_commas_of_a_formula_is_no_difference(build, run):
    formula = "<p>x <math>x_{0,1} + y_{10,20,30} = 5.5</math></p>"
    layer = "x 0 , 1 10 , 20 , 30 5.5"
    (item,) = run("text.number_agreement", build.subject([formula], [layer]))
    assert item.score == 5
    (item,) = run("text.number_agreement", build.subject(["of 5 . 5 and 7"], ["of 5.5 and 7"]))
    assert item.score < 4


@pytest.mark.parametrize(
    ("printed", "is_same"),
    [
        ("1.240,50", True),
        ("1240.50", True),
        ("1'240.50", True),
        ("124050", False),
        ("1,240.5", False),
        ("12,40.50", True),
    ],
)
def test_number_marks(build, run, printed, is_same):
    (item,) = run("text.number_agreement", build.subject([f"Sum {printed} due"], ["Sum 1,240.50 due"]))
    assert (item.value == 1) is is_same


def test_numbers_are_never_joined_over_spaces_but_spacing_is_forgiven(build, run):
    (item,) = run("text.number_agreement", build.subject(["10 20 30"], ["10 20 30"]))
    assert item.details["expected_numbers"] == 3
    assert run("text.number_agreement", build.subject(["x 102"], ["x 10 2"]))[0].value == 1


def test_text_without_numbers_does_not_apply(build, run):
    (item,) = run("text.number_agreement", build.subject(["no numbers"], ["no numbers"]))
    assert item.outcome == "not_applicable"


def test_a_blocks_numbers_are_looked_for_on_its_page(build, run):
    page = build.page("Total 17", "Total 99", "no number")
    subject = Subject(build.document(page), build.layer("Total 17 no number Total 98"))
    good, bad = run("text.number_agreement", subject, "block")
    assert good.score == 5
    assert (bad.score, bad.block_id) == (0, "/page/0/Text/1")
    assert "99" in bad.feedback


def test_the_document_names_the_pages_with_differences(build, run):
    (item,) = run("text.number_agreement", build.subject(["1 22", "3 45"], ["1 22", "3 44"]), "document")
    assert "Page 1" in item.feedback
    assert item.value == 0.75


def test_numbers_that_the_file_only_implies_are_supported_but_a_wrong_one_is_seen(build, run):
    page = build.page(
        build.block("<h2>2.1 Scope</h2>", "SectionHeader", level=2),
        build.block("<ol><li>1. first thing</li><li>2. second thing</li></ol>", "ListGroup", number=1),
    )
    implied = Subject(build.document(page), build.layer("Scope first thing second thing"))
    for name in ("text.layer_precision", "text.number_agreement"):
        assert run(name, implied)[0].score in (5, None), name
    spelled = Subject(build.document(page), build.layer("2.7 Scope 1. first thing 2. second thing"))
    assert run("text.number_agreement", spelled)[0].score < 5


def test_body_lines_that_recur_at_page_ends_are_not_taken_for_footers(build, run):
    body = [f"Own text of page {word}.\nThe same closing words.\nThe same closing words." for word in "abc"]
    items = run("text.layer_recall", build.subject(["Own text of page a."] * 3, body))
    assert all(item.details["expected_words"] == 13 for item in items)


@pytest.mark.parametrize("line", ["92 | PROGRAMME MANAGEMENT", "Behavioural Economics 175", "- 7 -"])
def test_a_dropped_page_number_on_a_single_page_is_forgiven(build, run, line):
    layer = "Opening words\nmore words\nthe sum of 12 and 30 is 42 here\n" + line
    kept = "Opening words more words the sum of 12 and 30 is 42 here"
    (item,) = run("text.number_agreement", build.subject([kept], [layer]))
    assert item.score == 5
    wrong = kept + " " + line.replace("7", "8").replace("9", "8")
    assert run("text.number_agreement", build.subject([wrong], [layer]))[0].score < 5
