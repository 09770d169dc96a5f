"""Datalab's wire: every router under ``/api/v1``, in the order in which paths are matched."""

from __future__ import annotations

from fastapi import APIRouter

from docassay.api import health
from docassay.collections import routes as collections
from docassay.collections import s3_routes as collections_s3
from docassay.files import routes as files
from docassay.requests import routes as requests
from docassay.rubrics import routes as rubrics
from docassay.runs import routes as runs

PREFIX = "/api/v1"

router = APIRouter()
router.include_router(health.router, prefix=PREFIX)
router.include_router(files.router, prefix=PREFIX)
router.include_router(collections_s3.router, prefix=PREFIX)  # s3-statuses before /collections/{collection_id}
router.include_router(collections.router, prefix=PREFIX)
router.include_router(rubrics.router, prefix=PREFIX)
router.include_router(runs.router)
router.include_router(requests.router, prefix=PREFIX)
