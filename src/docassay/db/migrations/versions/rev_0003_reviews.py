"""Labels that people give to items, and the calibrations of rubrics that come from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docassay.db.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables, empty."""
    op.create_table(
        "review_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=True),
        sa.Column("rubric_version", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("run_file_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=1024), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rule_index", sa.Integer(), nullable=False),
        sa.Column("item_index", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("rule_digest", sa.String(length=16), nullable=False),
        sa.Column("scorer", sa.String(length=255), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("block_id", sa.String(length=200), nullable=True),
        sa.Column("item_outcome", sa.String(length=16), nullable=False),
        sa.Column("item_score", sa.Double(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("updated", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_review_label_team_id_team"),
        sa.ForeignKeyConstraint(
            ["rubric_id"], ["eval_rubric.id"], name="fk_review_label_rubric_id_eval_rubric"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review_label"),
        sa.UniqueConstraint(
            "run_file_id",
            "rule_index",
            "item_index",
            "author",
            name="uq_review_label_run_file_id_rule_index_item_index_author",
        ),
    )
    op.create_index("ix_review_label_rubric_id", "review_label", ["rubric_id"], unique=False)
    op.create_index("ix_review_label_run_id_id", "review_label", ["run_id", "id"], unique=False)
    op.create_table(
        "rubric_calibration",
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rule_index", sa.Integer(), nullable=False),
        sa.Column("scorer", sa.String(length=255), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rubric_id"], ["eval_rubric.id"], name="fk_rubric_calibration_rubric_id_eval_rubric"
        ),
        sa.PrimaryKeyConstraint("rubric_id", "version", "rule_index", "scorer", name="pk_rubric_calibration"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("rubric_calibration")
    op.drop_table("review_label")
