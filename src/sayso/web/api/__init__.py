"""The REST API: the same verbs for programs, with an API token of an account. Knows the front door alone."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1")
