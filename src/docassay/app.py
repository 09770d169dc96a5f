"""The web application: services, routers, the guard in front of them and the error answers."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from docassay import __version__
from docassay.api import native, wire
from docassay.api.docs_page import add_docs_page
from docassay.api.errors import add_error_handlers
from docassay.api.guard import RequestGuard
from docassay.api.reference import set_openapi
from docassay.api.services import Services
from docassay.db.database import Database
from docassay.settings import Settings
from docassay.storage.contract import BlobStore
from docassay.storage.disk import DiskStore

DESCRIPTION = "Batch evaluation of document pipelines. `/api/v1` speaks Datalab's wire; `/api/assay` is ours."


def create_app(
    settings: Settings,
    database: Database | None = None,
    store: BlobStore | None = None,
    jobs: Any = None,
) -> FastAPI:
    """Build the application; what is not given is opened as the settings say.

    The tables must exist (``docassay.db.migrate.upgrade``). Starting and stopping ``jobs`` and disposing of
    ``database`` is up to the caller; ``app.state.services`` holds both.
    """
    services = Services(
        settings=settings,
        database=database or Database(settings.sqlalchemy_url),
        store=store or DiskStore(settings.blob_dir),
        jobs=jobs,
    )
    app = FastAPI(
        title="docassay", version=__version__, description=DESCRIPTION, docs_url=None, redoc_url=None
    )
    app.state.services = services
    app.add_middleware(RequestGuard, services=services)
    add_error_handlers(app)
    app.include_router(wire.router)
    app.include_router(native.router)
    set_openapi(app)
    add_docs_page(app)
    return app
