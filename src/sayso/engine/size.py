"""How many workers suit this machine.

May know: cores, memory, one environment variable. Must not know: what the workers do.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import UsageError

#: A worker with models loaded and a large photo decoded stays below this.
_BYTES_EACH = 1 << 30

_LARGEST = 1024


def workers() -> int:
    """Workers for this machine: ``SAYSO_WORKERS`` if set, otherwise one per usable core and gigabyte, at least 1.

    Raises UsageError when ``SAYSO_WORKERS`` is not a whole number from 1 to 1024.
    """
    wanted = os.environ.get("SAYSO_WORKERS", "").strip()
    if wanted:
        if not (wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= _LARGEST):
            raise UsageError(
                f"SAYSO_WORKERS is {wanted!r}.", f"Set it to a whole number from 1 to {_LARGEST}, or unset it."
            )
        return int(wanted)
    return max(1, min(_cores(), _memory() // _BYTES_EACH, _LARGEST))


def _cores() -> int:
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        # A container's share of the processor (Linux cgroup v2, cpu.max: "quota period" in microseconds, or "max").
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        return min(allowed, max(1, int(quota) // int(period)))
    except (OSError, ValueError):
        return allowed


def _memory() -> int:
    """Bytes of memory of the machine; plenty when the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return _BYTES_EACH * _LARGEST
