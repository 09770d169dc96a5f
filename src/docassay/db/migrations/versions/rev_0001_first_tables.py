"""The first tables: teams and keys, files, collections, rubrics, runs, requests and the execution layer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from docassay.db.base import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables."""
    op.create_table(
        "output_cache",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("document_key", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_output_cache"),
    )
    op.create_index("ix_output_cache_sha256", "output_cache", ["sha256"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_team"),
        sa.UniqueConstraint("name", name="uq_team_name"),
    )
    op.create_table(
        "worker",
        sa.Column("executor_id", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("slot_process_groups", sa.JSON(), nullable=False),
        sa.Column("started", UtcDateTime(), nullable=False),
        sa.Column("heartbeat", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("executor_id", name="pk_worker"),
    )
    op.create_index("ix_worker_heartbeat", "worker", ["heartbeat"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("revoked", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_api_key_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("key_hash", name="uq_api_key_key_hash"),
    )
    op.create_index("ix_api_key_team_id", "api_key", ["team_id"], unique=False)
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("document_key", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=1024), nullable=False),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_checkpoint_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoint"),
    )
    op.create_index("ix_checkpoint_team_id", "checkpoint", ["team_id"], unique=False)
    op.create_table(
        "collection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("updated", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_collection_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_collection"),
    )
    op.create_index("ix_collection_team_id_id", "collection", ["team_id", "id"], unique=False)
    op.create_table(
        "eval_rubric",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("eval_definition", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("source_processor_id", sa.String(length=64), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("updated", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_eval_rubric_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_eval_rubric"),
    )
    op.create_index("ix_eval_rubric_team_id_id", "eval_rubric", ["team_id", "id"], unique=False)
    op.create_table(
        "processing_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("filename", sa.String(length=1024), nullable=False),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("file_url", sa.Text(), nullable=True),
        sa.Column("checkpoint_id", sa.String(length=32), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("result_key", sa.String(length=200), nullable=True),
        sa.Column("items_key", sa.String(length=200), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_in", sa.String(length=16), nullable=True),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_processing_request_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_processing_request"),
    )
    op.create_index("ix_processing_request_sha256", "processing_request", ["sha256"], unique=False)
    op.create_index("ix_processing_request_status", "processing_request", ["status"], unique=False)
    op.create_index("ix_processing_request_team_id", "processing_request", ["team_id"], unique=False)
    op.create_table(
        "uploaded_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("original_filename", sa.String(length=1024), nullable=False),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("upload_status", sa.String(length=16), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_uploaded_file_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_uploaded_file"),
        sa.UniqueConstraint("token", name="uq_uploaded_file_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_uploaded_file_sha256", "uploaded_file", ["sha256"], unique=False)
    op.create_index("ix_uploaded_file_team_id_id", "uploaded_file", ["team_id", "id"], unique=False)
    op.create_table(
        "collection_file",
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_file_id", sa.Integer(), nullable=False),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.Column("last_eval_score", sa.Double(), nullable=True),
        sa.Column("last_score_breakdown", sa.JSON(), nullable=True),
        sa.Column("last_scored_run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name="fk_collection_file_collection_id_collection",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_file_id"],
            ["uploaded_file.id"],
            name="fk_collection_file_uploaded_file_id_uploaded_file",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("collection_id", "uploaded_file_id", name="pk_collection_file"),
    )
    op.create_index(
        "ix_collection_file_collection_id_sort_order",
        "collection_file",
        ["collection_id", "sort_order"],
        unique=False,
    )
    op.create_index(
        "ix_collection_file_uploaded_file_id", "collection_file", ["uploaded_file_id"], unique=False
    )
    op.create_table(
        "eval_rubric_version",
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("eval_definition", sa.JSON(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rubric_id"], ["eval_rubric.id"], name="fk_eval_rubric_version_rubric_id_eval_rubric"
        ),
        sa.PrimaryKeyConstraint("rubric_id", "version", name="pk_eval_rubric_version"),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("eval_rubric_id", sa.Integer(), nullable=True),
        sa.Column("rubric_version", sa.Integer(), nullable=True),
        sa.Column("pipeline_id", sa.String(length=64), nullable=True),
        sa.Column("pipeline_type", sa.String(length=16), nullable=False),
        sa.Column("engine", sa.String(length=64), nullable=False),
        sa.Column("engine_version", sa.String(length=64), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("is_cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("total_files", sa.Integer(), nullable=False),
        sa.Column("completed_files", sa.Integer(), nullable=False),
        sa.Column("scored_files", sa.Integer(), nullable=False),
        sa.Column("score_sum", sa.Double(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["collection_id"], ["collection.id"], name="fk_run_collection_id_collection"),
        sa.ForeignKeyConstraint(
            ["eval_rubric_id"], ["eval_rubric.id"], name="fk_run_eval_rubric_id_eval_rubric"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_run_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_index("ix_run_collection_id", "run", ["collection_id"], unique=False)
    op.create_index("ix_run_eval_rubric_id", "run", ["eval_rubric_id"], unique=False)
    op.create_index("ix_run_status", "run", ["status"], unique=False)
    op.create_index("ix_run_team_id_id", "run", ["team_id", "id"], unique=False)
    op.create_table(
        "run_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("uploaded_file_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=1024), nullable=False),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("eval_score", sa.Double(), nullable=True),
        sa.Column("eval_results", sa.JSON(), nullable=True),
        sa.Column("score_breakdown", sa.JSON(), nullable=True),
        sa.Column("rule_outcomes", sa.JSON(), nullable=True),
        sa.Column("result_key", sa.String(length=200), nullable=True),
        sa.Column("items_key", sa.String(length=200), nullable=True),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("is_cached", sa.Boolean(), nullable=False),
        sa.Column("runtime_seconds", sa.Double(), nullable=True),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_run_file_run_id_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_run_file"),
        sa.UniqueConstraint("run_id", "position", name="uq_run_file_run_id_position"),
    )
    op.create_index("ix_run_file_sha256", "run_file", ["sha256"], unique=False)
    op.create_table(
        "run_shard",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("shard_number", sa.Integer(), nullable=False),
        sa.Column("first_position", sa.Integer(), nullable=False),
        sa.Column("stop_position", sa.Integer(), nullable=False),
        sa.Column("lane_id", sa.String(length=100), nullable=True),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_run_shard_run_id_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "shard_number", name="pk_run_shard"),
    )
    op.create_index("ix_run_shard_run_id_is_done", "run_shard", ["run_id", "is_done"], unique=False)


def downgrade() -> None:
    """Drop all tables, those that refer to others first."""
    for table in (
        "run_shard",
        "run_file",
        "run",
        "eval_rubric_version",
        "collection_file",
        "uploaded_file",
        "processing_request",
        "eval_rubric",
        "collection",
        "checkpoint",
        "api_key",
        "worker",
        "team",
        "output_cache",
    ):
        op.drop_table(table)
