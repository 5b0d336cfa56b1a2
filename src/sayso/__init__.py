"""Sayso: face search on a person's say-so."""

__version__ = "0.1.0"
