"""Formulas of PDFs: symbols and their places to LaTeX, and formulas found on pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from docassay.documents.model import Document
from docassay.documents.rendering import to_markdown
from docassay.engines.contract import ConvertOptions, Mode, SourceFile
from docassay.readers.pdf.formulas.box import Bar, MathBox
from docassay.readers.pdf.formulas.close_pairs import close_pairs, extents_of
from docassay.readers.pdf.formulas.fonts import describe_math_font
from docassay.readers.pdf.formulas.glyphs import Glyph, GlyphReader
from docassay.readers.pdf.formulas.structure import formula_to_latex
from docassay.readers.pdf.formulas.symbols import Kind, read_symbol
from docassay.readers.pdf.reader import read_pdf
from docassay.testing.documents.raw_pdf import bar, show, stream, write_raw_pdf

ITALIC = describe_math_font("ABCDEF+CMMI10")
ROMAN = describe_math_font("CMR10")
SYMBOLS = describe_math_font("CMSY10")
EXTENSION = describe_math_font("CMEX10")
BOLD = describe_math_font("CMBX10")
MATH_FONTS = {
    "R": "/Subtype /Type1 /BaseFont /Times-Roman",
    "I": "/Subtype /Type1 /BaseFont /CMMI10 /FirstChar 32 /LastChar 126 /Widths [" + "500 " * 95 + "]",
    "S": "/Subtype /Type1 /BaseFont /CMSY10 /FirstChar 32 /LastChar 126 /Widths ["
    + "700 " * 95
    + "] /Encoding << /Differences [ 40 /minus /element /lessequal ] >>",
}


class Setter:
    """Sets symbols one after the other on a line the way TeX does."""

    def __init__(self, size: float = 10.0) -> None:
        self.boxes: list[MathBox] = []
        self.bars: list[Bar] = []
        self.size = size
        self.x = 100.0

    def put(
        self,
        text: str,
        font: object = ITALIC,
        *,
        rise: float = 0.0,
        scale: float = 1.0,
        gap: float = 0.0,
        at: float | None = None,
    ) -> Setter:
        """Put letters, each half a font size wide; ``rise``, ``gap`` in points."""
        size = self.size * scale
        x = self.x + gap if at is None else at
        for character in text:
            read = read_symbol(character, font)  # type: ignore[arg-type]
            base = 200.0 - rise
            box = MathBox(
                read.symbol.latex, read.symbol.kind, x, base - 0.6 * size, x + 0.5 * size, base, base, size,
                alphabet=read.alphabet, text=character, order=len(self.boxes),
            )  # fmt: skip
            if read.symbol.kind in {Kind.OPERATOR, Kind.INTEGRAL}:
                box.is_centred = True
                box.y0, box.y1 = base - 0.95 * size, base + 0.45 * size
            self.boxes.append(box)
            x += 0.52 * size
        if at is None:
            self.x = x
        return self

    def tall(self, latex: str, kind: str, height: float) -> Setter:
        """Put a delimiter of this height around the axis."""
        axis = 200.0 - 0.25 * self.size
        box = MathBox(
            latex, kind, self.x, axis - height / 2, self.x + 3, axis + height / 2, axis, self.size,
            text=latex[-1], order=len(self.boxes), is_centred=True,
        )  # fmt: skip
        self.boxes.append(box)
        self.x += 4
        return self

    def latex(self) -> str:
        return formula_to_latex(self.boxes, self.bars)


def glyph(x: float, y: float = 100.0, size: float = 10.0, text: str = "x", *, is_text: bool = False) -> Glyph:
    """A symbol half a font size wide with its baseline at ``y``."""
    box = MathBox(text, Kind.LETTER, x, y - 0.6 * size, x + 0.5 * size, y, y, size, text=text)
    return Glyph(box, 0, 0, is_strong=not is_text, is_text=is_text, is_math_font=not is_text)


def pairs(*glyphs: Glyph) -> set[tuple[int, int]]:
    found = close_pairs(glyphs, extents_of(glyphs))
    assert len(found) == len(set(found))
    return set(found)


def fraction(setter: Setter, top: str, bottom: str) -> Setter:
    start = setter.x
    width = max(len(top), len(bottom)) * 0.52 * setter.size
    setter.put(top, rise=6.8, at=start + (width - len(top) * 0.52 * setter.size) / 2)
    setter.put(bottom, rise=-6.9, at=start + (width - len(bottom) * 0.52 * setter.size) / 2)
    setter.bars.append(Bar(start - 0.5, start + width, 197.5))
    setter.x = start + width + 1
    return setter


def test_close_pairs_are_beside_each_other_on_one_level() -> None:
    assert pairs() == pairs(glyph(50)) == set()
    assert pairs(glyph(50), glyph(56), glyph(62)) == {(0, 1), (1, 2)}
    assert pairs(glyph(62), glyph(50), glyph(56)) == {(1, 2), (2, 0)}
    assert pairs(glyph(50), glyph(62)) == set()  # a gap of 7 points
    assert pairs(glyph(50), glyph(56, y=107)) == set()  # another line
    assert pairs(glyph(50), glyph(55.5, y=97, size=7)) == {(0, 1)}  # a script


def test_close_pairs_are_found_wherever_the_rows_of_the_search_begin() -> None:
    for step in range(40):
        assert pairs(glyph(50, y=100 + 0.6 * step), glyph(56, y=100 + 0.6 * step)) == {(0, 1)}


def test_words_of_running_text_are_no_close_pairs_but_names_of_functions_are() -> None:
    words = [glyph(50, text="so", is_text=True), glyph(56, text="is", is_text=True)]
    assert pairs(*words) == set()
    assert pairs(words[0], glyph(56, text="log", is_text=True)) == {(0, 1)}


def test_symbols_without_a_place_and_symbols_piled_up_do_not_stop_the_search() -> None:
    assert pairs(glyph(50), glyph(56), glyph(float("nan")), glyph(float("inf")), glyph(1e300)) >= {(0, 1)}
    piled = [glyph(50 + 0.001 * number, size=600.0) for number in range(400)]
    assert len(pairs(*piled)) <= 60 * len(piled)


def test_small_raised_and_lowered_symbols_are_scripts() -> None:
    setter = Setter().put("x").put("2", ROMAN, rise=4, scale=0.7)
    setter.put("+", ROMAN, gap=2).put("y", gap=2).put("ij", rise=-2, scale=0.7)
    assert setter.latex() == "x^{2}+y_{ij}"


def test_scripts_of_scripts_stay_together() -> None:
    setter = Setter().put("x").put("n", rise=4, scale=0.7).put("k", rise=3, scale=0.5)
    assert setter.latex() == "x^{n_{k}}"


def test_a_symbol_may_have_both_scripts_above_each_other() -> None:
    setter = Setter().put("a")
    x = setter.x
    setter.put("2", ROMAN, rise=4, scale=0.7, at=x).put("i", rise=-2.5, scale=0.7, at=x)
    setter.x = x + 4
    assert setter.put("b").latex() == "a_{i}^{2}b"


def test_what_stands_over_and_under_a_bar_is_a_fraction() -> None:
    setter = fraction(Setter().put("x").put("=", ROMAN, gap=3), "a", "bc")
    assert setter.latex() == r"x=\frac{a}{bc}"


def test_fractions_in_fractions() -> None:
    setter = Setter()
    setter.put("a", rise=14, at=104).put("b", rise=1, at=104).put("cd", rise=-10, at=101)
    setter.bars += [Bar(103.5, 109.5, 187.5), Bar(100, 113, 204)]
    assert setter.latex() == r"\frac{\frac{a}{b}}{cd}"


def test_a_bar_at_the_tip_of_a_root_sign_covers_the_radicand() -> None:
    setter = Setter()
    setter.boxes.append(MathBox(r"\sqrt", Kind.RADICAL, 100, 190, 108, 203, 191, 10, text="√"))
    setter.x = 108
    setter.put("ab")
    setter.bars.append(Bar(108, 118.5, 190.2))
    assert setter.put("c", gap=1).latex() == r"\sqrt{ab}c"


def test_limits_of_large_operators() -> None:
    setter = Setter()
    setter.put("P", EXTENSION)
    setter.put("n", rise=10.5, scale=0.7, at=100.5).put("i=1", ROMAN, rise=-9.5, scale=0.7, at=97)
    setter.x = 112
    assert setter.put("x").put("i", rise=-2, scale=0.7).latex() == r"\sum_{\mathrm{i}=1}^{n}x_{i}"


def test_accents_go_on_the_symbol_under_them() -> None:
    setter = Setter().put("H")
    setter.boxes.append(MathBox(r"\hat", Kind.ACCENT, 101, 190.5, 104, 192.5, 198, 10, text="ˆ"))
    assert setter.latex() == r"\hat{H}"


def test_names_of_functions_and_words() -> None:
    setter = Setter().put("sin", ROMAN).put("x", gap=1.5).put("=", ROMAN, gap=3).put("rad", ROMAN, gap=3)
    assert setter.latex() == r"\sin x=\mathrm{rad}"
    assert Setter().put("v", BOLD).put("w", gap=1).latex() == r"\mathbf{v}w"


def test_tall_brackets_become_left_and_right() -> None:
    setter = fraction(Setter().tall("(", Kind.OPEN, 24), "a", "b").tall(")", Kind.CLOSE, 24)
    assert setter.latex() == r"\left( \frac{a}{b}\right)"


def test_rows_in_tall_brackets_are_a_matrix() -> None:
    setter = Setter().tall("[", Kind.OPEN, 26)
    left = setter.x
    setter.put("a", rise=6, at=left + 1).put("b", rise=6, at=left + 20)
    setter.put("c", rise=-7, at=left + 1).put("d", rise=-7, at=left + 20)
    setter.x = left + 28
    assert setter.tall("]", Kind.CLOSE, 26).latex() == r"\begin{bmatrix}a & b\\ c & d\end{bmatrix}"


def test_an_open_brace_alone_makes_cases() -> None:
    setter = Setter().put("f").put("=", ROMAN, gap=3).tall(r"\{", Kind.OPEN, 26)
    left = setter.x
    setter.put("1", ROMAN, rise=6, at=left + 1).put("x", rise=6, at=left + 20)
    setter.put("0", ROMAN, rise=-7, at=left + 1).put("y", rise=-7, at=left + 20)
    assert setter.latex() == r"f=\begin{cases}1 & x\\ 0 & y\end{cases}"


@pytest.mark.parametrize(
    ("character", "font", "latex"),
    [
        ("ϕ", ITALIC, r"\varphi"),
        ("𝜙", describe_math_font("LatinModernMath-Regular"), r"\phi"),
        ("P", EXTENSION, r"\sum"),
        ("Z", EXTENSION, r"\int"),
        ("F", SYMBOLS, "F"),
        ("≤", ROMAN, r"\leq"),
        ("ℝ", ROMAN, "R"),
        ("%", ROMAN, r"\%"),
    ],
)
def test_symbols_are_read_by_font_and_character(character: str, font: object, latex: str) -> None:
    assert read_symbol(character, font).symbol.latex == latex  # type: ignore[arg-type]


def test_alphabets_come_from_fonts_and_from_mathematical_letters() -> None:
    assert read_symbol("N", describe_math_font("MSBM10")).alphabet == "mathbb"
    assert read_symbol("ℕ", ROMAN).alphabet == "mathbb"
    assert read_symbol("g", describe_math_font("EUFM10")).alphabet == "mathfrak"
    assert read_symbol("F", SYMBOLS).alphabet == "mathcal"
    assert read_symbol("𝐱", ROMAN).alphabet == "mathbf"
    assert read_symbol("𝑥", ROMAN).alphabet == ""


def convert(path: Path, mode: Mode = "balanced") -> Document:
    return read_pdf(SourceFile(path, path.name, "application/pdf", "0" * 64), ConvertOptions(mode=mode))


def page_with_formulas() -> str:
    """A line with ``x^2 = y``, an equation ``a/b = c`` on a line of its own, another line of text."""
    content = show("R", 10, 40, 350, "The bound of the value")
    content += show("I", 10, 140, 350, "x") + show("R", 7, 145.5, 354, "2") + show("R", 10, 152, 350, "=")
    content += show("I", 10, 162, 350, "y") + show("R", 10, 170, 350, "holds for all of them")
    content += show("I", 10, 180, 316.8, "a") + show("I", 10, 180, 303.2, "b") + bar(179, 186, 312.3)
    content += show("R", 10, 190, 310, "=") + show("I", 10, 200, 310, "c")
    return content + show("R", 10, 40, 270, "and this is the end of the short text.")


def test_formulas_of_a_page_are_marked_inline_and_as_equations(tmp_path: Path) -> None:
    path = write_raw_pdf(tmp_path / "formulas.pdf", [page_with_formulas()], MATH_FONTS)
    document = convert(path)
    kinds = [block.block_type for block in document.blocks()]
    assert kinds == ["Text", "Equation", "Text"]
    markdown = to_markdown(document)
    assert r"The bound of the value $x^{2}=y$ holds for all of them" in markdown
    assert r"$$\frac{a}{b}=c$$" in markdown


def test_fast_mode_keeps_the_characters_of_formulas(tmp_path: Path) -> None:
    path = write_raw_pdf(tmp_path / "formulas.pdf", [page_with_formulas()], MATH_FONTS)
    html = " ".join(block.html for block in convert(path, "fast").blocks())
    assert "<math" not in html
    assert all(character in html for character in "xyabc")


def test_numbers_dates_prices_and_italic_words_are_no_formulas(tmp_path: Path) -> None:
    fonts = MATH_FONTS | {"T": "/Subtype /Type1 /BaseFont /Times-Italic"}
    content = show("R", 10, 40, 350, "On 12.05.2024 it cost $ 5.00 \\(or 4 + 1\\) and 3 - 2 more,")
    content += (
        show("R", 10, 40, 338, "see") + show("T", 10, 60, 338, "ibidem") + show("R", 10, 95, 338, "p. 5")
    )
    content += show("S", 10, 40, 326, "\\(") + show("R", 10, 48, 326, "5 degrees")
    content += show("R", 10, 40, 300, "Numbers 1/2 and 10-20 and a = b stay what they are.")
    document = convert(write_raw_pdf(tmp_path / "text.pdf", [content], fonts))
    assert "<math" not in "".join(block.html for block in document.blocks())


def test_rules_of_tables_are_no_fraction_bars(tmp_path: Path) -> None:
    content = ""
    for number, row in enumerate(("alpha 1.5", "beta 2.5", "gamma 3.5")):
        name, value = row.split()
        y = 300 - 14 * number
        content += show("R", 10, 60, y, name) + show("R", 10, 160, y, value) + show("I", 10, 220, y, "x")
        content += bar(55, 240, y - 4)
    document = convert(write_raw_pdf(tmp_path / "table.pdf", [content], MATH_FONTS))
    assert r"\frac" not in "".join(block.html for block in document.blocks())


def test_words_and_numbers_beside_a_displayed_equation_belong_to_it(tmp_path: Path) -> None:
    content = show(
        "R", 10, 40, 350, "The definition of the value is made in such a way that it goes on to the edge"
    )
    content += show("I", 10, 150, 310, "x") + show("R", 10, 160, 310, "=") + show("I", 10, 171, 310, "y")
    content += (
        show("R", 10, 184, 310, "for all")
        + show("I", 10, 214, 310, "n")
        + show("R", 10, 320, 310, "\\(2.1\\)")
    )
    content += show(
        "R", 10, 40, 270, "and the text goes on here below the equation, again with a line to the edge."
    )
    document = convert(write_raw_pdf(tmp_path / "words.pdf", [content], MATH_FONTS))
    equation = next(block for block in document.blocks() if block.block_type == "Equation")
    assert equation.html == r'<p><math display="block">x=y\text{ for all }n\tag{2.1}</math></p>'
    assert "(2.1)" not in "".join(block.html for block in document.blocks() if block is not equation)


def test_formulas_of_two_lines_of_text_stay_apart(tmp_path: Path) -> None:
    content = ""
    for number, name in enumerate(("first", "second")):
        y = 350 - 12 * number
        content += show("R", 10, 40, y, f"the {name} line has") + show("I", 10, 130, y, "a")
        content += show("R", 7, 135.5, y + 4, "2") + show("R", 7, 135.5, y - 2, "1")
        content += show("R", 10, 142, y, "=") + show("I", 10, 152, y, "b") + show("R", 10, 162, y, "and more")
    html = "".join(
        block.html for block in convert(write_raw_pdf(tmp_path / "two.pdf", [content], MATH_FONTS)).blocks()
    )
    assert html.count("<math>a_{1}^{2}=b</math>") == 2


def test_italic_letters_of_running_text_with_an_index_are_a_formula(tmp_path: Path) -> None:
    fonts = MATH_FONTS | {"T": "/Subtype /Type1 /BaseFont /Times-Italic"}
    content = (
        show("R", 10, 40, 350, "Let the length")
        + show("T", 10, 105, 350, "k")
        + show("R", 7, 109.8, 348, "1")
    )
    content += (
        show("R", 10, 118, 350, "be given, and") + show("R", 10, 190, 350, "=") + show("I", 10, 198, 350, "x")
    )
    html = "".join(
        block.html for block in convert(write_raw_pdf(tmp_path / "k.pdf", [content], fonts)).blocks()
    )
    assert "<math>k_{1}</math> be given" in html


LIGATURES = stream(
    "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange\n"
    "2 beginbfchar <41> <00660066> <42> <006600660069> endbfchar endcmap end"
)


def test_ligatures_from_a_font_of_mathematics_are_running_text(tmp_path: Path) -> None:
    letters = "/FirstChar 32 /LastChar 126 /Widths [" + "600 " * 95 + "] /ToUnicode 100 0 R"
    fonts = MATH_FONTS | {"L": f"/Subtype /Type1 /BaseFont /TXMIA {letters}"}
    content = show("R", 10, 40, 350, "The bound") + show("I", 10, 90, 350, "x") + show("R", 10, 100, 350, "=")
    content += show("I", 10, 110, 350, "y") + show("R", 10, 120, 350, "has no e")
    content += show("L", 10, 152.8, 350, "A") + show("R", 10, 158.8, 350, "ect on the o")
    content += show("L", 10, 205.2, 350, "B") + show("R", 10, 211.2, 350, "cial text")
    path = write_raw_pdf(tmp_path / "ligatures.pdf", [content], fonts, objects={100: LIGATURES})
    assert "<math>x=y</math> has no effect on the official text" in "".join(
        block.html for block in convert(path).blocks()
    )


def test_pages_without_mathematics_are_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("read symbol by symbol")

    monkeypatch.setattr(GlyphReader, "read", fail)
    content = show("F1", 10, 40, 350, "A page of words, 3 + 4 numbers and nothing else")
    document = convert(write_raw_pdf(tmp_path / "plain.pdf", [content]))
    assert "nothing else" in next(document.blocks()).html
