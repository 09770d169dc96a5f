"""Formulas of office files (OMML) and of the web (MathML) as LaTeX."""

from __future__ import annotations

import pytest
from lxml import etree

from docassay.readers.latex_symbols import latex_text
from docassay.readers.mathml import mathml_latex
from docassay.readers.office_math import math_html, to_latex

OMML = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def r(text: str, properties: str = "") -> str:
    return f"<m:r><m:rPr>{properties}</m:rPr><m:t>{text}</m:t></m:r>"


def e(*inner: str) -> str:
    return f"<m:e>{''.join(inner)}</m:e>"


def set_to(name: str, value: str) -> str:
    return f'<m:{name} m:val="{value}"/>'


def fraction(above: str, below: str, kind: str = "bar") -> str:
    properties = f"<m:fPr>{set_to('type', kind)}</m:fPr>"
    return f"<m:f>{properties}<m:num>{r(above)}</m:num><m:den>{r(below)}</m:den></m:f>"


def delimited(opening: str, closing: str, *arguments: str) -> str:
    properties = f"<m:dPr>{set_to('begChr', opening)}{set_to('endChr', closing)}</m:dPr>"
    return f"<m:d>{properties}{''.join(e(argument) for argument in arguments)}</m:d>"


def omml(xml: str) -> str:
    return to_latex(etree.fromstring(f'<m:oMath xmlns:m="{OMML}">{xml}</m:oMath>'))


MATRIX = f"<m:m><m:mr>{e(r('a'))}{e(r('b'))}</m:mr><m:mr>{e(r('c'))}{e(r('d'))}</m:mr></m:m>"
ARRAY = f"<m:eqArr>{e(r('x&amp;=1'))}{e(r('y&amp;=2'))}</m:eqArr>"


@pytest.mark.parametrize(
    ("xml", "latex"),
    [
        (fraction("a", "b"), r"\frac{a}{b}"),
        (fraction("a+b", "c", "lin"), "{a+b}/c"),
        (f"<m:d>{e(fraction('n', 'k', 'noBar'))}</m:d>", r"\binom{n}{k}"),
        (f"<m:sSub>{e(r('α'))}<m:sub>{r('ij')}</m:sub></m:sSub>", r"\alpha_{ij}"),
        (f"<m:sSup>{e(fraction('a', 'b'))}<m:sup>{r('2')}</m:sup></m:sSup>", r"{\frac{a}{b}}^{2}"),
        (f"<m:sPre><m:sub>{r('2')}</m:sub><m:sup>{r('4')}</m:sup>{e(r('H'))}</m:sPre>", "{}_{2}^{4}H"),
        (f"<m:rad><m:deg>{r('3')}</m:deg>{e(r('x'))}</m:rad>", r"\sqrt[3]{x}"),
        (
            f"<m:nary><m:naryPr>{set_to('chr', '∑')}</m:naryPr><m:sub>{r('i=1')}</m:sub>"
            f"<m:sup>{r('n')}</m:sup>{e(r('i'))}</m:nary>",
            r"\sum_{i=1}^{n}{i}",
        ),
        (f"<m:nary><m:sub/><m:sup/>{e(r('f'))}</m:nary>", r"\int{f}"),
        (delimited("(", ")", MATRIX), r"\begin{pmatrix}a & b \\ c & d\end{pmatrix}"),
        (delimited("[", "]", MATRIX), r"\begin{bmatrix}a & b \\ c & d\end{bmatrix}"),
        (MATRIX, r"\begin{matrix}a & b \\ c & d\end{matrix}"),
        (delimited("{", "", ARRAY), r"\begin{cases}x & =1 \\ y & =2\end{cases}"),
        (ARRAY, r"\begin{aligned}x & =1 \\ y & =2\end{aligned}"),
        (delimited("⟨", "⟩", r("a"), r("b")), r"\left\langle a | b\right\rangle"),
        (delimited("{", "}", r("x")), r"\left\{ x\right\}"),
        (f"<m:acc><m:accPr>{set_to('chr', chr(0x20D7))}</m:accPr>{e(r('v'))}</m:acc>", r"\vec{v}"),
        (f"<m:acc>{e(r('abc'))}</m:acc>", r"\widehat{abc}"),
        (f"<m:bar><m:barPr>{set_to('pos', 'top')}</m:barPr>{e(r('z'))}</m:bar>", r"\overline{z}"),
        (f"<m:groupChr>{e(r('x+y'))}</m:groupChr>", r"\underbrace{x+y}"),
        (
            f"<m:func><m:fName><m:limLow>{e(r('lim', set_to('sty', 'p')))}<m:lim>{r('x→0')}</m:lim>"
            f"</m:limLow></m:fName>{e(r('f'))}</m:func>",
            r"\lim_{x\to0}{f}",
        ),
        (f"<m:func><m:fName>{r('sn')}</m:fName>{e(r('x'))}</m:func>", r"\operatorname{sn}{x}"),
        (f"<m:borderBox>{e(r('E'))}</m:borderBox>", r"\boxed{E}"),
        (f"<m:box>{e(r('E'))}</m:box>", "E"),
        (r("if ", set_to("nor", "1")) + r("x"), r"\text{if }x"),
        (r("R", set_to("scr", "double-struck")), r"\mathbb{R}"),
        (r("v", set_to("sty", "b")), r"\mathbf{v}"),
        (r("𝐀𝑥ℝ"), r"\mathbf{A}x\mathbb{R}"),
        (r("100%&amp;_"), r"100\%\&\_"),
    ],
)
def test_office_math_becomes_latex(xml: str, latex: str) -> None:
    assert omml(xml) == latex


def test_an_empty_equation_says_nothing() -> None:
    assert math_html(etree.fromstring(f'<m:oMath xmlns:m="{OMML}"/>'), is_display=True) == ""


@pytest.mark.parametrize(
    ("xml", "latex"),
    [
        ("<mfrac><mi>a</mi><mn>2</mn></mfrac>", r"\frac{a}{2}"),
        ("<msup><mi>x</mi><mn>2</mn></msup>", "x^{2}"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "x_{i}^{2}"),
        ("<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>", r"\sqrt{x+1}"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", r"\sqrt[3]{x}"),
        (
            "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>",
            r"\sum_{i=1}^{n}",
        ),
        ("<munder><mi>lim</mi><mi>x</mi></munder>", r"\lim_{x}"),
        ("<mover><mi>v</mi><mo>→</mo></mover>", r"\vec{v}"),
        ("<munder><mi>v</mi><mo>_</mo></munder>", r"\underline{v}"),
        ("<mover><mi>A</mi><mi>n</mi></mover>", r"\overset{n}{A}"),
        (
            "<mo>(</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable><mo>)</mo>",
            r"\begin{pmatrix}1 & 2\end{pmatrix}",
        ),
        (
            "<mo>{</mo><mtable><mtr><mtd><mn>1</mn></mtd></mtr><mtr><mtd><mn>2</mn></mtd></mtr></mtable>",
            r"\begin{cases}1 \\ 2\end{cases}",
        ),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", r"\left( a, b\right)"),
        ("<mtext>if </mtext><mi>x</mi>", r"\text{if}x"),
        ("<mi>sin</mi><mo>\u2061</mo><mi>θ</mi>", r"\sin\theta"),
        ('<mi mathvariant="double-struck">R</mi>', r"\mathbb{R}"),
        (
            "<mmultiscripts><mi>H</mi><none/><mn>2</mn><mprescripts/><mn>1</mn><none/></mmultiscripts>",
            "{}_{1}H^{2}",
        ),
        ('<menclose notation="box"><mi>x</mi></menclose>', r"\boxed{x}"),
        (
            '<semantics><mi>y</mi><annotation encoding="application/x-tex">\\alpha  x</annotation>'
            "</semantics>",
            r"\alpha x",
        ),
        ('<semantics><mi>y</mi><annotation encoding="StarMath 5.0">y</annotation></semantics>', "y"),
        ("<unknown><mi>x</mi></unknown>", "x"),
        ("<mfrac/>", r"\frac{}{}"),
    ],
)
def test_mathml_becomes_latex(xml: str, latex: str) -> None:
    assert mathml_latex(etree.fromstring(f"<math>{xml}</math>")) == latex


def test_deep_mathml_keeps_its_characters() -> None:
    depth = 200
    math = etree.fromstring(f"<math>{'<mrow>' * depth}<mi>x</mi>{'</mrow>' * depth}</math>")
    assert mathml_latex(math) == "x"


def test_a_command_never_runs_into_a_letter() -> None:
    assert latex_text("αb∞c") == r"\alpha b\infty c"
