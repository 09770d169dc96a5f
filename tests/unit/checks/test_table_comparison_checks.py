"""Tables against expected ones: what costs, what does not, how they are paired, and what is said."""

from __future__ import annotations

import pytest

from docassay.checks.contract import Subject
from docassay.documents.expected import Expected, ExpectedTable

CHECKS = (
    "table.match", "table.teds", "table.teds_s", "table.grits_con", "table.grits_top", "table.records",
)  # fmt: skip
BY_TEXT = ("table.match", "table.teds", "table.grits_con", "table.records")
ROWS = [["Item", "Pieces", "Price"], ["Bolt", "12", "4.50"], ["Nut", "30", "1.25"], ["Washer", "7", "0.99"]]
OTHERS = [["Year", "Rain"], ["1999", "600 mm"], ["2000", "710 mm"]]


def html(rows, *, header="th", wrapper=""):
    def line(number, row):
        tag = header if number == 0 else "td"
        return "<tr>" + "".join(f"<{tag}>{text}</{tag}>" for text in row) + "</tr>"

    lines = [line(number, row) for number, row in enumerate(rows)]
    if wrapper:
        lines = [f"<thead>{lines[0]}</thead><tbody>", *lines[1:], "</tbody>"]
    return f"<table>{''.join(lines)}</table>"


def document(build, *pages):
    """Pages of tables; each a list of html fragments."""
    return build.document(
        *(
            build.page(
                *(
                    build.block(fragment, "Table", page=index, number=number)
                    for number, fragment in enumerate(tables)
                ),
                index=index,
            )
            for index, tables in enumerate(pages)
        )
    )


def subject(build, outputs, truths):
    return Subject(
        document(build, *outputs),
        expected=Expected(),
        expected_document=document(build, *truths) if truths is not None else None,
    )


def value(build, run, name, output, truth, **params):
    """The value of one output table against one true table."""
    (item,) = run(name, subject(build, [[output]], [[truth]]), "document", **params)
    return item.value


@pytest.mark.parametrize("name", CHECKS)
def test_a_table_against_itself_is_perfect_at_every_level(build, run, name):
    case = subject(build, [[html(ROWS)]], [[html(ROWS)]])
    for level in ("block", "page", "document"):
        (item,) = run(name, case, level)
        assert (item.score, item.value, item.outcome) == (5, 1, "scored")


@pytest.mark.parametrize("name", CHECKS)
def test_wrappers_and_the_spelling_of_headers_cost_nothing(build, run, name):
    assert value(build, run, name, html(ROWS, wrapper="thead"), html(ROWS)) == 1
    assert value(build, run, name, html(ROWS, header="td"), html(ROWS)) == 1


@pytest.mark.parametrize("name", ["table.match", "table.teds", "table.grits_con"])
def test_the_text_of_a_header_cell_is_looked_at(build, run, name):
    changed = [["Thing", "Pieces", "Price"], *ROWS[1:]]
    assert value(build, run, name, html(changed), html(ROWS)) < 1


def test_the_published_variant_looks_neither_at_header_texts_nor_past_wrappers(build, run):
    changed = html([["Thing", "Pieces", "Price"], *ROWS[1:]])
    assert value(build, run, "table.teds", changed, html(ROWS), strict=True) == 1
    wrapped = html(ROWS, wrapper="thead")
    assert value(build, run, "table.teds", wrapped, html(ROWS), strict=True) < 1
    assert value(build, run, "table.teds", wrapped, html(ROWS)) == 1


@pytest.mark.parametrize("name", CHECKS)
def test_one_row_of_twenty_is_far_from_perfect_and_so_are_twenty_rows_too_many(build, run, name):
    long = [["n", "square"], *([str(number), str(number * number)] for number in range(20))]
    short = long[:2]
    assert value(build, run, name, html(short), html(long)) < 0.3
    assert value(build, run, name, html(long), html(short)) < 0.3


@pytest.mark.parametrize("name", CHECKS)
def test_no_table_at_all_is_zero_and_never_an_error(build, run, name):
    case = subject(build, [["<p>none</p>"]], [[html(ROWS)]])
    (item,) = run(name, case, "block")
    assert (item.score, item.outcome, item.page_index) == (0, "failed", 0)
    assert "is missing" in item.feedback
    empty = subject(build, [[html([["", ""], ["", ""]])]], [[html(ROWS)]])
    assert run(name, empty, "document")[0].outcome == "failed"


@pytest.mark.parametrize("name", CHECKS)
def test_without_tables_on_either_side_there_is_nothing_to_measure(build, run, name):
    nothing = subject(build, [["<p>a</p>"]], [["<p>a</p>"]])
    assert [item.outcome for item in run(name, nothing, "document")] == ["not_applicable"]
    unknown = subject(build, [[html(ROWS)]], None)
    assert [item.outcome for item in run(name, unknown, "document")] == ["not_applicable"]


@pytest.mark.parametrize("name", BY_TEXT)
def test_one_missed_table_does_not_shift_the_others(build, run, name):
    third = [["Name", "Age"], ["Ann", "31"], ["Bob", "47"]]
    case = subject(build, [[html(OTHERS)], [html(third)]], [[html(ROWS), html(OTHERS)], [html(third)]])
    items = run(name, case, "block")
    assert [item.value for item in items] == [0, 1, 1]
    (whole,) = run(name, case, "document")
    assert whole.value == pytest.approx(2 / 3)
    assert whole.details["missing"] == 1
    assert [(item.page_index, item.value) for item in run(name, case, "page")] == [(0, 0.5), (1, 1)]


@pytest.mark.parametrize("name", CHECKS)
def test_a_table_that_nobody_expected_counts_zero(build, run, name):
    case = subject(build, [[html(ROWS), html(OTHERS)]], [[html(ROWS)]])
    items = run(name, case, "block")
    assert [item.value for item in items] == [1, 0]
    assert items[1].block_id == "/page/0/Table/1"
    assert "was not expected" in items[1].feedback
    none = Subject(document(build, [html(ROWS)]), expected=Expected(tables=()))
    assert run(name, none, "document")[0].score == 0


@pytest.mark.parametrize("name", BY_TEXT)
def test_parts_on_following_pages_are_put_together_without_the_head_they_repeat(build, run, name):
    parts = [html(ROWS[:3]), html([ROWS[0], *ROWS[3:]])]
    expected = Expected(tables=(ExpectedTable(html(ROWS)),))
    (item,) = run(name, Subject(document(build, parts[:1], parts[1:]), expected=expected), "block")
    assert item.value == 1
    assert item.details["blocks"] == ["/page/0/Table/0", "/page/1/Table/0"]
    two = subject(build, [[parts[0]], [parts[1]]], [[parts[0]], [parts[1]]])
    assert [item.value for item in run(name, two, "block")] == [1, 1]


def test_expected_tables_in_every_format_are_read(build, run):
    table = {
        "html": html(ROWS),
        "markdown": "| Item | Pieces | Price |\n|---|---|---|\n| Bolt | 12 | 4.50 |\n| Nut | 30 | $1.25$ |\n"
        "| Washer | 7 | 0.99 |",
        "latex": r"\begin{tabular}{lll}Item & Pieces & Price \\ Bolt & 12 & 4.50 \\ Nut & 30 & $1.25$ \\"
        r"Washer & 7 & 0.99\end{tabular}",
        "csv": "Item;Pieces;Price\nBolt;12;4.50\nNut;30;1.25\nWasher;7;0.99\n",
    }
    for name, text in table.items():
        expected = Expected(tables=(ExpectedTable(text, name, 0),))
        (item,) = run("table.match", Subject(document(build, [html(ROWS)]), expected=expected), "document")
        assert item.value == 1, name


def test_formulas_in_cells_are_compared_by_what_they_show(build, run):
    output = html([["a", "b"], [r"<math>\alpha_1 \le 2</math>", "x"]])
    assert value(build, run, "table.match", output, html([["a", "b"], ["α1 ≤ 2", "x"]])) == 1


def test_pages_that_were_not_asked_for_are_left_out(build, run):
    expected = Expected(tables=(ExpectedTable(html(ROWS), "html", 0), ExpectedTable(html(OTHERS), "html", 7)))
    (item,) = run("table.match", Subject(document(build, [html(ROWS)]), expected=expected), "document")
    assert (item.value, item.details["expected"]) == (1, 1)


def test_feedback_names_the_cell_the_row_and_the_column(build, run):
    wrong = [["Item", "Pieces", "Price"], ["Bolt", "12", "4.60"], ["Nut", "30", "1.25"]]
    (item,) = run("table.match", subject(build, [[html(wrong)]], [[html(ROWS)]]), "block")
    assert "Row 2, column 3: “4.60” instead of “4.50”" in item.feedback
    assert "Row 4 “Washer | 7 | 0.99” is missing" in item.feedback
    fewer = html([row[:2] for row in ROWS])
    (item,) = run("table.match", subject(build, [[fewer]], [[html(ROWS)]]), "block")
    assert "Column 3 “Price” is missing" in item.feedback


def test_records_may_stand_in_any_order_of_rows_and_columns(build, run):
    turned = [[row[2], row[0], row[1]] for row in [ROWS[0], ROWS[3], ROWS[1], ROWS[2]]]
    assert value(build, run, "table.records", html(turned), html(ROWS)) == 1
    assert value(build, run, "table.match", html(turned), html(ROWS)) < 0.5


def test_records_report_each_column(build, run):
    wrong = [["Item", "Pieces", "Prize"], ["Bolt", "12", "4.50"], ["Nut", "31", "1.25"], ["Washer", "7", "1"]]
    (item,) = run("table.records", subject(build, [[html(wrong)]], [[html(ROWS)]]), "block")
    assert [(each["header"], each["right"]) for each in item.details["columns"]] == [
        ("Item", 3), ("Pieces", 2), ("Price", 0),
    ]  # fmt: skip
    assert "Column “Pieces”: 2 of 3 cells right" in item.feedback
    assert "No column “Price”" in item.feedback
    graded = value(build, run, "table.records", html(wrong), html(ROWS), strict=True)
    assert graded > item.value


def test_merged_cells_matter_to_the_structure(build, run):
    merged = "<table><tr><td colspan=2>a</td></tr><tr><td>b</td><td>c</td></tr></table>"
    split = "<table><tr><td>a</td><td>a</td></tr><tr><td>b</td><td>c</td></tr></table>"
    assert value(build, run, "table.grits_top", merged, split) == pytest.approx((0.5 + 0.5 + 2) / 4)
    assert value(build, run, "table.teds_s", merged, split) < 1
    assert value(build, run, "table.grits_con", merged, split) == 1
    (item,) = run("table.teds", subject(build, [[merged]], [[split]]), "block")
    assert "merged in another way" in item.feedback


def test_the_published_variant_of_tables_too_large_is_not_applicable(build, run):
    large = html([[f"{row}.{column}" for column in range(30)] for row in range(100)])
    (item,) = run("table.teds", subject(build, [[large]], [[large]]), "document", strict=True)
    assert item.outcome == "not_applicable"


@pytest.mark.parametrize("name", CHECKS)
def test_tables_too_large_to_compare_are_not_applicable_and_say_why(build, run, name):
    rows, columns = (1_200, 2) if name == "table.records" else (300, 40)
    large = html([[f"{row}.{column}" for column in range(columns)] for row in range(rows)])
    (item,) = run(name, subject(build, [[large]], [[large]]), "document")
    assert item.outcome == "not_applicable"
    assert "too large" in item.feedback
