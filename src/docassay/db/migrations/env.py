"""Run by Alembic: applies revisions on the connection that ``docassay.db.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from docassay.db.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
