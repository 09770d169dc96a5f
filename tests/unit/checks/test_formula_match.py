"""formula.match: formulas compared by what they show."""

from __future__ import annotations

import pytest

from docassay.checks.contract import Subject
from docassay.checks.formulas_of_output import formulas_of
from docassay.checks.metrics.formula_pairs import MOST_FORMULAS, pair_formulas
from docassay.checks.metrics.latex_formulas import formula_similarity, formula_symbols


def math(*formulas):
    return "<p>" + " and ".join(f"<math>{formula}</math>" for formula in formulas) + "</p>"


def subject(build, outputs, truths, **more):
    def made(pages):
        return build.document(
            *(build.page(build.block(html, page=index), index=index) for index, html in enumerate(pages)),
            **more,
        )

    return Subject(made(outputs), expected_document=made(truths))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\begin{pmatrix}a&b\\c&d\end{pmatrix}", r"\left(\begin{array}{cc}a & b \\ c & d\end{array}\right)"),
        (r"a\not=b", r"a \neq b"),
        (r"x\equiv 64{\pmod {17}}", r"x \equiv 64(\bmod 17)"),
        (
            r"\ce{2 K2CrO4 -> Zn^{2}+ v}",
            r"2\mathrm{K}_{2}\mathrm{CrO}_{4}\longrightarrow\mathrm{Zn}^{2+}\downarrow",
        ),
        (r"\displaystyle \frac{a}{b}.", r"\frac ab"),
        (
            r"f(x)=\begin{cases}1&x>0\\0\end{cases}",
            r"f(x)=\left\{\begin{array}{l}1 & x>0 \\ 0\end{array}\right.",
        ),
        (r"a=b\tag{7}", r"\mathbf{a}=b,"),
        (r"$$\color{red}{x}+y$$", r"x+y"),
        (r"\mbox{if }x", r"\text{if }x"),
    ],
)
def test_spellings_of_one_formula_are_equal(one, other):
    assert formula_symbols(one) == formula_symbols(other) != []


def test_a_formula_that_shows_something_else_differs_by_its_symbols():
    assert formula_similarity(formula_symbols("x^2+1"), formula_symbols("x^3+1")) == 0.5
    assert formula_similarity(formula_symbols("x^2"), formula_symbols("x_2")) == 0.5
    assert formula_similarity(formula_symbols("abc"), formula_symbols("xyz")) == 0
    assert formula_similarity([], []) == 1


def test_a_formula_against_itself_scores_five_at_every_level(build, run):
    case = subject(build, [math("a^2+b^2=c^2")], [math("a^{2} + b^{2} = c^{2}")])
    for level in ("block", "page", "document"):
        (item,) = run("formula.match", case, level)
        assert (item.score, item.value, item.outcome) == (5, 1, "scored")


def test_formulas_are_paired_by_what_they_show_not_by_index(build, run):
    case = subject(build, [math("c=d", "a=b")], [math("a=b", "x=y+z^2", "c=d")])
    (item,) = run("formula.match", case, "document")
    assert item.value == pytest.approx(2 / 3)
    assert item.details == {"expected": 3, "exact": 2, "missing": 1, "unexpected": 0}
    assert "x=y+z^2" in item.feedback


def test_missing_and_invented_formulas_count_zero_and_are_named(build, run):
    case = subject(build, [math("a=b", "PQ")], [math("a=b", "x+7")])
    items = run("formula.match", case, "block")
    assert [(item.score, item.outcome) for item in items] == [(5, "scored"), (0, "failed"), (0, "scored")]
    assert "x+7" in items[1].feedback
    assert "page 1" in items[1].feedback
    assert items[2].block_id == "/page/0/Text/0"
    assert "PQ" in items[2].feedback


def test_feedback_shows_both_formulas(build, run):
    (item,) = run("formula.match", subject(build, [math("x^3+1")], [math("x^2+1")]))
    assert item.value == 0.5
    assert "x^3+1" in item.feedback
    assert "x^2+1" in item.feedback
    assert "1 symbol " in item.feedback


def test_of_equal_formulas_the_one_on_the_same_page_is_taken(build, run):
    pages = [math("a=b"), math("a=b", "c=d")]
    items = run("formula.match", subject(build, pages, [math("zz"), math("a=b", "c=d")]), "page")
    assert [(item.page_index, item.value) for item in items] == [(0, 0), (1, 1)]


def test_pages_without_truth_are_left_out(build, run):
    output = build.document(
        build.page(build.block(math("a=b"))), build.page(build.block(math("e=f"), page=1), index=1)
    )
    truth = build.document(build.page(build.block(math("e=f"), page=1), index=1))
    (item,) = run("formula.match", Subject(output, expected_document=truth), "document")
    assert item.score == 5


def test_a_lone_letter_is_left_out_unless_asked_for(build, run):
    case = subject(build, [math("a=b")], [math("x", "a=b")])
    assert run("formula.match", case, "document")[0].value == 1
    assert run("formula.match", case, "document", minimum_symbols=1)[0].value == 0.5


def test_nothing_to_compare_is_not_applicable_and_nothing_found_is_zero(build, run):
    (without,) = run("formula.match", subject(build, [math("a=b")], ["<p>text</p>"]))
    assert without.outcome == "not_applicable"
    (nothing,) = run("formula.match", subject(build, ["<p>text</p>"], [math("a=b")]), "document")
    assert (nothing.outcome, nothing.score) == ("failed", 0)


def test_huge_sides_are_paired_by_equality():
    many = [(str(number), "=") for number in range(MOST_FORMULAS + 1)]
    pairs = pair_formulas(many[:3], many[::-1], [None] * 3, [None] * len(many))
    assert {truth: (pair.output, pair.edits) for truth, pair in pairs.items()} == {
        0: (MOST_FORMULAS, 0), 1: (MOST_FORMULAS - 1, 0), 2: (MOST_FORMULAS - 2, 0),
    }  # fmt: skip


def test_hostile_sources_end_and_show_what_they_can():
    for source in (
        r"\ce{" * 5_000,
        "{" * 20_000,
        r"\not" * 5_000,
        r"\pmod" * 4_000,
        "^" * 20_000,
        r"\ce{$$$$" * 900,
    ):
        assert len(formula_symbols(source)) <= 40_000


def test_mathml_counts_by_its_latex_annotation(build):
    html = (
        '<p><math><semantics><mi>x</mi><annotation encoding="application/x-tex">x &lt; 1</annotation>'
        "</semantics></math><math><mi>y</mi></math></p>"
    )
    assert [formula.latex for formula in formulas_of(build.document(build.page(build.block(html))))] == [
        "x < 1"
    ]
