"""The wire of collections that mirror an S3 bucket."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class S3SourceRequest(BaseModel):
    """The bucket that a collection takes its files from."""

    bucket: str
    prefix: str | None = None
    region: str | None = None
    aws_access_key_id: str | None = None
    aws_secret_access_key: str | None = None
    reuse_aws_secret_access_key: bool = False


class S3OutputRequest(BaseModel):
    """The bucket that results are written to."""

    output_bucket: str
    output_prefix: str | None = None
    output_region: str | None = None
    output_aws_access_key_id: str | None = None
    output_aws_secret_access_key: str | None = None
    reuse_output_aws_secret_access_key: bool = False


class CollectionS3Source(BaseModel):
    """The bucket behind a collection and how its last sync went; secrets are redacted."""

    id: int
    bucket: str
    prefix: str | None
    region: str | None
    aws_access_key_id: str | None
    aws_secret_access_key_redacted: str | None
    sync_status: str
    last_sync_started_at: datetime | None
    last_sync_completed_at: datetime | None
    last_sync_file_count: int | None
    last_sync_error: str | None
    output_bucket: str | None
    output_prefix: str | None
    output_region: str | None
    output_aws_access_key_id: str | None
    output_aws_secret_access_key_redacted: str | None
    writeback_status: str | None


class S3Status(BaseModel):
    """How far the sync of one collection is."""

    collection_id: int
    sync_status: str | None
    writeback_status: str | None


class S3StatusesResponse(BaseModel):
    """The collections that have an S3 source."""

    statuses: list[S3Status]
