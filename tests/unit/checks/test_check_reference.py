"""The registry, its published page and what the server may import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from docassay.checks.contract import Subject
from docassay.checks.fragment_text import fragment_text
from docassay.checks.reference import render_reference
from docassay.checks.registry import all_checks

ROOT = Path(__file__).resolve().parents[3]
FIRST_TWELVE = {
    "fields.grounded",
    "fields.schema_valid",
    "order.lis",
    "output.garbage_chars",
    "output.repetition",
    "page.coverage",
    "segments.integrity",
    "structure.headings",
    "table.wellformed",
    "text.layer_precision",
    "text.layer_recall",
    "text.number_agreement",
}


def test_the_first_twelve_checks_are_registered():
    assert set(all_checks()) >= FIRST_TWELVE


def test_the_published_page_is_the_registrys():
    published = (ROOT / "docs/reference/checks.md").read_text(encoding="utf-8")
    assert published == render_reference(), (
        "run: python -m docassay.checks.reference > docs/reference/checks.md"
    )


def test_every_parameter_is_described_and_its_default_is_valid():
    for check in all_checks().values():
        Draft202012Validator.check_schema(check.params_schema)
        for name, schema in check.params_schema["properties"].items():
            assert schema["description"], f"{check.name}: {name}"
            Draft202012Validator(schema).validate(schema["default"])


def test_every_check_survives_an_empty_document(build):
    for check in all_checks().values():
        for level in check.levels:
            for subject in (Subject(build.document()), Subject(build.document(build.page()))):
                items = check.function(subject, level, {})
                assert items, check.name
                assert all(item.score is None for item in items), check.name


def test_knowing_the_checks_loads_no_heavy_library():
    program = (
        "import sys; from docassay.checks.registry import all_checks; all_checks(); "
        "print(sorted({'numpy', 'lxml', 'pypdfium2', 'PIL'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    assert result.stdout.strip() == "[]"


def test_fragments_lose_markup_but_no_text():
    text = fragment_text(
        '<p>A <b>b</b>c<br/>x<sup>2</sup> &lt;tag&gt; <img src="a.png" alt="a > b"/></p>'
    ).text
    assert text.split() == ["A", "bc", "x2", "<tag>"]
    assert fragment_text("1 < 2 and <unclosed").text == "1 < 2 and <unclosed"
    assert fragment_text(r"<math>\frac{a}{b} + \alpha^{2}</math>").text.split() == ["a", "b", "+", "α2"]
    ordered = fragment_text('<ol start="4"><li>x<ul><li>y</li></ul></li><li>z</li></ol>')
    assert ordered.list_markers == ("4", "5")


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\sin\theta + 2\cos x", "sin θ + 2 cos x"),
        (r"\max_{i} a_i", "maxi ai"),
        (r"\sum_{k=1}^{n} \varepsilon_k", "∑k=1n εk"),
        (r"\ell \leq \infty", "ℓ ≤ ∞"),
        (r"\alpha*b", "α*b"),
        (r"\operatorname*{argmin} f", "argmin f"),
        (r"\{a\} 5\% \$3 x\,y", "{a} 5% $3 x y"),
        (r"a\\b \bmod n", "a b mod n"),
        (r"\frac{\log n}{\ln 2}", "log n ln 2"),
        ("\\", ""),
    ],
)
def test_formulas_are_compared_by_the_characters_that_they_show(latex, shown):
    assert fragment_text(f"<math>{latex}</math>").text.split() == shown.split()
