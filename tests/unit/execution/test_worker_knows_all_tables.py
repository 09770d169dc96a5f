"""A worker process imports no routes, and still has to know the tables that its rows point to."""

from __future__ import annotations

import subprocess
import sys


def test_the_tables_of_a_worker_are_complete():
    program = (
        "import docassay.server; from docassay.db.base import Base; print(len(Base.metadata.sorted_tables))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) > 5
