"""Anybody has a face closed: no account, no name, no reason. Knows the front door as nobody in particular."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
