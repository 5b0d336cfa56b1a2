"""Templates at rest: encrypted, opened for a purpose, destroyed with their key."""

from .tables import TRIGGERS, TemplateRow
from .templates import FloatArray, Gallery, count, forget, holds, made, open_templates, put

__all__ = [
    "TRIGGERS",
    "FloatArray",
    "Gallery",
    "TemplateRow",
    "count",
    "forget",
    "holds",
    "made",
    "open_templates",
    "put",
]
