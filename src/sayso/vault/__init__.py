"""Templates at rest: encrypted, opened for a purpose, destroyed with their key."""

from .tables import TRIGGERS, TemplateRow
from .templates import (
    FloatArray,
    Gallery,
    count,
    count_by_model,
    forget,
    forget_model,
    holds,
    made,
    open_templates,
    put,
    version,
)

__all__ = [
    "TRIGGERS",
    "FloatArray",
    "Gallery",
    "TemplateRow",
    "count",
    "count_by_model",
    "forget",
    "forget_model",
    "holds",
    "made",
    "open_templates",
    "put",
    "version",
]
