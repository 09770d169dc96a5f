"""The tables that migrations make, and what happens on databases of other versions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Insert, MetaData, Table, inspect, select, text

from docassay.db import migrate
from docassay.db.database import Database
from docassay.db.tables import Base
from docassay.errors import PrerequisiteError
from docassay.expected_outputs.models import ExpectedOutput
from docassay.runs.models import RunFile


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    yield database
    database.dispose()


def test_an_upgraded_database_has_exactly_the_tables_of_the_code(empty: Database) -> None:
    assert migrate.upgrade(empty) is True
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_files_table_never_gives_an_id_out_again(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.read() as session:
        sql = session.execute(text("SELECT sql FROM sqlite_master WHERE name = 'uploaded_file'")).scalar_one()
    assert "AUTOINCREMENT" in sql


def test_the_expected_revision_is_the_newest_one() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).with_name("migrations")))
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.HEAD]


def test_upgrading_twice_does_nothing(empty: Database) -> None:
    assert migrate.current_revision(empty) is None
    migrate.upgrade(empty)
    assert migrate.upgrade(empty) is False
    assert migrate.current_revision(empty) == migrate.HEAD


def test_a_database_of_a_newer_version_is_refused_clearly(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(PrerequisiteError, match="newer version"):
        migrate.upgrade(empty)


def test_a_failed_upgrade_leaves_nothing_behind(empty: Database) -> None:
    with empty.write() as session:
        session.execute(text("CREATE TABLE run_shard (x INTEGER)"))
    with pytest.raises(Exception, match="run_shard"):
        migrate.upgrade(empty)
    assert inspect(empty.engine).get_table_names() == ["run_shard"]


def test_an_up_to_date_database_does_not_cost_an_import_of_alembic(empty: Database) -> None:
    migrate.upgrade(empty)
    code = (
        "import sys; from docassay.db.database import Database; from docassay.db.migrate import upgrade; "
        f"print(upgrade(Database({empty.url!r})), 'alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_an_upgrade_in_a_process_of_its_own_does_the_same(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert migrate.upgrade_apart(database)
    assert migrate.current_revision(database) == migrate.HEAD
    assert not migrate.upgrade_apart(database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(PrerequisiteError, match="newer version"):
        migrate.upgrade_apart(database)
    database.dispose()


FILLINGS = {int: 1, bool: False, float: 0.0, object: {}, str: "x", datetime: datetime(2026, 1, 2)}  # noqa: DTZ001


def filled(table: Table, **values: Any) -> Insert:
    """A row of ``table``: these values, and something for every other column that must have one."""
    for column in table.columns:
        if column.name not in values and not column.nullable:
            values[column.name] = FILLINGS[column.type.python_type]
    return table.insert().values(values)


def test_scores_of_the_first_version_are_there_after_the_upgrade(empty: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).with_name("migrations")))
    with empty.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        tables = MetaData()
        tables.reflect(connection)
        for name in ("team", "collection", "uploaded_file", "run"):
            connection.execute(filled(tables.tables[name]))
        connection.execute(filled(tables.tables["run_file"], status="complete", eval_score=4.5))
    assert migrate.upgrade(empty) is True
    with empty.read() as session:
        [file] = session.scalars(select(RunFile))
        assert (file.status, file.eval_score) == ("complete", 4.5)
        assert (file.expected_output_id, file.expected_version) == (None, None)
        assert session.scalars(select(ExpectedOutput)).all() == []
