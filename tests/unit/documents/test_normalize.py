from __future__ import annotations

import pytest

from docassay.documents.normalize import numbers, squeezed, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ﬁne FLOW", ["the", "fine", "flow"]),
        ("inter-\nnational, re\u00ad\nport", ["international", "report"]),
        ("a well-known fact", ["a", "wellknown", "fact"]),
        ("line end\x02hyphen of PDFium", ["line", "endhyphen", "of", "pdfium"]),
        ("first -\nsecond", ["first", "second"]),
        ("end-\n\nnext paragraph", ["end", "next", "paragraph"]),
        ("2019-2020", ["2019", "2020"]),
        ("zero\u200bwidth so\u00adft \ufeffmark", ["zerowidth", "soft", "mark"]),
        ("iPhone手机 ひらがな 한국", ["iphone", "手", "机", "ひ", "ら", "が", "な", "한", "국"]),
        ("हिन्दी ภาษาไทย", ["हिन्दी", "ภาษาไทย"]),
        ("cafe\u0301 Ｆｕｌｌ x²", ["café", "full", "x2"]),
        ("snake_case don’t", ["snake", "case", "don", "t"]),
        ("", []),
        (" .,;—* ", []),
    ],
)
def test_words_are_brought_to_one_form(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.56 and 1.234,56", ["123456", "123456"]),
        ("12 34", ["12", "34"]),
        ("12\u00a034", ["12", "34"]),
        ("1'234 and 1’234", ["1234", "1234"]),
        ("007-8", ["007", "8"]),
        ("12.03.2024", ["12032024"]),
        ("١٢٣ and １２", ["123", "12"]),
        ("no digits.", []),
        ("End of 5. Then", ["5"]),
    ],
)
def test_numbers_drop_separators_and_never_cross_a_space(text: str, expected: list[str]) -> None:
    assert numbers(text) == expected


def test_squeezed_text_compares_directly() -> None:
    assert squeezed("Total:\n  EUR 5") == squeezed("total eur 5") == "total eur 5"
