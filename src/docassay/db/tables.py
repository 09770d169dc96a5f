"""Imports every feature's tables so that ``Base.metadata`` is complete (migrations, tests)."""

from __future__ import annotations

from docassay.collections import models as _collections
from docassay.db.base import Base
from docassay.execution import models as _execution
from docassay.expected_outputs import models as _expected_outputs
from docassay.files import models as _files
from docassay.keys import models as _keys
from docassay.requests import models as _requests
from docassay.reviews import models as _reviews
from docassay.rubrics import models as _rubrics
from docassay.runs import models as _runs

__all__ = [
    "Base", "_collections", "_execution", "_expected_outputs", "_files", "_keys", "_requests", "_reviews",
    "_rubrics", "_runs",
]  # fmt: skip
