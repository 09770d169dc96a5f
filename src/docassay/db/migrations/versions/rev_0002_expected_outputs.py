"""Expected outputs of the files of collections, and which of them a run compares with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docassay.db.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; runs that exist have compared with nothing."""
    op.create_table(
        "expected_output",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_file_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name="fk_expected_output_collection_id_collection",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_file_id"],
            ["uploaded_file.id"],
            name="fk_expected_output_uploaded_file_id_uploaded_file",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_expected_output"),
        sa.UniqueConstraint(
            "collection_id",
            "uploaded_file_id",
            "version",
            name="uq_expected_output_collection_id_uploaded_file_id_version",
        ),
    )
    op.create_index(
        "ix_expected_output_uploaded_file_id", "expected_output", ["uploaded_file_id"], unique=False
    )
    op.add_column("run_file", sa.Column("expected_output_id", sa.Integer(), nullable=True))
    op.add_column("run_file", sa.Column("expected_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("run_file", "expected_version")
    op.drop_column("run_file", "expected_output_id")
    op.drop_table("expected_output")
