"""Sayso: face search on a person's say-so.

``sayso.open(path, name=…)`` opens an archive, ``sayso.create(path, …)`` makes one; both return an ``Archive``.
"""

from typing import Any

__version__ = "0.1.0"

__all__ = ["Archive", "__version__", "create", "open"]

_FRONT_DOOR = {"Archive": "Archive", "create": "create", "open": "open_archive"}


def __getattr__(name: str) -> Any:
    # The front door loads models' runtimes; a worker that needs one room should not pay for all of them.
    if name in _FRONT_DOOR:
        from . import archive

        return getattr(archive, _FRONT_DOOR[name])
    raise AttributeError(f"module 'sayso' has no attribute {name!r}")
