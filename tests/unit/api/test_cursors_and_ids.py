"""Cursors of pages."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docassay.api.pagination import decode_cursor, encode_cursor
from docassay.errors import InvalidField

ROW = st.integers(0, 2**63 - 1)


@given(ROW, ROW)
def test_a_cursor_leads_back_to_its_position(first: int, second: int) -> None:
    cursor = encode_cursor(first, second)
    assert cursor.isascii()
    assert "=" not in cursor
    assert decode_cursor(cursor, 2) == (first, second)


@given(st.text(max_size=60))
def test_any_other_text_is_a_wrong_field_and_nothing_worse(text: str) -> None:
    with contextlib.suppress(InvalidField):
        assert len(decode_cursor(text, 2)) == 2


@pytest.mark.parametrize(
    "content", [b"[1]", b"[1,2,3]", b"[1,true]", b"[1,null]", b"[1,1e3]", b"[1,9223372036854775808]", b"{}"]
)
def test_positions_of_another_shape_are_wrong_fields(content: bytes) -> None:
    with pytest.raises(InvalidField):
        decode_cursor(base64.urlsafe_b64encode(content).decode(), 2)
