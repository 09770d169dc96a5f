"""math.renders: what a renderer of LaTeX would refuse."""

from __future__ import annotations

import pytest

from docassay.checks.contract import Subject
from docassay.checks.metrics.latex_grammar import MAX_FORMULA_CHARACTERS, find_fault

SOUND = [
    "",
    r"\frac12",
    r"\frac{a}{b}",
    "x'^a",
    "x''",
    "_x^y",
    r"\left( a \right.",
    r"\left<a\middle|b\right>",
    r"\begin{array}{c|c}\hline a&b\\[2pt]c\end{array}",
    r"\begin{cases}a&b\\c\end{cases}",
    "a \\\\ b",
    r"\text{if $x_1$ \& y}",
    r"\sum\limits_i x",
    r"\sum\nolimits x",
    r"x^\frac12",
    r"\sqrt[3]{a}",
    r"\sqrt\frac12",
    r"a\over b",
    r"\color{red}x",
    r"\textcolor{#ff0000}{x}",
    r"\kern1em a",
    r"\hspace*{-1.5em}",
    r"\ce{H2O -> x}",
    r"a\tag{1}",
    r"\begin{aligned}a&=b\\&=c\end{aligned}",
    r"\operatorname*{argmax}_x",
    r"\big\{",
    r"\genfrac{(}{)}{0pt}{}{a}{b}",
    r"\newcommand{\a}[1]{b#1}\a{c}",
    r"\def\b{c}\b",
    r"\text{é–“”}",
    "ℝ 中 −",
    r"a % comment {",
    r"\text{\'e}",
    r"\xrightarrow[a]{b}",
    r"\begin{align}a\tag{1}\\b\tag{2}\end{align}",
    r"\begin{matrix*}[r]a\end{matrix*}",
    r"\rule[1em]{1em}{2em}",
]
FAULTY = [
    ("x^a^b", "two superscripts"),
    ("x_a_b", "two subscripts"),
    ("x^a'", "two superscripts"),
    ("a & b", "&"),
    (r"\left( a", r"\left without its \right"),
    (r"a \right)", r"\right without \left"),
    ("{a", "{ without its }"),
    ("a}", "} without {"),
    ("x^", "^ without a script"),
    (r"\frac{a}", r"\frac without all"),
    (r"\foo{a}", r"unknown command \foo"),
    (r"\begin{foo}a\end{foo}", "unknown environment foo"),
    (r"\begin{matrix}a\end{pmatrix}", r"ended by \end{pmatrix}"),
    (r"\begin{matrix}a", r"without its \end{matrix}"),
    (r"a\tag{1}\tag{2}", r"second \tag"),
    ("a$b", "$ inside"),
    ("#", "# inside"),
    (r"\text{a_b}", "_ in text"),
    (r"\text{\alpha}", r"\alpha in text"),
    (r"a \over b \over c", r"second \over"),
    (r"\begin{array}a\end{array}", "without its argument"),
    (r"\begin{array}{lX}a\end{array}", "not l, c or r"),
    (r"\big x", "without a bracket"),
    (r"x\limits_a", "takes no limits"),
    (r"\middle|", "outside of"),
    (r"x^\hat a", "without braces"),
    (r"\hline", "does not begin a row"),
    (r"\hspace{1}", "without a length"),
    (r"\color{foo bar}x", "without a colour"),
    (r"\\[x]", "no length"),
    ("\\", "backslash"),
    ("a\x01", "control"),
    (r"{\left( a}\right)", r"} before the \right"),
    (r"\frac{a & b}{c}", "&"),
    (r"\sqrt[3 a", "[ without its ]"),
    (r"\textdegree", "outside of text"),
]


@pytest.mark.parametrize("latex", SOUND)
def test_what_renders_has_no_fault(latex):
    assert find_fault(latex) is None


@pytest.mark.parametrize(("latex", "message"), FAULTY)
def test_what_does_not_render_is_named(latex, message):
    fault = find_fault(latex)
    assert fault is not None
    assert message in fault.message


def test_some_things_stand_in_displayed_formulas_only():
    for latex in (r"a\tag{1}", r"\begin{align}a\end{align}"):
        assert find_fault(latex) is None
        assert find_fault(latex, is_displayed=False) is not None


def test_hostile_formulas_end_with_a_fault():
    for piece in (
        "{",
        r"\left(",
        r"\begin{matrix}",
        r"\text{",
        r"\frac",
        r"\sqrt[",
        "^",
        r"\def\a{",
        r"\text{$",
        "x^{",
    ):
        source = piece * (MAX_FORMULA_CHARACTERS // len(piece))
        assert find_fault(source) is not None, piece
    assert "longer than" in find_fault("a" * (MAX_FORMULA_CHARACTERS + 1)).message
    assert find_fault("a_1" * 5_000) is None


def test_the_share_of_sound_formulas_is_the_score_and_faults_are_named(build, run):
    page = build.page(
        build.block(r'<math display="block">\frac{a}{b}</math>', "Equation"),
        build.block(r"<p>If <math>a &lt; b</math> then <math>\frca{1}{2}</math>.</p>", number=1),
    )
    first, second = run("math.renders", Subject(build.document(page)))
    assert (first.score, first.block_id) == (5, "/page/0/Equation/0")
    assert (second.score, second.value) == (2.5, 0.5)
    assert r"\frca{1}{2}" in second.feedback
    assert r"unknown command \frca" in second.feedback
    assert "/page/0/Text/1 (formula 2)" in second.feedback
    (whole,) = run("math.renders", Subject(build.document(page)), "document")
    assert whole.value == pytest.approx(2 / 3)


def test_without_formulas_there_is_nothing_to_render(build, run):
    (item,) = run("math.renders", Subject(build.document(build.page("text"))))
    assert item.outcome == "not_applicable"
