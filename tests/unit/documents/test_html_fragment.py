from __future__ import annotations

import pytest

from docassay.documents.html_fragment import parse_fragment, text_of


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("plain  text ", "plain text"),
        ("a &amp; b &lt; c", "a & b < c"),
        ("<p>a</p><p>b</p>", "a\nb"),
        ("one<br/>two", "one\ntwo"),
        ("<b>a</b><i> b</i>c", "a bc"),
        ("H<sub>2</sub>O", "H2O"),
        ("<p>x <img src='a.png' alt='never shown'/> y</p>", "x y"),
        ("<pre>  def f():\n    pass</pre>after", "  def f():\n    pass\nafter"),
        (
            "<table><tr><td><p>a</p><p>b</p></td><td><p>c</p></td></tr><tr><td>d</td></tr></table>",
            "a\nb\tc\nd",
        ),
        ("<script>evil()</script><style>b{}</style>seen<!-- not -->", "seen"),
        ("<math>x_1 &lt; 2</math>", "x_1 < 2"),
    ],
)
def test_text_is_what_a_reader_sees(html: str, expected: str) -> None:
    assert text_of(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p></div><p>b</p>", "a\nb"),
        ("a</body></html>tail", "atail"),
        ("<tr><td>x<td>y</tr>", "x\ty"),
        ("a < b <", "a < b <"),
        ("<b>open", "open"),
        ("\ud800a\x00b\x01c", "\ufffda\ufffdb\ufffdc"),
        ("line\x02end", "line-end"),
        ("", ""),
    ],
)
def test_malformed_html_keeps_its_text(html: str, expected: str) -> None:
    assert text_of(html) == expected


def test_nesting_without_end_is_survived() -> None:
    assert "a" in text_of("a" + "<div>" * 500 + "deep" + "</div>" * 500)
    parse_fragment("<b>" * 100_000)


def test_external_entities_are_not_resolved() -> None:
    hostile = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]><p>a&secret;b</p>'
    assert "root:" not in text_of(hostile)
