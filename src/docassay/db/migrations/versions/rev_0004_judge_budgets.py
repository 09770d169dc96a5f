"""What judges cost a run, and how much they may."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what earlier runs have cost is not known."""
    op.add_column("run", sa.Column("judge_input_tokens", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column(
        "run", sa.Column("judge_output_tokens", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("run", sa.Column("judge_cost", sa.Double(), nullable=True))
    op.add_column("run", sa.Column("judge_budget", sa.Double(), nullable=True))


def downgrade() -> None:
    """Take them back."""
    for name in ("judge_budget", "judge_cost", "judge_output_tokens", "judge_input_tokens"):
        op.drop_column("run", name)
