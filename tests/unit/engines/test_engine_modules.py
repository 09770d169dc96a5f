"""Modules named in the setting ``engine_modules``."""

from __future__ import annotations

import pytest

from docassay.engines.registry import load_engine_modules
from docassay.errors import PrerequisiteError


def test_a_module_that_does_not_exist_is_named_with_its_setting():
    with pytest.raises(PrerequisiteError, match=r"'no_such_engine_module'.*DOCASSAY_ENGINE_MODULES"):
        load_engine_modules(("no_such_engine_module",))
