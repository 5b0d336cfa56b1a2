"""Makes the items of a set in several processes, goes on where a stopped run was, and writes the manifest of hashes.

May know: the sets, processes, files. Must not know: how anything is drawn.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path

import cv2

from .sets import SETS

_MANIFEST = "manifest.json"
# What the bytes depend on besides the code.
_PACKAGES = ("anny", "llvmlite", "numba", "numpy", "opencv-python-headless", "scipy")


def make_set(name: str, count: int, processes: int, folder: Path) -> None:
    """Make the first ``count`` items of the set that the folder does not have yet, then the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    made = SETS[name]
    missing = [number for number in range(count) if not (folder / made.truth_file(number)).exists()]
    print(f"{name}: {count - len(missing)} of {count} items are there.")
    start, seconds = time.monotonic(), 0.0
    # One item in this process first: it leaves the mesh and the compiled code on disk for all others.
    if missing:
        seconds += _make(name, missing[0], folder)
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        work = [pool.submit(_make, name, number, folder) for number in missing[1:]]
        for done, future in enumerate(as_completed(work), 2):
            seconds += future.result()
            left = (time.monotonic() - start) / done * (len(missing) - done)
            print(f"\r{done} of {len(missing)}, {left / 60:.0f} minutes left ", end="", file=sys.stderr, flush=True)
    if missing:
        print(f"\n{seconds / len(missing):.2f} CPU seconds an item")
    _write_manifest(name, count, folder)
    print(f"{folder / _MANIFEST} holds the hashes of all files.")


def _make(name: str, number: int, folder: Path) -> float:
    """Make one item; the CPU seconds that it took."""
    # One thread a process, because so many processes were asked for, and because sums then always come out the same.
    cv2.setNumThreads(1)
    start = time.process_time()
    SETS[name].make(number, folder)
    return time.process_time() - start


def _write_manifest(name: str, count: int, folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".jpg", ".json") and path.name != _MANIFEST)
    manifest = {
        "set": name,
        "items": count,
        "made_with": {package: metadata.version(package) for package in _PACKAGES},
        "sha256": {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
        },
    }
    folder.joinpath(_MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
