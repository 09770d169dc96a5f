import pytest

from docassay.checks.metrics.latex_symbols import (
    MAX_SOURCE_CHARACTERS,
    plain_text,
    structured_symbols,
    symbol_similarity,
)


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"$\alpha\le\frac12$", "α≤12"),
        (r"\textbf{Mean} $\pm$ SD [m$^2$]", "Mean ± SD [m2]"),
        (r"caf\'e na\"{\i}ve \c{c}a", "café naïve ça"),
        (r"10\,\% of \$5 \& more", "10% of $5 & more"),
        (r"\operatorname{Spec}(k)\cong\mathbb{P}^{5}", "Spec(k)≅P5"),
        (r"\hat{H}_{\text{int}}", "Ĥint"),
        (r"\verb|\alpha_1| \\ next", r"\alpha_1 next"),
        (r"\begin{array}{cc} a & b \\ c & d \end{array}", "a b c d"),
        (r"x \tag{3}\label{eq:x} % note", "x"),
        (r"\unknown{x}", "unknownx"),
        (r"\left. x \right|", "x |"),
    ],
)
def test_what_latex_shows(latex: str, shown: str) -> None:
    assert " ".join(plain_text(latex).split()) == shown


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\frac{a}{b+c}", r"{a \over {b+c}}"),
        (r"x_i^2", r"x^{2}_{i}"),
        (r"f'(x)", r"f^{\prime}(x)"),
        (r"\mathbf{x}\leqslant y", r"x \le y"),
        (r"\left( \frac{1}{2} \right)", r"(\tfrac{1}{2})"),
        (r"$$a=b\,,$$", r"\[a = b,\]"),
        (r"\lim_{x\to 0}", r"\operatorname{lim}_{x\rightarrow0}"),
        ("𝑥² − 1", "x^{2}-1"),
        ("α₁₀", r"\alpha_{10}"),
        (r"\mathbb{R}", "ℝ"),
        (r"a \dots b", "a … b"),
        (r"x^\frac{1}{2}", r"x^{\frac{1}{2}}"),
    ],
)
def test_formulas_that_look_alike_have_the_same_symbols(one: str, other: str) -> None:
    assert structured_symbols(one) == structured_symbols(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\frac{a}{b}c", r"\frac{a}{bc}"),
        (r"x_{ij}", r"x_i j"),
        (r"\sqrt{x}y", r"\sqrt{xy}"),
        (r"x^2", r"x_2"),
        (r"x^2", r"x2"),
        (r"\hat{x}", r"x"),
        (r"\binom{n}{k}", r"\frac{n}{k}"),
    ],
)
def test_structure_tells_formulas_apart(one: str, other: str) -> None:
    assert structured_symbols(one) != structured_symbols(other)


def test_the_symbols_of_a_script_and_a_fraction() -> None:
    assert structured_symbols(r"x_{ij}^2") == ["x", "_", "i", "j", "end", "^", "2"]
    assert structured_symbols(r"\frac{a}{b+c}") == ["frac", "a", "b", "+", "c", "end"]


def test_similarity_counts_symbols_and_never_rewards_nothing() -> None:
    truth = structured_symbols("a+b=c")
    assert symbol_similarity(truth, structured_symbols("a+b=d")) == pytest.approx(0.8)
    assert symbol_similarity(truth, []) == 0.0
    assert symbol_similarity([], truth) is None
    assert symbol_similarity([], []) is None


@pytest.mark.parametrize(
    "source",
    [
        "{" * 50_000,
        r"\frac" * 20_000,
        r"\frac{" * 20_000,
        r"x^{" * 20_000,
        r"\begin{array}" * 5_000,
        "\\verb|" * 20_000,
        r"\left" * 20_000 + "\\",
        "^" * 50_000,
        r"\sqrt[" * 20_000,
        r"{a\over" * 10_000,
    ],
)
def test_hostile_sources_are_read_within_bounds(source: str) -> None:
    assert len(structured_symbols(source)) <= 4 * MAX_SOURCE_CHARACTERS
    assert len(plain_text(source)) <= 4 * MAX_SOURCE_CHARACTERS
