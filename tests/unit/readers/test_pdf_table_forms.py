"""Tables in all forms that our own code draws keep their cells and spans."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.quality.engines import BuiltIn
from benchmarks.quality.made_tables import score_form

from docassay.testing.documents.report_tables import REPORT_FORMS
from docassay.testing.documents.table_forms import FORMS, Form

SEEDS = range(100, 106)
WITHOUT_LINES = {"no_line", "no_line_and_plain_head", "words_without_lines"}


@pytest.mark.parametrize("form", [*FORMS, *REPORT_FORMS], ids=lambda form: form.__name__)
def test_a_form_of_table_is_read_with_its_cells_and_spans(tmp_path: Path, form: Form) -> None:
    scores = score_form(BuiltIn("balanced"), form, SEEDS, tmp_path)

    assert np.mean(scores) >= 0.97, scores


@pytest.mark.parametrize(
    "form", [form for form in (*FORMS, *REPORT_FORMS) if form.__name__ not in WITHOUT_LINES]
)
def test_columns_of_a_form_with_lines_may_stand_close(tmp_path: Path, form: Form) -> None:
    scores = score_form(BuiltIn("balanced"), form, SEEDS, tmp_path, padding=4.0)

    assert np.mean(scores) >= 0.95, scores
