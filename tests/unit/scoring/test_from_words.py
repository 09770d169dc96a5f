"""Rubrics from words: what is named becomes checks, what is not becomes prompts, and nothing is lost."""

from __future__ import annotations

import pytest

from docassay.checks.registry import all_checks
from docassay.scoring.definition import parse_rubric
from docassay.scoring.from_words import _TITLES, Wish, name_of, rubric_from_wishes, sentences_of, told
from docassay.scoring.lint import remarks_on

DESCRIPTION = """We parse invoices.
- All text must be complete, nothing dropped.
- Tables keep their rows and merged cells
2) Every number and amount is right!
The tone of the letter stays friendly. Amounts in numbers again; and the reading order is kept."""


def made(text):
    return rubric_from_wishes([Wish(each) for each in sentences_of(text)], "R")


def test_sentences_and_lines_are_taken_apart_without_their_marks():
    assert sentences_of(DESCRIPTION)[:4] == [
        "We parse invoices.",
        "All text must be complete, nothing dropped.",
        "Tables keep their rows and merged cells",
        "Every number and amount is right!",
    ]
    assert sentences_of("1. 2. ok\n***\n") == []


def test_words_name_checks_and_the_rest_is_left_to_a_judge():
    definition = made(DESCRIPTION)
    by_check = {rule["check"]: rule for rule in definition["rules"] if "check" in rule}
    assert {"text.layer_recall", "table.wellformed", "text.number_agreement", "order.lis"} <= set(by_check)
    assert by_check["text.layer_recall"]["description"] == "All text must be complete, nothing dropped."
    assert by_check["text.number_agreement"]["description"].startswith("Every number and amount is right!")
    assert "Amounts in numbers again" in by_check["text.number_agreement"]["description"]
    prompts = [rule["prompt"] for rule in definition["rules"] if "prompt" in rule]
    assert prompts == ["We parse invoices.", "The tone of the letter stays friendly."]
    rubric = parse_rubric(definition)
    assert len(rubric.rules) == len(definition["rules"])
    assert "2 left to a judge" in told(definition)


@pytest.mark.parametrize(
    ("sentence", "check"),
    [
        ("No table has merged columns.", "table.columns"),
        ("Every heading is kept.", "structure.headings_kept"),
        ("A second reading finds the same.", "fields.agreement"),
    ],
)
def test_checks_without_truth_are_named_by_what_they_find(sentence, check):
    assert check in [rule.get("check") for rule in made(sentence)["rules"]]


def test_every_sentence_is_in_some_rule():
    definition = made(DESCRIPTION)
    words = " ".join(rule.get("prompt", rule.get("description", "")) for rule in definition["rules"])
    assert all(sentence in words for sentence in sentences_of(DESCRIPTION))


def test_an_example_makes_a_prompt_clearer_and_names_no_check():
    wish = Wish("The signature is lost in tone.", "An example: “table 5”.")
    (rule,) = rubric_from_wishes([Wish("It feels unfriendly.", wish.example)], "R")["rules"]
    assert rule["prompt"] == "It feels unfriendly. An example: “table 5”."


def test_names_are_short_and_differ_and_many_wishes_end():
    wishes = [
        Wish(f"It feels unfriendly in the {number}th way of all the ways that there are of feeling so")
        for number in range(900)
    ]
    definition = rubric_from_wishes(wishes, name_of([wishes[0].text]))
    names = [rule["name"] for rule in definition["rules"]]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 80
    parse_rubric(definition)
    with pytest.raises(ValueError, match="no sentence"):
        rubric_from_wishes([], "R")


def test_titles_are_of_checks_that_exist():
    assert set(_TITLES) <= set(all_checks())


def test_remarks_name_what_a_rule_needs_and_what_nothing_reads():
    definition = {
        "rules": [
            {"name": "A", "check": "text.ned", "treshold": 3},
            {"name": "B", "prompt": "All numbers are right."},
            {"name": "C", "check": "fields.grounded", "weight": 50},
            {"name": "D", "check": "output.garbage_chars"},
            {"name": "E", "check": "text.layer_recall"},
        ]
    }
    remarks = "\n".join(remarks_on(parse_rubric(definition), definition))
    assert "'A': nothing reads 'treshold'." in remarks
    assert "Not applicable to files without an expected output: 'A'." in remarks
    assert "'B' needs a judge" in remarks
    assert "text.number_agreement" in remarks
    assert "Not applicable to files without an extraction: 'C'." in remarks
    assert "'C' weighs more than all other rules together." in remarks
    assert "Not applicable to files without a text layer: 'E'." in remarks
    assert "'D'" not in remarks
