"""Tables in all forms that our own code draws keep their cells and spans."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.quality.engines import BuiltIn
from benchmarks.quality.made_tables import score_form

from docassay.testing.documents.table_forms import FORMS, Form

SEEDS = range(100, 106)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_form_of_table_is_read_with_its_cells_and_spans(tmp_path: Path, form: Form) -> None:
    scores = score_form(BuiltIn("balanced"), form, SEEDS, tmp_path)

    assert np.mean(scores) >= 0.97, scores
