"""Our own surface, ``/api/assay``: what the wire leaves out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from docassay.api.dependencies import CurrentTeam, RequestServices
from docassay.checks.registry import all_checks, broken_packages
from docassay.expected_outputs.native_routes import router as expected_router
from docassay.reviews.native_routes import router as reviews_router
from docassay.runs.native_routes import router as runs_router
from docassay.scoring.definition import rubric_schema

router = APIRouter()
router.include_router(runs_router)
router.include_router(expected_router)
router.include_router(reviews_router)


@router.get("/api/assay/checks", tags=["rubrics"], summary="List the checks")
def list_checks(_team_id: CurrentTeam) -> dict[str, list[dict[str, Any]]]:
    """Every check that a rule may name, with what it needs and costs, its levels and how it maps to 0-5.

    ``broken_packages`` lists checks of other packages that could not be loaded, each with the error.
    """
    return {
        "checks": [
            {
                "name": check.name,
                "version": check.version,
                "levels": list(check.levels),
                "needs": sorted(check.needs),
                "summary": check.summary,
                "mapping": check.mapping,
                "params": check.params_schema,
                "source": check.source,
                "cost": check.cost,
                "package": check.package,
            }
            for check in all_checks().values()
        ],
        "broken_packages": [
            {
                "package": broken.package,
                "version": broken.version,
                "entry_point": broken.entry_point,
                "check": broken.check,
                "error": broken.error,
            }
            for broken in broken_packages()
        ],
    }


@router.get("/api/assay/rubric-schema", tags=["rubrics"], summary="Get the JSON Schema of a rubric")
def get_rubric_schema(_team_id: CurrentTeam) -> dict[str, Any]:
    """The JSON Schema of ``eval_definition``."""
    return rubric_schema()


@router.get("/api/assay/status", tags=["health"], summary="Get the state of the job engine")
def get_status(_team_id: CurrentTeam, services: RequestServices) -> dict[str, Any]:
    """Lanes at work and waiting, slots and living workers."""
    return dict(services.jobs.stats())
