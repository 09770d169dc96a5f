from benchmarks.quality.datasets import TruthCell, TruthElement, TruthRegion, TruthTable
from benchmarks.quality.output import Output, TableBox, markdown_html, read_html
from benchmarks.quality.score_pages import PageScores, paragraphs, score_page
from benchmarks.quality.score_tables import score_tables

from docassay.checks.metrics.adjacency import Agreement

TRUTH = [
    TruthElement("text", "The first paragraph tells of a formula such as"),
    TruthElement("inline-formula", "$x_{1}^{2}\\le \\frac{a}{b}$"),
    TruthElement("text", "and goes on behind it to its end."),
    TruthElement("display-formula", "$$E=mc^{2}$$"),
    TruthElement(
        "table",
        r"\begin{tabular}{ll} \multicolumn{2}{c}{Head} \\ first & 1.5 \\ second & $\alpha$ \end{tabular}",
    ),
    TruthElement("text", "A last paragraph closes the page with some more words."),
]
TABLE = (
    '<table><tr><th colspan="2">Head</th></tr><tr><td>first</td><td>1.5</td></tr>'
    "<tr><td>second</td><td><math>\\alpha</math></td></tr></table>"
)
PERFECT = (
    "<p>The first paragraph tells of a formula such as <math>x_1^2 \\leq \\frac{a}{b}</math> and goes on "
    'behind it to its end.</p><p><math display="block">E = mc^2</math></p>'
    + TABLE
    + "<p>A last paragraph closes the page with some more words.</p>"
)


def score(html: str) -> PageScores:
    return score_page(TRUTH, read_html(html))


def test_the_truth_itself_scores_1_everywhere() -> None:
    scores = score(PERFECT)
    assert (scores.text, scores.in_order, scores.order) == (1.0, 1.0, 1.0)
    assert (scores.teds_sum, scores.match_sum, scores.table_count) == (1.0, 1.0, 1)
    assert (scores.formulas_found, scores.formula_count, scores.formula_text_sum) == (2, 2, 2.0)


def test_an_empty_output_scores_0_everywhere() -> None:
    scores = score_page(TRUTH, Output())
    assert (scores.text, scores.in_order, scores.order) == (0.0, 0.0, 0.0)
    assert (scores.teds_sum, scores.match_sum, scores.table_count) == (0.0, 0.0, 1)
    assert (scores.formulas_found, scores.formula_text_sum) == (0, 0.0)


def test_formulas_as_plain_text_are_found_as_text_alone() -> None:
    scores = score(PERFECT.replace("<math>x_1^2 \\leq \\frac{a}{b}</math>", "x 1 2 ≤ a b"))
    assert scores.in_order == 1.0
    assert scores.formulas_found == 1
    assert scores.formula_text_sum == 2.0


def test_a_spurious_table_counts_against() -> None:
    scores = score(PERFECT + "<table><tr><td>x</td></tr></table>")
    assert (scores.teds_sum, scores.table_count, scores.truth_tables) == (1.0, 2, 1)


def test_text_made_into_a_table_is_missing_from_the_text() -> None:
    last = "A last paragraph closes the page with some more words."
    scores = score(PERFECT.replace(f"<p>{last}</p>", f"<table><tr><td>{last}</td></tr></table>"))
    assert scores.in_order is not None
    assert scores.in_order < 0.7


def test_a_table_left_as_text_is_a_missing_table_and_no_fault_of_the_text() -> None:
    scores = score(PERFECT.replace(TABLE, "<p>Head first 1.5 second α</p>"))
    assert scores.in_order == 1.0
    assert (scores.teds_sum, scores.table_count) == (0.0, 1)


def test_a_paragraph_cut_in_two_counts_by_its_better_half() -> None:
    cut = PERFECT.replace("closes the page", "closes</p><p>the page")
    scores = score(cut)
    assert scores.in_order == 1.0
    assert scores.text is not None
    assert 0.6 < scores.text < 0.9


def test_inline_formulas_hold_a_paragraph_together() -> None:
    assert [len(group) for group in paragraphs(TRUTH)] == [3, 1, 1, 1]


def test_markdown_is_read_as_html_is() -> None:
    markdown = (
        "The first paragraph tells of a formula such as $x_1^2 \\leq \\frac{a}{b}$ and goes on behind\n"
        "it to its end.\n\n$$E = mc^2$$\n\n" + TABLE + "\n\n"
        "A last paragraph closes the page with some more words.\n"
    )
    assert read_html(markdown_html(markdown)) == read_html(PERFECT)


def test_dollars_of_money_and_code_are_no_formulas() -> None:
    for markdown in ("It costs $5 or $6.", "`$x$` is code", "```\n$$x$$\n```", "US$ 5 and A$6"):
        assert read_html(markdown_html(markdown)).formulas == (), markdown
    pipes = read_html(markdown_html("| a | b |\n|---|---|\n| $x^2$ | 2 |\n"))
    assert pipes.tables[0].grid == (("a", "b"), ("x2", "2"))


ICDAR = [
    TruthTable(
        (
            TruthCell(0, 0, 1, 1, "Country"),
            TruthCell(0, 1, 1, 1, "Share"),
            TruthCell(1, 0, 1, 1, "Austria"),
            TruthCell(1, 1, 1, 1, "58.6"),
            TruthCell(2, 0, 1, 1, "Belgium"),
            TruthCell(2, 1, 1, 1, "79.0"),
        ),
        (TruthRegion(0, (100, 500, 300, 600)), TruthRegion(1, (100, 600, 300, 700))),
    )
]


def rows(*lines: tuple[str, str]) -> str:
    cells = "".join(f"<tr><td>{first}</td><td>{second}</td></tr>" for first, second in lines)
    return f"<table>{cells}</table>"


def test_a_table_found_whole_has_all_relations() -> None:
    html = rows(("Country", "Share"), ("Austria", "58.6"), ("Belgium", "79.0"))
    scores = score_tables(ICDAR, read_html(html))
    assert scores.found == Agreement(1, 1, 1)
    assert scores.adjacency == Agreement(7, 7, 7)
    assert scores.found_boxes is None


def test_a_table_on_two_pages_may_come_in_two_pieces() -> None:
    html = rows(("Country", "Share"), ("Austria", "58.6")) + rows(("Belgium", "79.0"), ("", ""))
    scores = score_tables(ICDAR, read_html(html))
    assert scores.found == Agreement(1, 1, 1)
    assert scores.adjacency == Agreement(7, 5, 5)


def test_missing_and_spurious_tables_count() -> None:
    other = rows(("Nothing", "like"), ("the", "truth"))
    assert score_tables(ICDAR, Output()).adjacency == Agreement(7, 0, 0)
    scores = score_tables(ICDAR, read_html(other))
    assert scores.found == Agreement(1, 1, 0)
    assert scores.adjacency.shared == 0
    assert score_tables([], read_html(other)).adjacency == Agreement(0, 4, 0)


def test_regions_are_found_by_their_boxes() -> None:
    boxes = (TableBox(0, (100, 500, 300, 590)), TableBox(0, (100, 600, 300, 700)))
    assert score_tables(ICDAR, read_html("", boxes)).found_boxes == Agreement(2, 2, 1)
