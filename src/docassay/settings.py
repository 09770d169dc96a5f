"""Every setting of the server, read from ``DOCASSAY_*`` environment variables or a ``.env`` file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """One object, made once per process and handed down; no module reads the environment by itself."""

    model_config = SettingsConfigDict(env_prefix="DOCASSAY_", env_file=".env", extra="ignore")

    data_dir: Path = Field(
        Path("docassay-data"), description="Folder of the database, the documents and the results."
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy URL; without it SQLite in the data folder is used."
    )
    host: str = Field("127.0.0.1", description="Address that `serve` binds to.")
    port: int = Field(8000, ge=0, le=65535, description="Port that `serve` binds to; 0 picks a free one.")
    public_url: str | None = Field(
        None, description="Base URL that clients use (behind a proxy); else taken from each request."
    )

    max_upload_bytes: int = Field(
        200 * 1024 * 1024, ge=1, description="Largest document accepted, by upload or from a URL."
    )
    upload_url_seconds: int = Field(3600, ge=60, le=86400, description="Lifetime of a signed upload URL.")
    allow_private_urls: bool = Field(
        False, description="Whether file_url may point to private, loopback and link-local addresses."
    )
    fetch_timeout_seconds: float = Field(60.0, gt=0, description="Limit on fetching one file_url.")

    slots: int = Field(
        default_factory=lambda: max(1, os.cpu_count() or 1), ge=1, le=256, description="Conversion processes."
    )
    file_timeout_seconds: float = Field(
        300.0, gt=0, description="Hard limit on one file; its process group is killed at the limit."
    )
    page_timeout_seconds: float = Field(
        120.0,
        ge=0,
        description="Limit on one page of a document; a page over it is listed in failed_pages. 0: none.",
    )
    slot_memory_mb: int = Field(
        3072, ge=256, description="Address space of one conversion process, in MiB (RLIMIT_AS)."
    )
    slot_recycle_files: int = Field(
        500, ge=1, description="A conversion process is replaced after this many files."
    )
    slot_recycle_mb: int = Field(
        600, ge=50, description="A conversion process is replaced when its memory (RSS, MiB) is over this."
    )
    slot_idle_seconds: float = Field(
        60.0,
        gt=0,
        description="Conversion processes end after this long without work; starting again takes 0.5 s.",
    )
    max_pages: int = Field(7_000, ge=1, description="Most pages converted of one document.")
    max_pixels: int = Field(60_000_000, ge=1, description="Most pixels of one image or rendered page.")
    max_uncompressed_mb: int = Field(512, ge=1, description="Most that an office file may unpack to, in MiB.")

    default_engine: str = Field("built-in", description="Engine of runs and requests that name none.")
    engine_modules: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Comma-separated Python modules that register more engines when imported."
    )
    ocr_languages: Annotated[tuple[str, ...], NoDecode] = Field(
        ("eng",), description="Comma-separated Tesseract language codes."
    )

    judge_base_url: str | None = Field(
        None,
        description="Server with the chat completions of OpenAI that scores prompt rules, up to /v1.",
    )
    judge_model: str | None = Field(None, description="Model that scores prompt rules.")
    judge_api_key: SecretStr | None = Field(None, description="Key of that server, if it asks for one.")
    judge_timeout_seconds: float = Field(60.0, gt=0, description="Limit on one answer of the judge.")
    judge_file_seconds: float = Field(
        120.0,
        gt=0,
        description="Time for all judgements of a file, at most 0.6 of DOCASSAY_FILE_TIMEOUT_SECONDS; "
        "what is left then is unscored.",
    )
    judge_concurrency: int = Field(4, ge=1, le=64, description="Questions that one file asks at once.")
    judge_repeats: int = Field(
        1, ge=1, le=9, description="How often each question is asked; the score is the mean."
    )
    judge_input_price: float | None = Field(
        None,
        ge=0,
        description="Price of a million tokens of questions: gives the costs of items.",
    )
    judge_output_price: float | None = Field(None, ge=0, description="Price of a million tokens of answers.")
    judge_run_budget: float | None = Field(
        None,
        gt=0,
        description="Most that the judge may cost a run that names no budget, in the currency of the prices.",
    )
    judge_logprobs: bool = Field(
        True,
        description="Weight scores by the probabilities of their tokens where the judge's server gives them.",
    )

    max_open_requests: int = Field(
        400, ge=1, description="Unfinished convert, extract, segment and ocr requests per team before 429."
    )
    request_retention_hours: float = Field(
        24.0, gt=0, description="Results of single requests are deleted this long after their end."
    )
    checkpoint_retention_hours: float = Field(168.0, gt=0, description="Lifetime of a checkpoint.")

    reconcile_seconds: float = Field(
        15.0, gt=0, description="How often lost work is looked for and given out again."
    )
    heartbeat_seconds: float = Field(5.0, gt=0, description="How often a worker says that it is alive.")
    stale_worker_seconds: float = Field(
        30.0, gt=0, description="A worker silent for this long is taken for dead and its work handed on."
    )

    @field_validator("judge_base_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value

    @model_validator(mode="after")
    def _budget_has_prices(self) -> Self:
        if self.judge_run_budget is not None and not self.has_judge_prices:
            raise ValueError(
                "DOCASSAY_JUDGE_RUN_BUDGET needs DOCASSAY_JUDGE_INPUT_PRICE and DOCASSAY_JUDGE_OUTPUT_PRICE"
            )
        return self

    @field_validator("engine_modules", "ocr_languages", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @property
    def sqlalchemy_url(self) -> str:
        """The database URL that is really used."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'docassay.sqlite').absolute()}"

    @property
    def has_judge(self) -> bool:
        """Whether prompt rules can be scored."""
        return self.judge_base_url is not None and self.judge_model is not None

    @property
    def has_judge_prices(self) -> bool:
        """Whether the judge's cost can be told."""
        return self.judge_input_price is not None and self.judge_output_price is not None

    @property
    def blob_dir(self) -> Path:
        """Folder of the content-addressed store."""
        return self.data_dir / "blobs"
