"""The three modes' shapes, and the promise that every value is printed where its citation points."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docassay.documents.html_fragment import text_of
from docassay.documents.model import Block, BoundingBox, Document, Page
from docassay.extraction.contract import Extraction
from docassay.extraction.fields import fields_of
from docassay.extraction.rules import extract, find_values
from docassay.extraction.schema import parse_page_schema

Make = Callable[..., Document]
Fill = Callable[..., Extraction]

SCHEMA = parse_page_schema(
    """{"invoice_number": {"type": "string"}, "invoice_date": {"type": "string", "format": "date"},
    "due_date": {"type": "string", "format": "date"}, "total": {"type": "number"}, "tax": {"type": "number"},
    "tax_rate": {"type": "number"}, "phone": {"type": "string"},
    "email": {"type": "string", "format": "email"},
    "currency": {"type": "string"}, "vendor_name": {"type": "string"}, "paid": {"type": "boolean"},
    "customer": {"type": "object", "properties": {"name": {"type": "string"}, "address": {"type": "string"}}},
    "status": {"type": "string", "enum": ["open", "closed"]}, "notes": {"type": "string"}}"""
)


def test_turbo_gives_values_only(make_document: Make, fill: Fill) -> None:
    document = make_document([("Text", "Total: 5.00")])
    assert fill(document, {"total": "number", "tax": "number"}, "turbo").values == {"total": 5.0, "tax": None}


def test_fast_adds_citations_and_scores(make_document: Make, fill: Fill) -> None:
    result = fill(make_document([("Text", "Total: 5.00")]), {"total": "number", "tax": "number"})
    assert set(result.values) == {
        f"{name}{suffix}" for name in ("total", "tax") for suffix in ("", "_citations", "_score")
    }
    assert result.values["total_citations"] == ["/page/0/Text/0"]
    assert result.values["total_score"]["score"] == 5
    assert result.values["tax_citations"] == []
    assert result.values["tax_score"]["score"] is None
    assert result.average_score == 5


def test_balanced_adds_meta_with_a_verification(make_document: Make, fill: Fill) -> None:
    result = fill(make_document([("Text", "Total: 5.00")]), {"total": "number", "tax": "number"}, "balanced")
    assert result.values["total_meta"] == {
        "extraction_status": "EXTRACTED",
        "reasoning": "'5.00' stands on the same line as 'Total'.",
        "citations": ["/page/0/Text/0"],
        "verification": {"status": "PASS", "feedback": "The cited blocks print the value."},
    }
    assert result.values["tax_meta"]["extraction_status"] == "NOT_RESOLVABLE"
    assert result.values["tax_meta"]["verification"]["status"] == "FAIL_UNRESOLVABLE"


def test_a_field_keeps_its_name_when_an_annex_would_take_it(make_document: Make, fill: Fill) -> None:
    document = make_document([("Text", "Credit: 7.00\nCredit score: 640")])
    result = fill(document, {"credit": "number", "credit_score": "integer"})
    assert result.values["credit_score"] == 640


def test_an_unknown_mode_is_refused(make_document: Make) -> None:
    with pytest.raises(ValueError, match="extraction_mode is 'slow'"):
        extract(make_document([]), SCHEMA, "slow")


_LABELS = st.sampled_from(
    ["Invoice number", "Invoice date", "Due date", "Total", "VAT", "VAT rate", "E-Mail", "Phone", "Bill to",
     "Paid", "Status", "Notes", "From", "Currency", "Amount due", "Reference"]
)  # fmt: skip
_VALUES = st.one_of(
    st.sampled_from(
        ["INV-1", "03/04/2024", "31.12.2023", "5 May 2024", "1.234,56 €", "$ 12", "(3.50)", "19 %",
         "a@b.example", "+49 30 123456", "yes",
         "Jane Doe\n1 High St\nLeeds", "open", "n/a", "Acme Ltd", "12 345,00"]
    ),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30),
)  # fmt: skip
_SEPARATORS = st.sampled_from([": ", " ", "\n", " ..... ", ":\n", "  |  "])


def _block(number: int, text: str) -> Block:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br/>")
    box = BoundingBox(50, 50 + 30 * number, 300, 70 + 30 * number)
    return Block(f"/page/0/Text/{number}", "Text", box, f"<p>{escaped}</p>")


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(_LABELS, _SEPARATORS, _VALUES), max_size=6))
def test_every_value_is_printed_in_a_block_that_it_cites(parts: list[tuple[str, str, str]]) -> None:
    blocks = tuple(_block(number, "".join(part)) for number, part in enumerate(parts))
    document = Document((Page(0, 595, 842, blocks),), 1)
    texts = {block.id: " ".join(text_of(block.html).split()) for block in blocks}
    for match in find_values(document, fields_of(SCHEMA)).scalars.values():
        assert match.value is not None
        assert 1 <= match.score <= 5
        printed = " ".join(match.printed.split())
        assert printed
        assert any(printed in texts[block_id] for block_id in match.block_ids)
