"""order.lis, output.repetition and output.garbage_chars."""

from __future__ import annotations

import random

import pytest

from docassay.checks.contract import Subject
from docassay.checks.repeats import character_loop, find_loops

WORDS = [f"word{chr(97 + a)}{chr(97 + b)}" for a in range(26) for b in range(26)]


def prose(count: int, seed: int = 1) -> list[str]:
    return random.Random(seed).sample(WORDS, count)


def test_text_in_the_layers_order_scores_five(build, run):
    text = " ".join(prose(100))
    (item,) = run("order.lis", build.subject([text], [text]))
    assert (item.score, item.value) == (5, 1)


def test_swapped_halves_score_zero_and_name_the_passage(build, run):
    words = prose(100)
    first, second = " ".join(words[:50]), " ".join(words[50:])
    page = build.page(second, first)
    (item,) = run("order.lis", Subject(build.document(page), build.layer(f"{first} {second}")))
    assert item.value == pytest.approx(0.5, abs=0.01)
    assert item.score == 0
    assert "out of place (/page/0/Text/" in item.feedback


def test_interleaved_columns_are_out_of_order(build, run):
    left, right = prose(60)[:30], prose(60)[30:]
    lines = [" ".join(left[i : i + 5] + right[i : i + 5]) for i in range(0, 30, 5)]
    (item,) = run("order.lis", build.subject(["\n".join(lines)], [" ".join(left + right)]))
    assert item.score < 2


def test_a_moved_paragraph_is_quoted(build, run):
    words = prose(200)
    moved = words[:100] + words[150:170] + words[100:150] + words[170:]
    (item,) = run("order.lis", build.subject([" ".join(moved)], [" ".join(words)]))
    assert 0 < item.score < 5
    assert f"“{words[150]}" in item.feedback


def test_order_needs_five_unique_passages(build, run):
    (item,) = run("order.lis", build.subject(["one two three four"], ["one two three four"]))
    assert item.outcome == "not_applicable"
    assert "2 unique" in item.feedback


def test_page_order_counts_for_the_document(build, run):
    words = prose(80)
    first, second = " ".join(words[:40]), " ".join(words[40:])
    subject = build.subject([second, first], [second, first])
    assert run("order.lis", subject, "document")[0].value == 1
    assert run("order.lis", build.subject(["nothing", "here"], None))[0].outcome == "not_applicable"


def test_headers_drawn_last_in_the_file_do_not_disturb_the_order(build, run):
    body = " ".join(prose(30))
    header = " ".join(prose(60, seed=2)[30:40])
    page = build.page(build.block(header, "PageHeader"), build.block(body, number=1))
    subject = Subject(build.document(page), build.layer(f"{body}\n{header}"))
    assert run("order.lis", subject)[0].value == 1


def test_a_looping_model_is_caught_and_quoted(build, run):
    loop = "and the results were very good "
    text = "An ordinary beginning of a page. " + loop * 25
    (item,) = run("output.repetition", build.subject([text], None))
    assert item.score == 0
    assert "results were very good" in item.feedback
    assert "25 times" in item.feedback
    assert "/page/0/Text/0" in item.feedback


@pytest.mark.parametrize("period", [1, 2, 3, 7, 40, 150])
def test_loops_of_any_period_are_found(period):
    words = prose(300)
    tokens = words[:50] + words[50 : 50 + period] * 5 + words[-50:]
    (loop,) = find_loops(tokens, 4)
    assert (loop.period, loop.copies) == (period, 5)
    assert loop.first == 50
    assert loop.last == 50 + 5 * period


def test_loops_with_repeated_words_inside_are_found():
    tokens = ["the", "cat", "and", "the", "dog", "and", "the", "bird"] * 6
    (loop,) = find_loops(tokens, 4)
    assert (loop.period, loop.copies) == (8, 6)


def test_three_copies_are_not_a_loop():
    assert find_loops(["a", "b", "c", "d"] * 3, 4) == []
    assert find_loops(prose(400), 4) == []


@pytest.mark.timeout(60)
def test_hostile_text_does_not_take_forever():
    assert find_loops(["a"] * 50_000, 4)[0].copies == 50_000
    assert find_loops((["a"] * 200 + ["b"]) * 200, 4)
    template = prose(399)
    assert find_loops([word for number in range(100) for word in (*template, str(number))], 4) == []


def test_a_repeated_line_is_caught(build, run):
    line = "This exact sentence stands on the page twice."
    page = build.page(line, "Something else is said between the two of them.", line)
    (item,) = run("output.repetition", Subject(build.document(page)))
    assert item.score < 5
    assert "2 times" in item.feedback


def test_what_the_source_repeats_is_no_fault(build, run):
    form = "I agree to the terms. " * 6
    line = "Signature of the applicant and date. "
    page = build.page(form, line, line)
    repeated = Subject(build.document(page), build.layer(form + line + line))
    assert run("output.repetition", repeated)[0].score == 5
    assert run("output.repetition", Subject(build.document(page)))[0].score < 5


def test_tables_of_equal_cells_rulers_and_leaders_are_no_loops(build, run):
    zeros = "".join("<tr>" + "<td>0.00</td>" * 6 + "</tr>" for _ in range(4))
    page = build.page(
        build.block(f"<table>{zeros}</table>", "Table"),
        build.block("----------------------------------------", number=1),
        build.block("Chapter one ........................................ 12", number=2),
        build.block("| | | | | | | | | | | | | | | | | | | | | |", number=3),
        build.block("1 1 1 1 1 0 0 0 0 0 1 1 1 1 1", number=4),
    )
    (item,) = run("output.repetition", Subject(build.document(page)))
    assert item.score == 5, item.feedback


def test_a_looping_table_is_caught(build, run):
    rows = "<tr><td>total amount</td><td>payable today</td></tr>" * 60
    page = build.page(build.block(f"<table>{rows}</table>", "Table"))
    (item,) = run("output.repetition", Subject(build.document(page)), "block")
    assert item.score == 0
    assert item.block_type == "Table"


def test_loops_without_spaces_are_caught(build, run):
    assert character_loop("la" * 40, 4) > 70
    assert character_loop("Donaudampfschifffahrtsgesellschaftskapitän", 4) == 0
    assert run("output.repetition", build.subject(["la" * 40], None))[0].score == 0
    chinese = "今天天气很好，" * 20
    assert run("output.repetition", build.subject([chinese], None))[0].score == 0


def test_repeated_page_headers_are_no_repetition(build, run):
    pages = [
        build.page(
            build.block("Quarterly report of the water works", "PageHeader", page=index),
            build.block(f"{' '.join(prose(20, seed=index))}", page=index, number=1),
            index=index,
        )
        for index in range(5)
    ]
    subject = Subject(build.document(*pages))
    assert run("output.repetition", subject, "document")[0].score == 5


def test_an_empty_page_has_nothing_to_repeat(build, run):
    assert run("output.repetition", build.subject([""], None))[0].outcome == "not_applicable"


CLEAN = "A perfectly ordinary paragraph with words, numbers like 12 and punctuation! " * 3


@pytest.mark.parametrize(
    "garbage",
    [
        "\ufffd" * 12,
        "(cid:12)(cid:7)(cid:33)",
        "GLYPH&lt;c=3,font=/F1&gt;",
        "\ue001\ue002\uf0b7" * 4,
        "\x01\x02" * 6,
    ],
)
def test_garbage_is_counted_and_shown(build, run, garbage):
    block = build.block(f"<p>{CLEAN}{garbage}</p>")
    (item,) = run("output.garbage_chars", Subject(build.document(build.page(block))))
    assert item.score == 0
    assert item.details["garbage_characters"] >= 8
    assert "First: “" in item.feedback


def test_a_little_garbage_costs_a_little(build, run):
    (item,) = run("output.garbage_chars", build.subject([CLEAN * 2 + "\ufffd"], None))
    assert 3.5 < item.score < 5
    assert "U+FFFD x1" in item.feedback


def test_mojibake_is_garbage_but_one_lookalike_is_not(build, run):
    wrong = "Le caf\u00c3\u00a9 \u00c3\u00a0 c\u00c3\u00b4t\u00c3\u00a9, it\u00e2\u20ac\u2122s closed."
    assert run("output.garbage_chars", build.subject([wrong], None))[0].score == 0
    right = "A IRMÃ” disse não. Château, fête, Ärger, Ñandú: «voilà»."
    assert run("output.garbage_chars", build.subject([right], None))[0].score == 5


@pytest.mark.parametrize(
    "text",
    [
        "本合同由甲方与乙方签订，双方应当遵守下列条款。" * 4,
        "これは日本語のページです。とても普通の文章です。" * 4,
        "यह हिन्दी में लिखा हुआ एक सामान्य अनुच्छेद है। " * 4,
        "นี่คือย่อหน้าภาษาไทยธรรมดาหนึ่งย่อหน้า" * 3,
        "هذه فقرة عادية مكتوبة باللغة العربية. " * 4,
        "Chapter one .......................................... 12",
    ],
)
def test_every_script_is_welcome(build, run, text):
    (item,) = run("output.garbage_chars", build.subject([text], None))
    assert item.score == 5, item.feedback


def test_a_text_of_symbols_scores_at_most_one(build, run):
    (item,) = run("output.garbage_chars", build.subject(["%$ #@! &*^ ?><; ~`/ |[]{ " * 5], None))
    assert item.score == 1
    assert "letters or digits" in item.feedback


def test_blocks_and_document_can_be_judged(build, run):
    page = build.page(CLEAN, "\ufffd\ufffd\ufffd")
    subject = Subject(build.document(page))
    good, bad = run("output.garbage_chars", subject, "block")
    assert (good.score, bad.score, bad.block_id) == (5, 0, "/page/0/Text/1")
    assert run("output.garbage_chars", subject, "document")[0].page_index is None
    assert run("output.garbage_chars", build.subject([""], None))[0].outcome == "not_applicable"
